package storetest

import (
	"context"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
)

// Plan returns how the engine would run a SELECT for the tenant. On PostgreSQL
// it is planned as the app role under row-level security, with full scans made
// so dear that one is chosen only where no index serves.
func Plan(t testing.TB, s *store.Store, id bailiwick.TenantID, q string, args ...any) []string { // any: values of database/sql
	t.Helper()
	explain, scan := "EXPLAIN QUERY PLAN "+q, 4
	if s.Engine() == "postgres" {
		explain, scan = "EXPLAIN "+q, 1
	}
	var lines []string
	view(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
		if s.Engine() == "postgres" {
			if _, err := tx.Exec(ctx, "SET LOCAL enable_seqscan = off"); err != nil {
				return err
			}
		}
		rows, err := tx.Query(ctx, explain, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for lines = nil; rows.Next(); {
			var a, b, c int64
			var line string
			dest := []any{&a, &b, &c, &line}
			if err := rows.Scan(dest[4-scan:]...); err != nil {
				return err
			}
			lines = append(lines, line)
		}
		return rows.Err()
	})
	return lines
}

// AssertIndexed fails the test unless every table that a SELECT reads is
// entered by an index, by more than the tenant alone. It finds the predicates
// that row-level security keeps from an index because their operator is not
// leakproof (LIKE, lower, JSON).
func AssertIndexed(t testing.TB, s *store.Store, id bailiwick.TenantID, q string, args ...any) { // any: values of database/sql
	t.Helper()
	lines := Plan(t, s, id, q, args...)
	bad := unindexedSQLite
	if s.Engine() == "postgres" {
		bad = unindexedPostgres
	}
	if line := bad(lines); line != "" {
		t.Errorf("%s: no index for: %s\n%s\n%s", s.Engine(), line, q, strings.Join(lines, "\n"))
	}
}

// unindexedSQLite returns the first line that reads a whole table. An index
// that is read from end to end in order to stop early is told by "USING".
func unindexedSQLite(lines []string) string {
	for _, l := range lines {
		if strings.HasPrefix(l, "SCAN ") && l != "SCAN CONSTANT ROW" && !strings.HasPrefix(l, "SCAN (") {
			return l
		}
	}
	return ""
}

// unindexedPostgres returns the first scan that has no condition on a column
// other than the tenant's.
func unindexedPostgres(lines []string) string {
	open := ""
	for _, l := range lines {
		switch {
		case strings.Contains(l, "Seq Scan"):
			return l
		case strings.Contains(l, "Index Scan") || strings.Contains(l, "Index Only Scan"):
			if open != "" {
				return open
			}
			open = l
		case strings.Contains(l, "Index Cond:"):
			if strings.Contains(strings.ReplaceAll(l, "tenant_id = ", ""), " = ") || strings.ContainsAny(l, "<>") || strings.Contains(l, "ANY") {
				open = ""
			}
		}
	}
	return open
}
