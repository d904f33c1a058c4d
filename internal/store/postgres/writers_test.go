package postgres_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bailiwick/internal/store/migrations"
	"bailiwick/internal/store/pgtest"
)

// BenchmarkWriters compares the two ways to let eight writers of one tenant
// take a number and add a row each: an advisory lock and READ COMMITTED, as the
// driver does, and SERIALIZABLE with repetition. It reports the median ratio
// of their times, and the repetitions per write of the second.
func BenchmarkWriters(b *testing.B) {
	const writers, each, rounds = 8, 25, 5
	ctx := context.Background()
	db := pgtest.New(b)
	ddl, err := migrations.Render(`CREATE TABLE w ({{tenant}}, id {{int}} NOT NULL, {{pk id}}); {{rls w}}
CREATE TABLE w_counter ({{tenant}}, slot {{int}} NOT NULL, last {{int}} NOT NULL, {{pk slot}}); {{rls w_counter}}`, migrations.PostgreSQL, pgtest.App)
	if err != nil {
		b.Fatal(err)
	}
	if err := db.Exec(db.OwnerURL, ddl); err != nil {
		b.Fatal(err)
	}
	const tenant = "01000000-0000-7000-8000-000000000001"
	if err := db.Exec(db.AdminURL, "INSERT INTO w_counter VALUES ('"+tenant+"', 1, 0)"); err != nil {
		b.Fatal(err)
	}
	var conns []*pgx.Conn
	for range writers {
		c, err := pgx.Connect(ctx, db.AppURL)
		if err != nil {
			b.Fatal(err)
		}
		defer c.Close(ctx)
		conns = append(conns, c)
	}
	repeated := 0
	round := func(begin string, lock bool) float64 {
		var wg sync.WaitGroup
		var mu sync.Mutex
		start := time.Now()
		for _, c := range conns {
			wg.Go(func() {
				for range each {
					n, err := write(ctx, c, tenant, begin, lock)
					mu.Lock()
					repeated += n
					mu.Unlock()
					if err != nil {
						b.Error(err)
					}
				}
			})
		}
		wg.Wait()
		return float64(time.Since(start))
	}
	var ratios []float64
	for b.Loop() {
		for range rounds {
			locked := round("begin isolation level read committed", true)
			ratios = append(ratios, round("begin isolation level serializable", false)/locked)
		}
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "serializable/lock")
	b.ReportMetric(float64(repeated)/float64(len(ratios)*writers*each), "repeats/write")
}

// write takes the next number and adds its row, as often as it must.
func write(ctx context.Context, c *pgx.Conn, tenant, begin string, lock bool) (repeats int, err error) {
	for ; ; repeats++ {
		b := &pgx.Batch{}
		b.Queue(begin)
		b.Queue("select set_config('app.tenant', $1, true)", tenant)
		if lock {
			b.Queue("select pg_advisory_xact_lock(42)")
		}
		b.Queue("update w_counter set last = last + 1 where slot = 1 returning last")
		var last int64
		r := c.SendBatch(ctx, b)
		for range b.Len() - 1 {
			if _, err = r.Exec(); err != nil {
				break
			}
		}
		if err == nil {
			err = r.QueryRow().Scan(&last)
		}
		err = errors.Join(err, r.Close())
		if err == nil {
			_, err = c.Exec(ctx, "insert into w (id) values ($1)", last)
		}
		end := "commit"
		if err != nil {
			end = "rollback"
		}
		if _, e := c.Exec(ctx, end); err == nil {
			err = e
		}
		var pe *pgconn.PgError
		if !errors.As(err, &pe) || (pe.Code != "40001" && pe.Code != "40P01") {
			return repeats, err
		}
	}
}
