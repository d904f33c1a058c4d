package postgres_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/migrations"
	"bailiwick/internal/store/pgtest"
	"bailiwick/internal/store/postgres"
)

// The benchmark compares two equal tables, goal 13 of the performance goals:
// one behind row-level security, read through the store, and one without, read
// by the same query with tenant_id = $1 in a plain transaction of pgx that has
// the same isolation and is pipelined in the same way.
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

func newBench(b *testing.B) *bench {
	b.Helper()
	ctx := context.Background()
	db := pgtest.New(b)
	if err := postgres.Migrate(ctx, db.OwnerURL, pgtest.App); err != nil {
		b.Fatal(err)
	}
	ddl, err := migrations.Render(`
CREATE TABLE bench_rls ({{tenant}}, id {{int}} NOT NULL, data {{bytes}} NOT NULL, {{pk id}});
{{rls bench_rls}}
CREATE TABLE bench_plain (tenant_id uuid NOT NULL, id {{int}} NOT NULL, data {{bytes}} NOT NULL, PRIMARY KEY (tenant_id, id));
{{grant bench_plain}}`, migrations.PostgreSQL, pgtest.App)
	if err != nil {
		b.Fatal(err)
	}
	if err := db.Exec(db.OwnerURL, ddl); err != nil {
		b.Fatal(err)
	}
	d, err := postgres.Open(ctx, postgres.Options{AppURL: db.AppURL, MaxConns: 16})
	if err != nil {
		b.Fatal(err)
	}
	out := &bench{s: store.New(d)}
	b.Cleanup(func() { out.s.Close() })
	for i := range benchTenants {
		id := bailiwick.TenantID{ID: bailiwick.ID{0: 9, 6: 0x70, 8: 0x80, 15: byte(i)}}
		if err := out.s.CreateTenant(ctx, id); err != nil {
			b.Fatal(err)
		}
		out.tenants = append(out.tenants, id)
		fill := fmt.Sprintf(`INSERT INTO %%s SELECT '%s', g, decode(repeat(md5(g::text), 29), 'hex') FROM generate_series(1, %d) g;`, id, benchRows/benchTenants)
		if err := db.Exec(db.AdminURL, fmt.Sprintf(fill, "bench_rls")+fmt.Sprintf(fill, "bench_plain")); err != nil {
			b.Fatal(err)
		}
	}
	if err := db.Exec(db.AdminURL, "VACUUM ANALYZE"); err != nil {
		b.Fatal(err)
	}
	if out.plain, err = pgx.Connect(ctx, db.AppURL); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { out.plain.Close(ctx) })
	return out
}

// policed reads through the store.
func (x *bench) policed(ctx context.Context, i int, page bool) (n int, err error) {
	err = x.s.View(ctx, x.tenants[i%benchTenants], func(tx store.TenantTx) error {
		key := int64(i*7919%(benchRows/benchTenants-100) + 1)
		if !page {
			var data []byte
			n = 1
			return tx.QueryRow(ctx, qPoint, key).Scan(&data)
		}
		rows, err := tx.Query(ctx, qPage, key)
		if err != nil {
			return err
		}
		defer rows.Close()
		for n = 0; rows.Next(); n++ {
			var id int64
			var data []byte
			if err := rows.Scan(&id, &data); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	return n, err
}

// floor reads with the predicate, all in one round trip.
func (x *bench) floor(ctx context.Context, i int, page bool) (n int, err error) {
	key := int64(i*7919%(benchRows/benchTenants-100) + 1)
	q := qPointPlain
	if page {
		q = qPagePlain
	}
	b := &pgx.Batch{}
	b.Queue("begin isolation level repeatable read read only")
	b.Queue(q, x.tenants[i%benchTenants].String(), key)
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

// BenchmarkRowSecurity reports the median over interleaved rounds of the
// ratio of the two, as "x/plain", beside the time of the policed read.
func BenchmarkRowSecurity(b *testing.B) {
	x := newBench(b)
	for _, c := range []struct {
		name string
		page bool
		per  int // operations of a round
	}{{"point", false, 400}, {"list100", true, 60}} {
		b.Run(c.name, func(b *testing.B) {
			ctx := context.Background()
			run := func(f func(context.Context, int, bool) (int, error)) time.Duration {
				begin := time.Now()
				for i := range c.per {
					if n, err := f(ctx, i, c.page); err != nil || n == 0 {
						b.Fatal(n, err)
					}
				}
				return time.Since(begin)
			}
			run(x.policed)
			run(x.floor)
			var ratios []float64
			var policed time.Duration
			rounds := 0
			for b.Loop() {
				p, f := run(x.policed), run(x.floor)
				ratios = append(ratios, float64(p)/float64(f))
				policed += p
				rounds++
			}
			for len(ratios) < 11 {
				p, f := run(x.policed), run(x.floor)
				ratios = append(ratios, float64(p)/float64(f))
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "x/plain")
			b.ReportMetric(ratios[0], "min-x")
			b.ReportMetric(ratios[len(ratios)-1], "max-x")
			b.ReportMetric(float64(policed.Microseconds())/float64(rounds*c.per), "us/read")
		})
	}
}
