package custody

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"bailiwick"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/logformat"
)

// entries returns the newest entries of a kind.
func (h *house) entries(kind logformat.Kind) []logformat.Entry {
	h.t.Helper()
	var out []logformat.Entry
	err := h.store.View(context.Background(), h.tenant.ID, func(tx store.TenantTx) (err error) {
		out, _, err = h.ledger.List(context.Background(), tx, ledger.Filter{Kind: kind}, "", 100)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

// TestWhatReadsWrite: reading a category that is not ordinary, exports and
// refusals are recorded, other reads are not unless the tenant says so.
func TestWhatReadsWrite(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr, manager := h.user(1, "DE", "hr"), h.user(2, "DE", "manager")
		r := h.person(hr, "Ada Example", "US", "health_note", "x")
		h.person(hr, "Bob Example", "US", "health_note", "y")
		before := len(h.entries(logformat.RecordRead))
		h.open(manager, "person", r.ID)
		h.list(manager, Query{Type: "person"})
		if n := len(h.entries(logformat.RecordRead)) + len(h.entries(logformat.ListRead)); n != before {
			t.Errorf("an ordinary read wrote %d entries", n-before)
		}
		h.open(hr, "person", r.ID)
		read := h.entries(logformat.RecordRead)
		if len(read) != before+1 || !slices.Contains(read[0].Categories, "health") || len(read[0].Subjects) != 1 || read[0].Root.IsZero() {
			t.Errorf("reading health: %d entries, %v", len(read)-before, read[0].Categories)
		}
		h.list(hr, Query{Type: "person", Columns: []string{"full_name", "job_title"}})
		if n := len(h.entries(logformat.ListRead)); n != 0 {
			t.Error("a list without special columns was recorded")
		}
		h.list(hr, Query{Type: "person"})
		if l := h.entries(logformat.ListRead); len(l) != 1 || l[0].Count != 2 {
			t.Errorf("a list with health: %d entries", len(l))
		}
		refused := len(h.entries(logformat.AccessRefused))
		_, err := h.door.List(ctx, manager, Query{Type: "person", Sort: "health_note"})
		is(t, err, bailiwick.CodeDenied)
		_, err = h.door.Save(ctx, hr, Draft{Type: "person", Fields: fields("full_name", "Cy Example", "country", "FR", "ethnicity", "asian")})
		is(t, err, bailiwick.CodeNotPopulatable)
		got := h.entries(logformat.AccessRefused)
		if len(got) != refused+2 || !slices.Equal(got[0].Rules, []string{"ethnic-fr"}) || !slices.Equal(got[0].Fields, []string{"ethnicity"}) {
			t.Errorf("refusals: %d, %v %v", len(got)-refused, got[0].Rules, got[0].Fields)
		}
	})
}

// TestSearchByReference: the reference finds its record, for who may see it.
func TestSearchByReference(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr := h.user(1, "DE", "hr")
		fr := h.person(hr, "Ada Example", "FR")
		hits, err := h.door.Search(context.Background(), hr, "per-1", 10, "en")
		if err != nil || len(hits) != 1 || hits[0].ID != fr.ID || hits[0].Title != "Ada Example" {
			t.Fatal(err, len(hits))
		}
		hits, err = h.door.Search(context.Background(), h.user(2, "US", "manager"), "PER-1", 10, "en")
		if err != nil || len(hits) != 0 {
			t.Fatal("a hidden record is found by its reference", err)
		}
	})
}

// TestManyAtOnce: savers, readers and movers of the same people at the same
// time; nothing is lost and no page is torn.
func TestManyAtOnce(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr := h.user(1, "DE", "hr")
		var people []Record
		for i := range 4 {
			people = append(people, h.person(hr, fmt.Sprintf("P%d Example", i), "DE"))
		}
		var wg sync.WaitGroup
		for w := range 6 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for i := range 8 {
					p := people[(w+i)%len(people)]
					switch w % 3 {
					case 0:
						now, err := h.door.Open(ctx, hr, "person", p.ID, "en")
						if err != nil {
							t.Error(err)
							return
						}
						country := []string{"DE", "US", "GB"}[i%3]
						_, err = h.door.Save(ctx, hr, Draft{Type: "person", ID: p.ID, Revision: now.Revision, Fields: fields("country", country)})
						if c := bailiwick.ErrorCode(err); c != "" && c != bailiwick.CodeConflict {
							t.Error(err)
						}
					case 1:
						page, err := h.door.List(ctx, hr, Query{Type: "person", Sort: "full_name"})
						if err != nil || page.Total < 4 {
							t.Error(err, page.Total)
						}
					default:
						if _, err := h.door.Save(ctx, hr, Draft{Type: "person", Fields: fields("full_name", fmt.Sprintf("N%d-%d Example", w, i), "country", "DE")}); err != nil {
							t.Error(err)
						}
					}
				}
			}()
		}
		wg.Wait()
		if got := h.list(hr, Query{Type: "person"}); got.Total != 4+16 {
			t.Errorf("%d people", got.Total)
		}
	})
}
