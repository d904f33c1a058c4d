package tenant

import (
	"context"
	"errors"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
	"bailiwick/internal/store/storetest"
)

// TestOverlay: what a tenant adds has numbers and a category like anything
// shipped; what holds values is never moved, and what was hidden has its old
// number when it comes back.
func TestOverlay(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		id := w.create(t, "acme").ID
		activate := func(edit func(o *schema.Overlay)) error {
			d := w.config(t, id).Document()
			d.Overlay = d.Overlay.Clone()
			edit(&d.Overlay)
			return s.Update(ctx, id, func(tx store.TenantTx) error {
				_, err := w.Activate(ctx, tx, owner(id), d)
				return err
			})
		}
		wrong := func(err error, path, rule string) {
			t.Helper()
			var e *bailiwick.Error
			if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Field != "overlay."+path || e.Fields[0].Rule != rule {
				t.Errorf("%v, want %s of %s", err, rule, path)
			}
		}
		cost := schema.OwnField{Key: "x_cost", Kind: "integer", Label: schema.Labels{"en": "Cost"}}
		wrong(activate(func(o *schema.Overlay) { o.PutField("risk", cost) }), "types.risk.fields.x_cost.category", "R14.1")

		cost.Category = "x_money"
		err := activate(func(o *schema.Overlay) {
			o.PutCategory(schema.OwnCategory{Key: "x_money", Parent: "business", Title: schema.Labels{"en": "Money"}})
			o.PutField("risk", cost)
		})
		if err != nil {
			t.Fatal(err)
		}
		c := w.config(t, id)
		no, cats := c.FieldNo("risk", "x_cost"), c.Matrix.Categories()
		if no == 0 || c.Matrix.CategoryNo("x_money") != len(cats)-1 || len(cats) != len(bailiwick.ShippedCategories())+1 {
			t.Errorf("field %d, category %d of %d", no, c.Matrix.CategoryNo("x_money"), len(cats))
		}

		// Without records a category can still be changed; with one it cannot.
		moveTo := func(c bailiwick.Category) error {
			return activate(func(o *schema.Overlay) { o.OwnField("risk", "x_cost").Category = c })
		}
		if err := moveTo("business"); err != nil {
			t.Error(err)
		}
		err = s.Update(ctx, id, func(tx store.TenantTx) error {
			return record.Insert(ctx, tx, &record.Row{RKey: record.Key(c.TypeNo("risk"), 1), ID: bailiwick.RecordID{ID: bailiwick.ID{9}}, Revision: 1,
				Kind: "created", Entity: c.Entities[0].ID, Packed: []byte{1}})
		})
		if err != nil {
			t.Fatal(err)
		}
		wrong(moveTo("x_money"), "types.risk.fields.x_cost", "in-use")
		wrong(activate(func(o *schema.Overlay) { o.Relabel("risk", schema.FieldChange{Field: "title", Category: "x_money"}) }), "types.risk.fields.title", "in-use")
		// Taken out is refused, hidden keeps the number.
		wrong(activate(func(o *schema.Overlay) { o.Drop("risk", "x_cost", schema.Overlay{}) }), "types.risk.fields.x_cost", "grammar")
		for _, hidden := range []bool{true, false} {
			if err := activate(func(o *schema.Overlay) { o.Hide("risk", "x_cost", hidden) }); err != nil {
				t.Fatal(err)
			}
			c := w.config(t, id)
			if c.FieldNo("risk", "x_cost") != no || (c.FieldByNo("risk", no) == nil) != hidden {
				t.Errorf("hidden %v: number %d, field %v", hidden, c.FieldNo("risk", "x_cost"), c.FieldByNo("risk", no))
			}
		}

		// A rule may name the own category, and none that there is not.
		rule := "rules: [{id: money, operation: access, category: x_money, roles: [manager], effect: deny}]"
		for text, ok := range map[string]bool{rule: true, strings.ReplaceAll(rule, "x_money", "x_none"): false} {
			err := s.View(ctx, id, func(tx store.TenantTx) error {
				d := w.config(t, id).Document()
				d.Rules = text
				_, err := w.Draft(ctx, tx, d)
				return err
			})
			if (err == nil) != ok {
				t.Errorf("%s: %v", text, err)
			}
		}
	})
}
