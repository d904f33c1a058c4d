package web

import (
	"net/http"
	"net/url"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// pageSize is how many rows a list shows.
const pageSize = 50

// RecordList shows the records of a type: the live ones, those that the person
// owns, or the deleted ones.
func (s *Site) RecordList(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
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
	found, err := s.door.List(r.Context(), v.actor, l.query)
	if err != nil {
		return err
	}
	m := v.listPage(l, found)
	if err := v.views(l, &m); err != nil {
		return err
	}
	return v.show("list", m)
}

// RecordFilter takes the filter form. What it holds goes into the address only
// if it is no personal value: filters on clear fields. A free text or a filter
// on a sealed field is kept behind a sealed view.
func (s *Site) RecordFilter(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	t, err := v.typ()
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	l := list{t: t, tab: tabOf(r.PostForm.Get("tab")), sort: r.PostForm.Get("sort")}
	l.query = custody.Query{Type: t.Key, Lang: v.lang, Text: r.PostForm.Get("q")}
	if l.query.Filters, err = v.readFilters(t, r.PostForm, true); err != nil {
		return err
	}
	if l.query.Text == "" && !slices.ContainsFunc(l.query.Filters, func(f custody.Filter) bool { return !t.Field(f.Field).Clear }) {
		return v.redirect(l.address(nil), "")
	}
	if l.view, err = s.door.SealView(r.Context(), v.actor, l.query); err != nil {
		return err
	}
	return v.redirect(l.address(nil), "")
}

// RecordExport streams a list as a file, in the filters and order of its page.
func (s *Site) RecordExport(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
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
	format := custody.Format(r.URL.Query().Get("format"))
	if format.Media() == "" {
		format = custody.CSV
	}
	out := &download{w: w, media: format.Media(), name: t.Key + "." + string(format)}
	l.query.Columns = nil // a file holds every field
	_, err = s.door.Export(r.Context(), v.actor, l.query, format, out)
	return err
}

// download sets the headers of a file with its first byte, so that an export
// that is refused can still answer with a page.
type download struct {
	w           http.ResponseWriter
	media, name string
	begun       bool
}

// Write sends a part of the file.
func (d *download) Write(b []byte) (int, error) {
	if !d.begun {
		d.begun = true
		d.w.Header().Set("Content-Type", d.media)
		d.w.Header().Set("Content-Disposition", `attachment; filename="`+d.name+`"`)
	}
	return d.w.Write(b)
}

// listPage turns an answer of the door into the page.
func (v *visit) listPage(l list, found custody.Page) page.List {
	t := l.t
	m := page.List{
		Base: v.base(t.Plural.In(v.lang)), Type: t.Key, TypeLabel: t.Plural.In(v.lang), Pack: v.packTitle(t),
		Query: l.query.Text, Action: listPath(t) + "/filter", Sort: l.sort, Reset: l.reset(), Filtered: l.filtered(),
		Limited: found.Limited, LeftOut: v.leftOut(found.LeftOut), Deleted: l.tab == tabDeleted, Tab: l.tab,
	}
	m.Tabs = v.tabs(l)
	m.Filters, m.More, m.MoreOpen = v.filterFields(l)
	if found.Total >= 0 {
		m.Count = v.p.N("list.count", int(found.Total))
	}
	if found.Next != "" {
		m.NextHref = l.address(url.Values{"cursor": {found.Next}})
	}
	if l.query.Cursor != "" {
		m.FirstHref = l.address(nil)
	}
	m.Table, m.Address = v.listTable(l, found), l.values().Encode()
	if l.tab != tabDeleted && v.may(t, access.VerbChange) && len(found.Items) > 0 {
		m.Bulk, m.Table.Checks = listPath(t)+"/bulk", true
		for i := range found.Items {
			if r := &found.Items[i]; r.May.Change {
				m.Table.Rows[i].Check, m.Table.Rows[i].Name = r.ID.String(), r.Ref
			}
		}
	}
	if l.tab != tabDeleted {
		v.listTools(l, &m)
	}
	return m
}

// listTools adds what can be done with a live list.
func (v *visit) listTools(l list, m *page.List) {
	t := l.t
	if v.may(t, access.VerbCreate) {
		m.NewHref, m.NewLabel = listPath(t)+"/new", v.p.T("list.new", "Type", t.Title.In(v.lang))
		if v.view.Has(access.PermImport) {
			m.Import = "/imports/new?type=" + t.Key
		}
	}
	if v.may(t, access.VerbExport) && v.actor.InScope(bailiwick.ScopeExport) {
		for _, f := range []custody.Format{custody.XLSX, custody.CSV, custody.JSON} {
			m.Exports = append(m.Exports, page.Link{
				Label: v.p.T("list.export." + string(f)), Href: l.addressOf(listPath(t)+"/export", url.Values{"format": {string(f)}}),
			})
		}
	}
	chosen := l.columns()
	for _, f := range t.Fields {
		m.Columns = append(m.Columns, page.Option{Value: f.Key, Label: f.Label.In(v.lang), Selected: slices.Contains(chosen, f)})
	}
	m.State = l.state()
}

// listTable makes the rows. The reference comes first and links the record
// whatever else is withheld.
func (v *visit) listTable(l list, found custody.Page) page.Table {
	cols := l.columns()
	t := page.Table{Caption: l.t.Plural.In(v.lang), Empty: v.p.T("list.empty")}
	switch {
	case l.tab == tabDeleted:
		t.Empty = v.p.T("list.empty.deleted")
	case l.filtered():
		t.Empty = v.p.T("list.empty.filtered")
	}
	t.Columns = append(t.Columns, v.column(l, v.p.T("list.ref"), "ref", true))
	for _, f := range cols {
		t.Columns = append(t.Columns, v.column(l, f.Label.In(v.lang), f.Key, len(f.Group) == 0 && !f.Many && v.seesForSomeone(f)))
	}
	if l.tab == tabDeleted {
		t.Columns = append(t.Columns, page.Column{Label: v.p.T("list.act")})
	}
	for i := range found.Items {
		r := &found.Items[i]
		row := page.Row{Cells: []page.Cell{{Kind: "ref", Text: r.Ref, Href: recordPath(r.Type, r.ID)}}}
		for _, f := range cols {
			if c := r.Cell(f.Key); c != nil {
				row.Cells = append(row.Cells, v.tableCell(r, c, f.Key == l.t.TitleField))
			} else {
				row.Cells = append(row.Cells, page.Cell{})
			}
		}
		if l.tab == tabDeleted && r.May.Delete {
			row.Form = v.restoreForm(r)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (v *visit) restoreForm(r *custody.Record) *page.RowForm {
	return &page.RowForm{Action: recordPath(r.Type, r.ID) + "/restore", Label: v.p.T("record.restore"), Name: r.Ref}
}

// column heads a column with the link that sorts by it.
func (v *visit) column(l list, label, key string, sortable bool) page.Column {
	c := page.Column{Label: label, Sorted: "none"}
	if f := l.t.Field(key); f != nil {
		c.Number = f.Kind.Name() == "integer" || f.Kind.Name() == "decimal"
	}
	if !sortable {
		return c
	}
	next := key
	switch l.sort {
	case key:
		c.Sorted, next = "ascending", "-"+key
	case "-" + key:
		c.Sorted = "descending"
	}
	c.SortHref = l.address(url.Values{"sort": {next}})
	return c
}

// leftOut says which countries' rows a filter or sort could not cover.
func (v *visit) leftOut(list []bailiwick.Country) string {
	const named = 8
	if len(list) == 0 {
		return ""
	}
	names := v.countryNames(list[:min(len(list), named)])
	if len(list) > named {
		names += " " + v.p.T("list.left.more", "Count", v.number(len(list)-named))
	}
	return v.p.T("list.left", "Countries", names)
}

// scores returns the score fields of a type whose factors are both choices:
// what can be drawn as a heat map.
func scores(t *schema.Type) []*schema.Field {
	var out []*schema.Field
	for _, f := range t.Fields {
		if f.Compute == nil || !f.Clear {
			continue
		}
		a, b := t.Field(f.Compute.Of[0]), t.Field(f.Compute.Of[1])
		if a != nil && b != nil && a.List != nil && b.List != nil && a.Clear && b.Clear {
			out = append(out, f)
		}
	}
	return out
}
