package proposal

import (
	"context"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/tenant"
)

// TestConductByAnotherWay holds that neither widening a rule that is in force
// nor a narrower category of one's own goes round the agreement (R14.12).
func TestConductByAnotherWay(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		marks := access.Rule{ID: "marks", Op: access.Access, Category: "performance", Subject: access.CountrySet{In: []string{"US"}}, Effect: access.Allow}
		p := h.submitted("Marks, US", rule(marks))
		if _, err := h.Approve(ctx, h.owner, p.ID, p.Revision, time.Time{}); err != nil {
			t.Fatal(err)
		}
		refused := func(title string, f func(*tenant.Document) error) {
			t.Helper()
			q := h.started(title)
			if _, err := h.Edit(ctx, h.privacy, q.ID, 0, f); err != nil {
				t.Fatal(err)
			}
			if _, err := h.Simulate(ctx, h.privacy, q.ID, 0); err != nil {
				t.Fatal(err)
			}
			_, err := h.Submit(ctx, h.privacy, q.ID, 0)
			is(t, err, bailiwick.CodeTransition)
		}
		wider := marks
		wider.Subject.In = []string{"US", "DE"}
		refused("Marks, DE too", rule(wider))
		refused("Marks of one's own", func(d *tenant.Document) error {
			d.Overlay.Categories = append(d.Overlay.Categories, schema.OwnCategory{
				Key: "x_marks", Parent: "performance", Title: schema.Labels{"en": "Marks"}, After: len(bailiwick.ShippedCategories())})
			own := wider
			own.ID, own.Category = "own-marks", "x_marks"
			return rule(own)(d)
		})
		// What people read of a rule may change.
		noted := marks
		noted.Note = "For reviews of the year"
		q := h.submitted("Say why", rule(noted))
		if q.State != Submitted {
			t.Error(q.State)
		}
	})
}
