package storetest

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
)

// hot are the queries that run on nearly every request or save, with arguments
// of the right types: by package and constant. (That of the configuration in
// force is left out: the last row of an ordered index has no condition.)
var hot = map[string][]any{
	"session/qByHash":          {[]byte{1}},
	"session/qTokenByHash":     {[]byte{1}},
	"record/qByID":             {[]byte{1}},
	"record/qByKey":            {int64(1)},
	"record/qRecordsOfSubject": {[]byte{1}},
	"record/qDropSlots":        {int64(1)},
	"record/qDropTerms":        {int64(1), int64(1)},
	"record/qKeepRevision":     {int64(1)},
	"subject/qGet":             {[]byte{1}},
	"subject/qSetNo":           {"DE"},
	"subject/qSetsSince":       {int64(1)},
	"entry/qByRecord":          {[]byte{1}, []byte{2}, int64(10)},
	"entry/qRecordPage":        {[]byte{0}, []byte{9}, "", "", "", int64(10), []byte{1}},
	"idempotency/qFind":        {[]byte{1}, []byte{1}},
	"view/qGet":                {[]byte{1}, []byte{1}, int64(1)},
	"user/qGet":                {[]byte{1}},
	"user/qByLookup":           {[]byte{1}},
	"importrun/qGet":           {[]byte{1}},
}

// TestHotQueriesAreIndexed asks both engines how they would run the hot
// queries, PostgreSQL as the app role under row-level security.
func TestHotQueriesAreIndexed(t *testing.T) {
	texts := map[string]string{}
	for _, q := range queries(t, nouns) {
		texts[filepath.Base(filepath.Dir(q.where))+"/"+q.name] = q.text
	}
	onFilled(t, func(t *testing.T, s *store.Store, id bailiwick.TenantID) {
		for name, args := range hot {
			text, ok := texts[name]
			if !ok {
				t.Errorf("there is no %s any more", name)
				continue
			}
			AssertIndexed(t, s, id, text, args...)
		}
	})
}

// TestHotListsAreIndexed does the same for the lists that are put together from
// pieces: pages, counts, filters, words.
func TestHotListsAreIndexed(t *testing.T) {
	one := []byte{1}
	lists := map[string]record.Select{
		"page":      {TypeNo: 1},
		"next page": {TypeNo: 1, Before: 5},
		"some rows": {TypeNo: 1, CSets: []int64{1, 2, 3}},
		"own rows":  {TypeNo: 1, Reach: []record.Reach{{Owner: bailiwick.UserID{ID: bailiwick.ID{1}}}}},
		"number":    {TypeNo: 1, All: []record.Condition{{{Kind: record.InInts, Field: 1, Ints: []int64{1}}}}},
		"range":     {TypeNo: 1, All: []record.Condition{{{Kind: record.InRange, Field: 1, Lo: 1, Hi: 2}}}},
		"choice":    {TypeNo: 1, All: []record.Condition{{{Kind: record.InTexts, Field: 1, Texts: []string{"a", "b"}}}}},
		"word":      {TypeNo: 1, All: []record.Condition{{{Kind: record.HasTerm, Field: 1, Term: one}, {Kind: record.HasTerm, Field: 2, Term: one, CSets: []int64{1}}}}},
		"link":      {TypeNo: 1, All: []record.Condition{{{Kind: record.Linked, Field: 1, Term: one}}}},
		"person":    {TypeNo: 1, All: []record.Condition{{{Kind: record.Involves, Field: 1, Term: one}}}},
	}
	onFilled(t, func(t *testing.T, s *store.Store, id bailiwick.TenantID) {
		for name, sel := range lists {
			t.Run(name, func(t *testing.T) {
				for _, q := range asked(t, s, id, &sel) {
					AssertIndexed(t, s, id, q.text, q.args...)
				}
			})
		}
	})
}

// onFilled runs a test on both engines. On PostgreSQL, whose planner goes by
// what the tables hold, every table of the tenant has 2,000 made-up rows: the
// constraints that would refuse them are dropped from the test's database.
func onFilled(t *testing.T, test func(*testing.T, *store.Store, bailiwick.TenantID)) {
	t.Run("sqlite", func(t *testing.T) {
		s := SQLite(t)
		test(t, s, NewTenant(t, s))
	})
	t.Run("postgres", func(t *testing.T) {
		db := Database(t)
		s := PostgresAt(t, db)
		id := NewTenant(t, s)
		if err := db.Exec(db.AdminURL, strings.ReplaceAll(fillTables, "{id}", id.String())); err != nil {
			t.Fatal(err)
		}
		test(t, s, id)
	})
}

const fillTables = `
DO $$
DECLARE r record; names text; vals text;
BEGIN
  FOR r IN SELECT c.conname, c.conrelid::regclass AS rel FROM pg_constraint c JOIN pg_class k ON k.oid = c.conrelid
    WHERE c.contype IN ('c', 'f') AND k.relnamespace = 'public'::regnamespace
  LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', r.rel, r.conname); END LOOP;
  FOR r IN SELECT k.oid, k.relname FROM pg_class k JOIN pg_attribute a ON a.attrelid = k.oid AND a.attname = 'tenant_id'
    WHERE k.relkind = 'r' AND k.relnamespace = 'public'::regnamespace AND k.relname <> 'tenant_stores'
  LOOP
    SELECT string_agg(quote_ident(attname), ','), string_agg(CASE format_type(atttypid, NULL)
      WHEN 'uuid' THEN '''{id}''::uuid' WHEN 'bytea' THEN 'decode(md5(g::text), ''hex'')' WHEN 'text' THEN '''w'' || g'
      WHEN 'boolean' THEN 'false' ELSE 'g' END, ',') INTO names, vals
    FROM pg_attribute WHERE attrelid = r.oid AND attnum > 0 AND NOT attisdropped;
    EXECUTE format('INSERT INTO %I (%s) SELECT %s FROM generate_series(1, 2000) g', r.relname, names, vals);
  END LOOP;
END $$;
ANALYZE;`

// asking is a query with its arguments.
type asking struct {
	text string
	args []any
}

// asked returns the queries of a page and of a count.
func asked(t *testing.T, s *store.Store, id bailiwick.TenantID, sel *record.Select) (out []asking) {
	t.Helper()
	heard := store.New(&hearing{s: s, heard: func(q string, args []any) { out = append(out, asking{q, args}) }})
	view(t, heard, id, func(ctx context.Context, tx store.TenantTx) error {
		out = nil
		if _, err := record.Rows(ctx, tx, sel, true, 10, nil); err != nil {
			return err
		}
		_, err := record.Count(ctx, tx, sel)
		return err
	})
	return out
}

// hearing is a driver whose views are those of a store, and which hears their
// queries.
type hearing struct {
	store.Driver
	s     *store.Store
	heard func(q string, args []any)
}

// View runs f in a view of the store.
func (d *hearing) View(ctx context.Context, id bailiwick.TenantID, f func(store.Conn) error) error {
	return d.s.View(ctx, id, func(tx store.TenantTx) error { return f(heardConn{tx, d}) })
}

type heardConn struct {
	tx store.TenantTx
	d  *hearing
}

// ExecContext is part of store.Conn; a view writes nothing.
func (c heardConn) ExecContext(context.Context, string, ...any) (sql.Result, error) {
	return nil, errBoom
}

// QueryContext is part of store.Conn.
func (c heardConn) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	c.d.heard(q, args)
	return c.tx.Query(ctx, q, args...)
}

// QueryRowContext is part of store.Conn.
func (c heardConn) QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row {
	c.d.heard(q, args)
	return c.tx.QueryRow(ctx, q, args...)
}
