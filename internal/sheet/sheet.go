// Package sheet is for tables that come from and go to spreadsheet programs:
// bounded reading of CSV and XLSX, and writing whose cells no program takes for
// formulas.
//
// Invariants:
//
//   - The package is pure: it reads and writes what it is handed, opens
//     nothing and keeps nothing.
//   - Reading stops at a limit with an error that names row and column; no
//     error contains the text of a cell.
//   - Whatever [Writer] writes, [Reader] reads back unchanged, as long as both
//     guard formulas; see [Guard].
package sheet

import (
	"fmt"
	"strings"

	"bailiwick"
)

// Limits bound what is read. A zero limit is the one of DefaultLimits.
type Limits struct {
	Bytes     int64 // size of the file
	Rows      int   // rows below the header
	Columns   int   // columns of a row
	CellBytes int   // bytes of a cell
}

// MaxRows is how many rows below the header a file may have: as many as an
// import takes.
const MaxRows = 100_000

// maxCells is how many cells a file may have in all: what bounds the memory of
// its rows.
const maxCells = 5_000_000

// DefaultLimits returns the limits of an import: 64 MiB, 100,000 rows, 200
// columns, cells of 128 KiB (the longest text of a field is 20,000 characters).
func DefaultLimits() Limits {
	return Limits{Bytes: 64 << 20, Rows: MaxRows, Columns: 200, CellBytes: 128 << 10}
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	if l.Bytes <= 0 {
		l.Bytes = d.Bytes
	}
	if l.Rows <= 0 {
		l.Rows = d.Rows
	}
	if l.Columns <= 0 {
		l.Columns = d.Columns
	}
	if l.CellBytes <= 0 {
		l.CellBytes = d.CellBytes
	}
	return l
}

// Error is something wrong with a file, at a place in it. It never contains
// the text of a cell.
type Error struct {
	Row    int    // row below the header, from 1; 0 is the header; -1 is the file as a whole
	Column int    // from 1; 0 where no column can be named
	Line   int    // line of the file, from 1; 0 where none can be named
	Rule   string // one of the Rule constants
	Limit  string // limit that belongs to the rule, or ""
}

// Read reads a whole file within the default limits: XLSX if it begins as such,
// else CSV. It returns an *Error.
func Read(data []byte) (Table, error) {
	if IsXLSX(data) {
		return ReadXLSX(data)
	}
	return ReadCSV(data)
}

// Rules that a file can break.
const (
	RuleEmpty     = "empty"         // no header row
	RuleEncoding  = "encoding"      // neither UTF-8 nor Windows-1252, or a NUL byte
	RuleQuote     = "quote"         // a quote in the wrong place or never closed
	RuleColumns   = "columns"       // a row with more cells than the header
	RuleHeader    = "header"        // a header cell is blank or appears twice
	RuleTooLarge  = "too-large"     // file larger than the limit
	RuleRows      = "too-many-rows" // more rows than the limit
	RuleManyCols  = "too-many-columns"
	RuleCellBytes = "cell-too-large" // a cell longer than the limit
	RuleRead      = "read"           // the source failed
	RuleCells     = "too-many-cells" // more cells than the limit
	RuleBroken    = "broken"         // no XLSX file, or a damaged one
	RuleOldFormat = "old-format"     // an .xls file, or an XLSX file with a password
	RuleUnpacked  = "unpacked"       // an XLSX file that is too large when unpacked
	RuleFormula   = "formula"        // a cell of XLSX that holds a formula
	RuleCellError = "cell-error"     // a cell of XLSX that holds an error such as #REF!
)

var ruleTexts = map[string]string{
	RuleEmpty:     "the file has no header row",
	RuleEncoding:  "the text is neither UTF-8 nor Windows-1252; save the file as \"CSV UTF-8\"",
	RuleQuote:     "a quotation mark is in the wrong place or not closed",
	RuleColumns:   "the row has more cells than the header (%s)",
	RuleHeader:    "a column title is blank or appears twice",
	RuleTooLarge:  "the file is larger than %s bytes",
	RuleRows:      "there are more than %s rows",
	RuleManyCols:  "there are more than %s columns",
	RuleCellBytes: "the cell is longer than %s bytes",
	RuleRead:      "the file could not be read",
	RuleCells:     "there are more than %s cells",
	RuleBroken:    "the workbook is damaged or no XLSX file; open it in a spreadsheet program and save it as .xlsx",
	RuleOldFormat: "the workbook is an old .xls file or has a password; save it as .xlsx without one",
	RuleUnpacked:  "the workbook is too large when unpacked (%s MiB or parts)",
	RuleFormula:   "the cell holds a formula; keep its value only (paste special, values)",
	RuleCellError: "the cell holds an error of the spreadsheet",
}

// Error names the place and the rule.
func (e *Error) Error() string {
	var b strings.Builder
	switch {
	case e.Row > 0:
		fmt.Fprintf(&b, "row %d", e.Row)
	case e.Row == 0:
		b.WriteString("header")
	default:
		b.WriteString("file")
	}
	if e.Column > 0 {
		fmt.Fprintf(&b, ", column %d", e.Column)
	}
	if e.Line > 0 {
		fmt.Fprintf(&b, " (line %d)", e.Line)
	}
	text := ruleTexts[e.Rule]
	if strings.Contains(text, "%s") {
		text = fmt.Sprintf(text, e.Limit)
	}
	return b.String() + ": " + text
}

// Unwrap returns the error that callers send: the same text with the code
// malformed, or too-large where a limit was passed.
func (e *Error) Unwrap() error {
	err := bailiwick.Malformed("The file could not be read: " + e.Error() + ".")
	if e.Limit != "" && e.Rule != RuleColumns {
		err.Code = bailiwick.CodeTooLarge
	}
	return err
}

// Guard makes a cell harmless: a spreadsheet program takes a text that begins
// with = + - @ tab or carriage return for a formula, so an apostrophe is put in
// front. A text that begins with an apostrophe gets one more, so that Unguard
// is its exact inverse.
func Guard(cell string) string {
	if cell == "" {
		return cell
	}
	switch cell[0] {
	case '=', '+', '-', '@', '\t', '\r', '\'':
		return "'" + cell
	}
	// The full-width forms are taken for formulas too.
	for _, wide := range []string{"＝", "＋", "－", "＠"} {
		if strings.HasPrefix(cell, wide) {
			return "'" + cell
		}
	}
	return cell
}

// Unguard takes away what Guard put in front, and nothing else: an apostrophe
// before any other text stays, as in the Dutch 's-Gravenhage.
func Unguard(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && Guard(cell[1:]) == cell {
		return cell[1:]
	}
	return cell
}
