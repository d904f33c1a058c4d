package storetest

import (
	"context"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
)

func unknownTenant(t *testing.T, s *store.Store) {
	ctx := context.Background()
	for name, id := range map[string]bailiwick.TenantID{"zero": {}, "never created": newID()} {
		for what, run := range map[string]func(context.Context, bailiwick.TenantID, func(store.TenantTx) error) error{"view": s.View, "update": s.Update} {
			err := run(ctx, id, func(store.TenantTx) error { t.Error("the function ran"); return nil })
			if bailiwick.ErrorCode(err) != bailiwick.CodeNotFound {
				t.Errorf("%s of a tenant that is %s: %v", what, name, err)
			}
		}
	}
	// Asking has not created it.
	if err := s.CreateTenant(ctx, bailiwick.TenantID{}); err == nil {
		t.Error("the zero tenant was created")
	}
}

func createTwice(t *testing.T, s *store.Store) {
	id := probed(t, s)
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error { return add(ctx, tx, 1, "kept", 1) })
	if err := s.CreateTenant(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	if n := number(t, s, id, qProbeCount); n != 1 {
		t.Errorf("%d rows after the second creation", n)
	}
}

func twoTenants(t *testing.T, s *store.Store) {
	a, b := probed(t, s), probed(t, s)
	for n, id := range []bailiwick.TenantID{a, b} {
		update(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
			if tx.Tenant() != id {
				t.Errorf("the transaction is of another tenant")
			}
			return add(ctx, tx, 7, "same", int64(n+1)) // same primary and same unique key
		})
	}
	update(t, s, b, func(ctx context.Context, tx store.TenantTx) error {
		n, err := tx.Exec(ctx, `UPDATE probe_rows SET n = 99`)
		if n != 1 {
			t.Errorf("%d rows changed", n)
		}
		return err
	})
	update(t, s, b, func(ctx context.Context, tx store.TenantTx) error {
		_, err := tx.Exec(ctx, `INSERT INTO probe_parts (row_id, part) VALUES (7, 1)`)
		return err
	})
	if n := number(t, s, a, qProbeN, int64(7)); n != 1 {
		t.Errorf("the first tenant's row has %d", n)
	}
	if n := number(t, s, a, `SELECT count(*) FROM probe_parts`); n != 0 {
		t.Errorf("the first tenant sees %d parts of the second", n)
	}
	update(t, s, b, func(ctx context.Context, tx store.TenantTx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM probe_parts`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM probe_rows`)
		return err
	})
	if n := number(t, s, a, qProbeCount); n != 1 {
		t.Errorf("%d rows of the first tenant after the second deleted all", n)
	}
	// A foreign key does not see a row of another tenant either.
	err := s.Update(context.Background(), b, func(tx store.TenantTx) error {
		_, err := tx.Exec(context.Background(), `INSERT INTO probe_parts (row_id, part) VALUES (7, 1)`)
		return err
	})
	if store.FailureKind(err) != store.ForeignKey {
		t.Errorf("a part of another tenant's row: %v", err)
	}
}

// foreignIdentifier does what no query of the product does: it names the
// tenant's column.
func foreignIdentifier(t *testing.T, s *store.Store) {
	a, b := probed(t, s), probed(t, s)
	update(t, s, a, func(ctx context.Context, tx store.TenantTx) error { return add(ctx, tx, 1, "mine", 1) })
	foreign := any(a.String())
	if s.Engine() == "sqlite" {
		foreign = int64(1)
	}
	ctx := context.Background()
	for _, q := range []string{
		`INSERT INTO probe_rows (tenant_id, id) VALUES ($1, 2)`,
		`UPDATE probe_rows SET tenant_id = $1`,
	} {
		err := s.Update(ctx, b, func(tx store.TenantTx) error {
			if err := add(ctx, tx, 5, nil, 0); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, q, foreign)
			return err
		})
		if k := store.FailureKind(err); k != store.Forbidden && k != store.Check {
			t.Errorf("%s: %v", q, err)
		}
	}
	if n := number(t, s, a, qProbeCount); n != 1 {
		t.Errorf("%d rows", n)
	}
	if s.Engine() == "postgres" {
		if n := number(t, s, b, `SELECT count(*) FROM probe_rows WHERE tenant_id = CAST($1 AS uuid)`, foreign); n != 0 {
			t.Errorf("%d rows of another tenant by its identifier", n)
		}
	}
}

func directoryReachesNoTenant(t *testing.T, s *store.Store) {
	id := probed(t, s)
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error { return add(ctx, tx, 1, "secret", 1) })
	ctx := context.Background()
	for what, run := range map[string]func(context.Context, func(store.DirectoryTx) error) error{"view": s.ViewDirectory, "update": s.UpdateDirectory} {
		// Twice: the second runs on a connection that had a tenant before.
		for range 2 {
			err := run(ctx, func(tx store.DirectoryTx) error {
				var n int64
				return tx.QueryRow(ctx, qProbeCount).Scan(&n)
			})
			if err == nil {
				t.Errorf("%s of the directory reached a tenant's table", what)
			}
			view(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
				var n int64
				return tx.QueryRow(ctx, qProbeCount).Scan(&n)
			})
		}
	}
}
