package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
)

// GetRecord answers GET /api/v1/records/{type}/{id}.
func (a *API) GetRecord(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, typ, err := asker(r, c)
	if err != nil {
		return err
	}
	id, err := recordID(r)
	if err != nil {
		return err
	}
	b := newBody()
	defer b.release()
	var revision int64
	if b.bytes, revision, err = a.door.OpenJSON(r.Context(), actor, typ, id, lang(c), b.bytes); err != nil {
		return err
	}
	w.Header().Set("ETag", tagOf(revision))
	return send(w, http.StatusOK, b.bytes)
}

// ExplainField answers GET /api/v1/records/{type}/{id}/explain?field=&op=: why
// the caller may or may not see (op=access), fill in (populate) or export a
// field. The id "new" with country= asks about a record not yet made.
func (a *API) ExplainField(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, t, err := a.caller(r, c)
	if err != nil {
		return err
	}
	params := r.URL.Query()
	for name := range params {
		if name != "field" && name != "op" && name != "country" && name != "at" {
			return bailiwick.Malformed("The parameters are field, op, country and at.")
		}
	}
	op := params.Get("op")
	if op == "" {
		op = "access"
	}
	var at time.Time
	if text := params.Get("at"); text != "" {
		if at, err = time.Parse(time.RFC3339, text); err != nil {
			return bailiwick.Malformed("The parameter at is a time such as 2026-01-31T08:00:00Z.")
		}
	}
	var out custody.Explanation
	if r.PathValue("id") == "new" {
		countries, err := parseCountries(params["country"])
		if err != nil {
			return err
		}
		out, err = a.door.ExplainNewAt(r.Context(), actor, t.Key, countries, params.Get("field"), op, lang(c), at)
		if err != nil {
			return err
		}
		return write(w, http.StatusOK, out)
	}
	id, err := recordID(r)
	if err != nil {
		return err
	}
	out, err = a.door.ExplainAt(r.Context(), actor, t.Key, id, params.Get("field"), op, lang(c), at)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, out)
}

func parseCountries(values []string) ([]bailiwick.Country, error) {
	if len(values) > 20 {
		return nil, bailiwick.Malformed("There are more than 20 countries.")
	}
	var out []bailiwick.Country
	for _, v := range values {
		country, err := bailiwick.ParseCountry(v)
		if err != nil {
			return nil, err
		}
		out = append(out, country)
	}
	return out, nil
}

// change is a line of a record's history as JSON.
type change struct {
	Revision int64         `json:"revision"`
	At       time.Time     `json:"at"`
	User     string        `json:"user,omitempty"`
	Kind     string        `json:"kind"`
	Fields   []fieldChange `json:"fields"`
}

type fieldChange struct {
	Field string          `json:"field"`
	Old   json.RawMessage `json:"old"`
	New   json.RawMessage `json:"new"`
}

// GetHistory answers GET /api/v1/records/{type}/{id}/history: old -> new of
// the fields that the caller may see.
func (a *API) GetHistory(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, t, err := a.caller(r, c)
	if err != nil {
		return err
	}
	id, err := recordID(r)
	if err != nil {
		return err
	}
	changes, err := a.door.History(r.Context(), actor, t.Key, id, lang(c))
	if err != nil {
		return err
	}
	out := make([]change, 0, len(changes))
	for _, ch := range changes {
		line := change{Revision: ch.Revision, At: ch.Time, Kind: ch.Kind, Fields: []fieldChange{}}
		if !ch.User.IsZero() {
			line.User = ch.User.String()
		}
		for _, f := range ch.Fields {
			line.Fields = append(line.Fields, fieldChange{f.Field.Key, orNull(f.Old), orNull(f.New)})
		}
		out = append(out, line)
	}
	return write(w, http.StatusOK, map[string]any{"items": out})
}

func orNull(v []byte) json.RawMessage {
	if v == nil {
		return json.RawMessage("null")
	}
	return v
}

// CountGroups answers GET /api/v1/records/{type}/groups?by=FIELD[,FIELD]:
// counts for charts, over the rows that the caller may see.
func (a *API) CountGroups(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, t, err := a.caller(r, c)
	if err != nil {
		return err
	}
	params := r.URL.Query()
	by := strings.Split(params.Get("by"), ",")
	if params.Get("by") == "" || len(by) > 2 {
		return bailiwick.Malformed("The parameter by names one field, or two with a comma.")
	}
	params.Del("by")
	q, err := listQuery(t.Key, t, params)
	if err != nil {
		return err
	}
	groups, err := a.door.Groups(r.Context(), actor, custody.GroupQuery{Type: t.Key, By: by, Filters: q.Filters})
	if err != nil {
		return err
	}
	type group struct {
		Keys  []string `json:"keys"`
		Count int64    `json:"count"`
	}
	out := make([]group, 0, len(groups))
	for _, g := range groups {
		out = append(out, group{g.Keys, g.Count})
	}
	return write(w, http.StatusOK, map[string]any{"by": by, "items": out})
}
