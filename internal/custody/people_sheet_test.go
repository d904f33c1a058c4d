package custody

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/schema"
	"bailiwick/internal/sheet"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

// peopleSheet is a workbook of generated people; every 100th row has a fault.
func peopleSheet(t testing.TB, n int) (data []byte, bad map[int]string) {
	t.Helper()
	var b bytes.Buffer
	w := sheet.NewXLSXWriter(&b, "People")
	row := func(cells ...string) {
		kinds := make([]sheet.CellKind, len(cells))
		kinds[len(kinds)-1] = sheet.DateCell
		if err := w.Row(cells, kinds); err != nil {
			t.Fatal(err)
		}
	}
	row("Name", "Country", "No", "Job", "Department", "Born")
	bad = map[int]string{}
	countries := []string{"DE", "FR", "US", "GB", "IN", "CH", "AT", "NL"}
	for i := range n {
		country, born := countries[i%len(countries)], time.Date(1950+i%50, time.Month(1+i%12), 1+i%28, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		switch i % 200 {
		case 77:
			country, bad[i+2] = "XX", "Country"
		case 177:
			born, bad[i+2] = "someday", "Born"
		}
		row(fmt.Sprintf("Person %05d Example", i), country, fmt.Sprintf("%06d", i), "Clerk", "=Operations", born)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), bad
}

var peopleMapping = map[string]string{"Name": "full_name", "Country": "country", "No": "employee_number", "Job": "job_title", "Department": "department", "Born": "birth_date"}

// TestTenThousandPeople imports a workbook of 10,000 people: every bad row is
// named, and an undo takes all of it back. The times are written to the log; the
// goals are 5 s for the dry run and 20 s for the import on a quiet machine.
func TestTenThousandPeople(t *testing.T) {
	n := 10_000
	if testing.Short() {
		n = 1_000
	}
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		ctx, hr := context.Background(), h.user(1, "DE", "hr")
		data, bad := peopleSheet(t, n)
		start := time.Now()
		table, err := sheet.Read(data)
		if err != nil || len(table.Rows) != n {
			t.Fatal(err, len(table.Rows))
		}
		spec := ImportSpec{Type: "person", Source: "people.xlsx", Format: XLSX, Header: table.Header, Rows: table.Rows, Lines: table.Lines, Mapping: peopleMapping, DryRun: true}
		got, err := h.door.Import(ctx, hr, spec)
		if err != nil || got.Created != n-len(bad) || got.Rejected != len(bad) || got.Returned.Rows() != len(bad) {
			t.Fatalf("dry run: %v %d created, %d rejected", err, got.Created, got.Rejected)
		}
		dry := time.Since(start)
		for _, e := range got.Errors {
			if bad[e.Line] != e.Column {
				t.Errorf("line %d, column %s is named; the fault is in %q", e.Line, e.Column, bad[e.Line])
			}
		}
		start = time.Now()
		spec.DryRun = false
		if got, err = h.door.Import(ctx, hr, spec); err != nil || got.Created != n-len(bad) || got.Rejected != len(bad) {
			t.Fatalf("import: %v %d created, %d rejected", err, got.Created, got.Rejected)
		}
		commit := time.Since(start)
		back, err := h.door.Rejects(ctx, hr, got.ID)
		if err != nil || back.Rows() != len(bad) {
			t.Fatalf("the refused rows: %v", err)
		}
		undone, err := h.door.UndoImport(ctx, hr, got.ID)
		if err != nil || undone.Deleted != n-len(bad) || len(undone.Left) != 0 {
			t.Fatalf("undo: %v %+v", err, undone)
		}
		if p := h.list(hr, Query{Type: "person", Limit: 1}); p.Total != 0 {
			t.Errorf("%d are left", p.Total)
		}
		t.Logf("figure: %d people by XLSX: dry run %v, import %v, every bad row named, undo takes back all", n, dry.Round(time.Millisecond), commit.Round(time.Millisecond))
	})
}

// TestLibreOffice lets an export go through a spreadsheet program and imports it
// again in update mode: nothing changes but the cell that was edited.
func TestLibreOffice(t *testing.T) {
	program, err := exec.LookPath("soffice")
	if err != nil {
		if strings.Contains(os.Getenv("BAILIWICK_REQUIRE"), "soffice") {
			t.Fatal("soffice is missing")
		}
		t.Skip("LibreOffice is not here")
	}
	t.Run("sqlite", func(t *testing.T) { // the file is the same on the other engine
		h := newHouse(t, storetest.SQLite(t))
		hr, both := h.user(1, "DE", "hr"), h.user(2, "DE", "payroll", "manager", "auditor", "owner")
		for i, c := range []string{"DE", "FR", "US", "GB", "CH"} {
			h.save(hr, Draft{Type: "person", Fields: fields("full_name", "Zoë \"Q\" <&> "+c, "country", c, "employee_number", fmt.Sprintf("00%d", i),
				"birth_date", "1980-02-29", "department", "=SUM(A1:A9)", "job_title", "12345678901234567890", "national_id", "0000123"+c)})
		}
		for _, who := range []bailiwick.Actor{hr, both} {
			for _, f := range []Format{XLSX, CSV} {
				throughLibreOffice(t, h, program, who, f)
			}
		}
	})
}

func throughLibreOffice(t *testing.T, h *house, program string, who bailiwick.Actor, f Format) {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	file := filepath.Join(dir, "people."+string(f))
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.door.Export(ctx, who, Query{Type: "person", Lang: "en"}, f, out); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	// A CSV file is opened as a person opens it: UTF-8, commas, cells as text.
	cmd := exec.Command(program, "--headless", "-env:UserInstallation=file://"+dir+"/profile", "--infilter="+map[Format]string{XLSX: "Calc MS Excel 2007 XML", CSV: "CSV:44,34,76,1," + textColumns() + ",0,false"}[f],
		"--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", filepath.Join(dir, "edited"), file)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	data, err := os.ReadFile(filepath.Join(dir, "edited", "people.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	table, err := sheet.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	typ := h.list(who, Query{Type: "person", Limit: 1}).Items[0].Type
	spec := ImportSpec{Type: "person", Header: table.Header, Rows: table.Rows, Lines: table.Lines, Format: XLSX, Mode: ImportUpdate,
		KeyField: "employee_number", Mapping: schema.MapHeaders(typ, table.Header)}
	for _, spec.DryRun = range []bool{true, false} {
		got, err := h.door.Import(ctx, who, spec)
		if err != nil || got.Skipped != len(table.Rows) || len(table.Rows) != 5 {
			t.Fatalf("%s dry %v: %v %+v", f, spec.DryRun, err, got)
		}
	}
	for i, header := range table.Header {
		if spec.Mapping[header] == "job_title" {
			was := table.Rows[2][i]
			for _, text := range []string{"Clerk", was} {
				table.Rows[2][i] = text
				if got, err := h.door.Import(ctx, who, spec); err != nil || got.Changed != 1 || got.Skipped != 4 {
					t.Fatalf("%s edited: %v %+v", f, err, got)
				}
			}
		}
	}
}

// textColumns tells the program to take every column of a CSV file for text, as
// the import dialogue offers it: else it drops leading zeros.
func textColumns() string {
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "/%d/2", i+1)
	}
	return b.String()[1:]
}
