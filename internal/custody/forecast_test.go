package custody

import (
	"context"
	"testing"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store/storetest"
)

// TestForecastIsWhatIsShown: a report says that somebody sees a field if and
// only if custody shows it to them, for every role, pair of countries and
// field.
func TestForecastIsWhatIsShown(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	officer, hr := h.user(1, "DE", "privacy"), h.user(2, "DE", "hr")
	h.secondEntity(officer, `{id: fr-bank, operation: access, category: bank, entities: [acme-fr], effect: deny}`,
		`{id: de-contact, operation: access, category: contact, entities: [acme-de], subject: {in: [IN]}, roles: [auditor], effect: deny}`)
	cfg, err := h.reg.Snapshot(context.Background(), h.tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	cases, seen := 0, 0
	for _, typ := range []string{"person", "risk"} {
		f, ok := NewForecast(cfg, typ)
		if !ok {
			t.Fatal(typ)
		}
		for _, e := range cfg.Entities {
			for _, country := range []bailiwick.Country{"DE", "FR", "US", "IN"} {
				d := Draft{Type: typ, Entity: e.ID, Fields: fields("full_name", "Ada Example", "country", string(country))}
				maker := hr
				if typ == "risk" {
					d.Fields, maker = fields("title", "A supplier fails", "status", "open"), h.user(3, "DE", "owner")
				}
				r := h.save(maker, d)
				for _, role := range cfg.Matrix.Roles() {
					for _, from := range []bailiwick.Country{"DE", "US", "IN", ""} {
						a := h.user(9, from, role.Key)
						got, err := h.door.Open(context.Background(), a, typ, r.ID, "en")
						for _, field := range cfg.Type(typ).Fields {
							says, ok := f.Of(access.Viewer{Roles: []bailiwick.Role{role.Key}, Country: from}, field.Key, []bailiwick.Country{country}, e.Key, "en")
							if !ok {
								t.Fatal(field.Key)
							}
							if len(field.Group) > 0 || (!says.Scopes.All() && says.Outcome != ForeseenNoType) || field.About != "" {
								continue // by row; or not this record's
							}
							shown := err == nil && got.Cell(field.Key).Withheld == nil
							masked := shown && got.Cell(field.Key).Mask != access.MaskNone
							if shown != says.Sees() || masked != (says.Outcome == ForeseenMasked) {
								t.Errorf("%s from %q, %s of %s in %s: shown %v masked %v, the report says %s (%s)", role.Key, from, field.Key, country, e.Key, shown, masked, says.Outcome, says.Rule)
							}
							cases++
							if shown {
								seen++
							}
						}
					}
				}
			}
		}
	}
	if cases < 1000 || seen == 0 || seen == cases {
		t.Errorf("%d cases, %d seen", cases, seen)
	}
	t.Logf("%d cases, %d seen", cases, seen)
}
