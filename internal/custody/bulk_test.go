package custody

import (
	"context"
	"fmt"
	"testing"

	"bailiwick"
)

// TestBulk holds that a change of many records is judged row by row, previewed
// as it then happens, and undone as a whole; and that it tells nothing of
// records that are hidden.
func TestBulk(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr, manager := h.user(1, "DE", "hr"), h.user(2, "DE", "manager")
		var ids []bailiwick.RecordID
		for i := range 450 {
			country := []string{"US", "FR", "GB"}[i%3]
			r := h.person(hr, fmt.Sprintf("Person %d Example", i), country, "department", "Ops")
			ids = append(ids, r.ID)
		}
		spec := BulkSpec{Type: "person", Query: &Query{Text: "example"}, Fields: fields("ethnicity", "asian", "department", nil), DryRun: true}
		dry, err := h.door.Bulk(ctx, hr, spec)
		if err != nil || dry.Changed != 300 || dry.Refused != 150 || dry.Same != 0 || !dry.ID.IsZero() {
			t.Fatalf("preview: %v %+v", err, dry)
		}
		if e := dry.Errors[0]; e.Rule != "ethnic-fr" || e.Field != "ethnicity" || e.Ref == "" {
			t.Errorf("%+v", e)
		}
		if p := h.list(hr, Query{Type: "person", Text: "ops"}); p.Total != 450 {
			t.Fatalf("the preview changed %d", 450-p.Total)
		}
		spec.DryRun = false
		got, err := h.door.Bulk(ctx, hr, spec)
		if err != nil || got.Changed != 300 || got.Refused != 150 || got.State != ImportDone {
			t.Fatalf("%v %+v", err, got)
		}
		if r := h.open(hr, "person", ids[0]); r.Revision != 2 || string(r.Cell("ethnicity").Value) != `"asian"` || !r.Cell("department").Value.IsEmpty() {
			t.Errorf("not changed: %+v", r.Revision)
		}
		if r := h.open(hr, "person", ids[1]); r.Revision != 1 {
			t.Error("a record that was refused is changed")
		}
		again, err := h.door.Bulk(ctx, hr, BulkSpec{Type: "person", IDs: append(ids[:3:3], ids[0]), Fields: fields("department", nil)})
		if err != nil || again.Rows != 3 || again.Same != 2 || again.Changed != 1 {
			t.Errorf("%v %+v", err, again)
		}
		if _, err := h.door.UndoImport(ctx, h.user(3, "DE", "hr"), got.ID); bailiwick.ErrorCode(err) != bailiwick.CodeNotFound {
			t.Errorf("somebody else undoes it: %v", err)
		}
		back, err := h.door.UndoImport(ctx, hr, got.ID)
		if err != nil || back.Reverted != 300 || len(back.Left) != 0 {
			t.Fatalf("undo: %v %+v", err, back)
		}
		if r := h.open(hr, "person", ids[0]); !r.Cell("ethnicity").Value.IsEmpty() || string(r.Cell("department").Value) != `"Ops"` {
			t.Error("not undone")
		}
		run, err := h.door.BulkRun(ctx, hr, got.ID)
		if err != nil || run.State != ImportUndone {
			t.Errorf("%v %+v", err, run)
		}
		if list, err := h.door.Imports(ctx, hr); err != nil || len(list) != 0 {
			t.Errorf("it is listed among the imports: %v %d", err, len(list))
		}

		_, err = h.door.Bulk(ctx, h.user(4, "DE", "auditor"), spec)
		is(t, err, bailiwick.CodeDenied)
		spec.Query = &Query{Filters: []Filter{{Field: "health_note", Op: "set"}}}
		_, err = h.door.Bulk(ctx, manager, spec)
		is(t, err, bailiwick.CodeDenied)
		// a person who is hidden, and one who is not there, are refused alike
		india := h.user(5, "IN", "hr")
		none := bailiwick.RecordID{ID: bailiwick.ID{15: 9}}
		hidden, err := h.door.Bulk(ctx, india, BulkSpec{Type: "person", IDs: []bailiwick.RecordID{ids[1], none}, Fields: fields("job_title", "X"), DryRun: true})
		if err != nil || hidden.Refused != 2 || fmt.Sprint(hidden.Errors[0]) != fmt.Sprint(hidden.Errors[1]) {
			t.Errorf("%v %+v", err, hidden)
		}
		for _, wrong := range []BulkSpec{
			{Type: "person", Fields: fields("job_title", "X")},
			{Type: "person", IDs: ids, Fields: nil},
			{Type: "person", IDs: ids, Fields: fields("no_such", "X")},
			{Type: "person", IDs: make([]bailiwick.RecordID, MaxBulkRows+1), Fields: fields("no_such", "X")},
		} {
			if _, err := h.door.Bulk(ctx, hr, wrong); err == nil {
				t.Errorf("accepted: %+v", wrong.Fields)
			}
		}
	})
}
