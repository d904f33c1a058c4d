package storetest

import (
	"context"
	"testing"

	"bailiwick/internal/store"
	"bailiwick/internal/store/sqlite"
)

func TestSQLite(t *testing.T) {
	Run(t, func(t testing.TB) *store.Store {
		d, err := sqlite.Open(context.Background(), sqlite.Options{Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		return opened(t, d)
	})
}

// TestPostgresPooled runs the suite as behind a pooler, where the driver keeps
// no prepared statements.
func TestPostgresPooled(t *testing.T) {
	db := ProbeDatabase(t)
	db.AppURL += "&default_query_exec_mode=exec"
	Run(t, func(t testing.TB) *store.Store { return opened(t, postgresDriver(t, db)) })
}

func TestAssertIndexed(t *testing.T) {
	for name, s := range map[string]*store.Store{"sqlite": SQLite(t), "postgres": opened(t, postgresDriver(t, ProbeDatabase(t)))} {
		id := probed(t, s)
		for q, indexed := range map[string]bool{
			`SELECT word FROM probe_rows WHERE id = $1`:                                                   true,
			`SELECT word FROM probe_rows WHERE n = $1 AND id > 3 ORDER BY id`:                             true,
			`SELECT word FROM probe_rows WHERE n + 1 = $1`:                                                false,
			`SELECT count(*) FROM probe_parts p JOIN probe_rows r ON r.id = p.row_id WHERE p.row_id = $1`: true,
		} {
			quiet := &recorder{TB: t}
			AssertIndexed(quiet, s, id, q, int64(1))
			if quiet.failed == indexed {
				t.Errorf("%s: %s: %q", name, q, Plan(t, s, id, q, int64(1)))
			}
		}
	}
}

// recorder notes a failure instead of failing.
type recorder struct {
	testing.TB
	failed bool
}

// Errorf notes the failure.
func (r *recorder) Errorf(string, ...any) { r.failed = true }

func TestPostgres(t *testing.T) {
	db := ProbeDatabase(t)
	Run(t, func(t testing.TB) *store.Store { return opened(t, postgresDriver(t, db)) })
}
