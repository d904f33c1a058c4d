package vault_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store/pgtest"
	"bailiwick/internal/vault"
	"bailiwick/internal/vault/keystore"
)

// clock is a clock that stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// bench is a keystore with as many vaults on it as a test wants.
type bench struct {
	store *keystore.Store
	root  string
	clock *clock
}

func (b *bench) vault(t testing.TB) *vault.Vault {
	t.Helper()
	v, err := vault.Open(t.Context(), vault.Options{Keystore: b.store, Keeper: vault.NewFileKeeper(b.root), Clock: b.clock})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func sqliteBench(t testing.TB) *bench {
	t.Helper()
	dir := t.TempDir()
	s, err := keystore.OpenSQLite(t.Context(), filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &bench{s, filepath.Join(dir, "root.key"), newClock()}
}

func postgresBench(t testing.TB) *bench {
	t.Helper()
	s, err := keystore.OpenPostgres(t.Context(), pgtest.New(t).OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &bench{s, filepath.Join(t.TempDir(), "root.key"), newClock()}
}

// engines runs a test on a keystore of each engine.
func engines(t *testing.T, test func(*testing.T, *bench)) {
	t.Run("sqlite", func(t *testing.T) { test(t, sqliteBench(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, postgresBench(t)) })
}

func newID(t testing.TB) bailiwick.ID {
	t.Helper()
	id, err := bailiwick.NewID(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), nil)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// people makes a tenant with n subjects.
func people(t testing.TB, v *vault.Vault, n int) (bailiwick.TenantID, []bailiwick.SubjectID) {
	t.Helper()
	tenant := bailiwick.TenantID{ID: newID(t)}
	if err := v.CreateTenant(t.Context(), tenant); err != nil {
		t.Fatal(err)
	}
	var ids []bailiwick.SubjectID
	for range n {
		ids = append(ids, bailiwick.SubjectID{ID: newID(t)})
	}
	if err := v.CreateSubjects(t.Context(), tenant, ids); err != nil {
		t.Fatal(err)
	}
	return tenant, ids
}

// decision returns what the matrix decides where a rule of the given effect is
// the only one.
func decision(t testing.TB, op access.Op, c bailiwick.Category, effect access.Effect) access.Decision {
	t.Helper()
	m, err := access.Compile(access.Policy{
		Version:    1,
		Categories: bailiwick.ShippedCategories(),
		Roles:      access.ShippedRoles(),
		Rules:      []access.Rule{{ID: "one", Op: op, Category: c, Effect: effect}},
	}, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	a := bailiwick.NewActor(bailiwick.ActorSpec{
		Kind: bailiwick.User, Tenant: bailiwick.TenantID{ID: newID(t)}, User: bailiwick.UserID{ID: newID(t)},
		Roles: []bailiwick.Role{"hr"}, Country: "DE", Purpose: bailiwick.ProvideService,
	})
	return m.View(a).Decide(op, c, access.Of("DE"))
}

func block(tenant bailiwick.TenantID, record bailiwick.RecordID, s bailiwick.SubjectID) vault.Block {
	return vault.Block{Tenant: tenant, Record: record, Subject: s, Category: "health", Revision: 3, Slot: 1}
}

func TestSealOpen(t *testing.T) {
	engines(t, func(t *testing.T, b *bench) {
		v := b.vault(t)
		tenant, ids := people(t, v, 1)
		read := decision(t, access.Access, "health", access.Allow)
		for name, s := range map[string]bailiwick.SubjectID{"subject": ids[0], "no subject": {}} {
			for _, clear := range []string{"", "x", "Zoë takes insulin"} {
				at := block(tenant, bailiwick.RecordID{ID: newID(t)}, s)
				sealed, err := v.Seal(t.Context(), at, []byte(clear))
				if err != nil {
					t.Fatal(err)
				}
				if n := len(sealed.Ciphertext()); n != len(clear)+vault.Overhead {
					t.Errorf("%s: %d bytes sealed for %d", name, n, len(clear))
				}
				if len(clear) > 3 && bytes.Contains(sealed.Ciphertext(), []byte(clear)) {
					t.Errorf("%s: the content is readable", name)
				}
				// Another process on the same keystore opens it too.
				got, err := b.vault(t).OpenTo(t.Context(), []byte("> "), at, sealed, read)
				if err != nil || string(got) != "> "+clear {
					t.Errorf("%s: opened %q, %v", name, got, err)
				}
			}
		}
	})
}

// TestMisuse opens sealed content with one thing wrong at a time.
func TestMisuse(t *testing.T) {
	b := sqliteBench(t)
	v := b.vault(t)
	ctx := t.Context()
	tenant, ids := people(t, v, 2)
	other, others := people(t, v, 1)
	right := block(tenant, bailiwick.RecordID{ID: newID(t)}, ids[0])
	health := decision(t, access.Access, "health", access.Allow)
	contact := decision(t, access.Access, "contact", access.Allow)
	sealed, err := v.Seal(ctx, right, []byte("blood group"))
	if err != nil {
		t.Fatal(err)
	}
	change := func(f func(*vault.Block)) vault.Block { x := right; f(&x); return x }
	cut := func(n int) bailiwick.Sealed { return bailiwick.SealedBytes(sealed.Ciphertext()[:n]) }
	flip := func(i int) bailiwick.Sealed {
		c := bytes.Clone(sealed.Ciphertext())
		c[i] ^= 1
		return bailiwick.SealedBytes(c)
	}
	last := len(sealed.Ciphertext()) - 1
	reader := v.Reader()
	for _, c := range []struct {
		name  string
		block vault.Block
		s     bailiwick.Sealed
		d     access.Decision
		want  error
	}{
		{"right", right, sealed, health, nil},
		{"export", right, sealed, decision(t, access.Export, "health", access.Allow), vault.ErrRefused}, // export alone does not make it visible
		{"populate", right, sealed, decision(t, access.Populate, "health", access.Allow), nil},
		{"zero decision", right, sealed, access.Decision{}, vault.ErrRefused},
		{"denied", right, sealed, decision(t, access.Access, "health", access.Deny), vault.ErrRefused},
		{"decision of another category", right, sealed, contact, vault.ErrRefused},
		{"other tenant", change(func(x *vault.Block) { x.Tenant, x.Subject = other, others[0] }), sealed, health, vault.ErrTampered},
		{"subject of another tenant", change(func(x *vault.Block) { x.Tenant = other }), sealed, health, vault.ErrNoKey},
		{"unknown tenant", change(func(x *vault.Block) { x.Tenant = bailiwick.TenantID{ID: newID(t)} }), sealed, health, vault.ErrNoKey},
		{"other record", change(func(x *vault.Block) { x.Record = bailiwick.RecordID{ID: newID(t)} }), sealed, health, vault.ErrTampered},
		{"other subject", change(func(x *vault.Block) { x.Subject = ids[1] }), sealed, health, vault.ErrTampered},
		{"no subject", change(func(x *vault.Block) { x.Subject = bailiwick.SubjectID{} }), sealed, health, vault.ErrTampered},
		{"other category", change(func(x *vault.Block) { x.Category = "contact" }), sealed, contact, vault.ErrTampered},
		{"other revision", change(func(x *vault.Block) { x.Revision++ }), sealed, health, vault.ErrTampered},
		{"negative revision", change(func(x *vault.Block) { x.Revision = -1 }), sealed, health, vault.ErrBinding},
		{"other slot", change(func(x *vault.Block) { x.Slot++ }), sealed, health, vault.ErrTampered},
		{"no record", change(func(x *vault.Block) { x.Record = bailiwick.RecordID{} }), sealed, health, vault.ErrBinding},
		{"no tenant", change(func(x *vault.Block) { x.Tenant = bailiwick.TenantID{} }), sealed, health, vault.ErrBinding},
		{"nothing sealed", right, bailiwick.Sealed{}, health, vault.ErrFormat},
		{"truncated head", right, cut(vault.Overhead - 1), health, vault.ErrFormat},
		{"truncated body", right, cut(last), health, vault.ErrTampered},
		{"other format", right, flip(0), health, vault.ErrFormat},
		{"other key version", right, flip(2), health, vault.ErrTampered},
		{"changed nonce", right, flip(3), health, vault.ErrTampered},
		{"changed body", right, flip(vault.Overhead - 16), health, vault.ErrTampered},
		{"changed tag", right, flip(last), health, vault.ErrTampered},
	} {
		got, err := v.Open(ctx, c.block, c.s, c.d)
		if !errors.Is(err, c.want) || (c.want != nil && got != nil) {
			t.Errorf("%s: %d bytes, %v; want %v", c.name, len(got), err, c.want)
		}
		if got, err := reader.OpenTo(ctx, nil, c.block, c.s, c.d); !errors.Is(err, c.want) || (c.want != nil && got != nil) {
			t.Errorf("reader, %s: %d bytes, %v; want %v", c.name, len(got), err, c.want)
		}
	}
}

func TestSwappedBlocks(t *testing.T) {
	v := sqliteBench(t).vault(t)
	tenant, ids := people(t, v, 1)
	read := decision(t, access.Access, "health", access.Allow)
	one := block(tenant, bailiwick.RecordID{ID: newID(t)}, ids[0])
	two := one
	two.Slot = 2
	a, err1 := v.Seal(t.Context(), one, []byte("a"))
	b, err2 := v.Seal(t.Context(), two, []byte("b"))
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{second(v.Open(t.Context(), one, b, read)), second(v.Open(t.Context(), two, a, read))} {
		if !errors.Is(err, vault.ErrTampered) {
			t.Errorf("a block in another's place: %v", err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestBounds(t *testing.T) {
	v := sqliteBench(t).vault(t)
	tenant, ids := people(t, v, 1)
	at := block(tenant, bailiwick.RecordID{ID: newID(t)}, ids[0])
	if _, err := v.Seal(t.Context(), at, make([]byte, vault.MaxClear+1)); !errors.Is(err, vault.ErrTooLarge) {
		t.Errorf("oversized block: %v", err)
	}
	if _, err := v.SealSecret(t.Context(), tenant, vault.OutboxBody, newID(t), make([]byte, vault.MaxClear+1)); !errors.Is(err, vault.ErrTooLarge) {
		t.Errorf("oversized secret: %v", err)
	}
	at.Subject = bailiwick.SubjectID{ID: newID(t)}
	if _, err := v.Seal(t.Context(), at, nil); !errors.Is(err, vault.ErrNoKey) {
		t.Errorf("subject without a key: %v", err)
	}
	if err := v.CreateSubject(t.Context(), bailiwick.TenantID{ID: newID(t)}, ids[0]); !errors.Is(err, vault.ErrNoKey) {
		t.Errorf("subject of an unknown tenant: %v", err)
	}
	if err := v.CreateTenant(context.Background(), bailiwick.TenantID{}); !errors.Is(err, vault.ErrBinding) {
		t.Errorf("tenant without identifier: %v", err)
	}
}
