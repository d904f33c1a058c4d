package scenario

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bailiwick/internal/store/storetest"
)

// TestSettingsPage: solo mode is chosen on the page of a change, and while
// somebody else may approve, who edited is offered nothing that is refused.
func TestSettingsPage(t *testing.T) {
	w := Start(t, storetest.SQLite(t), nil)
	w.Workspace(t, "acme", nil)
	olga, paul := w.User(t, "acme", "olga", "DE", "owner"), w.User(t, "acme", "paul", "DE", "privacy")
	p := &pages{t, w, olga}
	at := p.post("/proposals", url.Values{"title": {"Solo"}}).Path
	form := url.Values{"language": {"de"}, "time_zone": {"Nowhere/Land"}, "quarantine_days": {"400"}, "solo_mode": {"on"}}
	form.Set("revision", p.revision(at+"/settings"))
	a := w.Do(t, Request{By: olga, Page: true, Method: "POST", Path: at + "/settings", Body: form.Encode()})
	for _, want := range []string{`href="#time_zone"`, `href="#quarantine_days"`, `value="Nowhere/Land"`, `value="400"`} {
		if a.Status != http.StatusUnprocessableEntity || !strings.Contains(string(a.Body), want) {
			t.Errorf("%d, lacks %s", a.Status, want)
		}
	}
	form.Set("time_zone", "Europe/Berlin")
	form.Set("quarantine_days", "14")
	p.post(at+"/settings", form)
	for _, act := range []string{"simulate", "submit"} {
		p.post(at+"/act/"+act, url.Values{"revision": {p.revision(at)}})
	}
	read := func(by *Person) string {
		t.Helper()
		return string(w.Do(t, Request{By: by, Page: true, Method: "GET", Path: at}).Body)
	}
	mine, his := read(olga), read(paul)
	for _, text := range []string{"/act/approve", "You are the second person", "Your turn", "nobody else may approve"} {
		if strings.Contains(mine, text) {
			t.Errorf("the editor reads %q", text)
		}
	}
	if !strings.Contains(mine, "several people may approve") || !strings.Contains(his, "/act/approve") || !strings.Contains(his, "You are the second person") {
		t.Error("who approves is not said")
	}
	a = w.Do(t, Request{By: paul, Page: true, Method: "POST", Path: at + "/act/approve", Body: url.Values{"revision": {"2"}}.Encode()})
	if a.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if list := string(w.Do(t, Request{By: olga, Page: true, Method: "GET", Path: "/proposals"}).Body); !strings.Contains(list, "Mehrere Personen") && !strings.Contains(list, "several people") {
		t.Error("the list does not say that solo mode has no effect")
	}
	at = strings.Replace(p.post("/proposals", url.Values{"title": {"Unknown"}}).Path, "/proposals", "/api/v1/proposals", 1)
	a = w.Do(t, Request{By: olga, Method: "PATCH", Path: at, Body: `{"settings":{"solo":true}}`, Header: map[string]string{"If-Match": `"1"`}})
	if a.Status != http.StatusBadRequest || !strings.Contains(string(a.Body), "solo_mode") || !strings.Contains(string(a.Body), "quarantine_days") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
}
