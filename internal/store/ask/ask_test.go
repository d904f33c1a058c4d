package ask_test

import (
	"context"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/ask"
	"bailiwick/internal/store/storetest"
)

// TestRequests holds that requests are numbered, decided once from the state
// that was seen, and stand for their user until they end.
func TestRequests(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, tenant := context.Background(), storetest.NewTenant(t, s)
		mine, other := bailiwick.UserID{ID: bailiwick.ID{1}}, bailiwick.UserID{ID: bailiwick.ID{2}}
		err := s.Update(ctx, tenant, func(tx store.TenantTx) error {
			for i, u := range []bailiwick.UserID{mine, other} {
				r := ask.Request{ID: bailiwick.ID{byte(i + 1)}, User: u, TypeNo: 1, Field: "f", Category: "health", Op: "access", Countries: "DE",
					Roles: "hr", Rule: "r", Created: 1, Ends: 10, Sealed: bailiwick.SealedBytes([]byte("s"))}
				if err := ask.Insert(ctx, tx, &r); err != nil || r.Number != int64(i+1) {
					t.Errorf("%d %v", r.Number, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Update(ctx, tenant, func(tx store.TenantTx) error {
			r, err := ask.Get(ctx, tx, bailiwick.ID{1})
			if err != nil || r.User != mine || r.State != ask.Asked || r.Category != "health" {
				t.Fatal(r, err)
			}
			r.State, r.Decided, r.Proposal = ask.Granted, 5, "CHG-1"
			for _, want := range []bool{true, false} {
				if ok, err := ask.Decide(ctx, tx, r, ask.Asked); err != nil || ok != want {
					t.Error(ok, err)
				}
			}
			standing := func(u bailiwick.UserID, at int64) (n int) {
				if err := ask.Standing(ctx, tx, u, at, func(ask.Request) { n++ }); err != nil {
					t.Error(err)
				}
				return n
			}
			if standing(mine, 9) != 1 || standing(mine, 10) != 0 || standing(other, 9) != 0 {
				t.Error("a grant holds for somebody else, or too long")
			}
			all, err := ask.All(ctx, tx, 9)
			if err != nil || len(all) != 2 || all[0].Number != 2 || all[1].Proposal != "CHG-1" {
				t.Error(all, err)
			}
			if made, err := ask.OfProposal(ctx, tx, "CHG-1"); err != nil || len(made) != 0 {
				t.Error("a decided request is open", made, err)
			}
			open := all[0]
			open.State, open.Proposal = ask.Asked, "CHG-2"
			if ok, err := ask.Decide(ctx, tx, open, ask.Asked); err != nil || !ok {
				t.Error(ok, err)
			}
			if made, err := ask.OfProposal(ctx, tx, "CHG-2"); err != nil || len(made) != 1 || made[0].Number != 2 {
				t.Error(made, err)
			}
			for _, span := range [][2]int64{{9, 10}, {10, 11}, {8, 9}} {
				ending, err := ask.Ending(ctx, tx, span[0], span[1])
				if err != nil || (len(ending) == 1) != (span[1] == 10) {
					t.Error(span, ending, err)
				}
			}
			if own, err := ask.OfUser(ctx, tx, mine, 9); err != nil || len(own) != 1 {
				t.Error(own, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
