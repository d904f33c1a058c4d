package server

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/api"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

// hosts are the three kinds of host of the test's base, localhost.
var hosts = map[HostKind]string{TenantHost: "acme.localhost", BaseHost: "localhost", ProviderHost: "provider.localhost"}

// path fills the wildcards of a pattern with something that has the form.
func path(pattern string) string {
	return strings.NewReplacer("{type}", "person", "{id}", "0192f3a4-0000-7000-8000-000000000001", "{secret}", "nosuchlink",
		"{file}", "nofile.css", "{user}", "0192f3a4-0000-7000-8000-000000000002", "{field}", "full_name", "{view}", "noview",
		"{code}", "not-found", "{token}", "0192f3a4-0000-7000-8000-000000000003", "{$}", "").Replace(pattern)
}

// TestRoutes generates the refusals of every row of the table: nobody, a
// stranger to the tenant, somebody without the right, and a body of the wrong
// kind get what the row says, on both engines. A row that is added is tested
// by being there.
func TestRoutes(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		h := newHouse(t, data, nil)
		for _, row := range h.Routes() {
			t.Run(row.Host.String()+" "+row.Method+" "+row.Pattern, func(t *testing.T) { refusals(t, h, row) })
		}
	})
}

func refusals(t *testing.T, h *house, row Row) {
	q := request{method: row.Method, host: hosts[row.Host], path: path(row.Pattern)}
	if len(row.Accepts) > 0 {
		q.media, q.body = row.Accepts[0], "{}"
	}
	expect := func(name string, q request, want ...int) {
		t.Helper()
		w := h.do(t, q)
		if !slices.Contains(want, w.Code) {
			t.Errorf("%s: got %d, want %v: %.200s", name, w.Code, want, w.Body)
		}
		headers(t, row, w)
	}
	refused := http.StatusUnauthorized
	if row.Face == Page && safe(row.Method) {
		refused = http.StatusSeeOther
	}
	as := func(g guest) request {
		if row.Face == API {
			return with(q, func(q *request) { q.token = g.token })
		}
		return with(q, func(q *request) { q.cookie = g.cookie })
	}
	if !row.Public() {
		expect("nobody", q, refused)
		expect("a session of another tenant", as(h.owner["beta"]), refused)
		expect("the wrong kind of credential", with(q, func(q *request) {
			if row.Face == API {
				q.cookie = h.owner["acme"].cookie
			} else {
				q.token = h.owner["acme"].token
			}
		}), refused)
	}
	if needs := row.needs(); len(needs) > 0 {
		expect("without the permission "+string(needs[0]), as(h.plain["acme"]), http.StatusForbidden)
	}
	if row.Scope != "" && row.Scope != bailiwick.ScopeRead {
		expect("without the scope "+string(row.Scope), with(q, func(q *request) { q.token = h.owner["acme"].narrow }), http.StatusForbidden)
	}
	if len(row.Accepts) > 0 {
		expect("a foreign content type", with(as(h.owner["acme"]), func(q *request) { q.media = "application/x-unheard-of" }), http.StatusUnsupportedMediaType)
	}
	if !safe(row.Method) {
		expect("a foreign site", with(as(h.owner["acme"]), func(q *request) { q.header = map[string]string{"Sec-Fetch-Site": "cross-site"} }), http.StatusForbidden)
		expect("a sibling workspace", with(as(h.owner["acme"]), func(q *request) { q.header = map[string]string{"Sec-Fetch-Site": "same-site"} }), http.StatusForbidden)
	}
	expect("an unknown host", with(as(h.owner["acme"]), func(q *request) { q.host = "nobody.localhost" }), notFoundOr(row)...)
}

// notFoundOr is what an unknown host answers: not found, or the refusal of a
// forged request that comes before it.
func notFoundOr(Row) []int { return []int{http.StatusNotFound} }

// with changes a copy of a request.
func with(q request, change func(*request)) request {
	change(&q)
	return q
}

// headers holds what every answer carries.
func headers(t *testing.T, row Row, w *httptest.ResponseRecorder) {
	t.Helper()
	for _, name := range []string{
		"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy",
		"Permissions-Policy", "Cache-Control", "X-Request-Id",
	} {
		if w.Header().Get(name) == "" {
			t.Errorf("%s %s: the answer has no %s", row.Method, row.Pattern, name)
		}
	}
	if c := w.Header().Get("Cache-Control"); c != "no-store" && row.Face != Asset {
		t.Errorf("%s %s: Cache-Control is %q", row.Method, row.Pattern, c)
	}
}

// TestTable holds what a row must say.
func TestTable(t *testing.T) {
	h := onSQLite(t, nil)
	for _, r := range h.Routes() {
		name := r.Host.String() + " " + r.Method + " " + r.Pattern
		if r.Host == 0 || r.Face == 0 || len(r.Actors) == 0 || r.Handler == nil {
			t.Errorf("%s: host, face, actors or handler is missing", name)
		}
		if r.Changes && safe(r.Method) {
			t.Errorf("%s: a safe method changes nothing", name)
		}
		if r.Face == API && (r.Scope == "" || !strings.HasPrefix(r.Pattern, "/api/")) {
			t.Errorf("%s: an API route lies below /api/ and names a scope", name)
		}
		if r.Face != API && strings.HasPrefix(r.Pattern, "/api/") {
			t.Errorf("%s: only API routes lie below /api/", name)
		}
		if r.Purpose != "" && !r.Purpose.Valid() {
			t.Errorf("%s: the purpose is off the closed list", name)
		}
		if r.Purpose == "" && !r.Public() && r.Host == TenantHost && r.Pattern != "/sign-out" {
			t.Errorf("%s: a route for signed-in people says for which purpose", name)
		}
	}
}

// TestOperations holds that the OpenAPI document describes the routes that
// there are, and no others.
func TestOperations(t *testing.T) {
	h := onSQLite(t, nil)
	scopes := map[string]bailiwick.Scope{}
	for _, r := range h.Routes() {
		if r.Face == API {
			scopes[r.Method+" "+r.Pattern] = r.Scope
		}
	}
	for _, o := range api.Operations() {
		key := o.Method + " " + o.Pattern
		if got, ok := scopes[key]; !ok {
			t.Errorf("%s is described and has no route", key)
		} else if got != o.Scope {
			t.Errorf("%s: the route wants the scope %s, the document says %s", key, got, o.Scope)
		}
		delete(scopes, key)
	}
	for key := range scopes {
		t.Errorf("%s has a route and is not described", key)
	}
}
