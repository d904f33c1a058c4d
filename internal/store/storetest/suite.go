package storetest

import (
	"context"
	"encoding/binary"
	"errors"
	"sync/atomic"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/migrations"
	"bailiwick/internal/store/pgtest"
	"bailiwick/internal/store/postgres"
)

// probes are the tables that the suite works on, so that it does not depend on
// those of the product.
const probes = `
CREATE TABLE probe_rows (
  {{tenant}}, id {{int}} NOT NULL, word {{text}}, data {{bytes}}, flag {{bool}}, n {{int}} CHECK (n <> 13),
  {{pk id}}, {{unique word}}){{rowid}};
{{index probe_rows_n probe_rows n, id}}
{{rls probe_rows}}
CREATE TABLE probe_parts (
  {{tenant}}, row_id {{int}} NOT NULL, part {{int}} NOT NULL, {{pk row_id, part}},
  FOREIGN KEY (tenant_id, row_id) REFERENCES probe_rows (tenant_id, id)){{rowid}};
{{rls probe_parts}}
CREATE TABLE probe_facts ({{tenant}}, id {{int}} NOT NULL, {{pk id}}){{rowid}};
{{rls_append probe_facts}}
`

const (
	qProbeAdd   = `INSERT INTO probe_rows (id, word, n) VALUES ($1, $2, $3)`
	qProbeCount = `SELECT count(*) FROM probe_rows`
	qProbeSum   = `SELECT COALESCE(sum(n), 0) FROM probe_rows`
	qProbeN     = `SELECT n FROM probe_rows WHERE id = $1`
	qProbeSetN  = `UPDATE probe_rows SET n = $2 WHERE id = $1`
)

// Run checks that a driver keeps what store.Driver demands. open must return a
// store of its own each time; they may share a database, because every test
// makes its own tenants. Tables named probe_... are made by the suite on SQLite;
// on PostgreSQL, open must use a ProbeDatabase.
func Run(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		test func(*testing.T, *store.Store)
	}{
		{"unknown tenant is not found", unknownTenant},
		{"creating a tenant twice keeps it", createTwice},
		{"two tenants with the same keys", twoTenants},
		{"a tenant cannot write another's identifier", foreignIdentifier},
		{"the directory reaches no tenant", directoryReachesNoTenant},
		{"values come back as they were", roundTrip},
		{"parameters go by number", numberedParameters},
		{"text is ordered by bytes", textOrder},
		{"text is compared by bytes", textCase},
		{"an upsert names the tenant's column", upsert},
		{"failures have a kind and no value", failures},
		{"append-only tables", appendOnly},
		{"an error undoes everything", rollback},
		{"a panic undoes everything", panics},
		{"an ended goroutine undoes everything", goexit},
		{"a view cannot write", readOnly},
		{"a view sees one state", snapshot},
		{"use after the end", useAfterEnd},
		{"rows left open", rowsLeftOpen},
		{"a failed statement that is ignored", ignoredFailure},
		{"statements that may wait", waitingStatements},
		{"a failure of a statement that may wait", waitingFailure},
		{"concurrent writers lose nothing", concurrentWriters},
		{"no write skew", writeSkew},
		{"neighbours in a group are independent", neighbours},
		{"a canceled context", canceled},
		{"the directory's writers lose nothing", directoryWriters},
		{"close", closing},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

// ProbeDatabase is Database with the tables of the suite.
func ProbeDatabase(t testing.TB) pgtest.Database {
	t.Helper()
	ddl := rendered(t, migrations.PostgreSQL)
	return pgtest.Migrated(t, schemaText(t)+ddl, func(db pgtest.Database) error {
		if err := postgres.Migrate(context.Background(), db.OwnerURL, pgtest.App); err != nil {
			return err
		}
		return db.Exec(db.OwnerURL, ddl)
	})
}

func rendered(t testing.TB, d migrations.Dialect) string {
	t.Helper()
	ddl, err := migrations.Render(probes, d, pgtest.App)
	if err != nil {
		t.Fatalf("storetest: %v", err)
	}
	return ddl
}

var tenantCount atomic.Uint64

// newID makes an identifier that no other test has.
func newID() bailiwick.TenantID {
	id := bailiwick.TenantID{ID: bailiwick.ID{0: 1, 6: 0x70, 8: 0x80}}
	binary.BigEndian.PutUint32(id.ID[12:], uint32(tenantCount.Add(1)))
	return id
}

// NewTenant creates a tenant with an identifier of its own.
func NewTenant(t testing.TB, s *store.Store) bailiwick.TenantID {
	t.Helper()
	id := newID()
	if err := s.CreateTenant(context.Background(), id); err != nil {
		t.Fatalf("create tenant: %v", err)
	}
	return id
}

// probed creates a tenant with the tables of the suite.
func probed(t testing.TB, s *store.Store) bailiwick.TenantID {
	t.Helper()
	id := NewTenant(t, s)
	if s.Engine() != "sqlite" {
		return id
	}
	ddl := rendered(t, migrations.SQLite)
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
		_, err := tx.Exec(ctx, ddl)
		return err
	})
	return id
}

// update and view fail the test on an error.
func update(t testing.TB, s *store.Store, id bailiwick.TenantID, f func(context.Context, store.TenantTx) error) {
	t.Helper()
	ctx := context.Background()
	if err := s.Update(ctx, id, func(tx store.TenantTx) error { return f(ctx, tx) }); err != nil {
		t.Fatalf("update: %v", err)
	}
}

func view(t testing.TB, s *store.Store, id bailiwick.TenantID, f func(context.Context, store.TenantTx) error) {
	t.Helper()
	ctx := context.Background()
	if err := s.View(ctx, id, func(tx store.TenantTx) error { return f(ctx, tx) }); err != nil {
		t.Fatalf("view: %v", err)
	}
}

// number reads one int64.
func number(t testing.TB, s *store.Store, id bailiwick.TenantID, q string, args ...any) int64 {
	t.Helper()
	var n int64
	view(t, s, id, func(ctx context.Context, tx store.TenantTx) error { return tx.QueryRow(ctx, q, args...).Scan(&n) })
	return n
}

func add(ctx context.Context, tx store.TenantTx, id int64, word any, n int64) error {
	_, err := tx.Exec(ctx, qProbeAdd, id, word, n)
	return err
}

var errBoom = errors.New("boom")
