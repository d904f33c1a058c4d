package storetest

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
)

func rollback(t *testing.T, s *store.Store) {
	id, ctx := probed(t, s), context.Background()
	err := s.Update(ctx, id, func(tx store.TenantTx) error {
		if err := add(ctx, tx, 1, "gone", 1); err != nil {
			return err
		}
		return errBoom
	})
	if err != errBoom {
		t.Errorf("the function's error came back as %v", err)
	}
	own := &bailiwick.Error{Code: bailiwick.CodeConflict}
	if err := s.Update(ctx, id, func(store.TenantTx) error { return own }); err != error(own) {
		t.Errorf("the function's error came back as %v", err)
	}
	if n := number(t, s, id, qProbeCount); n != 0 {
		t.Errorf("%d rows", n)
	}
}

func panics(t *testing.T, s *store.Store) {
	id, ctx := probed(t, s), context.Background()
	func() {
		defer func() {
			if recover() != "boom" {
				t.Error("the panic did not reach the caller")
			}
		}()
		_ = s.Update(ctx, id, func(tx store.TenantTx) error {
			if err := add(ctx, tx, 1, "gone", 1); err != nil {
				return err
			}
			panic("boom")
		})
	}()
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error { return add(ctx, tx, 2, "kept", 1) })
	if n := number(t, s, id, qProbeCount); n != 1 {
		t.Errorf("%d rows", n)
	}
}

// goexit is what t.Fatal within a function does.
func goexit(t *testing.T, s *store.Store) {
	id, ctx := probed(t, s), context.Background()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.Update(ctx, id, func(tx store.TenantTx) error {
			if err := add(ctx, tx, 1, "gone", 1); err != nil {
				return err
			}
			runtime.Goexit()
			return nil
		})
	}()
	<-ended
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error { return add(ctx, tx, 2, "kept", 1) })
	if n := number(t, s, id, qProbeCount); n != 1 {
		t.Errorf("%d rows", n)
	}
}

func readOnly(t *testing.T, s *store.Store) {
	id, ctx := probed(t, s), context.Background()
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error { return add(ctx, tx, 1, "kept", 1) })
	for _, q := range []string{
		`DELETE FROM probe_rows`, `UPDATE probe_rows SET n = 2`, `INSERT INTO probe_rows (id) VALUES (2)`, `DROP TABLE probe_parts`,
	} {
		for _, first := range []string{"", qProbeCount} { // the write is the first statement, or not
			err := s.View(ctx, id, func(tx store.TenantTx) error {
				var n int64
				if first != "" {
					if err := tx.QueryRow(ctx, first).Scan(&n); err != nil {
						return err
					}
				}
				_, err := tx.Exec(ctx, q)
				return err
			})
			if k := store.FailureKind(err); k != store.ReadOnly && k != store.Forbidden {
				t.Errorf("%s: %v", q, err)
			}
		}
	}
	if n := number(t, s, id, `SELECT sum(n) FROM probe_rows`); n != 1 {
		t.Errorf("the sum is %d", n)
	}
}

func snapshot(t *testing.T, s *store.Store) {
	id := probed(t, s)
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error { return add(ctx, tx, 1, "a", 1) })
	view(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
		var before, after int64
		if err := tx.QueryRow(ctx, qProbeCount).Scan(&before); err != nil {
			return err
		}
		update(t, s, id, func(ctx context.Context, tx store.TenantTx) error { return add(ctx, tx, 2, "b", 1) })
		if err := tx.QueryRow(ctx, qProbeCount).Scan(&after); err != nil {
			return err
		}
		if before != 1 || after != 1 {
			t.Errorf("saw %d, then %d", before, after)
		}
		return nil
	})
	if n := number(t, s, id, qProbeCount); n != 2 {
		t.Errorf("the next view sees %d", n)
	}
}

func useAfterEnd(t *testing.T, s *store.Store) {
	id, ctx := probed(t, s), context.Background()
	check := func(name string, tx store.TenantTx) {
		var n int64
		if _, err := tx.Exec(ctx, `DELETE FROM probe_rows`); !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s: exec: %v", name, err)
		}
		if rows, err := tx.Query(ctx, qProbeCount); !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s: query: %v", name, errors.Join(err, rows.Close()))
		}
		if err := tx.QueryRow(ctx, qProbeCount).Scan(&n); !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s: query row: %v", name, err)
		}
	}
	check("zero", store.TenantTx{})
	var kept store.TenantTx
	update(t, s, id, func(_ context.Context, tx store.TenantTx) error { kept = tx; return nil })
	check("after update", kept)
	view(t, s, id, func(_ context.Context, tx store.TenantTx) error { kept = tx; return nil })
	check("after view", kept)
	if _, err := (store.DirectoryTx{}).Exec(ctx, "SELECT 1"); !errors.Is(err, store.ErrClosed) {
		t.Errorf("zero directory: %v", err)
	}
}

func rowsLeftOpen(t *testing.T, s *store.Store) {
	id := probed(t, s)
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
		for i := range int64(5) {
			if err := add(ctx, tx, i, nil, i); err != nil {
				return err
			}
		}
		return nil
	})
	for range 3 {
		leave := func(ctx context.Context, tx store.TenantTx) error {
			rows, err := tx.Query(ctx, `SELECT id FROM probe_rows ORDER BY id`)
			if err == nil {
				rows.Next() // and no Close
			}
			return err
		}
		update(t, s, id, leave)
		view(t, s, id, leave)
	}
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
		_, err := tx.Exec(ctx, `DELETE FROM probe_rows`)
		return err
	})
}

// ignoredFailure: the engines differ in whether a statement after a failed one
// runs; in neither may a function that ignored a failure of the schema's rules
// end up with half of its work under a nil error.
func ignoredFailure(t *testing.T, s *store.Store) {
	id, ctx := probed(t, s), context.Background()
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error { return add(ctx, tx, 1, "taken", 1) })
	err := s.Update(ctx, id, func(tx store.TenantTx) error {
		if err := add(ctx, tx, 2, "half", 1); err != nil {
			return err
		}
		_ = add(ctx, tx, 3, "taken", 1)
		return nil
	})
	if n := number(t, s, id, qProbeCount); (err == nil) || n != 1 {
		t.Errorf("%d rows, error %v", n, err)
	}
}

func canceled(t *testing.T, s *store.Store) {
	id := probed(t, s)
	for name, run := range map[string]func(context.Context, bailiwick.TenantID, func(store.TenantTx) error) error{"view": s.View, "update": s.Update} {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := run(ctx, id, func(store.TenantTx) error { t.Errorf("%s ran", name); return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("%s before its start: %v", name, err)
		}
		ctx, cancel = context.WithCancel(context.Background())
		err := run(ctx, id, func(tx store.TenantTx) error {
			var n int64
			if err := tx.QueryRow(ctx, qProbeCount).Scan(&n); err != nil {
				return err
			}
			cancel()
			return tx.QueryRow(ctx, qProbeCount).Scan(&n)
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s within: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	err := s.Update(ctx, id, func(tx store.TenantTx) error {
		err := add(ctx, tx, 1, "late", 1)
		cancel()
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("canceled at the end: %v", err)
	}
	if n := number(t, s, id, qProbeCount); n != 0 {
		t.Errorf("%d rows", n)
	}
}

func closing(t *testing.T, s *store.Store) {
	id, ctx := probed(t, s), context.Background()
	if err := s.Ping(ctx); err != nil {
		t.Errorf("ping: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
	for name, err := range map[string]error{
		"view":             s.View(ctx, id, func(store.TenantTx) error { return nil }),
		"update":           s.Update(ctx, id, func(store.TenantTx) error { return nil }),
		"view directory":   s.ViewDirectory(ctx, func(store.DirectoryTx) error { return nil }),
		"update directory": s.UpdateDirectory(ctx, func(store.DirectoryTx) error { return nil }),
		"create":           s.CreateTenant(ctx, id),
		"ping":             s.Ping(ctx),
	} {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s after close: %v", name, err)
		}
	}
}
