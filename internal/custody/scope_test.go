package custody

import (
	"context"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/unit"
)

func unitID(n byte) bailiwick.UnitID { return bailiwick.UnitID{ID: bailiwick.ID{0: 2, 15: n}} }

// units makes 1 over 2, and 3 apart.
func (h *house) units() {
	h.t.Helper()
	err := h.store.Update(context.Background(), h.tenant.ID, func(tx store.TenantTx) error {
		for n := byte(1); n <= 3; n++ {
			r := unit.Row{ID: unitID(n), Name: bailiwick.SealedBytes([]byte{n})}
			if n == 2 {
				r.Parent = unitID(1)
			}
			if err := unit.Insert(context.Background(), tx, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// userIn is user with an organisational unit, zero for none.
func (h *house) userIn(n byte, u bailiwick.UnitID, roles ...bailiwick.Role) bailiwick.Actor {
	return bailiwick.NewActor(bailiwick.ActorSpec{
		Kind: bailiwick.User, Tenant: h.tenant.ID, User: bailiwick.UserID{ID: bailiwick.ID{0: 1, 15: n}},
		Roles: roles, Country: "DE", Purpose: bailiwick.ProvideService, Unit: u,
	})
}

// outside checks that a record does not exist for a viewer at any door.
func (h *house) outside(a bailiwick.Actor, r Record) {
	h.t.Helper()
	ctx, typ := context.Background(), r.Type.Key
	_, err := h.door.Open(ctx, a, typ, r.ID, "en")
	is(h.t, err, bailiwick.CodeNotFound)
	_, err = h.door.History(ctx, a, typ, r.ID, "en")
	is(h.t, err, bailiwick.CodeNotFound)
	_, err = h.door.Explain(ctx, a, typ, r.ID, r.Type.Fields[0].Key, "access", "en")
	is(h.t, err, bailiwick.CodeNotFound)
	is(h.t, h.door.Delete(ctx, a, typ, r.ID, 0), bailiwick.CodeNotFound)
	_, err = h.door.Save(ctx, a, Draft{Type: typ, ID: r.ID, Revision: r.Revision})
	is(h.t, err, bailiwick.CodeNotFound)
	hits, err := h.door.Search(ctx, a, r.Ref, 10, "en")
	if err != nil || len(hits) != 0 {
		h.t.Errorf("search finds %s: %v %v", r.Ref, hits, err)
	}
	page, err := h.door.List(ctx, a, Query{Type: typ})
	if err == nil {
		for _, other := range page.Items {
			if other.ID == r.ID {
				h.t.Errorf("the list holds %s", r.Ref)
			}
		}
	}
}

// TestUnitScope: whoever works for a unit reaches the records of the unit and
// of those below it, at every door, and no other.
func TestUnitScope(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.units()
		hr := h.user(1, "DE", "hr")
		var of [4]Record // by unit; 0 = of none
		for n := range of {
			d := Draft{Type: "person", Fields: fields("full_name", "Ada Example", "country", "DE")}
			if n > 0 {
				u := unitID(byte(n))
				d.Unit = &u
			}
			of[n] = h.save(hr, d)
			if want := (bailiwick.UnitID{}); n > 0 && of[n].Unit == want {
				t.Fatal("a unit is lost")
			}
		}
		top, below, none := h.userIn(2, unitID(1), "unit-hr"), h.userIn(3, unitID(2), "unit-hr"), h.userIn(4, bailiwick.UnitID{}, "unit-hr")
		for _, c := range []struct {
			a     bailiwick.Actor
			units []int
		}{{top, []int{1, 2}}, {below, []int{2}}, {none, nil}} {
			page := h.list(c.a, Query{Type: "person"})
			if len(page.Items) != len(c.units) || page.Total != int64(len(c.units)) {
				t.Errorf("the list holds %d of %d", len(page.Items), page.Total)
			}
			groups, err := h.door.Groups(ctx, c.a, GroupQuery{Type: "person", By: []string{"country"}})
			if n := int64(0); err != nil || (len(groups) > 0 && groups[0].Count != int64(len(c.units))) || (len(groups) == 0) != (len(c.units) == 0) {
				t.Errorf("groups %v %v %d", groups, err, n)
			}
			for n, r := range of {
				if contains(c.units, n) {
					if got := h.open(c.a, "person", r.ID); !got.May.Change || !got.May.Delete || got.Unit != r.Unit {
						t.Errorf("record of unit %d: %+v", n, got.May)
					}
				} else {
					h.outside(c.a, r)
				}
			}
			for _, item := range page.Items {
				if !item.May.Change || !item.May.Delete || !item.May.Export {
					t.Errorf("rights in a list: %+v", item.May)
				}
			}
		}
		// made where the maker works, and nowhere out of reach
		made := h.save(below, Draft{Type: "person", Fields: fields("full_name", "Bea Example", "country", "DE")})
		if made.Unit != unitID(2) {
			t.Errorf("made in %v", made.Unit)
		}
		for _, u := range []bailiwick.UnitID{unitID(1), unitID(3), {}} {
			_, err := h.door.Save(ctx, below, Draft{Type: "person", Unit: &u, Fields: fields("full_name", "Carl Example", "country", "DE")})
			is(t, err, bailiwick.CodeInvalid)
			_, err = h.door.Save(ctx, below, Draft{Type: "person", ID: made.ID, Revision: made.Revision, Unit: &u})
			is(t, err, bailiwick.CodeInvalid)
		}
		u := unitID(9)
		_, err := h.door.Save(ctx, hr, Draft{Type: "person", ID: made.ID, Revision: made.Revision, Unit: &u})
		is(t, err, bailiwick.CodeInvalid)
		u = unitID(3)
		moved := h.save(hr, Draft{Type: "person", ID: made.ID, Revision: made.Revision, Unit: &u})
		if moved.Unit != u || moved.Revision != made.Revision+1 {
			t.Errorf("moved to %v", moved.Unit)
		}
		h.outside(below, moved)
		if err := h.door.Delete(ctx, top, "person", of[2].ID, of[2].Revision); err != nil {
			t.Error(err)
		}
		if page := h.list(top, Query{Type: "person", Deleted: true}); page.Total != 1 {
			t.Errorf("%d deleted", page.Total)
		}
		if _, err := h.door.Restore(ctx, below, "person", of[2].ID); err != nil {
			t.Error(err)
		}
	})
}

func contains(all []int, n int) bool {
	for _, m := range all {
		if m == n {
			return true
		}
	}
	return false
}

// TestAssignedScope: who is named by a field of kind user reaches the record,
// for as long as it names them.
func TestAssignedScope(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		rm, me := h.user(1, "DE", "risk-manager"), h.user(2, "DE", "handler")
		h.save(rm, Draft{Type: "risk", Fields: fields("title", "Another's", "status", "open")})
		r := h.save(rm, Draft{Type: "risk", Fields: fields("title", "A supplier fails", "status", "open", "owner", me.User().String())})
		page := h.list(me, Query{Type: "risk"})
		if page.Total != 1 || !page.Items[0].May.Change || page.Items[0].May.Delete {
			t.Errorf("%d risks %+v", page.Total, page.Items)
		}
		r = h.save(me, Draft{Type: "risk", ID: r.ID, Revision: r.Revision, Fields: fields("title", "A supplier fails often")})
		r = h.save(rm, Draft{Type: "risk", ID: r.ID, Revision: r.Revision, Fields: fields("owner", nil)})
		h.outside(me, r)
	})
}

// TestEntityScope: records of the viewer's own legal entity are reached, and
// those of others do not exist.
func TestEntityScope(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr := h.user(1, "DE", "hr")
		r := h.person(hr, "Ada Example", "DE")
		there := bailiwick.NewActor(bailiwick.ActorSpec{Kind: bailiwick.User, Tenant: h.tenant.ID, User: bailiwick.UserID{ID: bailiwick.ID{9}},
			Roles: []bailiwick.Role{"entity-audit"}, Country: "DE", Purpose: bailiwick.ProvideService, Entity: r.Entity})
		if page := h.list(there, Query{Type: "person"}); page.Total != 1 || page.Items[0].May != (Rights{}) {
			t.Errorf("%d %+v", page.Total, page.Items)
		}
		h.open(there, "person", r.ID)
		_, err := h.door.Save(context.Background(), there, Draft{Type: "person", ID: r.ID, Revision: r.Revision, Fields: fields("full_name", "B")})
		is(t, err, bailiwick.CodeDenied)
		elsewhere := h.userIn(8, bailiwick.UnitID{}, "entity-audit")
		if page := h.list(elsewhere, Query{Type: "person"}); page.Total != 0 {
			t.Errorf("%d of another entity", page.Total)
		}
		_, err = h.door.Open(context.Background(), elsewhere, "person", r.ID, "en")
		is(t, err, bailiwick.CodeNotFound)
	})
}
