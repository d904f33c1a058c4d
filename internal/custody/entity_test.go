package custody

import (
	"context"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/tenant"
)

// secondEntity adds the legal entity acme-fr and rules, and returns its
// identifier.
func (h *house) secondEntity(a bailiwick.Actor, rules ...string) bailiwick.EntityID {
	h.t.Helper()
	var id bailiwick.EntityID
	err := h.store.Update(context.Background(), h.tenant.ID, func(tx store.TenantTx) error {
		cfg, err := h.reg.Configuration(context.Background(), tx)
		if err != nil {
			return err
		}
		doc := cfg.Document()
		doc.Entities = append(doc.Entities, tenant.Entity{Key: "acme-fr", Name: "Acme SARL", Seat: "FR", PrivacyContact: "privacy@example.com"})
		next, err := h.reg.Activate(context.Background(), tx, a, doc)
		if err != nil {
			return err
		}
		e, _ := next.EntityByKey("acme-fr")
		id = e.ID
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.activate(a, rules...)
	if _, err := h.door.RecordBases(context.Background(), a, BasisNote{"Privacy", "test", "test"}); err != nil {
		h.t.Fatal(err)
	}
	return id
}

// TestEntityRules: a rule that names a legal entity is about the content of
// that entity and no other, at every door.
func TestEntityRules(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr, manager, officer := h.user(1, "DE", "hr"), h.user(2, "DE", "manager"), h.user(3, "DE", "privacy")
		fr := h.secondEntity(officer,
			`{id: fr-hidden, operation: access, category: contact, entities: [acme-fr], roles: [manager], effect: deny}`,
			`{id: fr-health, operation: access, category: health, entities: [acme-fr], effect: deny}`,
			`{id: fr-no-health, operation: populate, category: national-id, entities: [acme-fr], effect: deny}`,
			`{id: fr-risk, operation: access, category: business, entities: [acme-fr], roles: [risk-manager], effect: deny}`)
		of := func(e bailiwick.EntityID, more ...any) Record {
			return h.save(hr, Draft{Type: "person", Entity: e, Fields: fields(append([]any{"full_name", "Ada Example", "country", "DE"}, more...)...)})
		}
		there, here := of(fr, "health_note", "asthma"), of(bailiwick.EntityID{}, "health_note", "asthma", "national_id", "1234567890")
		if there.Entity != fr || here.Entity == fr {
			t.Fatal("entities are mixed up")
		}
		_, err := h.door.Save(ctx, hr, Draft{Type: "person", Entity: fr, Fields: fields("full_name", "B", "country", "DE", "national_id", "1234567890")})
		is(t, err, bailiwick.CodeNotPopulatable)

		withheld := func(r Record) bool { return r.Cell("health_note").Withheld != nil }
		if !withheld(h.open(hr, "person", there.ID)) || withheld(h.open(hr, "person", here.ID)) {
			t.Error("health by entity, one by one")
		}
		for _, q := range []Query{{Type: "person"}, {Type: "person", Sort: "full_name"}} {
			page := h.list(hr, q)
			if len(page.Items) != 2 {
				t.Fatalf("%d rows", len(page.Items))
			}
			for _, r := range page.Items {
				if withheld(r) != (r.Entity == fr) {
					t.Errorf("health of %s in a list", r.Ref)
				}
			}
		}
		page := h.list(hr, Query{Type: "person", Filters: []Filter{{Field: "health_note", Op: "set"}}})
		if len(page.Items) != 1 || page.Items[0].ID != here.ID || len(page.LeftOut) == 0 {
			t.Errorf("a filter covers %d rows and leaves out %v", len(page.Items), page.LeftOut)
		}
		if page := h.list(manager, Query{Type: "person", Text: "Ada"}); page.Total != 1 || page.Items[0].ID != here.ID {
			t.Errorf("the manager sees %d", page.Total)
		}
		groups, err := h.door.Groups(ctx, manager, GroupQuery{Type: "person", By: []string{"country"}})
		if err != nil || len(groups) != 1 || groups[0].Count != 1 {
			t.Errorf("groups %v %v", groups, err)
		}
		h.outside(manager, there)
		rm := h.user(4, "DE", "risk-manager")
		for _, e := range []bailiwick.EntityID{fr, here.Entity} {
			h.save(h.user(5, "DE", "owner"), Draft{Type: "risk", Entity: e, Fields: fields("title", "A supplier fails", "status", "open")})
		}
		risks := h.list(rm, Query{Type: "risk"})
		for _, r := range risks.Items {
			if (r.Cell("title").Withheld != nil) != (r.Entity == fr) {
				t.Errorf("title of %s", r.Ref)
			}
		}
		if found := h.list(rm, Query{Type: "risk", Text: "supplier"}); len(found.Items) != 1 || found.Items[0].Entity == fr {
			t.Errorf("words find %d risks", len(found.Items))
		}
		tally, err := h.door.Tally(ctx, officer, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range tally.Rows {
			if row.Type == "person" && row.Category == "national-id" && (row.Entity != "acme-de" || row.Barred) {
				t.Errorf("tally %+v", row)
			}
		}
	})
}
