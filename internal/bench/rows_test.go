package bench

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/migrations"
	"bailiwick/internal/store/pgtest"
	"bailiwick/internal/store/postgres"
)

// Goal 13 compares two equal tables: one behind row-level security, read
// by a query that does not know of tenants, and one without, read by the same
// query with tenant_id = $1. Both go through the store, the second as if it were
// of the directory, where no tenant is set. A third, raw, is the second by pgx
// alone with everything in one round trip: what a hand-written program could
// reach.
const (
	benchRows    = 20_000
	benchTenants = 20
	qPoint       = `SELECT data FROM bench_rls WHERE id = $1`
	qPointPlain  = `SELECT data FROM bench_plain WHERE tenant_id = $1 AND id = $2`
	qPage        = `SELECT id, data FROM bench_rls WHERE id > $1 ORDER BY id LIMIT 100`
	qPagePlain   = `SELECT id, data FROM bench_plain WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT 100`
)

// bench is a database with the two tables.
type bench struct {
	s       *store.Store
	plain   *pgx.Conn
	tenants []bailiwick.TenantID
}

func newBench(t *testing.T) *bench {
	t.Helper()
	ctx := context.Background()
	db := pgtest.New(t)
	if err := postgres.Migrate(ctx, db.OwnerURL, pgtest.App); err != nil {
		t.Fatal(err)
	}
	ddl, err := migrations.Render(`
CREATE TABLE bench_rls ({{tenant}}, id {{int}} NOT NULL, data {{bytes}} NOT NULL, {{pk id}});
{{rls bench_rls}}
CREATE TABLE bench_plain (tenant_id uuid NOT NULL, id {{int}} NOT NULL, data {{bytes}} NOT NULL, PRIMARY KEY (tenant_id, id));
{{grant bench_plain}}`, migrations.PostgreSQL, pgtest.App)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Exec(db.OwnerURL, ddl); err != nil {
		t.Fatal(err)
	}
	d, err := postgres.Open(ctx, postgres.Options{AppURL: db.AppURL, MaxConns: 16})
	if err != nil {
		t.Fatal(err)
	}
	out := &bench{s: store.New(d)}
	t.Cleanup(func() { out.s.Close() })
	for i := range benchTenants {
		id := bailiwick.TenantID{ID: bailiwick.ID{0: 9, 6: 0x70, 8: 0x80, 15: byte(i)}}
		if err := out.s.CreateTenant(ctx, id); err != nil {
			t.Fatal(err)
		}
		out.tenants = append(out.tenants, id)
		fill := fmt.Sprintf(`INSERT INTO %%s SELECT '%s', g, decode(repeat(md5(g::text), 29), 'hex') FROM generate_series(1, %d) g;`, id, benchRows/benchTenants)
		if err := db.Exec(db.AdminURL, fmt.Sprintf(fill, "bench_rls")+fmt.Sprintf(fill, "bench_plain")); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Exec(db.AdminURL, "VACUUM ANALYZE"); err != nil {
		t.Fatal(err)
	}
	if out.plain, err = pgx.Connect(ctx, db.AppURL); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { out.plain.Close(ctx) })
	return out
}

// key is the row that the i-th operation begins at.
func key(i int) int64 { return int64(i*7919%(benchRows/benchTenants-100) + 1) }

// policed reads behind row-level security.
func (x *bench) policed(ctx context.Context, i int, page bool) (n int, err error) {
	q := qPoint
	if page {
		q = qPage
	}
	err = x.s.View(ctx, x.tenants[i%benchTenants], func(tx store.TenantTx) error {
		rows, err := tx.Query(ctx, q, key(i))
		if err != nil {
			return err
		}
		n, err = drain(rows, page)
		return err
	})
	return n, err
}

// plainly reads with the predicate.
func (x *bench) plainly(ctx context.Context, i int, page bool) (n int, err error) {
	q := qPointPlain
	if page {
		q = qPagePlain
	}
	err = x.s.ViewDirectory(ctx, func(tx store.DirectoryTx) error {
		rows, err := tx.Query(ctx, q, x.tenants[i%benchTenants].String(), key(i))
		if err != nil {
			return err
		}
		n, err = drain(rows, page)
		return err
	})
	return n, err
}

// cursor is what *sql.Rows and pgx.Rows share.
type cursor interface {
	Next() bool
	Scan(...any) error
	Err() error
}

func drain(rows cursor, page bool) (n int, err error) {
	for rows.Next() {
		var id int64
		var data []byte
		dest := []any{&id, &data}
		if !page {
			dest = dest[1:]
		}
		if err := rows.Scan(dest...); err != nil {
			return 0, err
		}
		n++
	}
	return n, rows.Err()
}

// raw reads with the predicate, all in one round trip.
func (x *bench) raw(ctx context.Context, i int, page bool) (n int, err error) {
	q := qPointPlain
	if page {
		q = qPagePlain
	}
	b := &pgx.Batch{}
	b.Queue("begin isolation level repeatable read read only")
	b.Queue(q, x.tenants[i%benchTenants].String(), key(i))
	b.Queue("commit")
	r := x.plain.SendBatch(ctx, b)
	defer func() {
		if e := r.Close(); err == nil {
			err = e
		}
	}()
	if _, err := r.Exec(); err != nil {
		return 0, err
	}
	rows, err := r.Query()
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	return drain(rows, page)
}

// rowSecurity is goal 13, and beside it, without a gate, the same by pgx alone
// in one round trip.
func rowSecurity(t *testing.T) {
	x := newBench(t)
	for _, c := range []struct {
		what string
		page bool
		per  int // operations of a round
		most float64
	}{{"point read", false, 200, 1.25}, {"list of 100", true, 40, 1.15}} {
		read := func(f func(context.Context, int, bool) (int, error)) timed {
			i := 0
			return func() error {
				i++
				n, err := f(t.Context(), i, c.page)
				if err == nil && n == 0 {
					err = errors.New("nothing read")
				}
				return err
			}
		}
		ratio(t, "13", c.what+" behind row-level security, against tenant_id = $1", c.per, read(x.plainly), read(x.policed), c.most)
		ratio(t, "13", "(for orientation) "+c.what+", against pgx alone in one round trip", c.per, read(x.raw), read(x.policed), 0)
	}
}
