package sheet

import (
	"bufio"
	"io"
	"strings"
)

// Writer writes a CSV file: RFC 4180 with commas and CR LF, every cell guarded
// against being taken for a formula. Call Flush at the end.
type Writer struct {
	dst *bufio.Writer
	err error
}

// NewWriter starts a file with a byte-order mark, by which spreadsheet
// programs know UTF-8.
func NewWriter(dst io.Writer) *Writer {
	w := &Writer{dst: bufio.NewWriter(dst)}
	_, w.err = w.dst.WriteString("\ufeff")
	return w
}

// Row writes one row. It returns the first error of the destination, as every
// call after it does.
func (w *Writer) Row(cells []string) error {
	for i, c := range cells {
		if i > 0 {
			w.write(",")
		}
		w.write(encode(Guard(c), len(cells) == 1))
	}
	w.write("\r\n")
	return w.err
}

// Flush hands over what is still buffered.
func (w *Writer) Flush() error {
	if w.err == nil {
		w.err = w.dst.Flush()
	}
	return w.err
}

func (w *Writer) write(s string) {
	if w.err == nil {
		_, w.err = w.dst.WriteString(s)
	}
}

// encode quotes a cell where it must be: so that separators of other countries
// do not split it either, and so that a lone empty cell is no blank line.
func encode(s string, lone bool) string {
	if (s == "" && lone) || strings.ContainsAny(s, ",;\t\"\r\n") {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}
