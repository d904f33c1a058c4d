package view_test

import (
	"context"
	"errors"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/store/view"
)

// TestViews holds that a view is its author's until it ends, and that Forget
// takes those that have ended and no other.
func TestViews(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, tenant := context.Background(), storetest.NewTenant(t, s)
		author, other := bailiwick.UserID{ID: bailiwick.ID{1}}, bailiwick.UserID{ID: bailiwick.ID{2}}
		ended, living := bailiwick.ID{3}, bailiwick.ID{4}
		get := func(tx store.TenantTx, id bailiwick.ID, who bailiwick.UserID, now int64) string {
			sealed, err := view.Get(ctx, tx, id, who, now)
			if err != nil && !errors.Is(err, store.ErrNoRows) {
				t.Error(err)
			}
			return string(sealed.Ciphertext())
		}
		err := s.Update(ctx, tenant, func(tx store.TenantTx) error {
			return errors.Join(
				view.Insert(ctx, tx, ended, author, 100, bailiwick.SealedBytes([]byte("a"))),
				view.Insert(ctx, tx, living, author, 101, bailiwick.SealedBytes([]byte("b"))))
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Update(ctx, tenant, func(tx store.TenantTx) error {
			if got := get(tx, ended, author, 99) + get(tx, living, author, 99); got != "ab" {
				t.Errorf("before the end: %q", got)
			}
			if got := get(tx, ended, author, 100) + get(tx, living, other, 99); got != "" {
				t.Errorf("ended, or somebody else's: %q", got)
			}
			if err := view.Forget(ctx, tx, 100); err != nil {
				return err
			}
			if got := get(tx, ended, author, 0) + get(tx, living, author, 100); got != "b" {
				t.Errorf("after the sweep: %q", got)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
