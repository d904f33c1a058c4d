package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"bailiwick/internal/store"
)

// together runs f(0) ... f(n-1) at the same time and waits.
func together(n int, f func(int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

func concurrentWriters(t *testing.T, s *store.Store) {
	id, ctx := probed(t, s), context.Background()
	other := probed(t, s)
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error { return add(ctx, tx, 0, "counter", 0) })
	const callers, times = 12, 20
	together(callers, func(i int) {
		for j := range times {
			err := s.Update(ctx, id, func(tx store.TenantTx) error {
				var n int64 // read, compute, write: lost if writers overlap
				if err := tx.QueryRow(ctx, qProbeN, int64(0)).Scan(&n); err != nil {
					return err
				}
				if n+1 == 13 {
					n++ // the table refuses 13
				}
				_, err := tx.Exec(ctx, qProbeSetN, int64(0), n+1)
				return err
			})
			if err != nil {
				t.Errorf("writer %d, time %d: %v", i, j, err)
			}
			if err := s.Update(ctx, other, func(tx store.TenantTx) error { return add(ctx, tx, int64(i*times+j+1), nil, 1) }); err != nil {
				t.Errorf("other tenant: %v", err)
			}
		}
	})
	if n := number(t, s, id, qProbeN, int64(0)); n != callers*times+1 { // one more for the 13
		t.Errorf("the counter is %d", n)
	}
	if n := number(t, s, other, qProbeSum); n != callers*times {
		t.Errorf("the other tenant has %d rows", n)
	}
}

// writeSkew: each of two functions reads what the other changes. At least one
// must stay on call.
func writeSkew(t *testing.T, s *store.Store) {
	id, ctx := probed(t, s), context.Background()
	for round := range int64(20) {
		a, b := 2*round+100, 2*round+101
		update(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
			return errors.Join(add(ctx, tx, a, nil, round+1000), add(ctx, tx, b, nil, round+1000))
		})
		together(2, func(i int) {
			err := s.Update(ctx, id, func(tx store.TenantTx) error {
				var on int64
				if err := tx.QueryRow(ctx, `SELECT count(*) FROM probe_rows WHERE n = $1`, round+1000).Scan(&on); err != nil {
					return err
				}
				if on < 2 {
					return nil
				}
				_, err := tx.Exec(ctx, qProbeSetN, []int64{a, b}[i], int64(0))
				return err
			})
			if err != nil {
				t.Errorf("round %d: %v", round, err)
			}
		})
		if n := number(t, s, id, `SELECT count(*) FROM probe_rows WHERE n = $1`, round+1000); n != 1 {
			t.Fatalf("round %d: %d are left", round, n)
		}
	}
}

// neighbours mixes functions that succeed, fail, violate a rule, panic and give
// up; on SQLite they share commits.
func neighbours(t *testing.T, s *store.Store) {
	id := probed(t, s)
	const callers = 60
	var mu sync.Mutex
	want := map[int64]bool{}
	together(callers, func(i int) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		defer func() { _ = recover() }()
		row := int64(i)
		err := s.Update(ctx, id, func(tx store.TenantTx) error {
			if err := add(ctx, tx, row, nil, 1); err != nil {
				return err
			}
			switch i % 6 {
			case 1:
				return errBoom
			case 2:
				return add(ctx, tx, row, nil, 1) // the key is taken
			case 3:
				panic("boom")
			case 4:
				cancel()
			}
			return nil
		})
		if good := i%6 == 0 || i%6 == 5; good != (err == nil) {
			t.Errorf("function %d: %v", i, err)
		}
		if err == nil {
			mu.Lock()
			want[row] = true
			mu.Unlock()
		}
	})
	view(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
		rows, err := tx.Query(ctx, `SELECT id FROM probe_rows`)
		if err != nil {
			return err
		}
		defer rows.Close()
		n := 0
		for ; rows.Next(); n++ {
			var row int64
			if err := rows.Scan(&row); err != nil {
				return err
			}
			if !want[row] {
				t.Errorf("row %d is there although its function failed", row)
			}
		}
		if n != len(want) || n != callers/3 {
			t.Errorf("%d rows, %d succeeded", n, len(want))
		}
		return rows.Err()
	})
}

func directoryWriters(t *testing.T, s *store.Store) {
	ctx := context.Background()
	running := 0 // guarded by the directory's own order
	together(8, func(int) {
		for range 10 {
			err := s.UpdateDirectory(ctx, func(tx store.DirectoryTx) error {
				if _, err := tx.Exec(ctx, "SELECT 1"); err != nil {
					return err
				}
				running++
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
	if running < 80 {
		t.Errorf("%d of 80 ran alone", running)
	}
}
