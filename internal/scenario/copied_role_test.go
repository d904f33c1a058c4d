package scenario

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bailiwick/internal/store/storetest"
)

// TestCopiedRole: a copy of a role is named by the rules that name its
// original, unless it is not wanted.
func TestCopiedRole(t *testing.T) {
	w := Start(t, storetest.SQLite(t), nil)
	w.Workspace(t, "acme", []byte(`rules:
  - {id: one, operation: access, category: health, roles: [hr], effect: allow}
  - {id: two, operation: access, category: contact, roles: [hr, auditor], effect: allow}
  - {id: three, operation: access, category: tax, roles: [auditor], effect: allow}
`))
	p := &pages{t, w, w.User(t, "acme", "olga", "DE", "owner")}
	read := func(path string) string {
		t.Helper()
		a := w.Do(t, Request{By: p.by, Page: true, Method: "GET", Path: path})
		if a.Status != http.StatusOK {
			t.Fatalf("%s: %d", path, a.Status)
		}
		return string(a.Body)
	}
	form := read("/roles")
	if !strings.Contains(form, "rules that name it: 2)") || !strings.Contains(form, `name="rules" value="on" checked`) {
		t.Error("the form does not say how many rules name the role")
	}
	for with, want := range map[string]int{"on": 2, "": 0} {
		to := p.post("/roles", url.Values{"title": {"Night desk"}, "from": {"hr"}, "rules": {with}})
		text := read("/proposals/" + to.Query().Get("change") + "/text")
		_, rules, _ := strings.Cut(text, "rules:")
		if got := strings.Count(rules, "x_night_desk"); got != want {
			t.Errorf("%q: %d rules name the copy, want %d\n%s", with, got, want, rules)
		}
	}
}
