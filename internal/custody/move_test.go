package custody

import (
	"context"
	"fmt"
	"testing"

	"bailiwick"
)

// TestMoveTellsNothing: whether a person can be given another country goes by
// what the mover sees; what the mover does not see is answered alike, filled or
// empty, and lies in quarantine where a rule forbids to fill it in.
func TestMoveTellsNothing(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr, payroll := h.user(1, "DE", "hr"), h.user(2, "DE", "payroll")
		for _, tc := range []struct {
			from, to string
			mover    bailiwick.Actor
			hidden   []any // a field that the mover does not see
			want     bailiwick.Code
		}{
			{"DE", "US", payroll, []any{"health_note", "asthma"}, ""},
			{"US", "GB", payroll, []any{"ethnicity", "asian"}, ""},
			{"US", "DE", payroll, []any{"ethnicity", "asian"}, ""}, // not allowed there, and not barred
			{"US", "FR", payroll, []any{"ethnicity", "asian"}, ""}, // barred there: into quarantine
			{"DE", "IN", hr, []any{"national_id", "1234567890"}, ""},
			{"DE", "FR", hr, []any{"national_id", "1234567890"}, ""},
		} {
			full, empty := h.person(hr, "Ada Example", tc.from, tc.hidden...), h.person(hr, "Ada Example", tc.from)
			a, err1 := h.door.Save(ctx, tc.mover, Draft{Type: "person", ID: full.ID, Revision: 1, Fields: fields("country", tc.to)})
			b, err2 := h.door.Save(ctx, tc.mover, Draft{Type: "person", ID: empty.ID, Revision: 1, Fields: fields("country", tc.to)})
			if fmt.Sprintf("%v %+v", err1, err1) != fmt.Sprintf("%v %+v", err2, err2) || a.Revision != b.Revision {
				t.Errorf("%s to %s tells that %v is filled in: %v / %v", tc.from, tc.to, tc.hidden[0], err1, err2)
			}
			is(t, err1, tc.want)
		}
		// what the mover sees is judged by what there is
		asian, none := h.person(hr, "Ada Example", "US", "ethnicity", "asian"), h.person(hr, "Ada Example", "US")
		_, err := h.door.Save(ctx, hr, Draft{Type: "person", ID: asian.ID, Revision: 1, Fields: fields("country", "FR")})
		is(t, err, bailiwick.CodeNotPopulatable)
		h.save(hr, Draft{Type: "person", ID: none.ID, Revision: 1, Fields: fields("country", "FR")})
		h.save(hr, Draft{Type: "person", ID: asian.ID, Revision: 1, Fields: fields("country", "FR", "ethnicity", nil)})
	})
}
