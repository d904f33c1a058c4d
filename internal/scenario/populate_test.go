package scenario

import (
	"context"
	"net/url"
	"os"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

// TestPopulateForbidden brings values that the matrix forbids through every
// entrance: form, API and import, as a new record and as a change. Each is
// refused by name of field and rule, nothing is stored, and the value is in no
// answer, no log line and no entry of the activity record (R14.3).
func TestPopulateForbidden(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		w := Start(t, data, nil)
		rules, err := os.ReadFile("../../scenarios/ethnicity.rules.yaml")
		if err != nil {
			t.Fatal(err)
		}
		home := w.Workspace(t, "acme", rules)
		hr := w.User(t, "acme", "hanna", "DE", "hr")
		f := &forbidden{t: t, w: w, by: hr}
		before := f.count()

		// Ethnicity of a person in France is forbidden by a rule; a national
		// identifier by the product's default, which is where a canary can be
		// a text of its own.
		for _, c := range []struct{ field, value, rule string }{
			{"ethnicity", "pacific-islander", "ethnic-fr"},
			{"national_id", "canary-nid-4711", "default:national-id"},
			{"health_note", "canary-health-4711", "default:health"},
		} {
			f.field, f.value, f.rule = c.field, c.value, c.rule
			f.api()
			f.form()
			f.importing()
		}
		if after := f.count(); after != before {
			t.Errorf("there were %d people and are %d", before, after)
		}
		f.move()
		f.entries(home.ID)
	})
}

// forbidden is a value on its way in.
type forbidden struct {
	t                  *testing.T
	w                  *World
	by                 *Person
	field, value, rule string
}

func (f *forbidden) count() int64 {
	f.t.Helper()
	page, err := f.w.Parts.Door.List(context.Background(), f.by.Actor, custody.Query{Type: "person"})
	if err != nil {
		f.t.Fatal(err)
	}
	return page.Total
}

// refused holds that an answer names field and rule and lacks the value.
func (f *forbidden) refused(way string, a Answer, status int, has ...string) {
	f.t.Helper()
	if a.Status != status {
		f.t.Errorf("%s by %s: %d, want %d: %.400s", f.field, way, a.Status, status, a.Body)
	}
	for _, h := range has {
		if !strings.Contains(string(a.Body), h) {
			f.t.Errorf("%s by %s: the answer lacks %q: %.600s", f.field, way, h, a.Body)
		}
	}
	if strings.Contains(string(a.Body), f.value) {
		f.t.Errorf("%s by %s: the answer echoes the value", f.field, way)
	}
	if strings.Contains(f.w.Log.String(), f.value) {
		f.t.Errorf("%s by %s: the log holds the value", f.field, way)
	}
}

func (f *forbidden) api() {
	f.t.Helper()
	body := `{"fields":{"full_name":"Claire Exemple","country":"FR","` + f.field + `":"` + f.value + `"}}`
	a := f.w.Do(f.t, Request{By: f.by, Method: "POST", Path: "/api/v1/records/person", Body: body})
	f.refused("API", a, 422, "/problems/category-not-populatable", `"`+f.field+`"`, f.rule)
}

// form is a form that was made by hand: the page itself does not offer the
// field. What was typed elsewhere in it comes back, this does not.
func (f *forbidden) form() {
	f.t.Helper()
	v := url.Values{"act": {"save"}, "country": {"FR"}, "f.full_name": {"Claire Exemple"}, "f.country": {"FR"}, "f." + f.field: {f.value}}
	a := f.w.Do(f.t, Request{By: f.by, Page: true, Method: "POST", Path: "/records/person/new", Body: v.Encode()})
	f.refused("form", a, 422)
}

func (f *forbidden) importing() {
	f.t.Helper()
	csv := "Full name,country," + f.field + "\nClaire Exemple,FR," + f.value + "\n"
	for _, dry := range []string{"true", "false"} {
		a := f.w.Do(f.t, Request{By: f.by, Method: "POST", Path: "/api/v1/imports?type=person&dry_run=" + dry, Body: csv,
			Header: map[string]string{"Content-Type": "text/csv"}})
		status := 201
		if dry == "true" {
			status = 200
		}
		f.refused("import", a, status, `"rejected":1`, `"created":0`, "category-not-populatable", `"`+f.field+`"`, f.rule)
	}
}

// move holds that a person who is moved takes along what the mover does not
// see, and that it is shown to nobody where it may not be filled in (R14.9).
func (f *forbidden) move() {
	f.t.Helper()
	f.field, f.value, f.rule = "ethnicity", "indigenous", "ethnic-fr"
	a := f.w.Do(f.t, Request{By: f.by, Method: "POST", Path: "/api/v1/records/person", Body: `{"fields":{"full_name":"Ada Beispiel","country":"US","ethnicity":"indigenous"}}`})
	if a.Status != 201 {
		f.t.Fatalf("%d %s", a.Status, a.Body)
	}
	id, err := member(a.Body, "id")
	if err != nil {
		f.t.Fatal(err)
	}
	a = f.w.Do(f.t, Request{By: f.by, Method: "PATCH", Path: "/api/v1/records/person/" + strings.Trim(id, `"`), Body: `{"fields":{"country":"FR"}}`,
		Header: map[string]string{"If-Match": a.Header.Get("ETag")}})
	f.refused("move", a, 200)
}

// entries holds that the activity record names what was refused and holds no
// value.
func (f *forbidden) entries(id bailiwick.TenantID) {
	f.t.Helper()
	ctx := context.Background()
	err := f.w.Parts.Store.View(ctx, id, func(tx store.TenantTx) error {
		cursor, refused := "", 0
		for {
			list, next, err := f.w.Parts.Ledger.List(ctx, tx, ledger.Filter{}, cursor, 100)
			if err != nil {
				return err
			}
			for i := range list {
				b, err := list[i].Encode()
				if err != nil {
					return err
				}
				for _, v := range []string{"pacific-islander", "canary-", "indigenous", "Exemple", "Beispiel"} {
					if strings.Contains(string(b), v) {
						f.t.Errorf("an entry of kind %s holds %q", list[i].Kind, v)
					}
				}
				if list[i].Outcome == "refused" {
					refused++
				}
			}
			if cursor = next; cursor == "" {
				break
			}
		}
		if refused < 6 { // three by the API, three by the form
			f.t.Errorf("%d refusals are on record", refused)
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
}
