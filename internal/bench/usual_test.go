package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"bailiwick"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
)

// usual is goal 3: a list of 100 through the door, made into what the API
// sends, against the way it is usually built: the raw query, each document read
// into a map, a policy engine asked once for each category and country of the
// list, and the map written. The usual way seals nothing and gives no reasons.
//
// The goal speaks of fields of many categories about persons of many countries.
// The measured type has one category and no person, so the engine is asked as
// if each field had a category and each record a country of its own; what that
// costs the matrix is goal 5, two microseconds.
func usual(t *testing.T, w *world) {
	_, set := policy(t)
	who, role := types.NewEntityUID("Viewer", "someone"), types.NewEntityUID("Role", "hr")
	entities := types.EntityMap{who: {UID: who, Parents: types.NewEntityUIDSet(role)}}
	codes := fortyCountries()
	for _, c := range []struct {
		typ, what string
		spread    bool // over 20 categories and 40 countries
		least     float64
	}{
		{"measurement", "list of 100 x 20 clear fields as JSON, against cedar-go (20 categories, 40 countries) and a map", true, 8},
		{"measurement", "(for orientation) the same, of one category and country", false, 0},
		{"person", "(for orientation) list of 100 people as JSON, 3 sealed categories, against cedar-go and a map of clear ones", false, 0},
	} {
		page, err := w.list(t.Context(), c.typ)
		must(t, err)
		category := map[string]bailiwick.Category{}
		for i, cell := range page.Items[0].Cells {
			category[cell.Field.Key] = cell.Field.Category
			if c.spread {
				category[cell.Field.Key] = bailiwick.ShippedCategories()[i%20].Key
			}
		}
		var theirs, ours []byte
		rate(t, "3", c.what+", "+w.parts.Store.Engine(), 20, func() error {
			rows, err := w.listPlain(t.Context(), c.typ)
			if err != nil {
				return err
			}
			for i := range rows {
				if c.spread {
					rows[i].country = string(codes[i%len(codes)])
				}
			}
			theirs, err = enforce(theirs[:0], rows, category, memoized(set, entities, who))
			return err
		}, func() error {
			p, err := w.list(t.Context(), c.typ)
			ours = ours[:0]
			for i := range p.Items {
				ours = p.Items[i].AppendJSON(ours)
			}
			return err
		}, c.least)
	}
}

// memoized asks Cedar once for each category and country.
func memoized(set *cedar.PolicySet, entities types.EntityMap, who types.EntityUID) func(bailiwick.Category, string) (bool, error) {
	type key struct {
		category bailiwick.Category
		country  string
	}
	known := map[key]bool{}
	return func(c bailiwick.Category, country string) (bool, error) {
		k := key{c, country}
		if ok, is := known[k]; is {
			return ok, nil
		}
		ok, diag := cedar.Authorize(set, entities, cedar.Request{
			Principal: who, Action: types.NewEntityUID("Action", "access"), Resource: types.NewEntityUID("Category", types.String(c)),
			Context: types.NewRecord(types.RecordMap{"person": types.String(country), "viewer": types.String("DE"), "noOne": types.Boolean(false)}),
		})
		if len(diag.Errors) > 0 {
			return false, errors.New(diag.Errors[0].Message)
		}
		known[k] = bool(ok)
		return bool(ok), nil
	}
}

// enforce writes what may be seen of rows.
func enforce(dst []byte, rows []plain, category map[string]bailiwick.Category, ask func(bailiwick.Category, string) (bool, error)) ([]byte, error) {
	for i := range rows {
		r := &rows[i]
		document := map[string]any{}
		if err := json.Unmarshal(r.doc, &document); err != nil {
			return nil, err
		}
		for field := range document {
			ok, err := ask(category[field], r.country)
			if err != nil {
				return nil, err
			}
			if !ok {
				delete(document, field)
			}
		}
		out, err := json.Marshal(map[string]any{
			"id": fmt.Sprintf("%x", r.id), "type": r.kind, "subjects": []any{map[string]any{"id": fmt.Sprintf("%x", r.subject), "countries": []string{r.country}}},
			"fields": document, "created_at": time.UnixMicro(r.created).UTC(), "updated_at": time.UnixMicro(r.updated).UTC(),
		})
		if err != nil {
			return nil, err
		}
		dst = append(dst, out...)
	}
	return dst, nil
}
