package server

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/tenant"
	"bailiwick/internal/vault"
	"bailiwick/internal/vault/keystore"
)

// house is a server over real parts, with two tenants.
type house struct {
	*Server
	keys  *keystore.Store
	log   *safeBuffer
	owner map[string]guest // by slug
	plain map[string]guest // members without any permission
}

// guest is a signed-in user.
type guest struct {
	cookie, token, narrow string // narrow: a token that covers records:read only
	actor                 bailiwick.Actor
}

// newHouse opens a house on a store.
func newHouse(t testing.TB, data *store.Store, change func(*Config)) *house {
	t.Helper()
	ctx := context.Background()
	keys, err := keystore.OpenSQLite(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keys.Close() })
	v, err := vault.Open(ctx, vault.Options{Keystore: keys, Keeper: vault.NewFileKeeper(t.TempDir() + "/root.key")})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{keys: keys, log: &safeBuffer{}, owner: map[string]guest{}, plain: map[string]guest{}}
	c := Defaults()
	c.TenantRate = 0
	if change != nil {
		change(&c)
	}
	parts := Furnish(data, v, bailiwick.SystemClock{}, slog.New(slog.NewJSONHandler(h.log, nil)))
	if h.Server, err = New(c, parts); err != nil {
		t.Fatal(err)
	}
	for _, slug := range []string{"acme", "beta"} {
		made, err := parts.Tenants.Create(ctx, tenant.Spec{
			Slug: slug, Name: strings.ToUpper(slug), Entities: []tenant.Entity{{Key: slug, Name: slug, Seat: "DE"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		h.owner[slug] = h.invite(t, made.ID, slug+"-owner", "owner")
		h.plain[slug] = h.invite(t, made.ID, slug+"-member", "member")
	}
	return h
}

// invite makes a user, signs them in and makes their tokens.
func (h *house) invite(t testing.TB, id bailiwick.TenantID, name string, role bailiwick.Role) guest {
	t.Helper()
	ctx, op := context.Background(), identity.Operator(id)
	user, err := h.parts.Identity.CreateUser(ctx, id, op, identity.UserSpec{Name: name, Email: name + "@example.com", Roles: []bailiwick.Role{role}, Country: "DE"})
	if err != nil {
		t.Fatal(err)
	}
	link, err := h.parts.Identity.SignInLink(ctx, id, op, user, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	in, err := h.parts.Identity.RedeemLink(ctx, id, link, identity.Meta{Address: netip.IPv6Loopback()})
	if err != nil {
		t.Fatal(err)
	}
	g := guest{cookie: in.Cookie, actor: in.Actor}
	for scopes, token := range map[*[]bailiwick.Scope]*string{
		{bailiwick.ScopeRead, bailiwick.ScopeWrite, bailiwick.ScopeDelete, bailiwick.ScopeExport, bailiwick.ScopeImport, bailiwick.ScopeAdmin}: &g.token,
		{bailiwick.ScopeRead}: &g.narrow,
	} {
		_, secret, err := h.parts.Identity.CreateToken(ctx, in.Actor, user, identity.TokenSpec{Label: "test", Scopes: *scopes, Life: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		*token = secret
	}
	return g
}

// request is one request of a test; the zero value of a field leaves it out.
type request struct {
	method, host, path, body, media string
	cookie, token                   string
	header                          map[string]string
}

// do sends a request straight into the server.
func (h *house) do(t *testing.T, q request) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(q.method, "http://"+q.host+q.path, strings.NewReader(q.body))
	r.RemoteAddr = "127.0.0.1:1234"
	if q.media != "" {
		r.Header.Set("Content-Type", q.media)
	}
	if q.cookie != "" {
		r.AddCookie(&http.Cookie{Name: identity.SessionCookie, Value: q.cookie})
	}
	if q.token != "" {
		r.Header.Set("Authorization", "Bearer "+q.token)
	}
	for k, v := range q.header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// safeBuffer collects log lines of concurrent requests.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// onSQLite is a house on the embedded engine.
func onSQLite(t *testing.T, change func(*Config)) *house {
	t.Helper()
	return newHouse(t, storetest.SQLite(t), change)
}
