package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"bailiwick/internal/sheet"
)

// TestXLSXAgainstALibrary: what another implementation writes is read as the
// kinds of fields expect it.
func TestXLSXAgainstALibrary(t *testing.T) {
	f := excelize.NewFile()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	date, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	must(err)
	own := `dd"."mm"."yyyy\ hh:mm`
	moment, err := f.NewStyle(&excelize.Style{CustomNumFmt: &own})
	must(err)
	must(f.SetSheetRow("Sheet1", "A2", &[]any{" Name ", "No", "Born", "When", "Count", "Ratio", "On"})) // a blank row first
	must(f.SetSheetRow("Sheet1", "A3", &[]any{"Müller\nAda", "007", nil, nil, 1e6, 0.1 + 0.2, true}))
	must(f.SetCellValue("Sheet1", "C3", time.Date(1980, 2, 29, 0, 0, 0, 0, time.UTC)))
	must(f.SetCellStyle("Sheet1", "C3", "C3", date))
	must(f.SetCellValue("Sheet1", "D3", time.Date(2026, 11, 30, 14, 5, 0, 0, time.UTC)))
	must(f.SetCellStyle("Sheet1", "D3", "D3", moment))
	must(f.SetSheetRow("Sheet1", "A6", &[]any{"'=1+1", "12345678901234567890", "1980-02-29", "a_x", -5, "=2", false}))
	var b bytes.Buffer
	must(f.Write(&b))
	got, err := sheet.Read(b.Bytes())
	must(err)
	want := sheet.Table{
		Header: []string{"Name", "No", "Born", "When", "Count", "Ratio", "On"},
		Rows: [][]string{
			{"Müller\nAda", "007", "1980-02-29", "2026-11-30T14:05:00", "1000000", "0.3", "true"},
			{"=1+1", "12345678901234567890", "1980-02-29", "a_x", "-5", "=2", "false"},
		},
		Lines: []int{3, 6},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestXLSXWrittenIsRead: by this package unchanged, and by another
// implementation as text, numbers and dates.
func TestXLSXWrittenIsRead(t *testing.T) {
	var b bytes.Buffer
	w := sheet.NewXLSXWriter(&b, "People: all")
	kinds := []sheet.CellKind{sheet.TextCell, sheet.NumberCell, sheet.DateCell}
	rows := [][]string{{"=cmd|'/c calc'!A1", "12.5", "2026-11-30"}, {"00012", "1234567890123456", "1850-01-01"}, {"a<b & \"c\"", "-3", "1901-01-01"}}
	if err := w.Row([]string{"Text", "Number", "Date"}, nil); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r, kinds); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := sheet.ReadXLSX(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(rows, got.Rows); diff != "" {
		t.Error(diff)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	name := f.GetSheetName(0)
	if name != "People all" {
		t.Errorf("sheet %q", name)
	}
	for cell, want := range map[string]string{"A2": rows[0][0], "A3": "00012", "A4": rows[2][0], "B3": "1234567890123456", "B2": "12.5", "C2": "2026-11-30", "C3": "1850-01-01"} {
		if v, err := f.GetCellValue(name, cell); err != nil || v != want {
			t.Errorf("%s: %q, %v", cell, v, err)
		}
		if formula, _ := f.GetCellFormula(name, cell); formula != "" {
			t.Errorf("%s is a formula", cell)
		}
	}
}

func TestXLSXWrittenIsReadUnchanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 30).Draw(t, "columns")
		cell := rapid.StringOfN(rapid.SampledFrom([]rune("aä\t\"\r\n'=<>&_x0D\x01\U0001f600 -1.")), 0, 12, -1)
		kind := rapid.SampledFrom([]sheet.CellKind{sheet.TextCell, sheet.NumberCell, sheet.DateCell})
		var want [][]string
		var b bytes.Buffer
		w := sheet.NewXLSXWriter(&b, "x")
		var header []string
		for i := range columns {
			header = append(header, strings.Repeat("h", i+1))
		}
		_ = w.Row(header, nil)
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			row := rapid.SliceOfN(cell, columns, columns).Draw(t, "row")
			row[0] = "x" + row[0] // a blank row is skipped
			want = append(want, row)
			_ = w.Row(row, rapid.SliceOfN(kind, columns, columns).Draw(t, "kinds"))
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got, err := sheet.ReadXLSX(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Rows); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestXLSXCellTooLong(t *testing.T) {
	w := sheet.NewXLSXWriter(io.Discard, "x")
	if err := w.Row([]string{strings.Repeat("é", 32_767)}, nil); err != nil {
		t.Error(err)
	}
	if err := w.Row([]string{strings.Repeat("x", 32_768)}, nil); !errors.Is(err, sheet.ErrCellTooLong) {
		t.Error(err)
	}
}

// book makes a workbook around the XML of a sheet; more replaces parts.
func book(sheetXML string, more map[string]string) []byte {
	parts := map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   sheetXML,
	}
	for name, body := range more {
		parts[name] = body
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, body := range parts {
		f, _ := z.Create(name)
		_, _ = io.WriteString(f, body)
	}
	_ = z.Close()
	return b.Bytes()
}

const head = `<c t="inlineStr"><is><t>a</t></is></c>`

func rowsXML(rows ...string) string {
	return `<worksheet><sheetData><row>` + strings.Join(rows, `</row><row>`) + `</row></sheetData></worksheet>`
}

// hostile are files that must be refused, each with its rule.
func hostile() map[string]struct {
	data []byte
	rule string
} {
	type c = struct {
		data []byte
		rule string
	}
	var wide, deep strings.Builder
	for range 1_000_000 {
		wide.WriteString(`<c><v>1</v></c>`)
	}
	deep.WriteString("<worksheet>")
	for range 100_000 {
		deep.WriteString("<a>")
	}
	var many bytes.Buffer
	z := zip.NewWriter(&many)
	for i := range 66_000 {
		_, _ = z.Create(strings.Repeat("x", i%7) + string(rune('a'+i%26)) + time.Unix(int64(i), 0).UTC().Format(time.RFC3339))
	}
	_ = z.Close()
	good := book(rowsXML(head, head), nil)
	return map[string]c{
		"formula":         {book(rowsXML(head, `<c><f>1+1</f><v>2</v></c>`), nil), sheet.RuleFormula},
		"error":           {book(rowsXML(head, `<c t="e"><v>#REF!</v></c>`), nil), sheet.RuleCellError},
		"million columns": {book(rowsXML(head, wide.String()), nil), sheet.RuleManyCols},
		"far column":      {book(rowsXML(head, `<c r="XFD2"><v>1</v></c>`), nil), sheet.RuleManyCols},
		"absurd address":  {book(rowsXML(head, `<c r="ZZZZZZZZZ1"><v>1</v></c>`), nil), sheet.RuleBroken},
		"backwards":       {book(rowsXML(head, `<c r="B2"><v>1</v></c><c r="A2"><v>1</v></c>`), nil), sheet.RuleBroken},
		"deep":            {book(deep.String(), nil), sheet.RuleBroken},
		"bomb":            {book(rowsXML(head)+strings.Repeat("<row></row>", 30_000_000), nil), sheet.RuleUnpacked},
		"long text":       {book(rowsXML(head, `<c t="str"><v>`+strings.Repeat("x", 200_000)+`</v></c>`), nil), sheet.RuleCellBytes},
		"longer text":     {book(rowsXML(head, `<c t="str"><v>`+strings.Repeat(">", 8<<20)+`</v></c>`), nil), sheet.RuleCellBytes},
		"entities":        {book(`<!DOCTYPE x [<!ENTITY a "aaaa">]>`+rowsXML(head, `<c t="str"><v>&a;</v></c>`), nil), sheet.RuleBroken},
		"comment":         {book(rowsXML(head, `<!-- `+strings.Repeat("<", 100)+` -->`), nil), sheet.RuleBroken},
		"shared index":    {book(rowsXML(head, `<c t="s"><v>7</v></c>`), nil), sheet.RuleBroken},
		"negative index":  {book(rowsXML(head, `<c t="s"><v>-1</v></c>`), nil), sheet.RuleBroken},
		"style index":     {book(rowsXML(head, `<c s="-9"><v>x</v></c>`), nil), sheet.RuleBroken},
		"not a number":    {book(rowsXML(head, `<c><v>NaN</v></c>`), nil), sheet.RuleBroken},
		"cut off":         {book(`<worksheet><sheetData><row><c t="str"><v>a`, nil), sheet.RuleBroken},
		"not closed":      {book(`<worksheet><sheetData>`, nil), sheet.RuleBroken},
		"UTF-16":          {book("\xff\xfe<\x00a\x00", nil), sheet.RuleBroken},
		"Latin-1":         {book(rowsXML(head, "<c t=\"str\"><v>\xe9</v></c>"), nil), sheet.RuleBroken},
		"same title":      {book(rowsXML(head+head, head), nil), sheet.RuleHeader},
		"no rows":         {book(`<worksheet></worksheet>`, nil), sheet.RuleEmpty},
		"no sheet":        {book("", map[string]string{"xl/workbook.xml": "<workbook/>"}), sheet.RuleBroken},
		"elsewhere":       {book("", map[string]string{"xl/_rels/workbook.xml.rels": `<r><Relationship Id="rId1" Target="../../../etc/passwd"/></r>`}), sheet.RuleBroken},
		"many parts":      {many.Bytes(), sheet.RuleUnpacked},
		"truncated":       {good[:len(good)-30], sheet.RuleBroken},
		"trailing":        {append(bytes.Clone(good), 0), sheet.RuleBroken},
		"no zip":          {[]byte("PK\x03\x04 and no more"), sheet.RuleBroken},
		"old":             {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), sheet.RuleOldFormat},
	}
}

// TestXLSXRefusesHostileFiles within bounded memory, and without a word of what
// they hold.
func TestXLSXRefusesHostileFiles(t *testing.T) {
	for name, c := range hostile() {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			_, err := sheet.Read(c.data)
			runtime.ReadMemStats(&after)
			var e *sheet.Error
			if !errors.As(err, &e) || e.Rule != c.rule {
				t.Fatalf("%v, want %s", err, c.rule)
			}
			if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 256<<20 {
				t.Errorf("the memory grew by %d MiB", grown>>20)
			}
		})
	}
}

// TestXLSXLies: the size that the directory declares is not believed.
func TestXLSXLies(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, body := range map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="a" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<R><Relationship Id="rId1" Target="s.xml"/></R>`,
	} {
		f, _ := z.Create(name)
		_, _ = io.WriteString(f, body)
	}
	f, _ := z.Create("xl/s.xml")
	_, _ = io.WriteString(f, rowsXML(head))
	for range 300 {
		_, _ = io.WriteString(f, strings.Repeat("<row></row>", 1<<20/11))
	}
	_ = z.Close()
	data := b.Bytes()
	// the uncompressed size of the last entry of the directory
	at := bytes.LastIndex(data, []byte("PK\x01\x02"))
	copy(data[at+24:], []byte{1, 0, 0, 0})
	_, err := sheet.Read(data)
	var e *sheet.Error
	if !errors.As(err, &e) || (e.Rule != sheet.RuleBroken && e.Rule != sheet.RuleUnpacked) {
		t.Errorf("%v", err)
	}
}

func FuzzReadXLSX(f *testing.F) {
	for name, c := range hostile() {
		if len(c.data) < 4<<10 {
			f.Add(c.data)
		}
		_ = name
	}
	f.Add(book(rowsXML(head, `<c r="A2"><v>1.5</v></c>`), nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := sheet.ReadXLSX(data)
		if err != nil {
			var e *sheet.Error
			if !errors.As(err, &e) {
				t.Fatal(err)
			}
			return
		}
		for _, row := range got.Rows {
			if len(row) != len(got.Header) {
				t.Fatal("a row is not as long as the header")
			}
		}
	})
}

// FuzzSheetXML changes the XML of the sheet, which a change of the packed bytes
// hardly reaches.
func FuzzSheetXML(f *testing.F) {
	f.Add(rowsXML(head, `<c r="A2" s="0"><v>1.5</v></c>`), `<sst><si><t>a</t></si></sst>`)
	f.Add(rowsXML(head, `<c t="s"><v>0</v></c>`), `<sst><si><r><t>a</t></r><rPh><t>b</t></rPh></si></sst>`)
	f.Add(rowsXML(head, `<c t="b"><v>1</v></c><c t="d"><v>2026-01-01T00:00:00</v></c>`), "")
	f.Fuzz(func(t *testing.T, sheetXML, shared string) {
		got, err := sheet.ReadXLSX(book(sheetXML, map[string]string{"xl/sharedStrings.xml": shared}))
		var e *sheet.Error
		if err != nil && !errors.As(err, &e) {
			t.Fatal(err)
		}
		for _, row := range got.Rows {
			if len(row) != len(got.Header) {
				t.Fatal("a row is not as long as the header")
			}
		}
	})
}
