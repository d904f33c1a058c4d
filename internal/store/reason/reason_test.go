package reason_test

import (
	"context"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/reason"
	"bailiwick/internal/store/storetest"
)

// TestReasons holds that a reason is its user's until it ends.
func TestReasons(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, tenant := context.Background(), storetest.NewTenant(t, s)
		mine, other := bailiwick.UserID{ID: bailiwick.ID{1}}, bailiwick.UserID{ID: bailiwick.ID{2}}
		err := s.Update(ctx, tenant, func(tx store.TenantTx) error {
			return reason.Insert(ctx, tx, reason.Reason{ID: bailiwick.ID{5}, User: mine, Rule: "r", Created: 1, Ends: 10, Sealed: bailiwick.SealedBytes([]byte("s"))})
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.View(ctx, tenant, func(tx store.TenantTx) error {
			standing := func(u bailiwick.UserID, at int64) (out string) {
				if err := reason.Standing(ctx, tx, u, at, func(_ bailiwick.ID, rule string) { out += rule }); err != nil {
					t.Error(err)
				}
				return out
			}
			if standing(mine, 9) != "r" || standing(mine, 10) != "" || standing(other, 9) != "" {
				t.Error("a reason holds for somebody else, or too long")
			}
			if all, err := reason.Newest(ctx, tx, 5); err != nil || len(all) != 1 || all[0].User != mine {
				t.Error(all, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
