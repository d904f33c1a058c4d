package basis_test

import (
	"context"
	"errors"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/basis"
	"bailiwick/internal/store/entity"
	"bailiwick/internal/store/storetest"
)

// TestBases holds that a basis is of one application, entity and category, and
// is replaced by a later one.
func TestBases(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, tenant := context.Background(), storetest.NewTenant(t, s)
		acme, other := bailiwick.EntityID{ID: bailiwick.ID{1}}, bailiwick.EntityID{ID: bailiwick.ID{2}}
		set := func(tx store.TenantTx, e bailiwick.EntityID, text string) error {
			return basis.Set(ctx, tx, basis.Basis{Pack: "people", Entity: e, Category: "health", ID: bailiwick.ID{9}, User: bailiwick.UserID{ID: bailiwick.ID{7}}, Created: 5, Sealed: bailiwick.SealedBytes([]byte(text))})
		}
		err := s.Update(ctx, tenant, func(tx store.TenantTx) error {
			return errors.Join(
				entity.Insert(ctx, tx, entity.Row{ID: acme, Key: "acme"}), entity.Insert(ctx, tx, entity.Row{ID: other, Key: "other"}),
				set(tx, acme, "a"), set(tx, acme, "b"))
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.View(ctx, tenant, func(tx store.TenantTx) error {
			for e, want := range map[bailiwick.EntityID]int{acme: 1, other: 0} {
				if got, err := basis.Categories(ctx, tx, "people", e); err != nil || len(got) != want {
					t.Error(e, got, err)
				}
			}
			if all, err := basis.List(ctx, tx, 10); err != nil || len(all) != 1 || string(all[0].Sealed.Ciphertext()) != "b" {
				t.Error(all, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
