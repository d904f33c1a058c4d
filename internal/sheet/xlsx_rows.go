package sheet

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// table reads the rows of the sheet.
func (w *workbook) table() (Table, error) {
	r, err := w.open(w.sheet)
	if err != nil {
		return Table{}, err
	}
	defer r.Close()
	x := &rows{workbook: w, s: newScanner(r)}
	for {
		t, err := x.s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Table{}, err
		}
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "row" {
			continue
		}
		if err := x.row(e); err != nil {
			return Table{}, err
		}
	}
	if x.out.Header == nil {
		return Table{}, &Error{Row: -1, Rule: RuleEmpty}
	}
	return x.out, nil
}

// rows is a sheet on its way into a table.
type rows struct {
	*workbook
	s     *scanner
	out   Table
	line  int // number of the row in the spreadsheet, from 1
	cells []string
	count int // cells kept
}

func (x *rows) fail(column int, rule, limit string) *Error {
	row := 0
	if x.out.Header != nil {
		row = len(x.out.Rows) + 1
	}
	return &Error{Row: row, Column: column, Line: x.line, Rule: rule, Limit: limit}
}

// row reads a row to its end.
func (x *rows) row(e xml.StartElement) error {
	line := x.line + 1
	if at := attr(e, "r"); at != "" {
		n, err := strconv.Atoi(at)
		if err != nil || n < line {
			return broken()
		}
		line = n
	}
	x.line, x.cells = line, x.cells[:0]
	column := 0
	for end := x.s.depth - 1; x.s.depth > end; {
		t, err := x.s.next()
		if err != nil {
			return ended(err)
		}
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "c" {
			continue
		}
		column++
		if at := attr(e, "r"); at != "" {
			n := columnOf(at)
			if n < column {
				return broken()
			}
			column = n
		}
		text, err := x.cell(e, column)
		if err != nil {
			return err
		}
		if text == "" {
			continue
		}
		if column > x.limits.Columns {
			return x.fail(column, RuleManyCols, strconv.Itoa(x.limits.Columns))
		}
		for len(x.cells) < column {
			x.cells = append(x.cells, "")
		}
		x.cells[column-1] = Unguard(text) // of a CSV file that was saved as XLSX
	}
	return x.keep()
}

// columnOf reads the letters of a cell's address; 0 if there are none, or more
// than a spreadsheet has.
func columnOf(at string) int {
	n := 0
	for i := 0; i < len(at) && at[i] >= 'A' && at[i] <= 'Z'; i++ {
		if n = n*26 + int(at[i]-'A') + 1; n > 1<<20 {
			return 0
		}
	}
	return n
}

// keep adds the row to the table: the first that is not blank is the header.
func (x *rows) keep() error {
	if len(x.cells) == 0 {
		return nil
	}
	if x.out.Header == nil {
		seen := map[string]bool{}
		for i, h := range x.cells {
			h = strings.TrimSpace(h)
			if h == "" || seen[h] {
				return x.fail(i+1, RuleHeader, "")
			}
			seen[h] = true
			x.out.Header = append(x.out.Header, h)
		}
		return nil
	}
	width := len(x.out.Header)
	switch {
	case len(x.cells) > width:
		return x.fail(len(x.cells), RuleColumns, strconv.Itoa(width))
	case len(x.out.Rows) >= x.limits.Rows:
		return x.fail(0, RuleRows, strconv.Itoa(x.limits.Rows))
	}
	if x.count += width; x.count > maxCells {
		return x.fail(0, RuleCells, strconv.Itoa(maxCells))
	}
	row := make([]string, width)
	copy(row, x.cells)
	x.out.Rows, x.out.Lines = append(x.out.Rows, row), append(x.out.Lines, x.line)
	return nil
}

// cell reads a cell to its end.
func (x *rows) cell(e xml.StartElement, column int) (string, error) {
	kind, style := attr(e, "t"), attr(e, "s")
	raw := ""
	for end := x.s.depth - 1; x.s.depth > end; {
		t, err := x.s.next()
		if err != nil {
			return "", ended(err)
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "f":
			return "", x.fail(column, RuleFormula, "")
		case "v":
			raw, err = x.value()
		case "is":
			kind = "is"
			raw, err = x.s.texts(x.limits.CellBytes)
		}
		if err != nil {
			var place *Error
			if errors.As(err, &place) && place.Rule == RuleCellBytes {
				return "", x.fail(column, place.Rule, place.Limit)
			}
			return "", err
		}
	}
	return x.text(kind, style, raw, column)
}

// value reads the text within v.
func (x *rows) value() (string, error) {
	var b strings.Builder
	for end := x.s.depth - 1; x.s.depth > end; {
		t, err := x.s.next()
		if err != nil {
			return "", ended(err)
		}
		if c, ok := t.(xml.CharData); ok {
			if b.Len()+len(c) > x.limits.CellBytes {
				return "", &Error{Row: -1, Rule: RuleCellBytes, Limit: strconv.Itoa(x.limits.CellBytes)}
			}
			b.Write(c)
		}
	}
	return b.String(), nil
}

// text is what a cell holds, in the form that imports read.
func (x *rows) text(kind, style, raw string, column int) (string, error) {
	if !utf8.ValidString(raw) || strings.ContainsRune(raw, 0) {
		return "", x.fail(column, RuleEncoding, "")
	}
	switch kind {
	case "is":
		return raw, nil
	case "str":
		return unescape(raw), nil
	case "e":
		return "", x.fail(column, RuleCellError, "")
	case "d":
		return strings.TrimSuffix(raw, "T00:00:00"), nil
	}
	raw = strings.TrimSpace(raw)
	if raw == "" {
		return "", nil
	}
	switch kind {
	case "s":
		n, err := strconv.Atoi(raw)
		if err != nil || n < 0 || n >= len(x.shared) {
			return "", broken()
		}
		return x.shared[n], nil
	case "b":
		text, ok := map[string]string{"1": "true", "0": "false"}[raw]
		if !ok {
			return "", broken()
		}
		return text, nil
	case "", "n":
		n, _ := strconv.Atoi(style)
		if n >= 0 && n < len(x.dates) && x.dates[n] {
			if s, ok := dateText(raw, x.date1904); ok {
				return s, nil
			}
		}
		return numberText(raw)
	}
	return "", broken()
}
