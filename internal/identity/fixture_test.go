package identity

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/internal/tenant"
	"bailiwick/internal/vault"
	"bailiwick/internal/vault/keystore"
	"bailiwick/packs"
)

// handClock is a clock that tests move.
type handClock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *handClock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

const (
	goodPassword = "correct horse battery"
	ownerEmail   = "Ada.Example@example.com"
)

// world is two tenants, acme with an owner, beta with none, over a real store
// and vault.
type world struct {
	*Service
	clock      *handClock
	acme, beta bailiwick.TenantID
	owner      SignedIn
}

func newWorld(t testing.TB, s *store.Store) *world {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	ks, err := keystore.OpenSQLite(ctx, filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ks.Close() })
	clock := &handClock{t: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	v, err := vault.Open(ctx, vault.Options{Keystore: ks, Keeper: vault.NewFileKeeper(filepath.Join(dir, "root.key")), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	l := ledger.New(clock, nil)
	tenants := tenant.New(s, v, l, clock, packs.Shipped())
	w := &world{Service: New(s, v, l, tenants, clock), clock: clock}
	for slug, id := range map[string]*bailiwick.TenantID{"acme": &w.acme, "beta": &w.beta} {
		made, err := tenants.Create(ctx, tenant.Spec{
			Slug: slug, Name: slug,
			Rules: []byte(`roles:
  - key: desk
    title: {en: User desk}
    admin: [manage-users]
    types:
      - {type: risk, verbs: [list, open], scope: all}
  - key: unit-desk
    title: {en: User desk of a unit}
    admin: [manage-users]
    manages: unit
    types:
      - {type: risk, verbs: [list, open], scope: unit}
      - {type: incident, verbs: [list], scope: entity}
  - key: unit-reader
    title: {en: Reader of a unit}
    types:
      - {type: risk, verbs: [list, open], scope: unit}
`),
			Entities: []tenant.Entity{{Key: "main", Name: slug, Seat: "DE"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		*id = made.ID
	}
	secret, err := w.FirstRunLink(ctx, w.acme, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	w.owner, err = w.RedeemFirstRun(ctx, w.acme, secret, UserSpec{Name: "Ada Example", Email: ownerEmail, Country: "DE"}, goodPassword, Meta{})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// user makes a user of acme with roles and signs them in.
func (w *world) user(t *testing.T, name, email string, roles ...bailiwick.Role) SignedIn {
	t.Helper()
	ctx := context.Background()
	id, err := w.CreateUser(ctx, w.acme, Operator(w.acme), UserSpec{Name: name, Email: email, Roles: roles, Country: "FR"})
	if err != nil {
		t.Fatalf("CreateUser(%s): %v", name, err)
	}
	return w.signIn(t, id)
}

// signIn signs a user in by link.
func (w *world) signIn(t *testing.T, id bailiwick.UserID) SignedIn {
	t.Helper()
	ctx := context.Background()
	secret, err := w.SignInLink(ctx, w.acme, Operator(w.acme), id, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	in, err := w.RedeemLink(ctx, w.acme, secret, Meta{})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// living reports whether a cookie is accepted by a tenant.
func (w *world) living(t *testing.T, id bailiwick.TenantID, cookie string) bool {
	t.Helper()
	a, _, err := w.Authenticate(context.Background(), id, cookie)
	if err != nil {
		code(t, err, bailiwick.CodeUnauthenticated)
		if a.Kind() != bailiwick.Nobody {
			t.Error("an error with an actor")
		}
	}
	return err == nil
}

// kinds returns the kinds of the entries of acme, newest first.
func (w *world) kinds(t *testing.T) []string {
	t.Helper()
	var out []string
	err := w.store.View(context.Background(), w.acme, func(tx store.TenantTx) error {
		es, _, err := w.ledger.List(context.Background(), tx, ledger.Filter{}, "", 50)
		out = nil
		for _, e := range es {
			out = append(out, string(e.Kind))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func code(t *testing.T, err error, want bailiwick.Code) {
	t.Helper()
	if got := bailiwick.ErrorCode(err); got != want {
		t.Errorf("code = %q (%v), want %q", got, err, want)
	}
}
