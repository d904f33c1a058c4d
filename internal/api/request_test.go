package api

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/schema"
	"bailiwick/packs"
)

// shipped returns the shipped record types by key.
func shipped(t testing.TB) map[string]*schema.Type {
	t.Helper()
	out := map[string]*schema.Type{}
	for _, f := range packs.Shipped() {
		p, err := schema.Parse(f.Name, f.Data)
		if err != nil {
			t.Fatal(err)
		}
		for _, typ := range p.Types {
			out[typ.Key] = typ
		}
	}
	return out
}

func TestListQuery(t *testing.T) {
	person := shipped(t)["person"]
	for _, tc := range []struct {
		name, query string
		code        bailiwick.Code
	}{
		{"nothing", "", ""},
		{"a clear field", "filter=country:in:DE,FR&sort=-country&limit=10", ""},
		{"no value needed", "filter=country:set", ""},
		{"a sealed field", "filter=full_name:eq:x", bailiwick.CodeDenied},
		{"a field that does not exist", "filter=shoe_size:eq:x", bailiwick.CodeDenied},
		{"no operator", "filter=country", bailiwick.CodeMalformed},
		{"a limit of nothing", "limit=0", bailiwick.CodeMalformed},
		{"a limit that is no number", "limit=many", bailiwick.CodeMalformed},
		{"a parameter twice", "sort=country&sort=full_name", bailiwick.CodeMalformed},
		{"a parameter that does not exist", "colour=red", bailiwick.CodeMalformed},
		{"search words in an address", "q=anna", bailiwick.CodeMalformed},
		{"too many filters", strings.Repeat("filter=country:eq:DE&", maxFilters+1), bailiwick.CodeMalformed},
		{"deleted as a word", "deleted=yes", bailiwick.CodeMalformed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			params, err := url.ParseQuery(tc.query)
			if err != nil {
				t.Fatal(err)
			}
			_, err = listQuery(person.Key, person, params)
			if got := bailiwick.ErrorCode(err); got != tc.code {
				t.Errorf("code %q, want %q (%v)", got, tc.code, err)
			}
		})
	}
}

// TestHiddenAndUnknownAreTheSame: a filter on a sealed field and on one that
// does not exist get the same bytes (R14.7).
func TestHiddenAndUnknownAreTheSame(t *testing.T) {
	person := shipped(t)["person"]
	answer := func(query string) string {
		params, _ := url.ParseQuery(query)
		_, err := listQuery(person.Key, person, params)
		w := httptest.NewRecorder()
		WriteProblem(w, err, "request-1")
		return w.Body.String()
	}
	if a, b := answer("filter=religion:eq:x"), answer("filter=nonsense:eq:x"); a != b {
		t.Errorf("different answers:\n%s\n%s", a, b)
	}
}

func TestIfMatch(t *testing.T) {
	for header, want := range map[string]struct {
		revision int64
		code     bailiwick.Code
	}{
		``:       {0, bailiwick.CodeIfMatch},
		`"3"`:    {3, ""},
		` "12" `: {12, ""},
		`3`:      {0, bailiwick.CodeMalformed},
		`"0"`:    {0, bailiwick.CodeMalformed},
		`"-1"`:   {0, bailiwick.CodeMalformed},
		`W/"3"`:  {0, bailiwick.CodeMalformed},
		`"+3"`:   {0, bailiwick.CodeMalformed},
		`"03"`:   {0, bailiwick.CodeMalformed},
		`*`:      {0, bailiwick.CodeMalformed},
		`"`:      {0, bailiwick.CodeMalformed},
	} {
		r := httptest.NewRequest("PATCH", "/", nil)
		r.Header.Set("If-Match", header)
		got, err := ifMatch(r)
		if got != want.revision || bailiwick.ErrorCode(err) != want.code {
			t.Errorf("%q: %d, %v; want %d, %q", header, got, err, want.revision, want.code)
		}
	}
}

// TestDecodeRepeatsNothing: whatever is wrong with a body, the answer does not
// quote it.
func TestDecodeRepeatsNothing(t *testing.T) {
	const canary = "Canary-Zq7"
	for _, body := range []string{
		`{"fields":{"full_name":"` + canary, `{"` + canary + `":1}`, `["` + canary + `"]`, canary,
		`{"fields":{}} {"` + canary + `":1}`, `{"fields":"` + canary + `"}`,
	} {
		var doc recordDocument
		err := decode(httptest.NewRequest("POST", "/", strings.NewReader(body)), &doc)
		if bailiwick.ErrorCode(err) != bailiwick.CodeMalformed {
			t.Errorf("%.20q: %v", body, err)
			continue
		}
		w := httptest.NewRecorder()
		WriteProblem(w, err, "")
		if strings.Contains(w.Body.String()+err.Error(), canary) {
			t.Errorf("the answer to %.20q quotes it", body)
		}
	}
}

// TestProblemOfStranger: an error that is not ours shows nothing of itself.
func TestProblemOfStranger(t *testing.T) {
	w := httptest.NewRecorder()
	WriteProblem(w, url.InvalidHostError("Canary-Zq7"), "request-1")
	if w.Code != 500 || strings.Contains(w.Body.String(), "Canary") || !strings.Contains(w.Body.String(), "request-1") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestImportSpec(t *testing.T) {
	person := shipped(t)["person"]
	for query, code := range map[string]bailiwick.Code{
		"type=person&dry_run=true&mode=update&key=employee_number": "",
		"type=person&map=Name%3Dfull_name&map=Ctry%3Dcountry":      "",
		"type=person&map=Name":                   bailiwick.CodeMalformed,
		"type=person&mode=replace":               bailiwick.CodeMalformed,
		"type=person&undo=1":                     bailiwick.CodeMalformed,
		"type=person&dry_run=1":                  bailiwick.CodeMalformed,
		"type=person&dry_run=true&dry_run=false": bailiwick.CodeMalformed,
	} {
		params, _ := url.ParseQuery(query)
		spec, err := importSpec(person, params)
		if bailiwick.ErrorCode(err) != code {
			t.Errorf("%s: %v, want %q", query, err, code)
		}
		if strings.Contains(query, "Ctry") && (spec.Mapping["Name"] != "full_name" || spec.Mapping["Ctry"] != "country") {
			t.Errorf("mapping %v", spec.Mapping)
		}
		if strings.Contains(query, "update") && (spec.Mode != custody.ImportUpdate || !spec.DryRun || spec.KeyField != "employee_number") {
			t.Errorf("spec %+v", spec)
		}
	}
}

// FuzzListQuery: no parameter makes a list query panic, and every filter that
// passes names a field that is readable at rest.
func FuzzListQuery(f *testing.F) {
	for _, s := range []string{"filter=country:eq:DE", "sort=-x&limit=3", "filter=a:b:c:d", "cursor=%00", "filter=::&filter=country:in:,,"} {
		f.Add(s)
	}
	person := shipped(f)["person"]
	f.Fuzz(func(t *testing.T, s string) {
		params, err := url.ParseQuery(s)
		if err != nil {
			return
		}
		q, err := listQuery(person.Key, person, params)
		if err != nil {
			return
		}
		for _, fl := range q.Filters {
			if field := person.Field(fl.Field); field == nil || !field.Clear {
				t.Errorf("a filter on %q passed", fl.Field)
			}
		}
	})
}

// TestProblemSaysItOnce: a detail that only repeats the title is left out.
func TestProblemSaysItOnce(t *testing.T) {
	for _, c := range bailiwick.Codes() {
		p := ProblemOf(&bailiwick.Error{Code: c.Code, Message: c.Meaning}, "")
		if p.Detail != "" || p.Title != c.Meaning {
			t.Errorf("%s: title %q, detail %q", c.Code, p.Title, p.Detail)
		}
	}
}
