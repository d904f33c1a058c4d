package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
)

// denied are the forms that mean different things to the two engines, or work
// on one of them only. They are looked for in the text without literals and
// comments.
var denied = []struct {
	form *regexp.Regexp
	why  string
}{
	{regexp.MustCompile(`::`), "cast with CAST(x AS t)"},
	{regexp.MustCompile(`(?i)\b(ANY|ALL|SOME)\s*\(`), "arrays exist on PostgreSQL only; use IN with one parameter each"},
	{regexp.MustCompile(`(?i)\bx''`), "a blob on SQLite, a bit string on PostgreSQL; pass a parameter"},
	{regexp.MustCompile(`(?i)\b(I?LIKE|GLOB|REGEXP|SIMILAR)\b`), "case differs between the engines, and no index serves under row-level security; use >= and <"},
	{regexp.MustCompile(`->`), "JSON operators yield other types on each engine; keep columns"},
	{regexp.MustCompile(`(?i)\b(lower|upper)\s*\(`), "SQLite folds ASCII only; store a folded column"},
	{regexp.MustCompile(`(?i)\b(greatest|least)\s*\(|\b(max|min)\s*\([^()]*,`), "scalar maximum has another name on each engine; use CASE"},
	{regexp.MustCompile(`(?i)\bavg\s*\(`), "floating on SQLite, numeric on PostgreSQL; divide in Go"},
	{regexp.MustCompile(`(?i)ON\s+CONFLICT\s+(DO|ON)\b`), "name the conflict target by its columns"},
	{regexp.MustCompile(`(?i)\bFOR\s+(NO\s+KEY\s+)?(UPDATE|SHARE|KEY)\b|\bSKIP\s+LOCKED\b`), "row locks exist on PostgreSQL only; writers run one after another"},
	{regexp.MustCompile(`(?i)(SELECT|RETURNING|,)\s*(\w+\.)?\*`), "name the columns"},
	{regexp.MustCompile(`(?i)\b(gen_random_uuid|now|random|date|datetime|strftime|unixepoch|extract)\s*\(|\bCURRENT_(TIMESTAMP|DATE|TIME)\b`), "time and identifiers are passed as parameters"},
	{regexp.MustCompile(`(?i)\b(INSERT\s+OR|REPLACE\s+INTO|rowid|AUTOINCREMENT|ATTACH|PRAGMA|TRUNCATE)\b`), "one engine only"},
	{regexp.MustCompile(`"|\x60|\[`), "quoted names: SQLite takes an unknown one for a string"},
	{regexp.MustCompile(`\?`), "parameters are $1, $2 ..."},
	{regexp.MustCompile(`;`), "one statement per constant"},
	{regexp.MustCompile(`(?i)\bCOLLATE\b`), "text compares by bytes on both engines by its column"},
}

var (
	literals = regexp.MustCompile(`'(?:[^']|'')*'`)
	comments = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/`)
	conflict = regexp.MustCompile(`(?is)ON\s+CONFLICT\s*\(\s*tenant_id\s*,[^)]*\)`)
	orderBy  = regexp.MustCompile(`(?is)\bORDER\s+BY\s+(.*?)(?:\bLIMIT\b|\)|$)`)
	names    = regexp.MustCompile(`(?i)\b[a-z_][a-z0-9_]*\b`)
)

// lint returns what is wrong with a query. nullable are the columns of the
// tables that it may name.
func lint(text string, tenantRule bool, nullable func(table string) []string) []string {
	bare := comments.ReplaceAllString(literals.ReplaceAllString(text, "''"), " ")
	var out []string
	for _, d := range denied {
		if m := d.form.FindString(bare); m != "" {
			out = append(out, fmt.Sprintf("%q: %s", m, d.why))
		}
	}
	if tenantRule && strings.Contains(strings.ToLower(conflict.ReplaceAllString(bare, "")), "tenant_id") {
		out = append(out, "tenant_id is named outside of ON CONFLICT (tenant_id, ...)")
	}
	var null []string
	for _, word := range names.FindAllString(bare, -1) {
		null = append(null, nullable(strings.ToLower(word))...)
	}
	for _, m := range orderBy.FindAllStringSubmatch(bare, -1) {
		for _, item := range strings.Split(m[1], ",") {
			f := strings.Fields(item)
			if len(f) == 0 {
				continue
			}
			column := f[0][strings.LastIndex(f[0], ".")+1:]
			if slices.Contains(null, column) && !strings.Contains(strings.ToUpper(item), "NULLS ") {
				out = append(out, "ORDER BY "+column+": NULLs come first on SQLite and last on PostgreSQL; add NULLS FIRST or NULLS LAST")
			}
		}
	}
	return out
}

// linted is a driver that fails the test when a query is run that means
// different things to the engines: for those that are put together at run time.
type linted struct {
	store.Driver
	t    testing.TB
	seen sync.Map
}

// View checks the queries of f.
func (l *linted) View(ctx context.Context, id bailiwick.TenantID, f func(store.Conn) error) error {
	return l.Driver.View(ctx, id, l.checked(f))
}

// Update checks the queries of f.
func (l *linted) Update(ctx context.Context, id bailiwick.TenantID, f func(store.Conn) error) error {
	return l.Driver.Update(ctx, id, l.checked(f))
}

// ViewDirectory checks the queries of f.
func (l *linted) ViewDirectory(ctx context.Context, f func(store.Conn) error) error {
	return l.Driver.ViewDirectory(ctx, l.checked(f))
}

// UpdateDirectory checks the queries of f.
func (l *linted) UpdateDirectory(ctx context.Context, f func(store.Conn) error) error {
	return l.Driver.UpdateDirectory(ctx, l.checked(f))
}

func (l *linted) checked(f func(store.Conn) error) func(store.Conn) error {
	return func(c store.Conn) error { return f(lintedConn{c, l}) }
}

var ordinary = regexp.MustCompile(`(?i)^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b`)

// check lints each text once; what is no query (EXPLAIN, DDL) passes.
func (l *linted) check(q string) {
	if _, known := l.seen.LoadOrStore(q, true); known || !ordinary.MatchString(q) {
		return
	}
	for _, wrong := range lint(q, true, func(string) []string { return nil }) {
		l.t.Errorf("%s\n%s", wrong, q)
	}
}

type lintedConn struct {
	store.Conn
	l *linted
}

// ExecContext checks and runs a statement.
func (c lintedConn) ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error) {
	c.l.check(q)
	return c.Conn.ExecContext(ctx, q, args...)
}

// QueryContext checks and runs a query.
func (c lintedConn) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	c.l.check(q)
	return c.Conn.QueryContext(ctx, q, args...)
}

// QueryRowContext checks and runs a query.
func (c lintedConn) QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row {
	c.l.check(q)
	return c.Conn.QueryRowContext(ctx, q, args...)
}
