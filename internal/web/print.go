package web

import (
	"net/http"

	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// printRows is how many rows of a list go on paper.
const printRows = custody.MaxPageRows

// ListPrint shows a list without what surrounds it, for paper: the same rows
// and cells as the list, at most printRows.
func (s *Site) ListPrint(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	t, err := v.typ()
	if err != nil {
		return err
	}
	l, err := v.readList(t, r.URL.Query())
	if err != nil {
		return err
	}
	l.query.Limit = printRows
	found, err := s.door.List(r.Context(), v.actor, l.query)
	if err != nil {
		return err
	}
	m := page.Print{Base: v.base(t.Plural.In(v.lang)), Table: v.listTable(l, found), LeftOut: v.leftOut(found.LeftOut), Back: l.address(nil), When: v.dateTime(v.clock.Now())}
	for i := range m.Table.Columns {
		m.Table.Columns[i].SortHref = ""
	}
	for i := range m.Table.Rows {
		m.Table.Rows[i].Form = nil
	}
	if found.Total >= 0 {
		m.Count = v.p.N("list.count", int(found.Total))
	}
	if found.Next != "" || found.Limited {
		m.More = v.p.T("print.more", "Count", v.number(printRows))
	}
	return v.show("print-list", m)
}

// RecordPrint shows a record for paper: what its page shows.
func (s *Site) RecordPrint(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, rec, err := s.recordOf(w, r, c)
	if err != nil {
		return err
	}
	href := recordPath(rec.Type, rec.ID)
	title := rec.Ref
	if name := v.titleOf(rec); name != "" {
		title += " " + name
	}
	m := page.Print{Base: v.base(title), Back: href, When: v.dateTime(v.clock.Now()), Count: rec.Type.Title.In(v.lang)}
	for i := range rec.Cells {
		c := &rec.Cells[i]
		if c.Hidden {
			continue
		}
		cell := v.tableCell(rec, c, false)
		if c.Field.Kind.Name() == "longtext" && cell.Withheld == nil && !cell.Masked {
			cell.Text = v.text(c)
		}
		if len(c.Field.Group) > 0 && c.Withheld == nil {
			m.Groups = append(m.Groups, v.printGroup(rec, c))
			continue
		}
		m.Fields = append(m.Fields, page.PrintField{Label: c.Field.Label.In(v.lang), Cell: cell})
	}
	return v.show("print-record", m)
}

// printGroup is the table of a group's rows.
func (v *visit) printGroup(rec *custody.Record, c *custody.Cell) page.Table {
	t := page.Table{Caption: c.Field.Label.In(v.lang), Empty: v.p.T("list.empty")}
	for _, f := range c.Field.Group {
		t.Columns = append(t.Columns, page.Column{Label: f.Label.In(v.lang)})
	}
	for i := range c.Rows {
		row := page.Row{}
		for j := range c.Rows[i].Cells {
			row.Cells = append(row.Cells, v.tableCell(rec, &c.Rows[i].Cells[j], false))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
