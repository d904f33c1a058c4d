package custody

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/tenant"
)

// nextWith compiles the configuration in force with more rules, without
// activating it.
func (h *house) nextWith(a bailiwick.Actor, rules ...string) *tenant.Configuration {
	h.t.Helper()
	var next *tenant.Configuration
	undo := errors.New("undo")
	err := h.store.Update(context.Background(), h.tenant.ID, func(tx store.TenantTx) error {
		cfg, err := h.reg.Configuration(context.Background(), tx)
		if err != nil {
			return err
		}
		doc := cfg.Document()
		doc.Rules = strings.Replace(doc.Rules, "rules:\n", "rules:\n  - "+strings.Join(rules, "\n  - ")+"\n", 1)
		if next, err = h.reg.Activate(context.Background(), tx, a, doc); err != nil {
			return err
		}
		return undo
	})
	if !errors.Is(err, undo) {
		h.t.Fatalf("next configuration: %v", err)
	}
	return next
}

// TestTally: what is stored is counted as it is, by what the asker may not
// see too, and what the next rules forbid is told apart.
func TestTally(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr, officer := h.user(1, "DE", "hr"), h.user(2, "DE", "privacy")
		h.person(hr, "Ada Example", "US", "ethnicity", "asian")
		h.person(hr, "Bea Example", "US", "ethnicity", "asian")
		h.person(hr, "Carl Example", "US")
		h.person(hr, "Dora Example", "DE", "health_note", "asthma")
		gone := h.person(hr, "Emil Example", "DE", "health_note", "asthma")
		if err := h.door.Delete(ctx, hr, "person", gone.ID, gone.Revision); err != nil {
			t.Fatal(err)
		}
		h.save(h.user(3, "DE", "risk-manager"), Draft{Type: "risk", Fields: fields("title", "A supplier fails", "status", "open")})

		next := h.nextWith(officer, `{id: no-ethnic-us, operation: populate, category: ethnic-origin, subject: {in: [US]}, effect: deny}`)
		got, err := h.door.Tally(ctx, officer, next)
		if err != nil {
			t.Fatal(err)
		}
		find := func(typ string, c bailiwick.Category, countries ...bailiwick.Country) TallyRow {
			for _, r := range got.Rows {
				if r.Type == typ && r.Category == c && string(join(r.Countries)) == string(join(countries)) {
					return r
				}
			}
			return TallyRow{}
		}
		for _, c := range []struct {
			row     TallyRow
			records int64
			barred  bool
		}{
			{find("person", "ethnic-origin", "US"), 2, true},
			{find("person", "contact", "US"), 3, false},
			{find("person", "business", "US"), 3, false}, // a clear field
			{find("person", "health", "DE"), 1, false},   // the deleted one is not counted
			{find("person", "contact", "DE"), 1, false},
			{find("person", "ethnic-origin", "DE"), 0, false},
		} {
			if c.row.Records != c.records || c.row.Barred != c.barred || c.row.WasBarred {
				t.Errorf("%+v, want %d records, barred %v", c.row, c.records, c.barred)
			}
		}
		if got.Illegal() != 2 || got.Records != 5 {
			t.Errorf("%d illegal of %d records", got.Illegal(), got.Records)
		}
		if now, err := h.door.Tally(ctx, officer, nil); err != nil || now.Illegal() != 0 || len(now.Rows) != len(got.Rows) {
			t.Errorf("of the configuration in force: %+v %v", now, err)
		}
		for _, a := range []bailiwick.Actor{hr, h.user(4, "DE", "auditor"), h.user(5, "DE", "risk-manager"), {}} {
			_, err := h.door.Tally(ctx, a, next)
			if code := bailiwick.ErrorCode(err); code != bailiwick.CodeDenied && code != bailiwick.CodeNotFound {
				t.Errorf("%v may count: %v", a.Roles(), err)
			}
		}
	})
}

func join(cs []bailiwick.Country) (out []byte) {
	for _, c := range cs {
		out = append(append(out, c...), ',')
	}
	return out
}

// TestTallyOfMany counts more records than one page or batch of any layer holds.
func TestTallyOfMany(t *testing.T) {
	const people = 2_000
	engines(t, func(t *testing.T, h *house) {
		hr, officer := h.user(1, "DE", "hr"), h.user(2, "DE", "privacy")
		importPeople(t, h, hr, people)
		start := time.Now()
		got, err := h.door.Tally(context.Background(), officer, nil)
		if err != nil || got.Records != people {
			t.Errorf("%d records: %v", got.Records, err)
		}
		t.Logf("%d records in %v", got.Records, time.Since(start))
	})
}
