package custody

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"bailiwick/internal/schema"
	"bailiwick/internal/sheet"
)

// TestExportComesBack holds that a file which was exported changes nothing when
// it is imported as it is, references included, in every language.
func TestExportComesBack(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		owner := h.user(1, "DE", "owner", "hr")
		boss := h.person(owner, "Ada; Example (Ms)", "DE", "employee_number", "E-1")
		h.person(owner, "Ben Example", "DE", "employee_number", "E-2", "manager", boss.ID.String(), "employment_status", "active")
		r1 := h.save(owner, Draft{Type: "risk", Fields: fields("title", "First, and (worst)")})
		r2 := h.save(owner, Draft{Type: "risk", Fields: fields("title", "Second")})
		h.save(owner, Draft{Type: "control", Fields: fields("title", "=C", "requirement", "AC-2", "owner", owner.User().String(),
			"risks", []string{r1.ID.String(), r2.ID.String()})})
		for typ, want := range map[string]string{"person": "Ada, Example (Ms) (PER-1)", "control": "(RSK-1); Second (RSK-2)"} {
			for lang, ref := range map[string]string{"en": "Ref", "de": "Referenz", "fr": "Référence"} {
				format := map[string]Format{"en": CSV, "de": XLSX, "fr": XLSX}[lang]
				var buf bytes.Buffer
				all := []string{}
				for _, f := range h.open(owner, "person", boss.ID).Type.Fields {
					if typ == "person" {
						all = append(all, f.Key)
					}
				}
				if typ == "control" {
					all = []string{"requirement", "title", "status", "owner", "risks"}
				}
				if _, err := h.door.Export(ctx, owner, Query{Type: typ, Lang: lang, Columns: all}, format, &buf); err != nil {
					t.Fatal(err)
				}
				if format == CSV && !strings.Contains(buf.String(), want) {
					t.Errorf("%s, want %s:\n%s", typ, want, buf.String())
				}
				table, err := sheet.Read(buf.Bytes())
				if err != nil || table.Header[0] != ref {
					t.Fatalf("%v %q", err, table.Header)
				}
				page := h.list(owner, Query{Type: typ, Limit: 1})
				spec := ImportSpec{Type: typ, Header: table.Header, Rows: table.Rows, Lines: table.Lines, Mode: ImportUpdate,
					Mapping: schema.MapHeaders(page.Items[0].Type, table.Header)}
				if len(spec.Mapping) != len(all) {
					t.Errorf("%d of %d columns were recognised", len(spec.Mapping), len(all))
				}
				got, err := h.door.Import(ctx, owner, spec)
				if err != nil || got.Changed+got.Created+got.Rejected != 0 || got.Skipped != len(table.Rows) {
					t.Errorf("%s in %s: %v %+v\n%s", typ, lang, err, got, buf.String())
				}
			}
		}
	})
}
