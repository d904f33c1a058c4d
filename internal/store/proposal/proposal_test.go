package proposal_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/configuration"
	"bailiwick/internal/store/proposal"
	"bailiwick/internal/store/storetest"
)

var sealed = cmp.Comparer(func(x, y bailiwick.Sealed) bool { return string(x.Ciphertext()) == string(y.Ciphertext()) })

func TestProposals(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, tenant := context.Background(), storetest.NewTenant(t, s)
		u, v := bailiwick.UserID{ID: bailiwick.ID{1}}, bailiwick.UserID{ID: bailiwick.ID{2}}
		update := func(f func(store.TenantTx) error) {
			t.Helper()
			if err := s.Update(ctx, tenant, f); err != nil {
				t.Fatal(err)
			}
		}
		row := func(n byte) *proposal.Row {
			return &proposal.Row{
				ID: bailiwick.ID{9, n}, Number: int64(n), Title: bailiwick.SealedBytes([]byte("t")), State: "draft", Base: 1, Revision: 1,
				Digest: []byte{n}, Document: []byte("{}"), Author: u, LastEditor: u, Created: 10, Updated: 10,
			}
		}
		update(func(tx store.TenantTx) error {
			for n := byte(1); n <= 2; n++ {
				if next, err := proposal.Next(ctx, tx); err != nil || next != int64(n) {
					t.Errorf("next is %d, %v", next, err)
				}
				if err := proposal.Insert(ctx, tx, row(n)); err != nil {
					return err
				}
			}
			for _, id := range []bailiwick.UserID{u, v, u} {
				if err := proposal.AddEditor(ctx, tx, bailiwick.ID{9, 1}, id, int64(id.ID[0])); err != nil {
					return err
				}
			}
			return nil
		})
		want := row(1)
		want.State, want.Revision, want.Document, want.Reviewer, want.ActiveAt, want.Solo = "approved", 2, []byte(`{"a":1}`), v, 50, true
		want.Reason, want.Decided, want.Version = bailiwick.SealedBytes([]byte("r")), 20, 3
		update(func(tx store.TenantTx) error {
			if ok, err := proposal.Update(ctx, tx, want, 7, "draft"); ok || err != nil {
				t.Errorf("another revision: %v, %v", ok, err)
			}
			if ok, err := proposal.Update(ctx, tx, want, 1, "submitted"); ok || err != nil {
				t.Errorf("another state: %v, %v", ok, err)
			}
			ok, err := proposal.Update(ctx, tx, want, 1, "draft")
			if !ok {
				t.Error("not updated")
			}
			return err
		})
		update(func(tx store.TenantTx) error {
			got, err := proposal.Get(ctx, tx, bailiwick.ID{9, 1})
			if diff := cmp.Diff(want, got, sealed); diff != "" || err != nil {
				t.Errorf("get, %v (-want +got):\n%s", err, diff)
			}
			if _, err := proposal.Get(ctx, tx, bailiwick.ID{8}); !errors.Is(err, store.ErrNoRows) {
				t.Errorf("get nothing: %v", err)
			}
			list, err := proposal.List(ctx, tx, 100, 1)
			if err != nil || len(list) != 1 || list[0].Number != 2 || list[0].Document != nil {
				t.Errorf("list: %v, %v", list, err)
			}
			due, err := proposal.InState(ctx, tx, "approved")
			if err != nil || len(due) != 1 || due[0].Number != 1 {
				t.Errorf("in state: %v, %v", due, err)
			}
			editors, err := proposal.Editors(ctx, tx, bailiwick.ID{9, 1})
			if diff := cmp.Diff([]bailiwick.UserID{u, v}, editors); diff != "" {
				t.Errorf("editors:\n%s", diff)
			}
			return err
		})
		simulations(t, update, u)
		origin(t, s, tenant, u, v)
	})
}

// simulations holds that the last one replaces the one before.
func simulations(t *testing.T, update func(func(store.TenantTx) error), u bailiwick.UserID) {
	ctx := context.Background()
	for n := int64(1); n <= 2; n++ {
		sim := proposal.Simulation{Proposal: bailiwick.ID{9, 1}, Revision: n, Base: 1, Made: 30, User: u, Result: []byte{byte(n)}}
		update(func(tx store.TenantTx) error { return proposal.PutSimulation(ctx, tx, sim) })
		update(func(tx store.TenantTx) error {
			got, err := proposal.GetSimulation(ctx, tx, sim.Proposal)
			if diff := cmp.Diff(sim, got); diff != "" {
				t.Errorf("simulation:\n%s", diff)
			}
			return err
		})
	}
}

// origin needs a version and a proposal.
func origin(t *testing.T, s *store.Store, tenant bailiwick.TenantID, u, v bailiwick.UserID) {
	ctx := context.Background()
	want := configuration.Origin{Version: 4, Proposal: bailiwick.ID{9, 1}, Number: 1, Author: u, Reviewer: v, Solo: true, RollbackOf: 2}
	err := s.Update(ctx, tenant, func(tx store.TenantTx) error {
		for _, r := range []configuration.Row{{Version: 3, Digest: []byte{3}, Created: 30, Document: []byte("{}")}, {Version: 4, Digest: []byte{4}, Created: 40, Document: []byte("{}")}} {
			if err := configuration.Insert(ctx, tx, r); err != nil {
				return err
			}
		}
		return configuration.InsertOrigin(ctx, tx, want)
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.View(ctx, tenant, func(tx store.TenantTx) error {
		got, err := configuration.Origins(ctx, tx, 5, 10)
		if diff := cmp.Diff([]configuration.Origin{want}, got); err != nil || diff != "" {
			t.Errorf("origins, %v:\n%s", err, diff)
		}
		for at, version := range map[int64]int64{30: 3, 39: 3, 40: 4, 99: 4} {
			if got, _, err := configuration.InForceAt(ctx, tx, at); got != version || err != nil {
				t.Errorf("in force at %d: %d, %v", at, got, err)
			}
		}
		if _, _, err := configuration.InForceAt(ctx, tx, 29); !errors.Is(err, store.ErrNoRows) {
			t.Errorf("before the first: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
