package quarantine_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/quarantine"
	"bailiwick/internal/store/storetest"
)

// TestItems holds that an item keeps the time at which it came, is counted in
// its group and dropped alone, and that a state is kept and made stale.
func TestItems(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, tenant := context.Background(), storetest.NewTenant(t, s)
		one, two := int64(1)<<40|1, int64(1)<<40|2
		err := s.Update(ctx, tenant, func(tx store.TenantTx) error {
			if _, err := quarantine.GetScan(ctx, tx); !errors.Is(err, store.ErrNoRows) {
				t.Errorf("a state before the first scan: %v", err)
			}
			return errors.Join(
				quarantine.Put(ctx, tx, quarantine.Item{RKey: one, Category: "health", CSet: 3, Since: 10, Due: 40}),
				quarantine.Put(ctx, tx, quarantine.Item{RKey: one, Category: "health", CSet: 3, Since: 20, Due: 50}),
				quarantine.Put(ctx, tx, quarantine.Item{RKey: two, Category: "health", CSet: 3, Since: 12, Due: 42}),
				quarantine.Put(ctx, tx, quarantine.Item{RKey: two, Category: "religion", CSet: 3, Since: 9, Due: 39}),
				quarantine.SetScan(ctx, tx, quarantine.Scan{Mark: "m", After: 7}),
				quarantine.SetScan(ctx, tx, quarantine.Scan{Mark: "m", After: 8, Done: true}))
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Update(ctx, tenant, func(tx store.TenantTx) error {
			groups, err := quarantine.Groups(ctx, tx)
			if got := fmt.Sprint(groups, err); got != "[{1 religion 3 1 9 39} {1 health 3 2 10 40}] <nil>" {
				t.Error(got)
			}
			items, err := quarantine.Items(ctx, tx, one, two)
			if err != nil || len(items) != 2 {
				t.Error(items, err)
			}
			some, err := quarantine.OfGroup(ctx, tx, 0, two, "health", 3, 5)
			if err != nil || len(some) != 1 || some[0].Since != 10 {
				t.Error(some, err)
			}
			if err := quarantine.Drop(ctx, tx, some[0]); err != nil {
				return err
			}
			if items, err = quarantine.Items(ctx, tx, 0, two); err != nil || len(items) != 2 {
				t.Error(items, err)
			}
			if state, err := quarantine.GetScan(ctx, tx); err != nil || state != (quarantine.Scan{Mark: "m", After: 8, Done: true}) {
				t.Error(state, err)
			}
			if err := quarantine.Stale(ctx, tx); err != nil {
				return err
			}
			if state, err := quarantine.GetScan(ctx, tx); err != nil || state.Mark != "" {
				t.Error(state, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestExceptions holds that a decision stands until its end, which can come
// earlier and never twice.
func TestExceptions(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, tenant := context.Background(), storetest.NewTenant(t, s)
		id := bailiwick.ID{1}
		err := s.Update(ctx, tenant, func(tx store.TenantTx) error {
			return quarantine.AddException(ctx, tx, quarantine.Exception{
				ID: id, TypeNo: 1, Category: "health", CSet: 3, User: bailiwick.UserID{ID: bailiwick.ID{7}}, Created: 5, Ends: 20, Sealed: bailiwick.SealedBytes([]byte("s"))})
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Update(ctx, tenant, func(tx store.TenantTx) error {
			kept := func(at int64) (out string) {
				if err := quarantine.Kept(ctx, tx, at, func(no int64, c string, set int64) { out += fmt.Sprint(no, c, set) }); err != nil {
					t.Error(err)
				}
				return out
			}
			if kept(19) != "1health3" || kept(20) != "" {
				t.Errorf("%q %q", kept(19), kept(20))
			}
			if all, err := quarantine.Exceptions(ctx, tx, 19, 10); err != nil || len(all) != 1 || string(all[0].Sealed.Ciphertext()) != "s" {
				t.Error(all, err)
			}
			for _, want := range []bool{true, false} {
				if ok, err := quarantine.EndException(ctx, tx, id, 10); err != nil || ok != want {
					t.Error(ok, err)
				}
			}
			if kept(10) != "" || kept(9) == "" {
				t.Error("the end is not where it was set")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
