package sheet

import (
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ReadXLSX reads the first sheet of a workbook within the default limits.
// Cells become text as the kinds of package schema read it: dates in ISO form,
// numbers in plain digits, true and false; a cell that is text in the file stays
// as it is, leading zeros and long numbers included, but for the guard of a CSV
// file that was saved as XLSX. Blank rows are skipped.
//
// It returns an *Error: also for a formula and for a cell that holds an error,
// since nobody can tell whether what such a cell shows is up to date.
func ReadXLSX(data []byte) (t Table, err error) { return readXLSX(data, Limits{}) }

func readXLSX(data []byte, limits Limits) (t Table, err error) {
	limits = limits.orDefault()
	if int64(len(data)) > limits.Bytes {
		return Table{}, &Error{Row: -1, Rule: RuleTooLarge, Limit: strconv.FormatInt(limits.Bytes, 10)}
	}
	defer func() { // the libraries beneath read what strangers made
		if recover() != nil {
			t, err = Table{}, broken()
		}
	}()
	p, err := openPack(data)
	if err != nil {
		return Table{}, err
	}
	w := &workbook{pack: p, limits: limits}
	if err := w.read(); err != nil {
		return Table{}, err
	}
	return w.table()
}

// workbook is what the cells of a sheet need to know of the rest of the file.
type workbook struct {
	*pack
	limits   Limits
	sheet    string // part that holds the first sheet
	shared   []string
	dates    []bool // by style: whether numbers are dates
	date1904 bool
}

// read finds the first sheet and reads styles and shared texts.
func (w *workbook) read() error {
	first := ""
	err := w.each("xl/workbook.xml", func(e xml.StartElement) {
		switch e.Name.Local {
		case "workbookPr":
			v := attr(e, "date1904")
			w.date1904 = v == "1" || v == "true"
		case "sheet":
			if first == "" && attr(e, "state") == "" || first == "" && attr(e, "state") == "visible" {
				first = relation(e)
			}
		}
	})
	if err != nil {
		return err
	}
	styles, texts := "xl/styles.xml", "xl/sharedStrings.xml"
	err = w.each("xl/_rels/workbook.xml.rels", func(e xml.StartElement) {
		if e.Name.Local != "Relationship" || attr(e, "TargetMode") == "External" {
			return
		}
		target := attr(e, "Target")
		if !strings.HasPrefix(target, "/") {
			target = "xl/" + target
		}
		target = strings.TrimPrefix(path.Clean(target), "/")
		switch kind := attr(e, "Type"); {
		case first != "" && attr(e, "Id") == first:
			w.sheet = target
		case strings.HasSuffix(kind, "/styles"):
			styles = target
		case strings.HasSuffix(kind, "/sharedStrings"):
			texts = target
		}
	})
	if err != nil {
		return err
	}
	if w.files[w.sheet] == nil {
		return broken()
	}
	if err := w.readStyles(styles); err != nil {
		return err
	}
	return w.readShared(texts)
}

// relation is the id by which a sheet is found.
func relation(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

// readStyles learns which styles show numbers as dates.
func (w *workbook) readStyles(name string) error {
	const maxStyles = 65_000
	own, within := map[string]bool{}, false
	return w.each(name, func(e xml.StartElement) {
		switch e.Name.Local {
		case "numFmt":
			if len(own) < maxStyles {
				own[attr(e, "numFmtId")] = isDateFormat(attr(e, "formatCode"))
			}
		case "cellXfs":
			within = true
		case "cellStyles", "dxfs":
			within = false
		case "xf":
			if !within || len(w.dates) >= maxStyles {
				return
			}
			id := attr(e, "numFmtId")
			date, mine := own[id]
			if n, err := strconv.Atoi(id); !mine && err == nil {
				date = n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58
			}
			w.dates = append(w.dates, date)
		}
	})
}

// isDateFormat reports whether a number format shows a date or a time.
func isDateFormat(code string) bool {
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"', '[':
			shut := byte('"')
			if code[i] == '[' {
				shut = ']'
				if rest := strings.ToLower(code[i+1:]); strings.HasPrefix(rest, "h") || strings.HasPrefix(rest, "mm") || strings.HasPrefix(rest, "ss") {
					return true // elapsed time
				}
			}
			end := strings.IndexByte(code[i+1:], shut)
			if end < 0 {
				return false
			}
			i += end + 1
		case '\\', '_', '*':
			i++
		case 'y', 'Y', 'd', 'D', 'h', 'H', 'm', 'M', 's', 'S':
			return true
		case 'G', 'g': // General
			i += len("eneral")
		}
	}
	return false
}

// readShared reads the texts that cells refer to by number.
func (w *workbook) readShared(name string) error {
	r, err := w.open(name)
	if err != nil || r == nil {
		return err
	}
	defer r.Close()
	s := newScanner(r)
	size := 0
	for {
		t, err := s.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "si" {
			continue
		}
		text, err := s.texts(w.limits.CellBytes)
		if err != nil {
			return err
		}
		if size += len(text) + 16; size > stringsSize {
			return unpacksTooLarge()
		}
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return &Error{Row: -1, Rule: RuleEncoding}
		}
		w.shared = append(w.shared, text)
	}
}
