package custody

import (
	"context"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
)

// activate puts more rules into force.
func (h *house) activate(a bailiwick.Actor, rules ...string) {
	h.t.Helper()
	next := h.nextWith(a, rules...)
	err := h.store.Update(context.Background(), h.tenant.ID, func(tx store.TenantTx) error {
		_, err := h.reg.Activate(context.Background(), tx, a, next.Document())
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// TestStoreRegionRefuses: what may not lie where the workspace is hosted is
// refused with the rule (R14.11), in a save, an import and a move.
func TestStoreRegionRefuses(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr, officer := h.user(1, "DE", "hr"), h.user(2, "DE", "privacy")
		h.activate(officer, `{id: contact-in-at-home, operation: store-region, category: contact, subject: {in: [IN]}, regions: [in], effect: allow}`,
			`{id: no-health-us, operation: store-region, category: health, subject: {in: [US]}, regions: [elsewhere], effect: deny}`)
		_, err := h.door.Save(ctx, hr, Draft{Type: "person", Fields: fields("full_name", "Ada Example", "country", "IN")})
		is(t, err, bailiwick.CodeNotPopulatable)
		e := err.(*bailiwick.Error)
		if len(e.Fields) != 1 || e.Fields[0].Field != "full_name" || e.Fields[0].Rule != "contact-in-at-home" {
			t.Errorf("%+v", e.Fields)
		}
		h.person(hr, "Ada Example", "US", "health_note", "asthma") // this workspace lies in no region "elsewhere"
		r := h.person(hr, "Ada Example", "DE")
		_, err = h.door.Save(ctx, hr, Draft{Type: "person", ID: r.ID, Revision: r.Revision, Fields: fields("country", "IN")})
		is(t, err, bailiwick.CodeNotPopulatable)
		got, err := h.door.Import(ctx, hr, ImportSpec{Type: "person", Source: "x", Header: []string{"n", "c"}, Mapping: map[string]string{"n": "full_name", "c": "country"},
			Rows: [][]string{{"Bea Example", "DE"}, {"Carl Example", "IN"}}})
		if err != nil || got.Created != 1 || len(got.Errors) == 0 {
			t.Errorf("import: %+v %v", got, err)
		}
		if page := h.list(hr, Query{Type: "person"}); page.Total != 3 {
			t.Errorf("%d people", page.Total)
		}
	})
}
