package idempotency_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/idempotency"
	"bailiwick/internal/store/storetest"
)

// TestUses holds that a key is its actor's, is used once, and is forgotten
// when it is old and not before.
func TestUses(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, tenant := context.Background(), storetest.NewTenant(t, s)
		update := func(f func(tx store.TenantTx) error) error { return s.Update(ctx, tenant, f) }
		old := idempotency.Use{
			Actor: []byte("a"), Key: []byte("k"), Request: []byte("r"),
			Record: bailiwick.RecordID{ID: bailiwick.ID{7}}, Revision: 2, Created: 99,
		}
		fresh := old
		fresh.Key, fresh.Created = []byte("l"), 100
		for _, u := range []idempotency.Use{old, fresh} {
			if err := update(func(tx store.TenantTx) error { return idempotency.Insert(ctx, tx, u) }); err != nil {
				t.Fatal(err)
			}
		}
		if err := update(func(tx store.TenantTx) error { return idempotency.Insert(ctx, tx, old) }); !store.IsUnique(err) {
			t.Errorf("a second use: %v", err)
		}
		err := update(func(tx store.TenantTx) error {
			got, err := idempotency.Find(ctx, tx, old.Actor, old.Key)
			if diff := cmp.Diff(old, got); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
			if _, err := idempotency.Find(ctx, tx, []byte("b"), old.Key); !errors.Is(err, store.ErrNoRows) {
				t.Errorf("somebody else's: %v", err)
			}
			if err := idempotency.Forget(ctx, tx, 100); err != nil {
				return err
			}
			if _, err := idempotency.Find(ctx, tx, old.Actor, old.Key); !errors.Is(err, store.ErrNoRows) {
				t.Errorf("an old use after the sweep: %v", err)
			}
			_, err = idempotency.Find(ctx, tx, fresh.Actor, fresh.Key)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
