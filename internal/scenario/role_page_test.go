package scenario

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"bailiwick/internal/access"
	"bailiwick/internal/store/storetest"
)

// chosen reads which value of a select on a page is chosen; false if there is
// no such select.
func chosen(body []byte, name string) (string, bool) {
	sel := regexp.MustCompile(`(?s)<select[^>]* name="` + regexp.QuoteMeta(name) + `".*?</select>`).Find(body)
	if sel == nil {
		return "", false
	}
	if m := regexp.MustCompile(`<option value="([^"]*)" selected`).FindSubmatch(sel); m != nil {
		return string(m[1]), true
	}
	return "", true
}

// TestRolePage: the page of a role offers every scope of the rules for every
// verb, and whom the role manages, and keeps what was chosen.
func TestRolePage(t *testing.T) {
	w := Start(t, storetest.SQLite(t), nil)
	w.Workspace(t, "acme", nil)
	p := &pages{t, w, w.User(t, "acme", "olga", "DE", "owner")}
	to := p.post("/roles", url.Values{"title": {"Unit lead"}})
	change, at := to.Query().Get("change"), to.Path
	form := url.Values{"title.en": {"Unit lead"}, "admin": {"manage-users"}, "manages": {"unit"}}
	want := map[string]string{"manages": "unit"}
	verbs := access.Verbs()
	for i, scope := range access.TypeScopes() {
		name := "grant.risk." + string(verbs[i])
		form.Set(name, scope.String())
		want[name] = scope.String()
	}
	check := func() {
		t.Helper()
		a := w.Do(t, Request{By: p.by, Page: true, Method: "GET", Path: at + "?change=" + change})
		if a.Status != http.StatusOK {
			t.Fatalf("%d", a.Status)
		}
		for name, value := range want {
			if got, ok := chosen(a.Body, name); !ok || got != value {
				t.Errorf("%s: %q, want %q", name, got, value)
			}
		}
	}
	p.edit(change, at, at, form)
	check()
	for _, manages := range []string{"entity", ""} {
		form.Set("manages", manages)
		want["manages"] = manages
		p.edit(change, at, at, form)
		check()
	}
}
