package unit_test

import (
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/entity"
	"bailiwick/internal/store/record"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/store/unit"
	"bailiwick/internal/store/user"
)

func id(n byte) bailiwick.UnitID { return bailiwick.UnitID{ID: bailiwick.ID{0: 1, 15: n}} }

// TestUnits: the tree comes back as it was written, and a unit that users or
// records are of is in use.
func TestUnits(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, tenant := t.Context(), storetest.NewTenant(t, s)
		err := s.Update(ctx, tenant, func(tx store.TenantTx) error {
			name := bailiwick.SealedBytes([]byte{7})
			for n := byte(1); n <= 4; n++ { // 1 over 2 over 3; 4 apart
				r := unit.Row{ID: id(n), Name: name, Created: int64(n)}
				if n == 2 || n == 3 {
					r.Parent = id(n - 1)
				}
				if err := unit.Insert(ctx, tx, r); err != nil {
					return err
				}
			}
			if err := unit.Update(ctx, tx, unit.Row{ID: id(3), Parent: id(2), Name: bailiwick.SealedBytes([]byte{8})}); err != nil {
				return err
			}
			e := bailiwick.EntityID{ID: bailiwick.ID{42}}
			if err := entity.Insert(ctx, tx, entity.Row{ID: e, Key: "de"}); err != nil {
				return err
			}
			if err := user.Insert(ctx, tx, user.Row{ID: bailiwick.UserID{ID: bailiwick.ID{1}}, Lookup: []byte{1}, Profile: name, Entity: e, Unit: id(3)}); err != nil {
				return err
			}
			return record.Insert(ctx, tx, &record.Row{RKey: record.Key(1, 1), ID: bailiwick.RecordID{ID: bailiwick.ID{9}}, Revision: 1,
				Entity: e, Kind: "created", Packed: []byte{1}, Unit: id(2)})
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Update(ctx, tenant, func(tx store.TenantTx) error {
			all, err := unit.All(ctx, tx)
			if err != nil || len(all) != 4 || all[2].Parent != id(2) || all[0].Parent != (bailiwick.UnitID{}) || string(all[2].Name.Ciphertext()) != "\x08" {
				t.Errorf("units %+v: %v", all, err)
			}
			tree, err := unit.Tree(ctx, tx)
			if err != nil || len(unit.Below(tree, id(1))) != 3 || len(unit.Below(tree, id(2))) != 2 || len(unit.Below(tree, id(4))) != 1 || len(unit.Below(tree, id(9))) != 0 {
				t.Errorf("tree %v: %v", tree, err)
			}
			for n, want := range map[byte]bool{1: false, 2: true, 3: true, 4: false} {
				if used, err := unit.Used(ctx, tx, id(n)); err != nil || used != want {
					t.Errorf("unit %d used: %v %v", n, used, err)
				}
			}
			if r, err := record.ByKey(ctx, tx, record.Key(1, 1)); err != nil || r.Unit != id(2) {
				t.Errorf("record %+v: %v", r, err)
			}
			if err := record.SetUnit(ctx, tx, record.Key(1, 1), bailiwick.UnitID{}); err != nil {
				return err
			}
			where, err := record.Places(ctx, tx, []int64{record.Key(1, 1), record.Key(1, 2)}, bailiwick.UserID{})
			if err != nil || len(where) != 1 || !where[record.Key(1, 1)].Unit.IsZero() || where[record.Key(1, 1)].Assigned {
				t.Errorf("places %+v: %v", where, err)
			}
			return unit.Delete(ctx, tx, id(4))
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
