package identity

import (
	"context"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

// grow makes the units Europe over France, and America; it returns them in
// this order.
func (w *world) grow(t *testing.T) [3]bailiwick.UnitID {
	t.Helper()
	var out [3]bailiwick.UnitID
	for i, name := range []string{"Europe", "France", "America"} {
		parent := bailiwick.UnitID{}
		if i == 1 {
			parent = out[0]
		}
		id, err := w.AddUnit(context.Background(), w.owner.Actor, name, parent)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = id
	}
	return out
}

func TestUnitTree(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		u := w.grow(t)
		owner := w.owner.Actor
		all, err := w.Units(ctx, owner)
		if err != nil || len(all) != 3 || all[0].ID != u[2] || all[1].ID != u[0] || all[2].ID != u[1] || all[2].Depth != 1 || all[2].Name.Reveal() != "France" {
			t.Fatalf("units %+v: %v", all, err)
		}
		member := w.user(t, "Mia Member", "mia@example.com", "member").Actor
		_, err = w.AddUnit(ctx, member, "Asia", bailiwick.UnitID{})
		code(t, err, bailiwick.CodeDenied)
		_, err = w.AddUnit(ctx, owner, " ", bailiwick.UnitID{})
		code(t, err, bailiwick.CodeInvalid)
		_, err = w.AddUnit(ctx, owner, "Asia", bailiwick.UnitID{ID: bailiwick.ID{9}})
		code(t, err, bailiwick.CodeInvalid)
		code(t, w.ChangeUnit(ctx, owner, u[0], UnitChange{Parent: &u[1]}), bailiwick.CodeInvalid) // below itself
		code(t, w.ChangeUnit(ctx, owner, bailiwick.UnitID{ID: bailiwick.ID{9}}, UnitChange{}), bailiwick.CodeNotFound)
		name, top := "Frankreich", bailiwick.UnitID{}
		code(t, w.ChangeUnit(ctx, owner, u[1], UnitChange{Name: &name, Parent: &u[2]}), "")
		code(t, w.DropUnit(ctx, owner, u[2]), bailiwick.CodeTransition) // a unit lies below it
		code(t, w.ChangeUnit(ctx, owner, u[1], UnitChange{Parent: &top}), "")
		code(t, w.ChangeUser(ctx, owner, member.User(), UserChange{Unit: &u[2]}), "")
		code(t, w.DropUnit(ctx, owner, u[2]), bailiwick.CodeTransition) // a user is of it
		code(t, w.ChangeUser(ctx, owner, member.User(), UserChange{Unit: &top}), "")
		code(t, w.DropUnit(ctx, owner, u[2]), "")
		deep := u[0]
		for range MaxUnitDepth - 1 {
			if deep, err = w.AddUnit(ctx, owner, "Below", deep); err != nil {
				t.Fatal(err)
			}
		}
		_, err = w.AddUnit(ctx, owner, "Too deep", deep)
		code(t, err, bailiwick.CodeInvalid)
	})
}

// TestUnitManager: who manages the users of a unit manages those of the unit
// and below it, and grants no more than holds there.
func TestUnitManager(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		u := w.grow(t)
		in := func(name string, unit bailiwick.UnitID, roles ...bailiwick.Role) bailiwick.UserID {
			id, err := w.CreateUser(ctx, w.acme, w.owner.Actor, UserSpec{Name: name, Email: name + "@example.com", Roles: roles, Country: "FR", Unit: unit})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		desk := w.signIn(t, in("desk", u[0], "unit-desk")).Actor
		if desk.Unit() != u[0] {
			t.Fatal("an actor without its unit")
		}
		french, american := in("french", u[1], "unit-reader"), in("american", u[2], "unit-reader")
		page, err := w.Users(ctx, desk, UserQuery{})
		if err != nil || page.Total != 2 { // herself and the one below
			t.Errorf("%d users: %v", page.Total, err)
		}
		_, err = w.GetUser(ctx, desk, french)
		code(t, err, "")
		_, err = w.GetUser(ctx, desk, american)
		code(t, err, bailiwick.CodeNotFound)
		code(t, w.DisableUser(ctx, desk, american), bailiwick.CodeNotFound)
		code(t, w.ChangeUser(ctx, desk, american, UserChange{Unit: &u[0]}), bailiwick.CodeNotFound)
		_, err = w.PasswordLink(ctx, w.acme, desk, american, time.Hour)
		code(t, err, bailiwick.CodeNotFound)
		_, err = w.Tokens(ctx, desk, american)
		code(t, err, bailiwick.CodeNotFound)

		var none bailiwick.UnitID
		for _, unit := range []bailiwick.UnitID{u[2], none} {
			code(t, w.ChangeUser(ctx, desk, french, UserChange{Unit: &unit}), bailiwick.CodeInvalid)
			_, err = w.CreateUser(ctx, w.acme, desk, UserSpec{Name: "Y", Email: "y@example.com", Unit: unit})
			code(t, err, bailiwick.CodeInvalid)
		}
		code(t, w.ChangeUser(ctx, desk, french, UserChange{Unit: &u[0]}), "")
		for _, roles := range [][]bailiwick.Role{{"desk"}, {"member"}, {"owner"}} { // more than the unit
			code(t, w.ChangeUser(ctx, desk, french, UserChange{Roles: &roles}), bailiwick.CodeDenied)
		}
		roles := []bailiwick.Role{"unit-desk"}
		code(t, w.ChangeUser(ctx, desk, french, UserChange{Roles: &roles}), "")
		// who manages a part of the users does not stand in for the last who manages all
		code(t, w.ChangeUser(ctx, w.owner.Actor, w.owner.Actor.User(), UserChange{Roles: &roles}), bailiwick.CodeTransition)
		_, err = w.AddUnit(ctx, desk, "Spain", u[0])
		code(t, err, bailiwick.CodeDenied)
	})
}
