package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"bailiwick"
	"bailiwick/internal/oscal"
	"bailiwick/internal/sheet"
	"bailiwick/internal/web/i18n"
)

// isCatalogue reports whether a file is read as an OSCAL catalogue: one that
// begins as JSON does.
func isCatalogue(data []byte) bool {
	head := strings.TrimSpace(string(data[:min(len(data), 64)]))
	return strings.HasPrefix(strings.TrimPrefix(head, "\ufeff"), "{")
}

// readRows reads a file as an OSCAL catalogue, as XLSX or as CSV.
func readRows(data []byte) (sheet.Table, error) {
	if !isCatalogue(data) {
		return sheet.Read(data)
	}
	catalogue, err := oscal.Read(data)
	if err != nil {
		return sheet.Table{}, err
	}
	var t sheet.Table
	t.Header, t.Rows = catalogue.Table()
	return t, nil
}

// unreadable says what is wrong with a file, where, and what to do about it; it
// never holds what stands there.
func unreadable(p *i18n.Printer, data []byte, err error) string {
	var e *sheet.Error
	if errors.As(err, &e) {
		return at(p, e.Line, e.Column, p.T("sheet."+e.Rule, "Limit", e.Limit))
	}
	if !utf8.Valid(data) {
		return p.T("oscal.encoding")
	}
	var syntax *json.SyntaxError
	if errors.As(json.Unmarshal(data, &struct{}{}), &syntax) {
		before := data[:min(max(syntax.Offset, 0), int64(len(data)))]
		return at(p, 1+bytes.Count(before, []byte{'\n'}), 0, p.T("oscal.json"))
	}
	text := ""
	var wrong *bailiwick.Error
	if errors.As(err, &wrong) {
		text = wrong.Message
	}
	return p.T("oscal.other", "Text", text)
}

// at puts a place of the file before a sentence, as far as it is known.
func at(p *i18n.Printer, line, column int, text string) string {
	switch {
	case line > 0 && column > 0:
		return p.T("imports.at.column", "Line", plain(int64(line)), "Column", plain(int64(column)), "Text", text)
	case line > 0:
		return p.T("imports.at", "Line", plain(int64(line)), "Text", text)
	}
	return text
}
