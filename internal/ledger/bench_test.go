package ledger_test

import (
	"slices"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
	"bailiwick/logformat"
)

const qBareInsert = `INSERT INTO records (rkey, id, revision, state, cset, legal_entity_id, created_at, updated_at, change_kind, packed)
VALUES ($1, $2, 1, 0, 0, $3, 0, 0, 'created', $4)`

// BenchmarkWrite is goal 15: a durable write of a record of 1 KB bare, and
// with its entry in the same transaction, in turns because the machine is not
// ours alone. It reports the medians and "x-bare", the median of the ratios.
func BenchmarkWrite(b *testing.B) {
	for engine, open := range map[string]func(testing.TB) *store.Store{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		for name, rows := range map[string]int{"one": 1, "batch of 20": 20} {
			b.Run(engine+"/"+name, func(b *testing.B) {
				w := newWriter(b, open(b))
				var bare, logged, ratio []float64
				for b.Loop() {
					x, y := w.write(b, rows, false), w.write(b, rows, true)
					bare, logged, ratio = append(bare, x), append(logged, y), append(ratio, y/x)
				}
				b.ReportMetric(median(bare), "bare-ns")
				b.ReportMetric(median(logged), "logged-ns")
				b.ReportMetric(median(ratio), "x-bare")
			})
		}
	}
}

type writer struct {
	store  *store.Store
	tenant bailiwick.TenantID
	ledger *ledger.Ledger
	entry  logformat.Entry
	entity bailiwick.ID
	rkey   int64
}

func newWriter(b *testing.B, s *store.Store) *writer {
	b.Helper()
	tenant := newTenant(b, s)
	e := entryOf(actor(b, tenant), logformat.RecordChanged, bailiwick.RecordID{ID: newID(b)})
	e.Fields, e.Categories = []string{"full_name", "job_title", "work_email"}, []string{"contact", "employment"}
	return &writer{store: s, tenant: tenant, ledger: ledger.New(nil, nil), entry: e, entity: newID(b)}
}

// write commits rows records, with or without an entry each, and returns the
// nanoseconds it took.
func (w *writer) write(b *testing.B, rows int, log bool) float64 {
	body := make([]byte, 1000)
	start := time.Now()
	err := w.store.Update(b.Context(), w.tenant, func(tx store.TenantTx) error {
		for range rows {
			w.rkey++ // also when the transaction is run again
			if _, err := tx.Exec(b.Context(), qBareInsert, w.rkey, newID(b), w.entity, body); err != nil {
				return err
			}
			if !log {
				continue
			}
			if _, err := w.ledger.Append(b.Context(), tx, w.entry); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return float64(time.Since(start))
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
