package custody

import (
	"context"
	"io"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/sheet"
	"bailiwick/logformat"
)

// WithheldText stands in a CSV file for what is withheld, filled or empty. It is
// the same in every language, so that an import knows it and leaves the field
// as it is.
const WithheldText = "[withheld]"

// refHeader heads the column of references, which no field has.
var refHeader = schema.Labels{"en": "Ref", "de": "Referenz", "fr": "Référence"}

// Export writes every row that q selects to w, page by page, and returns the
// number of rows. Query.Cursor and Query.Limit are ignored. It needs the verb
// export and shows what the matrix lets out under the operation export. The
// entry of a page is written before the page's first byte.
//
// CSV has a column for the reference and one per field, headed by its label in
// Query.Lang. Its cells are what an import of the file takes back: keys of
// options, references such as "Ada Example (PER-12)", WithheldText. It guards cells
// that a spreadsheet would take for a formula. XLSX has the same cells, none of
// them a formula; numbers and dates are cells of these kinds. JSON is an array of records as the API sends them. After an error what was written is
// incomplete. CodeLimited if a sort or filter would need more than MaxScanRows
// rows; otherwise errors as for List; CodeMalformed for another format.
func (d *Door) Export(ctx context.Context, a bailiwick.Actor, q Query, f Format, w io.Writer) (int, error) {
	var out exportWriter
	switch f {
	case CSV:
		out = &csvExport{w: sheet.NewWriter(w), lang: q.Lang}
	case XLSX:
		out = &xlsxExport{dst: w, csvExport: csvExport{lang: q.Lang}}
	case JSON:
		out = &jsonExport{w: w}
	default:
		return 0, bailiwick.Malformed("The format is csv, xlsx or json.")
	}
	q.Cursor, q.SkipTotal = "", true
	total := 0
	for first := true; first || q.Cursor != ""; first = false {
		n, err := d.exportFrom(ctx, a, &q, out, first)
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, out.end()
}

// exportFrom writes the next rows: one page in the order of keys, or all of a
// list that was sorted in custody.
func (d *Door) exportFrom(ctx context.Context, a bailiwick.Actor, q *Query, out exportWriter, first bool) (int, error) {
	limit := MaxPageRows
	if !(q.Sort == "" || q.Sort == sortRef || q.Sort == sortCreated) || len(q.Filters) > 0 {
		limit = MaxScanRows
	}
	l, err := d.choose(ctx, a, q, access.VerbExport, limit)
	if err != nil {
		return 0, err
	}
	if l.limited {
		return 0, &bailiwick.Error{Code: bailiwick.CodeLimited, Message: "The list has more rows than can be sorted or searched: narrow it."}
	}
	if first {
		if err := out.begin(l.lay.t, l.lay.columns(q.Columns)); err != nil {
			return 0, err
		}
	}
	q.Cursor = l.next
	total := 0
	for rows := l.rows; ; {
		n := min(len(rows), MaxPageRows)
		l.rows, rows = rows[:n], rows[n:]
		if n == 0 && !first {
			return total, nil
		}
		page, err := l.page(ctx, access.Export, logformat.ListExported)
		if err != nil {
			return total, err
		}
		for i := range page.Items {
			if err := out.record(&page.Items[i]); err != nil {
				return total, err
			}
			total++
		}
		if len(rows) == 0 {
			return total, nil
		}
	}
}

// exportWriter is a file format.
type exportWriter interface {
	begin(*schema.Type, []*fieldPlan) error
	record(*Record) error
	end() error
}

type csvExport struct {
	w    *sheet.Writer
	lang string
	row  []string
}

func (e *csvExport) begin(_ *schema.Type, fields []*fieldPlan) error {
	return e.w.Row(e.header(fields))
}

func (e *csvExport) header(fields []*fieldPlan) []string {
	e.row = append(e.row[:0], refHeader.In(e.lang))
	for _, fp := range fields {
		e.row = append(e.row, fp.f.Label.In(e.lang))
	}
	return e.row
}

func (e *csvExport) record(r *Record) error { return e.w.Row(e.cells(r)) }

func (e *csvExport) cells(r *Record) []string {
	e.row = append(e.row[:0], r.Ref)
	for i := range r.Cells {
		e.row = append(e.row, e.text(&r.Cells[i]))
	}
	return e.row
}

// text is what a cell holds in a file: a form that an import takes back, with
// the keys of options, and references as in linksText. Groups are JSON, which
// imports leave out.
func (e *csvExport) text(c *Cell) string {
	switch {
	case c.Withheld != nil:
		return WithheldText
	case len(c.Rows) > 0:
		b := c.appendJSON(nil)
		return string(b[len(c.Field.Key)+3:])
	case c.Mask != access.MaskNone:
		return c.Text(e.lang)
	case len(c.Links) > 0:
		return linksText(c.Links)
	}
	return c.Field.Kind.Edit(c.Field, c.Value)
}

func (e *csvExport) end() error { return e.w.Flush() }

type jsonExport struct {
	w   io.Writer
	buf []byte
	n   int
}

func (e *jsonExport) begin(*schema.Type, []*fieldPlan) error {
	_, err := io.WriteString(e.w, "[")
	return err
}

func (e *jsonExport) record(r *Record) error {
	e.buf = e.buf[:0]
	if e.n > 0 {
		e.buf = append(e.buf, ',')
	}
	e.n++
	e.buf = r.AppendJSON(append(e.buf, '\n'))
	_, err := e.w.Write(e.buf)
	return err
}

func (e *jsonExport) end() error {
	_, err := io.WriteString(e.w, "\n]\n")
	return err
}
