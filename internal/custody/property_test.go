package custody

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/ledger"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
)

// TestListAgreesWithDecide: for random people and viewers, the list holds the
// rows and cells that the matrix grants one by one, no more and no fewer.
func TestListAgreesWithDecide(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		rnd := rand.New(rand.NewPCG(1, 2))
		countries := []bailiwick.Country{"DE", "FR", "US", "GB", "IN", "CH"}
		hr := h.user(1, "DE", "hr")
		where := map[bailiwick.RecordID]bailiwick.Country{}
		for i := range 40 {
			c := countries[rnd.IntN(len(countries))]
			more := []any{"job_title", fmt.Sprint("job ", i)}
			if c == "US" || c == "GB" {
				more = append(more, "ethnicity", "asian")
			}
			if rnd.IntN(2) == 0 {
				more = append(more, "birth_date", "1980-05-06", "health_note", "x")
			}
			where[h.person(hr, fmt.Sprintf("P%02d Example", rnd.IntN(100)), string(c), more...).ID] = c
		}
		var m *access.Matrix
		err := h.store.View(ctx, h.tenant.ID, func(tx store.TenantTx) error {
			cfg, err := h.reg.Configuration(ctx, tx)
			if err == nil {
				m = cfg.Matrix
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, role := range []bailiwick.Role{"hr", "payroll", "manager", "auditor", "owner"} {
			for _, from := range countries {
				a := h.user(7, from, role)
				view := m.View(a)
				visible := int64(0)
				for _, c := range where {
					if view.Decide(access.Access, "contact", access.Of(c)).Allowed() {
						visible++
					}
				}
				for _, sort := range []string{"", "full_name", "birth_date"} {
					h.checkList(t, a, view, where, visible, sort)
				}
			}
		}
	})
}

func (h *house) checkList(t *testing.T, a bailiwick.Actor, view *access.View, where map[bailiwick.RecordID]bailiwick.Country, visible int64, sort string) {
	t.Helper()
	q := Query{Type: "person", Limit: 7, Sort: sort}
	var seen []bailiwick.RecordID
	withheldBefore := false
	for {
		p, err := h.door.List(context.Background(), a, q)
		if err != nil {
			if bailiwick.ErrorCode(err) == bailiwick.CodeDenied && sort == "birth_date" {
				return
			}
			t.Fatal(err)
		}
		if p.Total != visible {
			t.Fatalf("%v from %s: total %d, visible %d", a.Roles(), a.Country(), p.Total, visible)
		}
		for i := range p.Items {
			r := &p.Items[i]
			seen = append(seen, r.ID)
			for _, c := range r.Cells {
				d := view.Decide(access.Access, c.Field.Category, access.Of(where[r.ID]))
				ok := d.Allowed()
				for _, more := range c.Field.Carries {
					ok = ok && view.Decide(access.Access, more, access.Of(where[r.ID])).Allowed()
				}
				rule := d.Rule()
				if barred := view.Matrix().Barred(access.Of(where[r.ID])); ok && barred&needOf(view.Matrix(), c.Field) != 0 {
					ok, rule = false, view.Decide(access.Populate, c.Field.Category, access.Of(where[r.ID])).Rule() // R14.9
				}
				if ok != (c.Withheld == nil) || (ok && c.Mask != d.Mask()) {
					t.Fatalf("%v from %s: %s of a person in %s", a.Roles(), a.Country(), c.Field.Key, where[r.ID])
				}
				if !ok && c.Withheld.Rule != rule {
					t.Fatalf("rule %s, want %s", c.Withheld.Rule, rule)
				}
				if c.Field.Key == sort {
					hidden := c.Withheld != nil || c.Mask != access.MaskNone
					if withheldBefore && !hidden {
						t.Fatal("a row comes after one whose sort field is withheld")
					}
					withheldBefore = hidden
				}
			}
		}
		if p.Next == "" {
			break
		}
		q.Cursor = p.Next
	}
	slices.SortFunc(seen, func(x, y bailiwick.RecordID) int { return strings.Compare(x.String(), y.String()) })
	if int64(len(slices.Compact(seen))) != visible {
		t.Fatalf("%d rows in pages, %d visible", len(seen), visible)
	}
}

// needOf is the categories of what a field shows.
func needOf(m *access.Matrix, f *schema.Field) uint64 {
	set := uint64(1) << m.CategoryNo(f.Category)
	for _, c := range f.Carries {
		set |= 1 << m.CategoryNo(c)
	}
	return set
}

func TestCursorIsBound(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr := h.user(1, "DE", "hr")
		for i := range 3 {
			h.person(hr, fmt.Sprint("P Example ", i), "DE")
		}
		next := h.list(hr, Query{Type: "person", Limit: 1}).Next
		for name, f := range map[string]func() error{
			"another user": func() error {
				_, err := h.door.List(context.Background(), h.user(2, "DE", "hr"), Query{Type: "person", Limit: 1, Cursor: next})
				return err
			},
			"another sort": func() error {
				_, err := h.door.List(context.Background(), hr, Query{Type: "person", Sort: "ref", Limit: 1, Cursor: next})
				return err
			},
			"another type": func() error {
				_, err := h.door.List(context.Background(), hr, Query{Type: "incident", Cursor: next})
				return err
			},
			"a changed one": func() error {
				_, err := h.door.List(context.Background(), hr, Query{Type: "person", Cursor: next[:20] + "B" + next[21:]})
				return err
			},
			"garbage": func() error {
				_, err := h.door.List(context.Background(), hr, Query{Type: "person", Cursor: "%%%"})
				return err
			},
		} {
			if bailiwick.ErrorCode(f()) != bailiwick.CodeMalformed {
				t.Errorf("%s: %v", name, f())
			}
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add("AQAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, s string) {
		c, _, _, ok := parseCursor(s)
		if ok && (c.rkey < 0 || c.offset < 0) {
			t.Fatal("a negative place")
		}
	})
}

func TestTwoSaversRace(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr := h.user(1, "DE", "hr")
		r := h.person(hr, "Ada Example", "DE")
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wg.Add(1)
			go func() {
				defer wg.Done()
				_, errs[i] = h.door.Save(context.Background(), hr, Draft{Type: "person", ID: r.ID, Revision: 1, Fields: fields("job_title", fmt.Sprint("job ", i))})
			}()
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if bailiwick.ErrorCode(err) != bailiwick.CodeConflict {
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d savers won", won)
		}
		if got := h.open(hr, "person", r.ID); got.Revision != 2 {
			t.Errorf("revision %d", got.Revision)
		}
	})
}

func TestIdempotencyKey(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr := h.user(1, "DE", "hr")
		d := Draft{Type: "person", Key: "k-1", Fields: fields("full_name", "Ada Example", "country", "DE")}
		a, b := h.save(hr, d), h.save(hr, d)
		if a.ID != b.ID || h.list(hr, Query{Type: "person"}).Total != 1 {
			t.Error("the key made two records")
		}
		d.Fields = fields("full_name", "Bob Example", "country", "DE")
		_, err := h.door.Save(context.Background(), hr, d)
		is(t, err, bailiwick.CodeIdempotency)
		h.save(h.user(2, "DE", "hr"), d) // another user's key is another key
	})
}

// brokenClock makes entries that the activity record refuses.
type brokenClock struct{}

func (brokenClock) Now() time.Time { return time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC) }

// TestNoEvidenceNoAct: if the entry cannot be written, nothing happens (R0.3).
func TestNoEvidenceNoAct(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr := h.user(1, "DE", "hr")
		r := h.person(hr, "Ada Example", "US", "health_note", canary)
		h.door.ledger = ledger.New(brokenClock{}, nil)
		_, err := h.door.Save(ctx, hr, Draft{Type: "person", Fields: fields("full_name", "Bob Example", "country", "DE")})
		is(t, err, bailiwick.CodeEvidence)
		got, err := h.door.Open(ctx, hr, "person", r.ID, "en")
		is(t, err, bailiwick.CodeEvidence)
		if got.Cells != nil {
			t.Error("something was shown")
		}
		_, err = h.door.List(ctx, hr, Query{Type: "person"})
		is(t, err, bailiwick.CodeEvidence)
		is(t, h.door.Delete(ctx, hr, "person", r.ID, 1), bailiwick.CodeEvidence)
		var e *bailiwick.Error
		_, err = h.door.Save(ctx, hr, Draft{Type: "person", Fields: fields("full_name", "Bob Example", "country", "FR", "ethnicity", "asian")})
		if !errors.As(err, &e) || e.Code != bailiwick.CodeEvidence {
			t.Errorf("a refusal that is not recorded: %v", err)
		}
		p := h.list(hr, Query{Type: "person", Columns: []string{"full_name"}})
		if p.Total != 1 {
			t.Errorf("%d records", p.Total)
		}
	})
}
