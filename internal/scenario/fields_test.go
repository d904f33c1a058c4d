package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

// TestFields asks for the same people as every user of the demo, over every
// surface that shows a field, and compares what comes out with what the rules
// say when they are read one by one (oracle). A canary in the answer without
// a rule that lets it out, or one withheld against the rules, fails.
func TestFields(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		w := Start(t, data, nil)
		all := offices(t, w, data)
		if data.Engine() != "sqlite" || testing.Short() {
			all = all[:1] // what is judged does not depend on the engine; what is found does
		}
		for _, o := range all {
			for _, p := range o.people {
				v := &viewing{t: t, w: w, o: o, p: p}
				t.Run(o.Slug+"/"+p.Name, func(t *testing.T) {
					v.t = t
					v.people()
					v.incidents()
				})
			}
		}
	})
}

// viewing is one user looking at everything.
type viewing struct {
	t *testing.T
	w *World
	o *office
	p *Person
}

func (v *viewing) get(page bool, path string) Answer {
	return v.w.Serve(Request{By: v.p, Page: page, Method: "GET", Path: path})
}

func (v *viewing) post(path, body string) Answer {
	return v.w.Serve(Request{By: v.p, Method: "POST", Path: path, Body: body})
}

// sees is the oracle's answer about a field of the planted person in a
// country.
func (v *viewing) sees(field, country string) sight {
	return v.o.oracle.sees(v.o.category(field), country, v.p.Actor)
}

// unique reports whether a value can be found in a text without doubt: a
// choice cannot, its words stand in the page anyway.
func unique(value string) bool { return strings.ContainsAny(value, "0123456789") }

// clean holds that an answer shows no canary that the rules keep back.
func (v *viewing) clean(surface string, body []byte) {
	v.t.Helper()
	for country, p := range v.o.planted {
		for field, value := range p.values {
			if unique(value) && v.sees(field, country) != whole && bytes.Contains(body, []byte(value)) {
				v.t.Errorf("%s shows %s of %s, which is %s to this viewer", surface, field, country, v.sees(field, country))
			}
		}
	}
	for country, value := range v.o.injuries {
		if v.o.oracle.sees("health", country, v.p.Actor) != whole && bytes.Contains(body, []byte(value)) {
			v.t.Errorf("%s shows the injury of %s", surface, country)
		}
	}
}

// complete holds that an answer shows what the rules let this viewer see.
func (v *viewing) complete(surface string, body []byte, countries ...string) {
	v.t.Helper()
	for _, country := range countries {
		for field, value := range v.o.planted[country].values {
			if unique(value) && field != "birth_date" && v.sees(field, country) == whole && !bytes.Contains(body, []byte(value)) {
				v.t.Errorf("%s lacks %s of %s, which the rules let this viewer see", surface, field, country)
			}
		}
	}
}

func (v *viewing) role(m map[string][]string, typ string) bool { return holds(v.p.Actor, m[typ]) }

func (v *viewing) people() {
	const path = "/api/v1/records/person"
	if !v.role(mayOpen, "person") {
		for _, q := range []string{path, path + "/" + v.o.planted["DE"].id, path + "/export", path + "/" + v.o.planted["DE"].id + "/history"} {
			if a := v.get(false, q); a.Status != 403 && a.Status != 404 {
				v.t.Errorf("%s answers %d to a role that may not open people", q, a.Status)
			}
		}
		v.searches()
		return
	}
	for _, country := range subjectCountries {
		v.record(country)
	}
	v.lists(path)
	v.exports(path)
	v.searches()
	v.orders(path)
}

// record looks at one planted person: the record, its history and what
// explain says, each held against the oracle, and its pages.
func (v *viewing) record(country string) {
	p := v.o.planted[country]
	path := "/api/v1/records/person/" + p.id
	a := v.get(false, path)
	var rec struct {
		Fields   map[string]any
		Withheld []struct{ Field, Rule, Reason string }
	}
	if err := json.Unmarshal(a.Body, &rec); err != nil || a.Status != 200 {
		v.t.Errorf("%s: %d %.200s", path, a.Status, a.Body)
		return
	}
	withheld := map[string]bool{}
	for _, x := range rec.Withheld {
		withheld[x.Field] = x.Rule != "" && x.Reason != ""
	}
	for _, probe := range probes {
		value, filled := p.values[probe.field]
		got, want := rec.Fields[probe.field], v.sees(probe.field, country)
		bad := false
		switch {
		case want == nothing:
			bad = got != nil || !withheld[probe.field]
		case !filled:
			bad = got != nil || withheld[probe.field]
		case want == whole:
			bad = got != value || withheld[probe.field]
		case want == "last4":
			s, _ := got.(string)
			bad = !strings.HasSuffix(s, value[len(value)-4:]) || strings.Contains(s, value[:len(value)-4])
		case want == "year-only":
			bad = got != value[:4]
		default:
			bad = got == value
		}
		if bad {
			v.t.Errorf("%s of %s is %v (withheld: %v), and %s to this viewer", probe.field, country, got, withheld[probe.field], want)
		}
		v.explain(path, probe.field, country, want)
	}
	history := v.get(false, path+"/history")
	v.clean("the history", history.Body)
	v.complete("the history", history.Body, country)
	v.history(history, country)
	page := v.get(true, "/records/person/"+p.id)
	v.clean("the page", page.Body)
	v.complete("the page", page.Body, country)
	v.clean("the page of the history", v.get(true, "/records/person/"+p.id+"/history").Body)
	v.clean("the page that explains", v.get(true, "/records/person/"+p.id+"/explain?op=access&field=national_id").Body)
}

func (v *viewing) explain(path, field, country string, want sight) {
	a := v.get(false, path+"/explain?field="+field)
	var e struct {
		Allowed            bool
		Mask, Rule, Reason string
	}
	if err := json.Unmarshal(a.Body, &e); err != nil || a.Status != 200 {
		v.t.Errorf("explain %s: %d %.200s", field, a.Status, a.Body)
		return
	}
	mask := string(want)
	if want == whole || want == nothing {
		mask = ""
	}
	if e.Allowed != (want != nothing) || e.Mask != mask || e.Rule == "" || e.Reason == "" {
		v.t.Errorf("explain says of %s of %s: %+v; to this viewer it is %s", field, country, e, want)
	}
}

// history holds that no change of a withheld field is told of, choices
// included.
func (v *viewing) history(a Answer, country string) {
	var h struct {
		Items []struct{ Fields []struct{ Field string } }
	}
	if err := json.Unmarshal(a.Body, &h); err != nil || len(h.Items) == 0 {
		v.t.Errorf("history: %d %.200s", a.Status, a.Body)
	}
	for _, line := range h.Items {
		for _, f := range line.Fields {
			if v.sees(f.Field, country) == nothing {
				v.t.Errorf("the history tells that %s of %s changed", f.Field, country)
			}
		}
	}
}

// lists looks at the list, by page and by API, with every column.
func (v *viewing) lists(path string) {
	var all []byte
	for cursor := ""; ; {
		a := v.get(false, path+"?limit=200&cursor="+cursor)
		if cursor == "" {
			a = v.get(false, path+"?limit=200")
		}
		if a.Status != 200 {
			v.t.Errorf("list: %d %.200s", a.Status, a.Body)
			return
		}
		v.clean("the list", a.Body)
		all = append(all, a.Body...)
		raw, _ := member(a.Body, "next")
		if cursor = url.QueryEscape(strings.Trim(raw, `"`)); raw == "null" {
			break
		}
	}
	v.complete("the list", all, subjectCountries...)
	columns := url.Values{}
	for _, f := range v.o.conf.Types["person"].Fields {
		columns.Add("cols", f.Key)
	}
	for _, sort := range []string{"", "&sort=full_name", "&sort=-national_id"} {
		v.clean("the page of the list", v.get(true, "/records/person?"+columns.Encode()+sort).Body)
	}
}

func (v *viewing) exports(path string) {
	for _, format := range []string{"csv", "json"} {
		a := v.get(false, path+"/export?format="+format)
		page := v.get(true, "/records/person/export?format="+format)
		if !v.role(mayExport, "person") {
			if a.Status != 403 || page.Status != 403 {
				v.t.Errorf("export: %d and %d to a role that may not", a.Status, page.Status)
			}
			continue
		}
		if a.Status != 200 || page.Status != 200 {
			v.t.Errorf("export: %d and %d %.200s", a.Status, page.Status, a.Body)
		}
		v.clean("the export as "+format, a.Body)
		v.clean("the export of the page as "+format, page.Body)
		if format == "json" {
			v.complete("the export as "+format, a.Body, subjectCountries...)
		}
	}
}

// searches looks for every canary by its own words, everywhere words are
// taken: a hit on a field that is withheld would tell as much as showing it.
func (v *viewing) searches() {
	for country, p := range v.o.planted {
		for field, value := range p.values {
			body := fmt.Sprintf(`{"text":%q}`, value)
			v.found("search", field, country, v.post("/api/v1/search", body))
			v.found("query", field, country, v.post("/api/v1/records/person/query", body))
			v.found("suggest", field, country, v.post("/api/v1/records/person/suggest", fmt.Sprintf(`{"field":"manager","text":%q}`, value)))
			for _, op := range []string{"eq", "prefix"} {
				a := v.post("/api/v1/records/person/query", fmt.Sprintf(`{"filters":[{"field":%q,"op":%q,"values":[%q]}],"limit":200}`, field, op, value))
				v.found("a filter "+op, field, country, a)
			}
		}
	}
}

// found holds that a planted person was found by a field only by those who
// see all of it.
func (v *viewing) found(surface, field, country string, a Answer) {
	v.t.Helper()
	v.clean(surface, a.Body)
	may := v.role(mayOpen, "person") && v.sees(field, country) == whole
	if !may && a.Status == 200 && bytes.Contains(a.Body, []byte(v.o.planted[country].id)) {
		v.t.Errorf("%s finds the person in %s by %s, which is %s to this viewer", surface, country, field, v.sees(field, country))
	}
}

// orders sorts by every field, groups by every field and filters by presence:
// where a field is withheld of everybody, the answer is the refusal that an
// unknown field gets.
func (v *viewing) orders(path string) {
	unknown := v.get(false, path+"?sort=no_such_field")
	for _, probe := range probes {
		a := v.get(false, path+"?limit=200&sort="+probe.field)
		v.clean("sorting by "+probe.field, a.Body)
		any := false
		for _, country := range subjectCountries {
			any = any || v.sees(probe.field, country) != nothing
		}
		if !any && (a.Status != unknown.Status || !bytes.Equal(a.Body, unknown.Body)) {
			v.t.Errorf("sorting by %s, withheld of everybody: %d %.200s; an unknown field: %d", probe.field, a.Status, a.Body, unknown.Status)
		}
		if g := v.get(false, path+"/groups?by="+probe.field); g.Status != unknown.Status {
			v.t.Errorf("groups by %s: %d", probe.field, g.Status) // none of them is readable at rest
		}
	}
}

// incidents looks at an incident with an injured person of each country.
func (v *viewing) incidents() {
	path := "/api/v1/records/incident/" + v.o.incident
	a := v.get(false, path)
	if !v.role(mayOpen, "incident") {
		if a.Status != 403 && a.Status != 404 {
			v.t.Errorf("the incident: %d", a.Status)
		}
		return
	}
	v.clean("the incident", a.Body)
	for country, value := range v.o.injuries {
		if v.o.oracle.sees("health", country, v.p.Actor) == whole && !bytes.Contains(a.Body, []byte(value)) {
			v.t.Errorf("the incident lacks the injury of %s: %d", country, a.Status)
		}
	}
	v.clean("the history of the incident", v.get(false, path+"/history").Body)
	v.clean("the page of the incident", v.get(true, "/records/incident/"+v.o.incident).Body)
	v.clean("the incidents", v.get(false, "/api/v1/records/incident?limit=200").Body)
	v.clean("the export of incidents", v.get(false, "/api/v1/records/incident/export?format=csv").Body)
	for _, value := range v.o.injuries {
		v.clean("a search for the injury", v.post("/api/v1/search", fmt.Sprintf(`{"text":%q}`, value)).Body)
	}
}
