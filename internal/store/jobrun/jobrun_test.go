package jobrun_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/jobrun"
	"bailiwick/internal/store/storetest"
)

var one, two = bailiwick.ID{1}, bailiwick.ID{2}

func TestLease(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		update := func(f func(tx store.DirectoryTx) error) {
			t.Helper()
			if err := s.UpdateDirectory(ctx, f); err != nil {
				t.Fatal(err)
			}
		}
		expect := func(what string, want bool, f func(tx store.DirectoryTx) (bool, error)) {
			t.Helper()
			var got bool
			update(func(tx store.DirectoryTx) (err error) {
				got, err = f(tx)
				return err
			})
			if got != want {
				t.Errorf("%s: %v", what, got)
			}
		}
		claim := func(who bailiwick.ID, now, due int64) func(tx store.DirectoryTx) (bool, error) {
			return func(tx store.DirectoryTx) (bool, error) { return jobrun.Claim(ctx, tx, "sweep", who, now, due, now+10) }
		}
		extend := func(who bailiwick.ID, now int64) func(tx store.DirectoryTx) (bool, error) {
			return func(tx store.DirectoryTx) (bool, error) {
				return jobrun.Extend(ctx, tx, "sweep", who, now, now+10)
			}
		}
		expect("a job that never ran", true, claim(one, 100, 100))
		expect("a job that another process has", false, claim(two, 105, 105))
		expect("its holder goes on", true, extend(one, 105))
		expect("somebody else does not", false, extend(two, 105))
		expect("a lease that has ended", true, claim(two, 115, 115))
		expect("a holder that slept", false, extend(one, 116))
		update(func(tx store.DirectoryTx) error { return jobrun.Done(ctx, tx, "sweep", one, 116, 999) }) // changes nothing
		update(func(tx store.DirectoryTx) error { return jobrun.Done(ctx, tx, "sweep", two, 117, 200) })
		expect("before it is due", false, claim(one, 150, 150))
		expect("when it is asked for", true, claim(one, 150, 1<<62))
		update(func(tx store.DirectoryTx) error { return jobrun.Release(ctx, tx, "sweep", two, 1) }) // changes nothing
		update(func(tx store.DirectoryTx) error { return jobrun.Release(ctx, tx, "sweep", one, 160) })
		err := s.ViewDirectory(ctx, func(tx store.DirectoryTx) error {
			got, err := jobrun.List(ctx, tx)
			if diff := cmp.Diff([]jobrun.Row{{Job: "sweep", Lease: 0, Due: 160, Done: 117}}, got); diff != "" {
				t.Errorf("list (-want +got):\n%s", diff)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestClaimAtOnce holds that of many processes one gets the job.
func TestClaimAtOnce(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		var won atomic.Int64
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				var got bool
				err := s.UpdateDirectory(context.Background(), func(tx store.DirectoryTx) (err error) {
					got, err = jobrun.Claim(context.Background(), tx, "sweep", bailiwick.ID{byte(i + 1)}, 5, 5, 10)
					return err
				})
				if err != nil {
					t.Error(err)
				}
				if got {
					won.Add(1)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Errorf("%d processes have the job", won.Load())
		}
	})
}
