package custody

import (
	"errors"
	"io"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/sheet"
)

// xlsxExport writes the cells of a CSV export as a workbook.
type xlsxExport struct {
	csvExport
	dst   io.Writer
	w     *sheet.XLSXWriter
	kinds []sheet.CellKind
}

func (e *xlsxExport) begin(t *schema.Type, fields []*fieldPlan) error {
	e.w = sheet.NewXLSXWriter(e.dst, t.Plural.In(e.lang))
	return e.write(e.header(fields), nil)
}

func (e *xlsxExport) record(r *Record) error {
	e.kinds = append(e.kinds[:0], sheet.TextCell)
	for i := range r.Cells {
		e.kinds = append(e.kinds, cellKind(&r.Cells[i]))
	}
	return e.write(e.cells(r), e.kinds)
}

func (e *xlsxExport) write(cells []string, kinds []sheet.CellKind) error {
	err := e.w.Row(cells, kinds)
	if errors.Is(err, sheet.ErrCellTooLong) {
		return &bailiwick.Error{Code: bailiwick.CodeLimited, Message: "A cell is longer than XLSX allows: export as CSV or JSON."}
	}
	return err
}

func (e *xlsxExport) end() error { return e.w.Close() }

// cellKind is how a cell is written: what is masked or withheld is a text.
func cellKind(c *Cell) sheet.CellKind {
	if c.Withheld != nil || c.Mask != access.MaskNone {
		return sheet.TextCell
	}
	switch c.Field.Kind.Name() {
	case "integer", "decimal", "score":
		return sheet.NumberCell
	case "date":
		return sheet.DateCell
	}
	return sheet.TextCell
}
