package reminder_test

import (
	"context"
	"testing"

	"bailiwick/internal/store"
	"bailiwick/internal/store/reminder"
	"bailiwick/internal/store/storetest"
)

// TestReminders holds that a reminder is noted once until it is forgotten, for
// its tenant alone.
func TestReminders(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		one, two := storetest.NewTenant(t, s), storetest.NewTenant(t, s)
		once := func(tx store.TenantTx, want bool, ref string, due int64) {
			t.Helper()
			if got, err := reminder.Once(ctx, tx, "k", ref, due); err != nil || got != want {
				t.Errorf("%v %v, want %v", got, err, want)
			}
		}
		err := s.Update(ctx, one, func(tx store.TenantTx) error {
			once(tx, true, "a", 5)
			once(tx, false, "a", 5)
			once(tx, true, "a", 6)
			once(tx, true, "b", 5)
			if err := reminder.Forget(ctx, tx, 6); err != nil {
				t.Error(err)
			}
			once(tx, true, "a", 5)
			once(tx, false, "a", 6)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Update(ctx, two, func(tx store.TenantTx) error { once(tx, true, "a", 5); return nil }); err != nil {
			t.Fatal(err)
		}
	})
}
