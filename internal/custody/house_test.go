package custody

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/tenant"
	"bailiwick/internal/vault"
	"bailiwick/internal/vault/keystore"
	"bailiwick/packs"
)

// house is a door with everything behind it, on one engine, and one tenant.
type house struct {
	t      testing.TB
	store  *store.Store
	vault  *vault.Vault
	ledger *ledger.Ledger
	reg    *tenant.Registry
	door   *Door
	tenant tenant.Tenant
	now    time.Time
}

// Now lets the house be its own clock: every look is a millisecond later.
func (h *house) Now() time.Time {
	h.now = h.now.Add(time.Millisecond)
	return h.now
}

// engines runs a test in a house on each engine.
func engines(t *testing.T, test func(*testing.T, *house)) {
	t.Helper()
	storetest.Engines(t, func(t *testing.T, s *store.Store) { test(t, newHouse(t, s)) })
}

func newHouse(t testing.TB, s *store.Store) *house {
	t.Helper()
	return newHouseIn(t, s, "", "")
}

// newHouseIn makes the workspace in a cell and its region.
func newHouseIn(t testing.TB, s *store.Store, cell, region string) *house {
	t.Helper()
	ctx := context.Background()
	h := &house{t: t, store: s}
	clock := bailiwick.SystemClock{}
	dir := t.TempDir()
	keys, err := keystore.OpenSQLite(ctx, filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keys.Close() })
	if h.vault, err = vault.Open(ctx, vault.Options{Keystore: keys, Keeper: vault.NewFileKeeper(filepath.Join(dir, "root.key")), Clock: clock}); err != nil {
		t.Fatal(err)
	}
	h.ledger = ledger.New(clock, nil)
	h.reg = tenant.New(s, h.vault, h.ledger, clock, packs.Shipped())
	rules, err := os.ReadFile(filepath.Join("testdata", "rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	h.tenant, err = h.reg.Create(ctx, tenant.Spec{
		Slug: "acme", Name: "Acme", Rules: rules, Cell: cell, Region: region,
		Entities: []tenant.Entity{{Key: "acme-de", Name: "Acme GmbH", Seat: "DE", PrivacyContact: "privacy@example.com"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.door = New(Deps{Store: s, Vault: h.vault, Ledger: h.ledger, Tenants: h.reg, Clock: clock,
		Names: func(_ context.Context, _ bailiwick.Actor, ids []bailiwick.UserID) map[bailiwick.UserID]string {
			out := map[bailiwick.UserID]string{}
			for _, id := range ids {
				if id.ID[15] != 0xff {
					out[id] = "User " + id.String()[34:]
				}
			}
			return out
		}})
	if _, err := h.door.RecordBases(ctx, h.user(0xee, "DE", "privacy"), BasisNote{"Privacy", "test", "test"}); err != nil {
		t.Fatal(err)
	}
	return h
}

// user is someone of the tenant; n tells users apart.
func (h *house) user(n byte, country bailiwick.Country, roles ...bailiwick.Role) bailiwick.Actor {
	return bailiwick.NewActor(bailiwick.ActorSpec{
		Kind: bailiwick.User, Tenant: h.tenant.ID, User: bailiwick.UserID{ID: bailiwick.ID{0: 1, 15: n}},
		Roles: roles, Country: country, Purpose: bailiwick.ProvideService,
	})
}

// fields builds Draft.Fields from pairs of key and value.
func fields(pairs ...any) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for i := 0; i < len(pairs); i += 2 {
		b, err := json.Marshal(pairs[i+1])
		if err != nil {
			panic(err)
		}
		out[pairs[i].(string)] = b
	}
	return out
}

// save must succeed.
func (h *house) save(a bailiwick.Actor, d Draft) Record {
	h.t.Helper()
	r, err := h.door.Save(context.Background(), a, d)
	if err != nil {
		h.t.Fatalf("save: %v", err)
	}
	return r
}

// open must succeed.
func (h *house) open(a bailiwick.Actor, typ string, id bailiwick.RecordID) Record {
	h.t.Helper()
	r, err := h.door.Open(context.Background(), a, typ, id, "en")
	if err != nil {
		h.t.Fatalf("open: %v", err)
	}
	return r
}

func (h *house) list(a bailiwick.Actor, q Query) Page {
	h.t.Helper()
	p, err := h.door.List(context.Background(), a, q)
	if err != nil {
		h.t.Fatalf("list: %v", err)
	}
	return p
}

// is fails the test unless err has the code.
func is(t testing.TB, err error, want bailiwick.Code) {
	t.Helper()
	if got := bailiwick.ErrorCode(err); got != want {
		t.Fatalf("error code %q (%v), want %q", got, err, want)
	}
}
