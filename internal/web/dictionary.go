package web

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// Dictionary lists every field of the workspace: its category, and what
// somebody who holds the database without the keys can tell of it.
func (s *Site) Dictionary(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	if !v.seesMatrix() {
		return bailiwick.Denied("Your roles do not include this.")
	}
	d := page.Dictionary{Base: v.base(v.p.T("dictionary.title"))}
	for _, p := range v.cfg.Packs {
		for _, t := range p.Types {
			d.Tables = append(d.Tables, v.dictionaryTable(t))
		}
	}
	return v.show("dictionary", d)
}

func (v *visit) dictionaryTable(t *schema.Type) page.Table {
	out := page.Table{Caption: t.Plural.In(v.lang), Columns: []page.Column{
		{Label: v.p.T("dictionary.field")}, {Label: v.p.T("explain.category")},
		{Label: v.p.T("dictionary.rest")}, {Label: v.p.T("dictionary.tokens")},
	}}
	for _, f := range t.All() {
		label := f.Label.In(v.lang)
		if f.Parent != nil {
			label = f.Parent.Label.In(v.lang) + " › " + label
		}
		out.Rows = append(out.Rows, page.Row{Cells: []page.Cell{
			{Kind: "title", Text: label}, {Text: v.chip(f.Category).Label},
			v.atRest(f), {Text: v.p.T("dictionary.tokens." + searchKey(f.Search))},
		}})
	}
	return out
}

// atRest says under which key a field lies, or that it lies open.
func (v *visit) atRest(f *schema.Field) page.Cell {
	switch {
	case f.Clear:
		return page.Cell{Kind: "tag", Text: v.p.T("dictionary.rest.clear"), Tone: "warn"}
	case v.ofSubject(f.Category):
		return page.Cell{Text: v.p.T("dictionary.rest.subject")}
	default:
		return page.Cell{Text: v.p.T("dictionary.rest.content")}
	}
}

func (v *visit) ofSubject(c bailiwick.Category) bool {
	for _, info := range v.cfg.Matrix.Categories() {
		if info.Key == c {
			return info.OfSubject
		}
	}
	return false
}

func searchKey(m schema.SearchMode) string {
	if m == schema.SearchNone {
		return "none"
	}
	return string(m)
}
