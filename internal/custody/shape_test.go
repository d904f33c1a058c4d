package custody

import (
	"testing"

	"bailiwick"
)

// joined is the records with commas between.
func joined(records []Record) string {
	var b []byte
	for i := range records {
		if i > 0 {
			b = append(b, ',')
		}
		b = records[i].AppendJSON(b)
	}
	return string(b)
}

// TestListAgreesWithOpen: a list, which asks the matrix once per country set,
// shows of every record what the record's own page shows, masks and reasons
// included, to viewers who see all, some and little of it; and what the API
// gets without records is byte for byte what their records would give.
func TestListAgreesWithOpen(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr, owner := h.user(1, "DE", "hr"), h.user(9, "DE", "owner")
		var people []Record
		for i, country := range []string{"DE", "FR", "US", "IN", "DE"} {
			more := []any{"birth_date", "1980-02-03", "employee_number", "E-1", "health_note", "a note"}
			if i%2 == 0 {
				more = append(more, "bank_account", "DE00 1234", "employment_status", "notice")
			}
			people = append(people, h.person(hr, "Ada Example", country, more...))
		}
		h.save(owner, Draft{Type: "risk", Fields: fields("title", "One", "status", "open", "inherent_likelihood", "likely")})
		h.save(owner, Draft{Type: "risk", Fields: fields("title", "Two", "status", "draft", "treatment", "accept")})
		h.save(hr, Draft{Type: "incident", Fields: fields("title", "Fall", "status", "reported", "reporter", people[0].ID.String(),
			"affected", []any{map[string]any{"person": people[1].ID.String(), "involvement": "injured", "injury": "arm"},
				map[string]any{"person": people[2].ID.String()}})})
		for n, role := range []bailiwick.Role{"owner", "hr", "payroll", "manager", "auditor", "member"} {
			for _, country := range []bailiwick.Country{"DE", "US", ""} {
				a := h.user(byte(20+n), country, role)
				for _, typ := range []string{"person", "risk", "incident"} {
					page, err := h.door.List(t.Context(), a, Query{Type: typ, Lang: "en"})
					if bailiwick.ErrorCode(err) == bailiwick.CodeDenied {
						continue
					}
					if err != nil {
						t.Fatal(err)
					}
					items, about, err := h.door.ListJSON(t.Context(), a, Query{Type: typ, Lang: "en"}, nil)
					if err != nil || about.Total != page.Total || about.Next != page.Next {
						t.Fatal(err, about)
					}
					if x, y := string(items), joined(page.Items); x != y {
						t.Errorf("%s in %q, %s: listed as JSON\n%s\nlisted\n%s", role, country, typ, x, y)
					}
					for i := range page.Items {
						direct, revision, err := h.door.OpenJSON(t.Context(), a, typ, page.Items[i].ID, "en", nil)
						if x := string(page.Items[i].AppendJSON(nil)); err != nil || revision != page.Items[i].Revision || string(direct) != x {
							t.Errorf("%s in %q, %s: %v opened as JSON\n%s\nlisted\n%s", role, country, typ, err, direct, x)
						}
						one := h.open(a, typ, page.Items[i].ID)
						if x, y := string(page.Items[i].AppendJSON(nil)), string(one.AppendJSON(nil)); x != y {
							t.Errorf("%s in %q, %s: listed\n%s\nopened\n%s", role, country, typ, x, y)
						}
					}
				}
			}
		}
	})
}
