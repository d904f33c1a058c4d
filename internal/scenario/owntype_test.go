package scenario

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

// kev returns the catalogue of known exploited vulnerabilities, from the
// reference data beside the project.
func kev(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if b, err := os.ReadFile(filepath.Join(dir, "shared", "data", "kev", "known_exploited_vulnerabilities.csv")); err == nil {
			return string(b)
		}
	}
	if strings.Contains(os.Getenv("BAILIWICK_REQUIRE"), "data") {
		t.Fatal("the reference data is missing")
	}
	t.Skip("the reference data is not here")
	return ""
}

// pages is somebody who works with the pages alone.
type pages struct {
	t  *testing.T
	w  *World
	by *Person
}

// post sends a form and returns where the answer leads.
func (p *pages) post(path string, form url.Values) *url.URL {
	p.t.Helper()
	a := p.w.Do(p.t, Request{By: p.by, Page: true, Method: "POST", Path: path, Body: form.Encode()})
	to, err := url.Parse(a.Header.Get("Location"))
	if a.Status != http.StatusSeeOther || err != nil {
		p.t.Fatalf("POST %s: %d\n%s", path, a.Status, a.Body)
	}
	return to
}

// revision reads the hidden revision of the form on a page.
func (p *pages) revision(path string) string {
	p.t.Helper()
	a := p.w.Do(p.t, Request{By: p.by, Page: true, Method: "GET", Path: path})
	_, rest, ok := strings.Cut(string(a.Body), `name="revision" value="`)
	value, _, _ := strings.Cut(rest, `"`)
	if a.Status != http.StatusOK || !ok || value == "" {
		p.t.Fatalf("GET %s: %d without a revision\n%s", path, a.Status, a.Body)
	}
	return value
}

// edit posts a form into a change.
func (p *pages) edit(change, page, path string, form url.Values) {
	p.t.Helper()
	form.Set("change", change)
	form.Set("revision", p.revision(page+"?change="+change))
	if to := p.post(path, form); to.Query().Get("change") != change {
		p.t.Fatalf("the edit went elsewhere: %s", to)
	}
}

// TestCatalogueIntoOwnType makes a record type for the catalogue of known
// exploited vulnerabilities with the pages alone and without scripts, has it
// approved by a second person, and imports, finds and exports every row.
func TestCatalogueIntoOwnType(t *testing.T) {
	csv := kev(t)
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		w := Start(t, data, nil)
		w.Workspace(t, "acme", nil)
		owner, second := w.User(t, "acme", "olga", "DE", "owner"), w.User(t, "acme", "petra", "DE", "privacy")
		p := &pages{t, w, owner}

		to := p.post("/types", url.Values{"title.en": {"Exploited vulnerability"}, "title.de": {"Ausgenutzte Schwachstelle"}, "ref": {"kev"}, "key": {"x_kev"},
			"pack": {"own"}, "schedule": {"vulnerability-fixed"}, "label.en": {"vulnerabilityName"}, "category": {"security"}})
		change := to.Query().Get("change")
		if change == "" || to.Path != "/types/x_kev" {
			t.Fatalf("the new type is at %s", to)
		}
		p.edit(change, "/lists/new", "/lists/new", url.Values{"title.en": {"Ransomware use"}, "option.0.en": {"Known"}, "option.1.en": {"Unknown"}})
		for _, f := range []struct{ label, kind, search, options, clear string }{
			{"cveID", "text", "word", "", ""}, {"vendorProject", "text", "prefix", "", ""}, {"product", "text", "word", "", ""},
			{"dateAdded", "date", "", "", "1"}, {"shortDescription", "longtext", "word", "", ""}, {"requiredAction", "longtext", "", "", ""},
			{"dueDate", "date", "", "", "1"}, {"knownRansomwareCampaignUse", "choice", "", "x_ransomware_use", "1"}, {"notes", "longtext", "", "", ""}, {"cwes", "text", "", "", ""},
		} {
			form := url.Values{"label.en": {f.label}, "kind": {f.kind}, "category": {"security"}, "search": {f.search}, "options": {f.options}, "key": {strings.ToLower(f.label)}}
			if f.clear != "" {
				form.Set("clear", "1")
			}
			p.edit(change, "/types/x_kev/fields/new", "/types/x_kev/fields/new", form)
		}
		p.edit(change, "/types/x_kev", "/types/x_kev", url.Values{"title.en": {"Exploited vulnerability"}, "plural.en": {"Exploited vulnerabilities"},
			"title-field": {"name"}, "key-field": {"cveid"}, "position.cveid": {"0"}, "column.cveid": {"1"}, "column.name": {"1"}, "column.duedate": {"1"}})
		at := "/api/v1/proposals/" + change
		w.must(t, owner, "POST", at+"/simulate", "", nil)
		tag := map[string]string{"If-Match": `"` + p.revision("/types/x_kev?change="+change) + `"`}
		w.must(t, owner, "POST", at+"/submit", "", tag)
		w.must(t, second, "POST", at+"/approve", "{}", tag)

		a := w.must(t, owner, "POST", "/api/v1/imports?type=x_kev", csv, map[string]string{"Content-Type": "text/csv"})
		if s := string(a.Body); !strings.Contains(s, `"created":1404`) || !strings.Contains(s, `"rejected":0`) {
			t.Fatalf("imported: %.2000s", s)
		}
		a = w.must(t, owner, "GET", "/api/v1/records/x_kev?total=true&limit=1", "", nil)
		if !strings.Contains(string(a.Body), "1404") {
			t.Errorf("the list says %.400s", a.Body)
		}
		a = w.must(t, owner, "POST", "/api/v1/search", `{"text":"CVE-2025-48384"}`, nil)
		if !strings.Contains(string(a.Body), "Git Link Following") {
			t.Errorf("found: %.400s", a.Body)
		}
		a = w.must(t, owner, "GET", "/api/v1/records/x_kev/export?format=csv", "", nil)
		if n := strings.Count(string(a.Body), "CVE-20"); n < 1404 || !strings.Contains(string(a.Body), "Git Link Following Vulnerability") {
			t.Errorf("%d numbers in the export", n)
		}
		a = w.Do(t, Request{By: owner, Page: true, Method: "GET", Path: "/records/x_kev"})
		if a.Status != http.StatusOK || !strings.Contains(string(a.Body), "Exploited vulnerabilities") || !strings.Contains(string(a.Body), "KEV-") {
			t.Errorf("the list is %d", a.Status)
		}
	})
}

// must is a request to the API that succeeds.
func (w *World) must(t *testing.T, by *Person, method, path, body string, header map[string]string) Answer {
	t.Helper()
	a := w.Do(t, Request{By: by, Method: method, Path: path, Body: body, Header: header})
	if a.Status >= 300 {
		t.Fatalf("%s %s: %d %.2000s", method, path, a.Status, a.Body)
	}
	return a
}
