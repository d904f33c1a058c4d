package server

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

// ask sends a request of a program to acme, holds the status and reads the
// answer into v unless that is nil.
func (h *house) ask(t *testing.T, token, method, path, body string, want int, v any) string {
	t.Helper()
	q := request{method: method, host: hosts[TenantHost], path: path, body: body, token: token}
	if body != "" {
		q.media = jsonType
	}
	w := h.do(t, q)
	if w.Code != want {
		t.Fatalf("%s %s %s: got %d, want %d: %s", method, path, body, w.Code, want, w.Body)
	}
	if v != nil {
		if err := json.Unmarshal(w.Body.Bytes(), v); err != nil {
			t.Fatal(err)
		}
	}
	return w.Body.String()
}

// someone is a user as the API writes it.
type someone struct {
	ID, Name, Email, Country, Entity, State string
	Roles                                   []string
	Declared                                struct{ Country string }
}

type someones struct {
	Items []someone
	Next  *string
	Total int
}

// TestUsersByAPI invites, finds, changes, disables and enables a user.
func TestUsersByAPI(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		h := newHouse(t, data, nil)
		owner := h.owner["acme"].token
		var made struct{ ID, Link string }
		said := h.ask(t, owner, "POST", "/api/v1/users", `{"name":"Mara Canary","email":"mara@example.com","roles":["member"],"country":"DE"}`, 201, &made)
		if strings.Contains(said, "mara") || !strings.HasPrefix(made.Link, "/link/") {
			t.Fatalf("the invitation says %s", said)
		}
		if w := h.do(t, request{method: "GET", host: hosts[TenantHost], path: made.Link}); w.Code != 200 {
			t.Errorf("the invitation leads to %d", w.Code)
		}
		path := "/api/v1/users/" + made.ID
		var u someone
		h.ask(t, owner, "GET", path, "", 200, &u)
		if u.Name != "Mara Canary" || u.State != "invited" || u.Country != "" || u.Declared.Country != "DE" || u.Entity == "" {
			t.Errorf("the user is %+v", u)
		}
		var found someones
		h.ask(t, owner, "POST", "/api/v1/users/query", `{"text":"cana","role":"member"}`, 200, &found)
		if found.Total != 1 || found.Items[0].ID != made.ID || found.Next != nil {
			t.Errorf("found %+v", found)
		}
		h.ask(t, owner, "PATCH", path, `{"roles":["manager","member"],"country":"FR","name":"Mara Newname","email":"new@example.com"}`, 200, &u)
		if strings.Join(u.Roles, " ") != "manager member" || u.Country != "" || u.Declared.Country != "FR" || u.Name != "Mara Newname" || u.Email != "new@example.com" {
			t.Errorf("after the change: %+v", u)
		}
		// Whoever stated the country does not confirm it (R8.6).
		h.ask(t, owner, "POST", path+"/country", `{"decision":"confirm","country":"FR"}`, 403, nil)
		h.ask(t, owner, "POST", path+"/country", `{"decision":"refuse","country":"DE"}`, 412, nil)
		h.ask(t, owner, "POST", path+"/country", `{"decision":"refuse","country":"FR"}`, 200, &u)
		h.ask(t, owner, "POST", path+"/country", `{"decision":"refuse","country":"FR"}`, 404, nil)
		h.ask(t, owner, "DELETE", path+"/factors", "", 204, nil)
		h.ask(t, owner, "POST", path+"/link", "", 201, &made)
		h.ask(t, owner, "POST", path+"/disable", "", 200, &u)
		if u.State != "disabled" {
			t.Errorf("after disabling: %+v", u)
		}
		if w := h.do(t, request{method: "GET", host: hosts[TenantHost], path: made.Link}); w.Code == 200 {
			t.Error("the link of a disabled user still leads somewhere")
		}
		h.ask(t, owner, "POST", path+"/link", "", 409, nil)
		h.ask(t, owner, "POST", "/api/v1/users/query", `{"text":"newname"}`, 200, &found)
		if found.Total != 0 {
			t.Errorf("a disabled user is found unasked: %+v", found)
		}
		h.ask(t, owner, "POST", path+"/enable", "", 200, &u)
		if u.State != "invited" {
			t.Errorf("after enabling: %+v", u)
		}
		if log := strings.ToLower(h.log.String()); strings.Contains(log, "mara") || strings.Contains(log, "canary") || strings.Contains(log, "newname") {
			t.Error("the log holds a name")
		}
	})
}

// TestUserPaging holds that every user is on one page, and on one only.
func TestUserPaging(t *testing.T) {
	h := onSQLite(t, nil)
	owner, seen, cursor := h.owner["acme"].token, map[string]int{}, ""
	for range 5 {
		var page someones
		h.ask(t, owner, "GET", "/api/v1/users?limit=1"+cursor, "", 200, &page)
		for _, u := range page.Items {
			seen[u.Name]++
		}
		if page.Total != 2 {
			t.Fatalf("%d users", page.Total)
		}
		if page.Next == nil {
			break
		}
		cursor = "&cursor=" + *page.Next
	}
	if len(seen) != 2 || seen["acme-owner"] != 1 || seen["acme-member"] != 1 {
		t.Errorf("seen: %v", seen)
	}
}

// TestUserRefusals holds what is refused about users, and that no answer
// repeats what was sent.
func TestUserRefusals(t *testing.T) {
	h := onSQLite(t, nil)
	owner, self := h.owner["acme"].token, "/api/v1/users/"+h.owner["acme"].actor.User().String()
	const none = "/api/v1/users/0192f3a4-0000-7000-8000-000000000002"
	other := "/api/v1/users/" + h.owner["beta"].actor.User().String()
	for _, c := range []struct {
		name, method, path, body string
		want                     int
	}{
		{"no role", "POST", "/api/v1/users", `{"name":"Canary","email":"canary@example.com","roles":[]}`, 422},
		{"an unknown role", "POST", "/api/v1/users", `{"name":"Canary","email":"canary@example.com","roles":["canary"]}`, 422},
		{"a country that is none", "POST", "/api/v1/users", `{"name":"Canary","email":"canary@example.com","roles":["member"],"country":"canary"}`, 422},
		{"an address that is none", "POST", "/api/v1/users", `{"name":"Canary","email":"canary","roles":["member"]}`, 422},
		{"an address that is taken", "POST", "/api/v1/users", `{"name":"Canary","email":"acme-owner@example.com","roles":["member"]}`, 422},
		{"an entity that is no identifier", "POST", "/api/v1/users", `{"name":"Canary","email":"canary@example.com","roles":["member"],"entity":"canary"}`, 400},
		{"an unknown member", "POST", "/api/v1/users", `{"canary":1}`, 400},
		{"nothing to change", "PATCH", self, `{}`, 400},
		{"null", "PATCH", self, `{"country":null}`, 400},
		{"the last who manages users", "PATCH", self, `{"roles":["member"]}`, 409},
		{"disabling the last who manages users", "POST", self + "/disable", "", 409},
		{"nobody", "GET", none, "", 404},
		{"a change of nobody", "PATCH", none, `{"name":"Canary"}`, 404},
		{"a user of another workspace", "PATCH", other, `{"name":"Canary"}`, 404},
		{"disabling a user of another workspace", "POST", other + "/disable", "", 404},
		{"an identifier that is none", "GET", "/api/v1/users/canary", "", 404},
		{"words in an address", "GET", "/api/v1/users?text=canary", "", 400},
		{"a cursor that is none", "GET", "/api/v1/users?cursor=canary", "", 400},
		{"a cursor before the list", "GET", "/api/v1/users?cursor=-1", "", 400},
		{"a limit that is none", "GET", "/api/v1/users?limit=201", "", 400},
		{"a limit in a body", "POST", "/api/v1/users/query", `{"limit":201}`, 400},
		{"disabled as a word", "GET", "/api/v1/users?disabled=canary", "", 400},
		{"long words", "POST", "/api/v1/users/query", `{"text":"` + strings.Repeat("canary ", 40) + `"}`, 400},
	} {
		if said := h.ask(t, owner, c.method, c.path, c.body, c.want, nil); strings.Contains(strings.ToLower(said), "canary") {
			t.Errorf("%s: the answer repeats what was sent: %s", c.name, said)
		}
	}
	if strings.Contains(strings.ToLower(h.log.String()), "canary") {
		t.Error("the log holds what was sent")
	}
}

// TestMatrixByAPI holds who may read the rules, and that everybody may know
// the legal entities.
func TestMatrixByAPI(t *testing.T) {
	h := onSQLite(t, nil)
	var m struct {
		Version    int64
		Categories []struct{ Key, Title string }
		Rules      []map[string]any
	}
	h.ask(t, h.owner["acme"].token, "GET", "/api/v1/matrix", "", 200, &m)
	if m.Version < 1 || len(m.Categories) != len(bailiwick.ShippedCategories()) || m.Categories[0].Title == "" || m.Rules == nil {
		t.Errorf("the matrix is %+v", m)
	}
	h.ask(t, h.plain["acme"].token, "GET", "/api/v1/matrix", "", http.StatusForbidden, nil)
	var e struct {
		Items []struct{ ID, Key, Name, Seat string }
	}
	said := h.ask(t, h.plain["acme"].token, "GET", "/api/v1/entities", "", 200, &e)
	if len(e.Items) != 1 || e.Items[0].Key != "acme" || e.Items[0].Seat != "DE" || e.Items[0].ID == "" || strings.Contains(said, "beta") {
		t.Errorf("the legal entities are %s", said)
	}
}

// TestActivityByAPI: a colleague's act is there, the colleague is not, unless
// the reader may audit (R14.12).
func TestActivityByAPI(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		h := newHouse(t, data, nil)
		auditor := h.invite(t, h.owner["acme"].actor.Tenant(), "acme-auditor", "auditor")
		var made struct{ ID string }
		h.ask(t, h.owner["acme"].token, "POST", "/api/v1/records/risk", `{"fields":{"title":"Door alarm","inherent_likelihood":"possible","inherent_impact":"minor"}}`, 201, &made)
		path := "/api/v1/records/risk/" + made.ID + "/activity"
		type line struct {
			Kind, User, Name string
			Own              bool
		}
		created := func(token string) line {
			t.Helper()
			var a struct{ Items []line }
			h.ask(t, token, "GET", path, "", 200, &a)
			for _, l := range a.Items {
				if l.Kind == "record.created" {
					return l
				}
			}
			t.Fatalf("the record was never created: %+v", a)
			return line{}
		}
		id := h.owner["acme"].actor.User().String()
		if l := created(h.owner["acme"].token); !l.Own || l.User != id || l.Name != "acme-owner" {
			t.Errorf("to who did it: %+v", l)
		}
		risks := h.invite(t, h.owner["acme"].actor.Tenant(), "acme-risks", "risk-manager")
		if l := created(risks.token); l.Own || l.User != "" || l.Name != "" {
			t.Errorf("to a colleague: %+v", l)
		}
		if l := created(auditor.token); l.Own || l.User != id || l.Name != "acme-owner" {
			t.Errorf("to the auditor: %+v", l)
		}
		h.ask(t, h.owner["beta"].token, "GET", path, "", http.StatusUnauthorized, nil)
		h.ask(t, risks.token, "GET", "/api/v1/records/risk/0192f3a4-0000-7000-8000-000000000001/activity", "", 404, nil)
	})
}
