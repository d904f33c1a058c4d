package custody

import (
	"context"
	"strings"
	"testing"

	"bailiwick/internal/schema"
	"bailiwick/internal/store"
)

// TestEraseHiddenField: what a hidden field holds is erased with the rest of
// its category, and so is what it was found by (R14.9).
func TestEraseHiddenField(t *testing.T) {
	const bar = `{id: work-us-no, operation: populate, category: employment, subject: {in: [US]}, effect: deny}`
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr, privacy := h.user(1, "DE", "hr"), h.user(8, "DE", "privacy")
		full := h.person(hr, "Ada Example", "US", "job_title", "Archivist")
		found := func() int {
			t.Helper()
			hits, err := h.door.Search(ctx, hr, "archivist", 10, "en")
			if err != nil {
				t.Fatal(err)
			}
			return len(hits)
		}
		if found() != 1 {
			t.Fatal("nothing to erase")
		}
		overlay := func(changes ...schema.TypeChange) {
			t.Helper()
			err := h.store.Update(ctx, h.tenant.ID, func(tx store.TenantTx) error {
				cfg, err := h.reg.Configuration(ctx, tx)
				if err != nil {
					return err
				}
				doc := cfg.Document()
				doc.Overlay = schema.Overlay{Changes: changes}
				_, err = h.reg.Activate(ctx, tx, h.user(9, "DE", "owner", "privacy"), doc)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		overlay(schema.TypeChange{Type: "person", Hidden: []string{"job_title"}, List: []string{"full_name", "country"}})
		h.rule(bar)
		lines, _, err := h.door.Quarantine(ctx, privacy)
		if err != nil || len(lines) != 1 || lines[0].Count != 1 {
			t.Fatalf("%+v %v", lines, err)
		}
		if n, err := h.door.EraseQuarantine(ctx, privacy, lines[0].QuarantineKey); err != nil || n != 1 {
			t.Fatalf("%d %v", n, err)
		}
		h.configure(func(rules string) string { return strings.Replace(rules, "  - "+bar+"\n", "", 1) })
		overlay()
		if c := h.cell(hr, full.ID, "job_title"); c.Withheld != nil || !c.Value.IsEmpty() {
			t.Errorf("still there: %+v", c)
		}
		if found() != 0 {
			t.Error("still found by what was erased")
		}
		h.noBlock(full.ID, "employment")
	})
}
