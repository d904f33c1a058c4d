package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Reader reads a CSV file row by row: RFC 4180 with comma, semicolon or tab as
// separator (taken from the header row), either line end, a byte-order mark
// allowed. Blank lines are skipped; rows shorter than the header are filled up
// with empty cells; longer ones are refused unless the surplus is empty.
//
// Cells are given back without the guard of Guard.
type Reader struct {
	src    *bufio.Reader
	limits Limits
	comma  byte
	header []string
	read   int64 // bytes read
	line   int   // line on which the next row begins
	first  int   // line on which the row that was returned last begins
	row    int   // rows returned
	done   bool
}

// sniffBytes is how far the separator is looked for.
const sniffBytes = 64 << 10

// NewReader reads the header row. It returns an *Error when there is none, or
// when it is broken.
func NewReader(src io.Reader, limits Limits) (*Reader, error) {
	r := &Reader{src: bufio.NewReaderSize(src, sniffBytes), limits: limits.orDefault(), line: 1}
	head, err := r.src.Peek(sniffBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, &Error{Row: -1, Rule: RuleRead}
	}
	if strings.HasPrefix(string(head[:min(3, len(head))]), "\ufeff") {
		_, _ = r.src.Discard(3) // just peeked at: cannot fail
		head = head[3:]
		r.read = 3
	}
	r.comma = separator(head)
	header, err := r.cells()
	if errors.Is(err, io.EOF) {
		return nil, &Error{Row: -1, Rule: RuleEmpty}
	}
	if err != nil {
		return nil, err
	}
	for len(header) > 1 && header[len(header)-1] == "" { // a separator too many at the end
		header = header[:len(header)-1]
	}
	seen := map[string]bool{}
	for i, h := range header {
		h = strings.TrimSpace(h)
		if h == "" || seen[h] {
			return nil, &Error{Row: 0, Column: i + 1, Line: 1, Rule: RuleHeader}
		}
		seen[h] = true
		header[i] = h
	}
	r.header = header
	return r, nil
}

// Header returns the column titles, blanks around them removed. The caller
// must not change the slice.
func (r *Reader) Header() []string { return r.header }

// Row is the number of the row that Next returned last, from 1.
func (r *Reader) Row() int { return r.row }

// Line is the line of the file on which the row that Next returned last begins,
// from 1.
func (r *Reader) Line() int { return r.first }

// Next returns the cells of the next row, as many as the header has. It
// returns io.EOF at the end and an *Error for a row that cannot be read, after
// which reading cannot go on.
func (r *Reader) Next() ([]string, error) {
	if r.done {
		return nil, io.EOF
	}
	r.row++
	cells, err := r.cells()
	if err != nil {
		r.done = true
		r.row--
		return nil, err
	}
	if r.row > r.limits.Rows {
		r.done = true
		return nil, &Error{Row: r.row, Rule: RuleRows, Limit: strconv.Itoa(r.limits.Rows)}
	}
	for len(cells) > len(r.header) {
		last := len(cells) - 1
		if cells[last] != "" {
			r.done = true
			return nil, &Error{Row: r.row, Column: last + 1, Line: r.line - 1, Rule: RuleColumns, Limit: strconv.Itoa(len(r.header))}
		}
		cells = cells[:last]
	}
	for len(cells) < len(r.header) {
		cells = append(cells, "")
	}
	return cells, nil
}

// Table is a whole file.
type Table struct {
	Header []string
	Rows   [][]string // each as long as the header
	Lines  []int      // line of the file on which each row begins, from 1
}

// ReadCSV reads a whole file within the default limits. A file that is not
// UTF-8 may be Windows-1252, as spreadsheet programs write it. It returns an
// *Error.
func ReadCSV(data []byte) (Table, error) {
	data = toUTF8(data)
	r, err := NewReader(bytes.NewReader(data), Limits{})
	if err != nil {
		return Table{}, err
	}
	t := Table{Header: r.Header()}
	for cells := 0; ; cells += len(t.Header) {
		if cells > maxCells {
			return Table{}, &Error{Row: r.Row(), Rule: RuleCells, Limit: strconv.Itoa(maxCells)}
		}
		cells, err := r.Next()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return Table{}, err
		}
		t.Rows, t.Lines = append(t.Rows, cells), append(t.Lines, r.Line())
	}
}

// separator picks the separator that appears most often outside of quotes in
// the first line; a comma where none does.
func separator(head []byte) byte {
	count := map[byte]int{}
	quoted := false
line:
	for _, c := range head {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n' || c == '\r':
			if len(count) > 0 {
				break line
			}
		case c == ',' || c == ';' || c == '\t':
			count[c]++
		}
	}
	best := byte(',')
	for _, c := range []byte{';', '\t'} {
		if count[c] > count[best] {
			best = c
		}
	}
	return best
}

// cells reads one row, skipping blank lines. It returns io.EOF when nothing is
// left.
func (r *Reader) cells() ([]string, error) {
	p := &rowParser{r: r, first: r.line}
	for {
		done, err := p.step()
		if err != nil {
			return nil, err
		}
		if !done {
			continue
		}
		if len(p.out) == 1 && p.out[0] == "" && !p.wasQuoted { // a blank line
			if p.end {
				return nil, io.EOF
			}
			p = &rowParser{r: r, first: r.line}
			continue
		}
		r.first = p.first
		return p.out, nil
	}
}

// rowParser is the state within a row.
type rowParser struct {
	r         *Reader
	first     int // line on which the row begins
	out       []string
	cell      strings.Builder
	quoted    bool // inside quotes
	closed    bool // behind the closing quote of a cell
	wasQuoted bool // whether any cell of the row was quoted
	started   bool // whether the cell has begun
	end       bool // whether the file ended
}

func (p *rowParser) fail(rule, limit string) *Error {
	return &Error{Row: p.r.row, Column: len(p.out) + 1, Line: p.first, Rule: rule, Limit: limit}
}

// step reads one byte; it reports whether the row is complete.
func (p *rowParser) step() (bool, error) {
	c, err := p.r.src.ReadByte()
	switch {
	case errors.Is(err, io.EOF):
		if p.quoted {
			return false, p.fail(RuleQuote, "")
		}
		p.end = true
		return true, p.finish()
	case err != nil:
		return false, &Error{Row: -1, Rule: RuleRead}
	}
	if p.r.read++; p.r.read > p.r.limits.Bytes {
		return false, &Error{Row: -1, Rule: RuleTooLarge, Limit: strconv.FormatInt(p.r.limits.Bytes, 10)}
	}
	if c == '\n' {
		p.r.line++
	}
	switch {
	case c == 0:
		return false, p.fail(RuleEncoding, "")
	case p.quoted && c == '"':
		if next, err := p.r.src.Peek(1); err == nil && next[0] == '"' {
			_, _ = p.r.src.Discard(1) // just peeked at: cannot fail
			p.r.read++
			return false, p.add('"')
		}
		p.quoted, p.closed = false, true
	case p.quoted:
		return false, p.add(c)
	case c == p.r.comma:
		return false, p.finish()
	case c == '\n':
		return true, p.finish()
	case c == '\r':
		if next, err := p.r.src.Peek(1); err == nil && next[0] == '\n' {
			return false, nil
		}
		p.r.line++ // the line end of old
		return true, p.finish()
	case p.closed:
		return false, p.fail(RuleQuote, "")
	case c == '"' && !p.started:
		p.quoted, p.started, p.wasQuoted = true, true, true
	case c == '"':
		return false, p.fail(RuleQuote, "")
	default:
		p.started = true
		return false, p.add(c)
	}
	return false, nil
}

func (p *rowParser) add(c byte) error {
	if p.cell.Len() >= p.r.limits.CellBytes {
		return p.fail(RuleCellBytes, strconv.Itoa(p.r.limits.CellBytes))
	}
	p.cell.WriteByte(c)
	return nil
}

// finish ends a cell.
func (p *rowParser) finish() error {
	s := p.cell.String()
	if !utf8.ValidString(s) {
		return p.fail(RuleEncoding, "")
	}
	if len(p.out) >= p.r.limits.Columns {
		return p.fail(RuleManyCols, strconv.Itoa(p.r.limits.Columns))
	}
	p.out = append(p.out, Unguard(s))
	p.cell.Reset()
	p.closed, p.started = false, false
	return nil
}
