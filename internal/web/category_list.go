package web

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/tenant"
	"bailiwick/internal/web/page"
)

// CategoryList shows the tree of categories, with a form for a narrower one.
func (s *Site) CategoryList(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	return v.show("categories", v.categories(d, schema.OwnCategory{}))
}

func (v *visit) categories(d *draft, typed schema.OwnCategory) page.Categories {
	m := page.Categories{
		Base: v.base(v.p.T("categories.title")), Draft: v.of(d, "/categories"), Titles: v.texts("title", typed.Title), Parents: v.categoryOptions(d, typed.Parent),
		Table: page.Table{Caption: v.p.T("categories.title"), Columns: []page.Column{
			{Label: v.p.T("explain.category")}, {Label: v.p.T("categories.flag")}, {Label: v.p.T("dictionary.rest")},
			{Label: v.p.T("categories.populate")}, {Label: v.p.T("categories.access")}, {Label: v.p.T("types.source")},
		}},
	}
	info := map[bailiwick.Category]bailiwick.CategoryInfo{}
	for _, c := range d.tree {
		info[c.Key] = c
	}
	own := map[bailiwick.Category]bool{}
	for _, c := range d.doc.Overlay.Categories {
		own[c.Key] = true
	}
	yes := func(ok bool) page.Cell {
		if ok {
			return page.Cell{Kind: "tag", Text: v.p.T("types.yes"), Tone: "ok"}
		}
		return page.Cell{Kind: "tag", Text: v.p.T("types.no"), Tone: "bad"}
	}
	for _, o := range v.categoryOptions(d, "") {
		c := info[bailiwick.Category(o.Value)]
		rest, source := v.p.T("dictionary.rest.content"), page.Cell{Text: v.p.T("types.source.shipped")}
		if c.OfSubject {
			rest = v.p.T("dictionary.rest.subject")
		}
		if own[c.Key] {
			source = page.Cell{Kind: "tag", Text: v.p.T("types.source.own"), Tone: "ok"}
		}
		m.Table.Rows = append(m.Table.Rows, page.Row{Cells: []page.Cell{
			{Kind: "title", Text: o.Label}, {Text: v.p.T("flag." + string(c.Flag))}, {Text: rest}, yes(c.PopulateDefault), yes(c.AccessDefault), source,
		}})
	}
	m.Flags = append(m.Flags, page.Option{Label: v.p.T("categories.flag.inherit"), Selected: typed.Flag == ""})
	for _, f := range []bailiwick.Flag{bailiwick.FlagFinancial, bailiwick.FlagNationalID, bailiwick.FlagSpecial, bailiwick.FlagCriminal, bailiwick.FlagChild} {
		m.Flags = append(m.Flags, page.Option{Value: string(f), Label: v.p.T("flag." + string(f)), Selected: f == typed.Flag})
	}
	return m
}

// CategoryCreate puts a new category into a change.
func (s *Site) CategoryCreate(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	typed := schema.OwnCategory{Parent: bailiwick.Category(v.typed("parent")), Title: v.typedTexts("title"), Flag: bailiwick.Flag(v.typed("flag"))}
	made := typed
	made.Key = bailiwick.Category(ownKey(anyText(typed.Title), func(k string) bool { return d.chip(bailiwick.Category(k), v.lang).Flag != "" }))
	p, err := v.edit(d, func(doc *tenant.Document) error {
		doc.Overlay.PutCategory(made)
		return nil
	})
	if err != nil {
		errs, ok := v.overlayErrors(err)
		if !ok {
			return err
		}
		m := v.categories(d, typed)
		m.Errors = errs
		return v.refused("categories", m)
	}
	return v.redirect(in("/categories", p), "change")
}
