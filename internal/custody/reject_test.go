package custody

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/schema"
	"bailiwick/internal/sheet"
)

var rejectTitles = [2]string{"What is wrong", "Rule"}

func english(e RowError) string { return e.Message }

// TestRejectsComeBack holds that refused rows come back as the same sheet, with
// what is wrong, without what may not be filled in, to who ran the import and
// nobody else, for seven days.
func TestRejectsComeBack(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr, other := h.user(1, "DE", "hr"), h.user(2, "DE", "hr")
		header := []string{"Name", "Country", "Ethnicity", "Born", "Free"}
		spec := ImportSpec{Type: "person", Source: "x", Header: header, Lines: []int{2, 3, 4, 5},
			Mapping: map[string]string{"Name": "full_name", "Country": "country", "Ethnicity": "ethnicity", "Born": "birth_date"},
			Rows: [][]string{
				{"Ada Example", "FR", "asian", "1980-01-01", canary}, // may not be filled in there
				{"Ben Example", "DE", "", "someday", canary},
				{"Cy Example", "US", "asian", "1980-01-01", canary},
				{"Dee Example", "XX", "asian", "1980-01-01", canary},
			}}
		for _, format := range []Format{CSV, XLSX} {
			spec.Format, spec.DryRun = format, true
			dry, err := h.door.Import(ctx, hr, spec)
			if err != nil || dry.Rejected != 3 || dry.Returned == nil {
				t.Fatalf("%v %+v", err, dry)
			}
			spec.DryRun = false
			var id bailiwick.ImportID
			spec.Started = func(run bailiwick.ImportID) { id = run }
			run, err := h.door.Import(ctx, hr, spec)
			if err != nil || run.ID != id || run.Created != 1 || run.Returned != nil {
				t.Fatalf("%v %+v", err, run)
			}
			kept, err := h.door.Rejects(ctx, hr, run.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range []*Rejects{dry.Returned, kept} {
				var b bytes.Buffer
				if err := r.Write(&b, rejectTitles, english); err != nil || r.Format() != format {
					t.Fatal(err, r.Format())
				}
				got, err := sheet.Read(b.Bytes())
				if err != nil || sheet.IsXLSX(b.Bytes()) != (format == XLSX) {
					t.Fatal(err)
				}
				if !slices.Equal(got.Header, append(slices.Clone(header), rejectTitles[:]...)) || len(got.Rows) != 3 {
					t.Fatalf("%q %q", got.Header, got.Rows)
				}
				for i, want := range [][]string{{"Ada Example", "FR", "", "1980-01-01", ""}, {"Ben Example", "DE", "", "someday", ""}, {"Dee Example", "XX", "", "1980-01-01", ""}} {
					if !slices.Equal(got.Rows[i][:5], want) {
						t.Errorf("%s, row %d: %q", format, i, got.Rows[i])
					}
				}
				if got.Rows[1][6] != "format" || !strings.HasPrefix(got.Rows[1][5], "Born: ") || got.Rows[0][6] == "" {
					t.Errorf("%q", got.Rows)
				}
			}
			_, err = h.door.Rejects(ctx, other, run.ID)
			is(t, err, bailiwick.CodeNotFound)
			_, err = h.door.Rejects(ctx, h.user(1, "DE", "manager"), run.ID)
			is(t, err, bailiwick.CodeDenied)
			if format == XLSX {
				h.door.clock = later{h, RejectTime + time.Hour}
				_, err = h.door.Rejects(ctx, hr, run.ID)
				is(t, err, bailiwick.CodeNotFound)
				if err := h.door.Sweep(ctx, h.tenant.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

type later struct {
	h *house
	d time.Duration
}

func (l later) Now() time.Time { return time.Now().Add(l.d) }

// TestReimportOfAnExportChangesNothing: by somebody who sees some fields
// masked and others not at all, in every format and language, dry and real.
func TestReimportOfAnExportChangesNothing(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr, both := h.user(1, "DE", "hr"), h.user(2, "DE", "payroll", "manager", "auditor", "owner")
		for _, c := range []string{"DE", "FR", "US"} {
			d := Draft{Type: "person", Fields: fields("full_name", "Ada "+c+" Example", "country", c, "employee_number", "00"+c, "birth_date", "1980-02-29")}
			h.save(hr, d)
		}
		for _, who := range []bailiwick.Actor{hr, both} {
			for _, lang := range []string{"en", "de", "fr"} {
				for _, f := range []Format{CSV, XLSX} {
					var b bytes.Buffer
					if _, err := h.door.Export(ctx, who, Query{Type: "person", Lang: lang}, f, &b); err != nil {
						t.Fatal(err)
					}
					table, err := sheet.Read(b.Bytes())
					if err != nil {
						t.Fatal(err)
					}
					if who.User() == both.User() {
						all := strings.Join(slices.Concat(table.Rows...), "|")
						if !strings.Contains(all, "|1980|") || !strings.Contains(all, "|"+WithheldText+"|") || strings.Contains(all, "1980-02-29") {
							t.Fatalf("nothing is masked, or withheld: %s", all)
						}
					}
					typ := h.list(hr, Query{Type: "person", Limit: 1}).Items[0].Type
					spec := ImportSpec{Type: "person", Header: table.Header, Rows: table.Rows, Mode: ImportUpdate, KeyField: "employee_number", Mapping: schema.MapHeaders(typ, table.Header)}
					for _, spec.DryRun = range []bool{true, false} {
						got, err := h.door.Import(ctx, who, spec)
						if err != nil || got.Skipped != 3 {
							t.Errorf("%s %s dry %v: %v %+v", lang, f, spec.DryRun, err, got)
						}
					}
				}
			}
		}
	})
}
