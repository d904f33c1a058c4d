package storetest

import (
	"context"
	"errors"
	"testing"

	"bailiwick/internal/store"
)

// later is add by TenantTx.Later.
func later(ctx context.Context, tx store.TenantTx, id int64, word any, n int64) error {
	return tx.Later(ctx, nil, qProbeAdd, id, word, n)
}

// waitingStatements: what follows sees what waited, in order, and all of it is
// there in the end, whether something followed or not.
func waitingStatements(t *testing.T, s *store.Store) {
	id := probed(t, s)
	for _, before := range []int64{0, 1, 2000} {
		update(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
			if _, err := tx.Exec(ctx, "DELETE FROM probe_rows WHERE id > $1", int64(0)); err != nil {
				return err
			}
			for i := range before {
				if err := later(ctx, tx, i+1, nil, 0); err != nil {
					return err
				}
			}
			if err := tx.Later(ctx, nil, qProbeSetN, int64(1), int64(7)); err != nil {
				return err
			}
			var n, count int64
			if err := tx.QueryRow(ctx, qProbeSum).Scan(&n); err != nil {
				return err
			}
			if err := tx.QueryRow(ctx, qProbeCount).Scan(&count); err != nil {
				return err
			}
			if want := min(before, 1) * 7; n != want || count != before {
				t.Errorf("%d waited: sum %d, want %d; %d rows", before, n, want, count)
			}
			return later(ctx, tx, 9000, "last", 1)
		})
		if n := number(t, s, id, qProbeCount); n != before+1 {
			t.Errorf("%d rows, want %d", n, before+1)
		}
	}
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error { return later(ctx, tx, 9001, "only", 1) })
	if n := number(t, s, id, "SELECT count(*) FROM probe_rows WHERE id = $1", int64(9001)); n != 1 {
		t.Error("what only waited was not kept")
	}
}

// waitingFailure: the failure is reported as asked for, by the commit or by
// what follows, and nothing is kept. A view refuses at once.
func waitingFailure(t *testing.T, s *store.Store) {
	id, ctx := probed(t, s), context.Background()
	report := errors.New("reported")
	bad := func(tx store.TenantTx) error {
		if err := later(ctx, tx, 1, "kept back", 1); err != nil {
			return err
		}
		return tx.Later(ctx, func(err error) error { return errors.Join(report, err) }, qProbeAdd, int64(2), nil, int64(13))
	}
	for name, f := range map[string]func(store.TenantTx) error{
		"by the commit": bad,
		"by a query": func(tx store.TenantTx) error {
			if err := bad(tx); err != nil {
				return err
			}
			var n int64
			return tx.QueryRow(ctx, qProbeCount).Scan(&n)
		},
		"by the commit although ignored": func(tx store.TenantTx) error {
			_ = bad(tx)
			var n int64
			_ = tx.QueryRow(ctx, qProbeCount).Scan(&n)
			return nil
		},
	} {
		err := s.Update(ctx, id, f)
		if name != "by the commit although ignored" && (!errors.Is(err, report) || store.FailureKind(err) != store.Check) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		if n := number(t, s, id, qProbeCount); n != 0 {
			t.Errorf("%s: %d rows", name, n)
		}
	}
	err := s.View(ctx, id, func(tx store.TenantTx) error { return later(ctx, tx, 3, nil, 1) })
	if store.FailureKind(err) != store.ReadOnly && store.FailureKind(err) != store.Forbidden {
		t.Errorf("a view wrote: %v", err)
	}
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error { return later(ctx, tx, 4, nil, 1) })
}
