package bench

import (
	"context"
	"fmt"
	"testing"
	"time"

	"bailiwick/internal/custody"
	"bailiwick/internal/vault"
)

// TestFigures measures every goal and prints the table.
func TestFigures(t *testing.T) {
	t.Run("decisions", decisions)
	t.Run("sqlite", func(t *testing.T) {
		w := onSQLite(t)
		reads(t, w)
		matrixCost(t, w)
		usual(t, w)
		stored(t, w)
		serving(t, w)
		thousands(t, w)
		writes(t, w.parts.Store)
		saves(t, w)
	})
	t.Run("postgres", func(t *testing.T) {
		w := onPostgres(t)
		reads(t, w)
		matrixCost(t, w)
		usual(t, w)
		serving(t, w)
		thousands(t, w)
		writes(t, w.parts.Store)
		saves(t, w)
		t.Run("rows", rowSecurity)
	})
	if !measuring() {
		return
	}
	if wanted("Show 1") {
		t.Run("demo", demonstration)
	}
	fmt.Print("\n", machine(), "\n\n", table(), "\n")
	if *report != "" {
		must(t, publish(*report))
	}
}

// reads is goals 1 and 2: a list of 100 through the door, made into what the
// API sends, against the natural raw query made into the same.
func reads(t *testing.T, w *world) {
	on := ", " + w.parts.Store.Engine()
	for _, c := range []struct {
		goal, typ, what string
		most            float64
	}{
		{"1", "measurement", "list of 100 x 20 clear fields", 1.15},
		{"2", "person", "list of 100 people, 3 sealed categories", 1.25},
		{"2", "risk", "list of 100 risks, their texts sealed", 1.25},
	} {
		floor := func() error {
			rows, err := w.listPlain(t.Context(), c.typ)
			if err == nil && len(rows) != 100 {
				err = fmt.Errorf("%d rows", len(rows))
			}
			return err
		}
		ours := func() error { _, err := w.list(t.Context(), c.typ); return err }
		ratio(t, c.goal, c.what+on, 40, floor, ours, c.most)
		var body []byte
		ratio(t, c.goal, c.what+", both as JSON"+on, 40, func() error {
			rows, err := w.listPlain(t.Context(), c.typ)
			body = plainJSON(body[:0], rows)
			return err
		}, func() error {
			p, err := w.list(t.Context(), c.typ)
			body = body[:0]
			for i := range p.Items {
				body = p.Items[i].AppendJSON(body)
			}
			return err
		}, 0)
	}
}

// list is the newest 100 of a type as the viewer sees them.
func (w *world) list(ctx context.Context, typ string) (custody.Page, error) {
	p, err := w.parts.Door.List(ctx, w.viewer, custody.Query{Type: typ, Limit: 100, SkipTotal: true})
	if err == nil && len(p.Items) != 100 {
		err = fmt.Errorf("%d records", len(p.Items))
	}
	return p, err
}

// plainJSON is what a hand-written program sends: no policy, so no reasons.
func plainJSON(dst []byte, rows []plain) []byte {
	for i := range rows {
		r := &rows[i]
		dst = fmt.Appendf(dst, `{"id":"%x","type":"%s","subjects":[{"id":"%x","countries":["%s"]}],"fields":`, r.id, r.kind, r.subject, r.country)
		dst = append(dst, r.doc...)
		dst = append(dst, `,"created_at":"`...)
		dst = time.UnixMicro(r.created).UTC().AppendFormat(dst, time.RFC3339Nano)
		dst = append(dst, `","updated_at":"`...)
		dst = time.UnixMicro(r.updated).UTC().AppendFormat(dst, time.RFC3339Nano)
		dst = append(dst, `"}`...)
	}
	return dst
}

// thousands is Show 9: a workspace with 5,000 people, found by three letters
// and sorted by a sealed name, with the keys in memory and without.
func thousands(t *testing.T, w *world) {
	on := fmt.Sprintf(" among %d people, %s", len(w.people), w.parts.Store.Engine())
	const most = 300 * time.Millisecond
	ask := func(q custody.Query, cold bool) timed {
		q.Type, q.Lang = "person", "de"
		return func() error {
			if cold {
				w.clock.ahead.Add(int64(vault.CacheTime))
			}
			p, err := w.parts.Door.List(t.Context(), w.viewer, q)
			if err == nil && len(p.Items) == 0 {
				err = fmt.Errorf("nothing found")
			}
			return err
		}
	}
	find, sort := custody.Query{Text: "mar"}, custody.Query{Sort: "full_name"}
	within(t, "Show 9", "find by three letters"+on, 5, ask(find, false), most)
	within(t, "Show 9", "find by three letters, keys not in memory"+on, 1, ask(find, true), most)
	within(t, "Show 9", "sort by name"+on, 3, ask(sort, false), most)
	within(t, "Show 9", "sort by name, keys not in memory"+on, 1, ask(sort, true), most)
}
