package custody

import (
	"context"
	"testing"

	"bailiwick"
)

// TestDefaults holds that a new record gets the defaults of its pack where its
// writer says nothing, that null means nothing, and that a change gets none.
func TestDefaults(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		owner := h.user(1, "DE", "owner")
		text := func(r Record) string { c := r.Cell("status"); return textOf(c.Value) }
		r := h.save(owner, Draft{Type: "vulnerability", Fields: fields("name", "Weakness")})
		if got := text(r); got != "new" {
			t.Errorf("status %q, want new", got)
		}
		if p := h.list(owner, Query{Type: "vulnerability", Filters: []Filter{{Field: "status", Op: "eq", Values: []string{"new"}}}}); len(p.Items) != 1 {
			t.Errorf("%d found by the default", len(p.Items))
		}
		r = h.save(owner, Draft{Type: "vulnerability", ID: r.ID, Revision: 1, Fields: fields("status", nil)})
		r = h.save(owner, Draft{Type: "vulnerability", ID: r.ID, Revision: 2, Fields: fields("name", "Other")})
		if c := r.Cell("status"); !c.Value.IsEmpty() {
			t.Error("a change got a default")
		}
		_, err := h.door.Save(ctx, owner, Draft{Type: "risk", Fields: fields("title", "R", "status", nil)})
		is(t, err, bailiwick.CodeInvalid)
		_, err = h.door.Save(ctx, owner, Draft{Type: "risk", Fields: fields("title", "R", "status", "nonsense")})
		is(t, err, bailiwick.CodeInvalid)
		cells, err := h.door.Form(ctx, owner, "risk", nil, "en")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cells {
			if c.Field.Key == "status" && textOf(c.Value) != "open" {
				t.Error("the form does not offer the default")
			}
		}
		spec := ImportSpec{Type: "control", Header: []string{"No", "Title", "Status"}, Rows: [][]string{{"AC-1", "One", ""}},
			Mapping: map[string]string{"No": "requirement", "Title": "title", "Status": "status"}}
		for _, mode := range []ImportMode{ImportCreate, ImportUpdate} {
			spec.Mode, spec.Rows[0][0] = mode, "AC-"+string(mode) // without a key: the type's is taken
			if got, err := h.door.Import(ctx, owner, spec); err != nil || got.Created != 1 {
				t.Fatalf("%s: %v %+v", mode, err, got)
			}
		}
		if p := h.list(owner, Query{Type: "control", Filters: []Filter{{Field: "status", Op: "eq", Values: []string{"not-assessed"}}}}); len(p.Items) != 2 {
			t.Errorf("%d controls with the default", len(p.Items))
		}
	})
}
