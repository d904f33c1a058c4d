package sheet

import (
	"archive/zip"
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// CellKind says how a cell of XLSX is written.
type CellKind uint8

// The kinds of cells. A number or a date that a spreadsheet program would not
// keep as it is written becomes text.
const (
	TextCell   CellKind = iota // never a formula, whatever it begins with
	NumberCell                 // digits, such as "-12.5"
	DateCell                   // ISO form, such as "2026-11-30"
)

// ErrCellTooLong says that a text is longer than a cell of XLSX may be.
var ErrCellTooLong = errors.New("sheet: the text is longer than a cell of XLSX may be")

// longestText is what spreadsheet programs take in one cell, in UTF-16 units.
const longestText = 32_767

// XLSXWriter writes a workbook of one sheet row by row, straight to its
// destination: nothing is kept in memory or in temporary files. The first row is
// the header: bold and always in view. Call Close at the end.
//
// It does not use a library because the one at hand spills large sheets to
// temporary files, which would leave people's data on disk.
type XLSXWriter struct {
	zip *zip.Writer
	dst *bufio.Writer
	row int
	err error
}

// The parts of a workbook that are always the same.
var xlsxParts = []struct{ name, body string }{
	{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
	// Styles 0 to 3: number, heading, text, date.
	{"xl/styles.xml", `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`},
}

const (
	xmlHead   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	sheetHead = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><sheetData>`
	sheetFoot = `</sheetData></worksheet>`
)

// NewXLSXWriter begins a workbook whose sheet has a name: what a sheet's name
// cannot hold is left out of it.
func NewXLSXWriter(dst io.Writer, name string) *XLSXWriter {
	w := &XLSXWriter{zip: zip.NewWriter(dst)}
	book := `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="` +
		escapeXML(sheetName(name)) + `" sheetId="1" r:id="rId1"/></sheets></workbook>`
	for _, p := range append(xlsxParts[:len(xlsxParts):len(xlsxParts)], struct{ name, body string }{"xl/workbook.xml", book}) {
		w.part(p.name, p.body)
	}
	w.part("xl/worksheets/sheet1.xml", sheetHead)
	return w
}

// part begins a part of the package.
func (w *XLSXWriter) part(name, body string) {
	if w.err != nil {
		return
	}
	if w.dst != nil {
		if w.err = w.dst.Flush(); w.err != nil {
			return
		}
	}
	var f io.Writer
	if f, w.err = w.zip.Create(name); w.err != nil {
		return
	}
	w.dst = bufio.NewWriter(f)
	w.write(xmlHead)
	w.write(body)
}

// sheetName is at most 31 characters without those that stand for something in
// formulas.
func sheetName(s string) string {
	s = strings.Trim(strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`[]:*?/\`, r) {
			return -1
		}
		return r
	}, s), "' ")
	if r := []rune(s); len(r) > 31 {
		s = strings.TrimSpace(string(r[:31]))
	}
	if s == "" {
		return "Sheet1"
	}
	return s
}

// Row writes a row; kinds says what its cells are, nil that they are texts. It
// returns the first error of the destination, or ErrCellTooLong.
func (w *XLSXWriter) Row(cells []string, kinds []CellKind) error {
	w.row++
	w.write(`<row r="` + strconv.Itoa(w.row) + `">`)
	for i, c := range cells {
		if c == "" {
			continue
		}
		kind := TextCell
		if i < len(kinds) {
			kind = kinds[i]
		}
		w.cell(columnName(i+1)+strconv.Itoa(w.row), c, kind)
	}
	w.write("</row>")
	return w.err
}

func (w *XLSXWriter) cell(at, text string, kind CellKind) {
	if kind == NumberCell && plainNumber(text) {
		w.write(`<c r="` + at + `"><v>` + text + `</v></c>`)
		return
	}
	if day, ok := dayNumber(text); kind == DateCell && ok {
		w.write(`<c r="` + at + `" s="3"><v>` + day + `</v></c>`)
		return
	}
	if len(text) > longestText && units(text) > longestText && w.err == nil {
		w.err = ErrCellTooLong
	}
	if Unguard(text) != text { // what a reader would take for the guard of a CSV file
		text = "'" + text
	}
	style := "2"
	if w.row == 1 {
		style = "1"
	}
	w.write(`<c r="` + at + `" s="` + style + `" t="inlineStr"><is><t xml:space="preserve">`)
	w.write(escapeXML(text))
	w.write(`</t></is></c>`)
}

// units counts a text as spreadsheet programs do.
func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// columnName writes the number of a column as letters.
func columnName(n int) string {
	s := ""
	for ; n > 0; n = (n - 1) / 26 {
		s = string(rune('A'+(n-1)%26)) + s
	}
	return s
}

// escapeXML writes a text within a tag; what XML cannot hold in the form of
// spreadsheet programs.
func escapeXML(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '_' && escaped(s[i:]):
			b.WriteString("_x005F_")
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case r < ' ' || r == 0xfffe || r == 0xffff:
			b.WriteString("_x")
			hex := strings.ToUpper(strconv.FormatInt(int64(r), 16))
			b.WriteString(strings.Repeat("0", 4-len(hex)) + hex + "_")
		case r == utf8.RuneError:
			b.WriteRune('\ufffd')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Close ends the workbook. It returns the first error of the destination.
func (w *XLSXWriter) Close() error {
	w.write(sheetFoot)
	if w.err == nil {
		w.err = w.dst.Flush()
	}
	if w.err == nil {
		w.err = w.zip.Close()
	}
	return w.err
}

func (w *XLSXWriter) write(s string) {
	if w.err == nil {
		_, w.err = w.dst.WriteString(s)
	}
}
