package vault_test

import (
	"bytes"
	"errors"
	"sync"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/vault"
)

func TestRotate(t *testing.T) {
	engines(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		v, elsewhere := b.vault(t), b.vault(t)
		tenant, ids := people(t, v, 3)
		read := decision(t, access.Access, "health", access.Allow)
		at := block(tenant, bailiwick.RecordID{ID: newID(t)}, ids[0])
		sealed, err := v.Seal(ctx, at, []byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		token, err := v.Blind(ctx, tenant, "person.name", "zoe")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := elsewhere.Blind(ctx, tenant, "person.name", "zoe"); err != nil {
			t.Fatal(err)
		}
		before, err := b.store.Subject(ctx, tenant, ids[0])
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := v.Rotate(ctx, tenant); err != nil {
				t.Fatal(err)
			}
		}
		keks, _, err := b.store.Tenant(ctx, tenant)
		if err != nil || len(keks) != 1 || keks[0].Epoch != 3 {
			t.Fatalf("KEKs after two rotations: %d, %v", len(keks), err)
		}
		after, err := b.store.Subject(ctx, tenant, ids[0])
		if err != nil || after.Epoch != 3 || bytes.Equal(after.Wrapped, before.Wrapped) {
			t.Fatalf("subject key of epoch %d, %v", after.Epoch, err)
		}
		// The second process still has the old KEK and must find the new one.
		for name, v := range map[string]*vault.Vault{"same": v, "elsewhere": elsewhere} {
			if got, err := v.Open(ctx, at, sealed, read); err != nil || string(got) != "x" {
				t.Errorf("%s: open after rotation: %q, %v", name, got, err)
			}
			if got, err := v.Blind(ctx, tenant, "person.name", "zoe"); err != nil || !bytes.Equal(got, token) {
				t.Errorf("%s: another token after rotation: %v", name, err)
			}
			if err := v.CreateSubject(ctx, tenant, bailiwick.SubjectID{ID: newID(t)}); err != nil {
				t.Errorf("%s: new subject after rotation: %v", name, err)
			}
		}
		if err := v.Rotate(ctx, bailiwick.TenantID{ID: newID(t)}); !errors.Is(err, vault.ErrNoKey) {
			t.Errorf("rotation of an unknown tenant: %v", err)
		}
	})
}

// TestRotateWhileCreating makes subjects from several processes while the
// epoch changes: every key that was made must open afterwards.
func TestRotateWhileCreating(t *testing.T) {
	engines(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		v := b.vault(t)
		tenant, _ := people(t, v, 0)
		var mu sync.Mutex
		var made []bailiwick.SubjectID
		var wg sync.WaitGroup
		for range 3 {
			worker := b.vault(t)
			wg.Go(func() {
				for range 20 {
					s := bailiwick.SubjectID{ID: newID(t)}
					if err := worker.CreateSubject(ctx, tenant, s); err != nil {
						t.Errorf("create: %v", err)
						return
					}
					mu.Lock()
					made = append(made, s)
					mu.Unlock()
				}
			})
		}
		for range 2 {
			rotator := b.vault(t)
			wg.Go(func() {
				for range 4 {
					if err := rotator.Rotate(ctx, tenant); err != nil {
						t.Errorf("rotate: %v", err)
					}
				}
			})
		}
		wg.Wait()
		b.clock.add(time.Hour)
		for _, s := range made {
			if _, err := v.Pseudonym(ctx, tenant, s); err != nil {
				t.Errorf("a key made during a rotation: %v", err)
			}
		}
	})
}

// TestRotateAfter rotates old epochs only.
func TestRotateAfter(t *testing.T) {
	engines(t, func(t *testing.T, b *bench) {
		v := b.vault(t)
		tenant, _ := people(t, v, 1)
		const week = 7 * 24 * time.Hour
		for _, step := range []struct {
			later time.Duration
			want  bool
		}{{0, false}, {week - time.Second, false}, {time.Second, true}, {time.Second, false}, {week, true}} {
			b.clock.add(step.later)
			if did, err := v.RotateAfter(t.Context(), tenant, week); err != nil || did != step.want {
				t.Errorf("%s later: %v, %v", step.later, did, err)
			}
		}
		if _, err := v.RotateAfter(t.Context(), bailiwick.TenantID{ID: newID(t)}, week); !errors.Is(err, vault.ErrNoKey) {
			t.Errorf("an unknown tenant: %v", err)
		}
	})
}
