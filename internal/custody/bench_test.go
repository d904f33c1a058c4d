package custody

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite" // the raw floor of the benchmarks

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
	"bailiwick/internal/store/storetest"
)

// benchPeople fills a house by import: n people with contact, employment and
// birth data, of which the first two are search fields.
func benchPeople(b *testing.B, n int) (*house, bailiwick.Actor) {
	b.Helper()
	h := newHouse(b, storetest.SQLite(b))
	hr := h.user(1, "DE", "hr")
	importPeople(b, h, hr, n)
	return h, hr
}

// importPeople gives a house n people of six countries.
func importPeople(b testing.TB, h *house, hr bailiwick.Actor, n int) {
	b.Helper()
	header := []string{"n", "c", "j", "d", "e", "m", "p", "a", "b", "s"}
	keys := []string{"full_name", "country", "job_title", "department", "employee_number", "work_email", "work_phone", "home_address", "birth_date", "employment_start"}
	mapping := map[string]string{}
	for i := range header {
		mapping[header[i]] = keys[i]
	}
	countries := []string{"DE", "FR", "US", "GB", "IN", "CH"}
	rows := make([][]string, n)
	for i := range rows {
		rows[i] = []string{fmt.Sprintf("Person %04d Example", (i*7919)%n), countries[i%6], "Maintenance engineer", "Plant operations", fmt.Sprintf("E-%05d", i),
			fmt.Sprintf("p%d@example.com", i), "+49 30 555 0123", "1 Example Street, 10115 Berlin, with some more text as addresses have", "1980-05-06", "2019-01-01"}
	}
	got, err := h.door.Import(context.Background(), hr, ImportSpec{Type: "person", Source: "bench", Header: header, Rows: rows, Mapping: mapping})
	if err != nil || got.Created != n {
		b.Fatal(err, got.Created, got.Errors)
	}
}

func benchRisks(b *testing.B, n int) (*house, bailiwick.Actor) {
	b.Helper()
	h := newHouse(b, storetest.SQLite(b))
	rm := h.user(1, "DE", "risk-manager")
	for i := range n {
		h.save(rm, Draft{Type: "risk", Fields: fields("title", fmt.Sprintf("Risk %d of a supplier that fails", i), "status", "open",
			"description", "The supplier delivers late or not at all, and the plant stands still for as long as that lasts; other suppliers take months to qualify.",
			"review_date", "2027-01-31")})
	}
	return h, rm
}

// rawPacked is the floor of the same layout: the same rows by the plain query,
// without policy, keys or cells.
func (h *house) rawPacked(b *testing.B, typ string) {
	var rows []record.Packed
	err := h.store.View(context.Background(), h.tenant.ID, func(tx store.TenantTx) (err error) {
		cfg, err := h.reg.Configuration(context.Background(), tx)
		if err != nil {
			return err
		}
		rows, err = record.Rows(context.Background(), tx, &record.Select{TypeNo: cfg.TypeNo(typ)}, true, 100, rows[:0])
		return err
	})
	if err != nil || len(rows) != 100 {
		b.Fatal(err, len(rows))
	}
}

// naturalRaw is the floor as one would usually store it: seven plain columns,
// the document as JSON text, unsealed, by database/sql.
func naturalRaw(b *testing.B, n int) func() {
	b.Helper()
	db, err := sql.Open("sqlite", filepath.Join(b.TempDir(), "raw.db")+"?_pragma=journal_mode(WAL)&_pragma=page_size(16384)")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	must := func(q string, args ...any) {
		if _, err := db.Exec(q, args...); err != nil {
			b.Fatal(err)
		}
	}
	must(`CREATE TABLE plain (id BLOB PRIMARY KEY, type TEXT, subject BLOB, country TEXT, created INTEGER, updated INTEGER, doc TEXT) WITHOUT ROWID`)
	must(`CREATE INDEX plain_type ON plain (type, id)`)
	doc := plainDocument()
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	for i := range n {
		if _, err := tx.Exec(`INSERT INTO plain VALUES (?, 'person', ?, 'DE', 1, 2, ?)`, []byte(fmt.Sprintf("%016d", i)), []byte(fmt.Sprintf("%016d", i)), doc); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	return func() {
		rows, err := db.Query(`SELECT id, type, subject, country, created, updated, doc FROM plain WHERE type = 'person' ORDER BY id DESC LIMIT 100`)
		if err != nil {
			b.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var id, subject, doc []byte
			var typ, country string
			var created, updated int64
			if err := rows.Scan(&id, &typ, &subject, &country, &created, &updated, &doc); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func plainDocument() string {
	b, err := json.Marshal(map[string]string{"full_name": "Person 0001 Example", "country": "DE", "job_title": "Maintenance engineer", "department": "Plant operations",
		"employee_number": "E-00001", "work_email": "p1@example.com", "work_phone": "+49 30 555 0123",
		"home_address": "1 Example Street, 10115 Berlin, with some more text as addresses have", "birth_date": "1980-05-06", "employment_start": "2019-01-01"})
	if err != nil {
		panic(err)
	}
	return string(b)
}

// BenchmarkListRisks is goal 1 for content about no one: one content block a
// row beside the clear fields.
func BenchmarkListRisks(b *testing.B) {
	h, rm := benchRisks(b, 300)
	b.Run("raw", func(b *testing.B) {
		for b.Loop() {
			h.rawPacked(b, "risk")
		}
	})
	clear := []string{"theme", "status", "inherent_likelihood", "inherent_impact", "inherent_score", "treatment", "residual_likelihood", "residual_impact", "residual_score", "review_date"}
	for _, v := range []struct {
		name    string
		columns []string
	}{{"clear", clear}, {"every-field", nil}} {
		b.Run("policy/"+v.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := h.door.List(context.Background(), rm, Query{Type: "risk", Limit: 100, SkipTotal: true, Columns: v.columns}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkListPeople is goal 2: people with three sealed categories each,
// under a key of their own.
func BenchmarkListPeople(b *testing.B) {
	h, _ := benchPeople(b, 2_000)
	manager := h.user(2, "DE", "manager")
	natural := naturalRaw(b, 2_000)
	b.Run("raw/natural", func(b *testing.B) {
		for b.Loop() {
			natural()
		}
	})
	b.Run("raw/packed", func(b *testing.B) {
		for b.Loop() {
			h.rawPacked(b, "person")
		}
	})
	for _, v := range []struct {
		name    string
		columns []string
	}{{"one-block", []string{"full_name", "work_email", "country"}}, {"two-blocks", []string{"full_name", "job_title", "department", "country", "work_email", "employment_status"}},
		{"every-field", []string{"full_name", "work_email", "work_phone", "country", "home_address", "birth_date", "employee_number", "job_title", "department", "employment_status",
			"employment_start", "employment_end", "annual_salary", "bank_account", "national_id", "ethnicity", "religion", "trade_union", "health_note", "emergency_contact"}}} {
		b.Run("policy/"+v.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := h.door.List(context.Background(), manager, Query{Type: "person", Limit: 100, SkipTotal: true, Columns: v.columns}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSortPeople sorts 5,000 people by their sealed names.
func BenchmarkSortPeople(b *testing.B) {
	h, _ := benchPeople(b, 5_000)
	manager := h.user(2, "DE", "manager")
	for _, q := range []Query{
		{Type: "person", Sort: "full_name", Limit: 50, Columns: []string{"full_name", "job_title", "country"}},
		{Type: "person", Text: "per", Limit: 50, Columns: []string{"full_name", "job_title", "country"}},
	} {
		name := "sort"
		if q.Text != "" {
			name = "find"
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p, err := h.door.List(context.Background(), manager, q)
				if err != nil || p.Total != 5_000 {
					b.Fatal(err, p.Total)
				}
			}
		})
	}
}

// BenchmarkSave creates people, durable and recorded.
func BenchmarkSave(b *testing.B) {
	h := newHouse(b, storetest.SQLite(b))
	hr := h.user(1, "DE", "hr")
	i := 0
	for b.Loop() {
		i++
		h.save(hr, Draft{Type: "person", Fields: fields("full_name", fmt.Sprintf("Person %d Example", i), "country", "DE", "job_title", "Engineer", "work_email", "p@example.com")})
	}
}

// BenchmarkStored is goal 23: bytes of a packed row against the plain document.
func BenchmarkStored(b *testing.B) {
	h, _ := benchPeople(b, 100)
	var rows []record.Packed
	err := h.store.View(context.Background(), h.tenant.ID, func(tx store.TenantTx) error {
		cfg, err := h.reg.Configuration(context.Background(), tx)
		if err != nil {
			return err
		}
		rows, err = record.Rows(context.Background(), tx, &record.Select{TypeNo: cfg.TypeNo("person")}, true, 100, nil)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	total := 0
	for _, r := range rows {
		total += len(r.Bytes)
	}
	for b.Loop() {
		_ = plainDocument()
	}
	b.ReportMetric(float64(total)/float64(len(rows)), "packed-B")
	b.ReportMetric(float64(len(plainDocument())+16+16+2+16), "plain-B")
}
