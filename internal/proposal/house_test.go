package proposal

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/store/user"
	"bailiwick/internal/tenant"
	"bailiwick/internal/vault"
	"bailiwick/internal/vault/keystore"
	"bailiwick/packs"
)

// house is the service with everything below it and one tenant with a few
// users.
type house struct {
	*Service
	t      testing.TB
	now    time.Time
	tenant tenant.Tenant
	store  *store.Store
	door   *custody.Door

	owner, privacy, second, reader, hr bailiwick.Actor
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

const someRules = `# kept by the customer
rules:
  - {id: health-eea, operation: access, category: health, viewer: {not-in: [EEA]}, effect: deny, note: "Works agreement 2025-3"}
  - {id: health-hr, operation: access, category: health, roles: [hr], effect: allow} # occupational health
`

func newHouse(t testing.TB, s *store.Store) *house {
	t.Helper()
	ctx := context.Background()
	h := &house{t: t, store: s, now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
	dir := t.TempDir()
	keys, err := keystore.OpenSQLite(ctx, filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keys.Close() })
	v, err := vault.Open(ctx, vault.Options{Keystore: keys, Keeper: vault.NewFileKeeper(filepath.Join(dir, "root.key")), Clock: h})
	if err != nil {
		t.Fatal(err)
	}
	l := ledger.New(h, nil)
	reg := tenant.New(s, v, l, h, packs.Shipped())
	h.tenant, err = reg.Create(ctx, tenant.Spec{
		Slug: "acme", Name: "Acme", Rules: []byte(someRules),
		Entities: []tenant.Entity{{Key: "acme-de", Name: "Acme GmbH", Seat: "DE", PrivacyContact: "privacy@example.com"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.door = custody.New(custody.Deps{Store: s, Vault: v, Ledger: l, Tenants: reg, Clock: h,
		Names: func(context.Context, bailiwick.Actor, []bailiwick.UserID) map[bailiwick.UserID]string { return nil }})
	h.Service = New(Deps{Store: s, Vault: v, Ledger: l, Tenants: reg, Door: h.door, Clock: h})
	h.owner, h.privacy = h.user(1, "DE", "owner"), h.user(2, "DE", "privacy")
	h.second, h.reader = h.user(3, "FR", "privacy"), h.user(4, "US", "hr")
	h.hr = h.user(5, "DE", "hr")
	if _, err := h.door.RecordBases(ctx, h.privacy, custody.BasisNote{Responsible: "Privacy", Basis: "test", Notice: "test"}); err != nil {
		t.Fatal(err)
	}
	return h
}

// user makes a user who may sign in.
func (h *house) user(n byte, country bailiwick.Country, role bailiwick.Role) bailiwick.Actor {
	h.t.Helper()
	id := bailiwick.UserID{ID: bailiwick.ID{0: 1, 6: 0x70, 8: 0x80, 15: n}}
	err := h.store.Update(context.Background(), h.tenant.ID, func(tx store.TenantTx) error {
		c, err := h.Tenants.Configuration(context.Background(), tx)
		if err != nil {
			return err
		}
		return user.Insert(context.Background(), tx, user.Row{
			ID: id, Lookup: []byte{n}, Profile: bailiwick.SealedBytes([]byte{n}), Roles: string(role), Country: country,
			CountrySource: "declared", Entity: c.Entities[0].ID, Created: 1,
		})
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return bailiwick.NewActor(bailiwick.ActorSpec{
		Kind: bailiwick.User, Tenant: h.tenant.ID, User: id, Roles: []bailiwick.Role{role}, Country: country, Purpose: bailiwick.ProvideService,
	})
}

// disable keeps a user from signing in.
func (h *house) disable(a bailiwick.Actor) {
	h.t.Helper()
	err := h.store.Update(context.Background(), h.tenant.ID, func(tx store.TenantTx) error {
		r, err := user.Get(context.Background(), tx, a.User())
		if err != nil {
			return err
		}
		r.Disabled = 1
		_, err = user.Update(context.Background(), tx, r)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) config() *tenant.Configuration {
	h.t.Helper()
	c, err := h.Tenants.Snapshot(context.Background(), h.tenant.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// draft compiles a document.
func (h *house) draft(d tenant.Document) (c *tenant.Configuration) {
	h.t.Helper()
	err := h.store.View(context.Background(), h.tenant.ID, func(tx store.TenantTx) (err error) {
		c, err = h.Tenants.Draft(context.Background(), tx, d)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func (h *house) job() bailiwick.Actor {
	return bailiwick.NewActor(bailiwick.ActorSpec{Kind: bailiwick.Job, Tenant: h.tenant.ID, Purpose: bailiwick.ProvideService, JobName: "due-changes"})
}

// started is a draft of the privacy officer with another note on a rule.
func (h *house) started(title string) Proposal {
	h.t.Helper()
	p, err := h.Start(context.Background(), h.privacy, title)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// submitted is a draft that was edited by f, simulated and submitted.
func (h *house) submitted(title string, f func(*tenant.Document) error) Proposal {
	h.t.Helper()
	p := h.started(title)
	ctx := context.Background()
	var err error
	if p, err = h.Edit(ctx, h.privacy, p.ID, p.Revision, f); err != nil {
		h.t.Fatal(err)
	}
	return h.handIn(p)
}

func (h *house) handIn(p Proposal) Proposal {
	h.t.Helper()
	ctx := context.Background()
	var err error
	if p, err = h.Simulate(ctx, h.privacy, p.ID, p.Revision); err != nil {
		h.t.Fatal(err)
	}
	if p, err = h.Submit(ctx, h.privacy, p.ID, p.Revision); err != nil {
		h.t.Fatal(err)
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
