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

// TestNamed holds that a list of views has one's own and shared ones of the
// type, and that a change is made from the version before only.
func TestNamed(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, tenant := context.Background(), storetest.NewTenant(t, s)
		me, other := bailiwick.UserID{ID: bailiwick.ID{1}}, bailiwick.UserID{ID: bailiwick.ID{2}}
		add := func(tx store.TenantTx, id byte, typeNo int64, owner bailiwick.UserID, roles string) error {
			return view.InsertNamed(ctx, tx, &view.Named{ID: bailiwick.ID{id}, TypeNo: typeNo, Owner: owner, Roles: roles, Version: 1, Sealed: bailiwick.SealedBytes([]byte{id})})
		}
		err := s.Update(ctx, tenant, func(tx store.TenantTx) error {
			return errors.Join(add(tx, 1, 7, me, ""), add(tx, 2, 7, other, ""), add(tx, 3, 7, other, "hr"), add(tx, 4, 8, me, "hr"))
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Update(ctx, tenant, func(tx store.TenantTx) error {
			list, err := view.NamedOfType(ctx, tx, 7, me, 10)
			if err != nil || len(list) != 2 || list[0].ID[0] != 1 || list[1].ID[0] != 3 || list[1].Roles != "hr" {
				t.Errorf("%v %+v", err, list)
			}
			next := view.Named{ID: bailiwick.ID{1}, Roles: "owner", Version: 2, Sealed: bailiwick.SealedBytes([]byte("new"))}
			for _, want := range []bool{true, false} {
				if ok, err := view.ReplaceNamed(ctx, tx, &next); err != nil || ok != want {
					t.Errorf("replaced %v, want %v, %v", ok, want, err)
				}
			}
			got, err := view.GetNamed(ctx, tx, next.ID)
			if err != nil || got.Version != 2 || got.Roles != "owner" || string(got.Sealed.Ciphertext()) != "new" {
				t.Errorf("%v %+v", err, got)
			}
			if err := view.DropNamed(ctx, tx, next.ID); err != nil {
				return err
			}
			if _, err := view.GetNamed(ctx, tx, next.ID); !errors.Is(err, store.ErrNoRows) {
				t.Errorf("after the end: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
