package custody

import (
	"context"
	"testing"

	"bailiwick"
)

// TestClearingTellsNothing: whoever may fill a field in and not see it cannot
// tell from clearing it whether it held anything.
func TestClearingTellsNothing(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr := h.user(1, "DE", "hr")
		full := h.person(hr, "Ada Example", "DE", "religion", "protestant")
		empty := h.person(hr, "Ben Example", "DE")
		if h.cell(hr, full.ID, "religion").Withheld == nil {
			t.Fatal("hr sees it")
		}
		for _, v := range []any{"protestant", "catholic", nil} {
			var out [2]Bulk
			for i, id := range []bailiwick.RecordID{full.ID, empty.ID} {
				b, err := h.door.Bulk(ctx, hr, BulkSpec{Type: "person", IDs: []bailiwick.RecordID{id}, Fields: fields("religion", v), DryRun: true})
				if err != nil {
					t.Fatal(err)
				}
				out[i] = b
			}
			if out[0].Same != out[1].Same || out[0].Changed != out[1].Changed {
				t.Errorf("bulk %v: filled %+v, empty %+v", v, out[0], out[1])
			}
		}
		var revisions [2]int64
		for i, id := range []bailiwick.RecordID{full.ID, empty.ID} {
			b, err := h.door.Bulk(ctx, hr, BulkSpec{Type: "person", IDs: []bailiwick.RecordID{id}, Fields: fields("religion", nil)})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.door.UndoImport(ctx, hr, b.ID); err != nil {
				t.Fatal(err)
			}
			revisions[i] = h.open(hr, "person", id).Revision
		}
		if revisions[0] != revisions[1] {
			t.Errorf("undone: revision %d of the filled, %d of the empty", revisions[0], revisions[1])
		}
		full.Revision, empty.Revision = revisions[0], revisions[1]
		a := h.save(hr, Draft{Type: "person", ID: full.ID, Revision: full.Revision, Fields: fields("religion", nil)})
		b := h.save(hr, Draft{Type: "person", ID: empty.ID, Revision: empty.Revision, Fields: fields("religion", nil)})
		if a.Revision != b.Revision {
			t.Errorf("revision %d of the filled, %d of the empty", a.Revision, b.Revision)
		}
	})
}
