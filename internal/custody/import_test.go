package custody

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/importrun"
)

func personRows(n int) ([]string, [][]string, map[string]string) {
	header := []string{"Name", "Country", "No", "Job"}
	var rows [][]string
	for i := range n {
		rows = append(rows, []string{fmt.Sprintf("Person %03d Example", i), "DE", fmt.Sprintf("E-%03d", i), "Clerk"})
	}
	return header, rows, map[string]string{"Name": "full_name", "Country": "country", "No": "employee_number", "Job": "job_title"}
}

func TestImport(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr := h.user(1, "DE", "hr")
		header, rows, mapping := personRows(450)
		rows[3][1] = "XX"
		rows[7][0] = ""
		spec := ImportSpec{Type: "person", Source: "people.csv", Header: header, Rows: rows, Mapping: mapping}
		dry := spec
		dry.DryRun = true
		got, err := h.door.Import(ctx, hr, dry)
		if err != nil || got.Created != 448 || got.Rejected != 2 || len(got.Errors) != 2 || got.Errors[0].Row != 4 || got.Errors[0].Column != "Country" {
			t.Fatalf("dry run: %v %+v", err, got)
		}
		if p := h.list(hr, Query{Type: "person"}); p.Total != 0 {
			t.Fatalf("the dry run wrote %d", p.Total)
		}
		got, err = h.door.Import(ctx, hr, spec)
		if err != nil || got.Created != 448 || got.Rejected != 2 || got.State != ImportDone {
			t.Fatalf("import: %v %+v", err, got)
		}
		if p := h.list(hr, Query{Type: "person"}); p.Total != 448 {
			t.Fatalf("the import wrote %d", p.Total)
		}

		again := spec
		again.Mode, again.KeyField = ImportUpdate, "employee_number"
		again.Rows = [][]string{{"Person 000 Example", "DE", "E-000", "Chief"}, {"New Example", "FR", "E-900", "Clerk"}, rows[1], {"Eth Example", "DE", "", ""}}
		got, err = h.door.Import(ctx, hr, again)
		if err != nil || got.Created != 1 || got.Changed != 1 || got.Skipped != 1 || got.Rejected != 1 {
			t.Fatalf("update: %v %+v", err, got)
		}
		chief := h.list(hr, Query{Type: "person", Text: "chief"})
		if chief.Total != 1 {
			t.Fatalf("chiefs: %d", chief.Total)
		}
		newest := h.list(hr, Query{Type: "person", Limit: 1}).Items[0]
		h.save(hr, Draft{Type: "person", ID: newest.ID, Revision: 1, Fields: fields("department", "Ops")})
		undone, err := h.door.UndoImport(ctx, hr, got.ID)
		if err != nil || undone.Reverted != 1 || len(undone.Left) != 1 || undone.Left[0] != newest.Ref {
			t.Fatalf("undo: %v %+v", err, undone)
		}
		if p := h.list(hr, Query{Type: "person", Text: "chief"}); p.Total != 0 {
			t.Errorf("chiefs after the undo: %d", p.Total)
		}
		if p := h.list(hr, Query{Type: "person", Text: "clerk"}); p.Total != 449 {
			t.Errorf("clerks after the undo: %d", p.Total)
		}
		list, err := h.door.Imports(ctx, hr)
		if err != nil || len(list) != 2 || list[0].State != ImportUndone || list[1].Source != "people.csv" {
			t.Fatalf("imports: %v %+v", err, list)
		}
		undone, err = h.door.UndoImport(ctx, hr, list[1].ID)
		if err != nil || undone.Deleted != 447 {
			t.Fatalf("undo of the first: %v %+v", err, undone)
		}
		if p := h.list(hr, Query{Type: "person", Deleted: true, Limit: 1}); p.Total != 447 {
			t.Errorf("deleted: %d", p.Total)
		}
		_, err = h.door.Import(ctx, h.user(2, "DE", "manager"), spec)
		is(t, err, bailiwick.CodeDenied)
	})
}

// TestImportTellsWhere holds that a fault names the line of the file, and that a
// dry run which would make every row twice says so.
func TestImportTellsWhere(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr := h.user(1, "DE", "hr")
		header, rows, mapping := personRows(4)
		spec := ImportSpec{Type: "person", Header: header, Rows: rows, Lines: []int{2, 5, 6, 9}, Mapping: mapping}
		if got, err := h.door.Import(ctx, hr, spec); err != nil || got.Created != 4 || got.Present != 0 {
			t.Fatalf("%v %+v", err, got)
		}
		rows[1][1], rows[3][2], spec.DryRun = "XX", "E-new", true
		got, err := h.door.Import(ctx, hr, spec)
		if err != nil || got.Present != 3 || got.PresentKey != "employee_number" {
			t.Errorf("%v: %d present by %q", err, got.Present, got.PresentKey)
		}
		if len(got.Errors) != 1 || got.Errors[0].Row != 2 || got.Errors[0].Line != 5 {
			t.Errorf("%+v", got.Errors)
		}
	})
}

func TestImportResumes(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr := h.user(1, "DE", "hr")
		header, rows, mapping := personRows(600)
		spec := ImportSpec{Type: "person", Source: "x", Header: header, Rows: rows, Mapping: mapping}
		// The context ends after the first batch, like a kill in between.
		im := &importing{door: h.door, a: hr, spec: &spec}
		ctx := context.Background()
		if err := im.prepare(ctx); err != nil {
			t.Fatal(err)
		}
		if err := im.begin(ctx); err != nil {
			t.Fatal(err)
		}
		if err := im.batch(ctx); err != nil {
			t.Fatal(err)
		}
		spec.ID = im.run.ID
		got, err := h.door.Import(ctx, hr, spec)
		if err != nil || got.Created != 600 {
			t.Fatalf("%v %+v", err, got)
		}
		if p := h.list(hr, Query{Type: "person", Limit: 1}); p.Total != 600 || p.Items[0].Ref != "PER-600" {
			t.Fatalf("%d records, last %s", p.Total, p.Items[0].Ref)
		}
		_, err = h.door.Import(ctx, hr, spec)
		is(t, err, bailiwick.CodeTransition)
		err = h.store.View(ctx, h.tenant.ID, func(tx store.TenantTx) error {
			r, err := importrun.Get(ctx, tx, spec.ID)
			if err == nil && r.State != "done" {
				t.Errorf("state %s", r.State)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestExport(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr := h.user(1, "DE", "hr")
		for i := range 3 {
			h.save(hr, Draft{Type: "person", Fields: fields("full_name", fmt.Sprintf("=cmd%d Example", i), "country", "US", "ethnicity", "asian")})
		}
		var buf bytes.Buffer
		n, err := h.door.Export(ctx, hr, Query{Type: "person", Lang: "en"}, CSV, &buf)
		if err != nil || n != 3 {
			t.Fatal(n, err)
		}
		if strings.Contains(buf.String(), ",=cmd") || !strings.Contains(buf.String(), "asian") {
			t.Errorf("csv:\n%s", buf.String())
		}
		buf.Reset()
		auditor := h.user(2, "DE", "auditor")
		if n, err = h.door.Export(ctx, auditor, Query{Type: "person", Sort: "full_name"}, JSON, &buf); err != nil || n != 3 {
			t.Fatal(n, err)
		}
		var records []map[string]any
		if err := json.Unmarshal(buf.Bytes(), &records); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(buf.String(), "asian") || len(records) != 3 {
			t.Error("the auditor's export holds what is withheld")
		}
		_, err = h.door.Export(ctx, h.user(3, "DE", "manager"), Query{Type: "person"}, CSV, &buf)
		is(t, err, bailiwick.CodeDenied)
	})
}

// TestExportIsNoWiderThanTheView: a masked cell is masked in the file, and what
// may be seen but not exported is withheld in it.
func TestExportIsNoWiderThanTheView(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr, both := h.user(1, "DE", "hr"), h.user(2, "DE", "payroll", "auditor")
		r := h.person(hr, "Ada Example", "DE", "national_id", "AB12345678", "health_note", canary)
		seen := h.open(both, "person", r.ID)
		if got := seen.Cell("national_id"); got.Mask == access.MaskNone || strings.Contains(string(got.Value), "AB1234") {
			t.Fatalf("not masked: %s", got.Field.Key)
		}
		for _, f := range []Format{CSV, JSON} {
			var buf bytes.Buffer
			if _, err := h.door.Export(ctx, both, Query{Type: "person"}, f, &buf); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(buf.String(), "AB1234") || !strings.Contains(buf.String(), textOf(seen.Cell("national_id").Value)) {
				t.Errorf("%s: the export and the view differ:\n%s", f, buf.String())
			}
			buf.Reset()
			if _, err := h.door.Export(ctx, hr, Query{Type: "person"}, f, &buf); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(buf.String(), canary) {
				t.Errorf("%s holds what may not be exported", f)
			}
		}
		// the masked text that was read never overwrites the value, refused or left alone
		_, _ = h.door.Save(ctx, both, Draft{Type: "person", ID: r.ID, Revision: 1, Fields: map[string]json.RawMessage{"national_id": json.RawMessage(seen.Cell("national_id").Value)}})
		if now := h.open(both, "person", r.ID); string(now.Cell("national_id").Value) != string(seen.Cell("national_id").Value) {
			t.Error("the masked text became the value")
		}
	})
}
