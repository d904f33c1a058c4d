package demo

import (
	"context"
	"path/filepath"
	"testing"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/tenant"
	"bailiwick/internal/vault"
	"bailiwick/internal/vault/keystore"
	"bailiwick/packs"
)

func parts(t *testing.T, s *store.Store) Parts {
	t.Helper()
	ctx, clock, dir := context.Background(), bailiwick.SystemClock{}, t.TempDir()
	keys, err := keystore.OpenSQLite(ctx, filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keys.Close() })
	v, err := vault.Open(ctx, vault.Options{Keystore: keys, Keeper: vault.NewFileKeeper(filepath.Join(dir, "root.key")), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	l := ledger.New(clock, nil)
	reg := tenant.New(s, v, l, clock, packs.Shipped())
	ids := identity.New(s, v, l, reg, clock)
	door := custody.New(custody.Deps{Store: s, Vault: v, Ledger: l, Tenants: reg, Names: ids.Names, Clock: clock})
	return Parts{Tenants: reg, Identity: ids, Door: door, Clock: clock}
}

// TestSeed makes the demo on both engines and counts what a visitor finds.
func TestSeed(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		p := parts(t, s)
		made, err := Seed(ctx, p)
		if err != nil {
			t.Fatal(err)
		}
		if len(made.Tenants) != 3 {
			t.Fatalf("%d customers, want 3", len(made.Tenants))
		}
		least := map[string]int64{"person": 60, "risk": 40, "incident": 15, "control": 15, "vulnerability": 6}
		for _, w := range made.Tenants {
			conf, err := p.Tenants.Snapshot(ctx, w.ID)
			if err != nil {
				t.Fatal(err)
			}
			if len(conf.Entities) != 3 || len(w.Users) < 8 {
				t.Errorf("%s: %d legal entities, %d users", w.Slug, len(conf.Entities), len(w.Users))
			}
			owner, err := p.Identity.AuthenticateToken(ctx, w.ID, w.Users[8].Token)
			if err != nil {
				t.Fatal(err)
			}
			for typ, n := range least {
				page, err := p.Door.List(ctx, owner, custody.Query{Type: typ, Limit: 1})
				if err != nil {
					t.Fatalf("%s %s: %v", w.Slug, typ, err)
				}
				if page.Total < n {
					t.Errorf("%s: %d of type %s, want at least %d", w.Slug, page.Total, typ, n)
				}
			}
		}
		again, err := Seed(ctx, p)
		if err != nil {
			t.Fatal(err)
		}
		if len(again.Tenants[0].Users) != len(made.Tenants[0].Users) {
			t.Error("seeding again does not find the users")
		}
	})
}
