package tenant

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
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

// world is a registry over a real store and vault.
type world struct {
	*Registry
	clock *handClock
}

func newWorld(t testing.TB, s *store.Store) *world {
	t.Helper()
	dir := t.TempDir()
	ks, err := keystore.OpenSQLite(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ks.Close() })
	clock := &handClock{t: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	v, err := vault.Open(context.Background(), vault.Options{Keystore: ks, Keeper: vault.NewFileKeeper(filepath.Join(dir, "root.key")), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	return &world{Registry: New(s, v, ledger.New(clock, nil), clock, packs.Shipped()), clock: clock}
}

func spec(slug string) Spec {
	return Spec{
		Slug: slug, Name: "Example Works",
		Rules: []byte(`rules:
  - {id: health-eea, operation: access, category: health, viewer: {not-in: [EEA]}, effect: deny}
`),
		Entities: []Entity{{Key: "de", Name: "Beispiel GmbH", Seat: "DE", PrivacyContact: "privacy@example.com"}},
	}
}

func (w *world) create(t *testing.T, slug string) Tenant {
	t.Helper()
	got, err := w.Create(context.Background(), spec(slug))
	if err != nil {
		t.Fatalf("Create(%s): %v", slug, err)
	}
	return got
}

// config returns the configuration in force.
func (w *world) config(t *testing.T, id bailiwick.TenantID) *Configuration {
	t.Helper()
	var c *Configuration
	err := w.store.View(context.Background(), id, func(tx store.TenantTx) (err error) {
		c, err = w.Configuration(context.Background(), tx)
		return err
	})
	if err != nil {
		t.Fatalf("Configuration: %v", err)
	}
	return c
}

// owner is a user who may configure.
func owner(id bailiwick.TenantID) bailiwick.Actor {
	return bailiwick.NewActor(bailiwick.ActorSpec{
		Kind: bailiwick.User, Tenant: id, User: bailiwick.UserID{ID: bailiwick.ID{1}}, Roles: []bailiwick.Role{"owner"},
		Country: "DE", Purpose: bailiwick.ProvideService,
	})
}

func code(t *testing.T, err error, want bailiwick.Code) {
	t.Helper()
	if got := bailiwick.ErrorCode(err); got != want {
		t.Errorf("code = %q (%v), want %q", got, err, want)
	}
}
