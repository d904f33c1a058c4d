package web

import (
	"net/http"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/tenant"
	"bailiwick/internal/web/page"
)

// configured prepares a page about the configuration: the visit and the draft
// that it shows.
func (s *Site) configured(w http.ResponseWriter, r *http.Request, c identity.Caller) (*visit, *draft, error) {
	v, err := s.visit(w, r, c)
	if err != nil {
		return nil, nil, err
	}
	if r.Method == http.MethodPost {
		if err := parseForm(r); err != nil {
			return nil, nil, err
		}
	}
	d, err := v.draft()
	return v, d, err
}

// TypeList lists the applications with their record types, shipped and own.
func (s *Site) TypeList(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	m := page.Types{Base: v.base(v.p.T("types.title")), Draft: v.of(d, "/types"), NewURL: in("/types/new", d.change)}
	for _, p := range d.packs {
		t := page.Table{Caption: p.Title.In(v.lang), Columns: []page.Column{
			{Label: v.p.T("types.name")}, {Label: v.p.T("types.ref")}, {Label: v.p.T("types.fields"), Number: true}, {Label: v.p.T("types.source")},
		}}
		for _, typ := range p.Types {
			t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{
				{Kind: "title", Text: typ.Plural.In(v.lang), Href: in("/types/"+typ.Key, d.change)}, {Kind: "ref", Text: typ.Ref},
				{Kind: "number", Text: v.number(len(typ.All()))}, v.sourceOf(d, typ.Key),
			}})
		}
		m.Tables = append(m.Tables, t)
	}
	for _, t := range d.doc.Overlay.Types {
		if t.Retired {
			m.Tables[len(m.Tables)-1].Rows = append(m.Tables[len(m.Tables)-1].Rows, page.Row{Cells: []page.Cell{
				{Kind: "title", Text: t.Title.In(v.lang), Href: in("/types/"+t.Key, d.change)}, {Kind: "ref", Text: t.Ref},
				{Kind: "number", Text: v.number(len(t.Fields))}, {Kind: "tag", Text: v.p.T("types.source.retired"), Tone: "warn"},
			}})
		}
	}
	return v.show("types", m)
}

// sourceOf says whether a type is shipped, changed or the tenant's own.
func (v *visit) sourceOf(d *draft, key string) page.Cell {
	switch {
	case d.doc.Overlay.OwnType(key) != nil:
		return page.Cell{Kind: "tag", Text: v.p.T("types.source.own"), Tone: "ok"}
	case d.doc.Overlay.Change(key) != nil:
		return page.Cell{Kind: "tag", Text: v.p.T("types.source.changed")}
	}
	return page.Cell{Text: v.p.T("types.source.shipped")}
}

// TypeNew asks for a new record type.
func (s *Site) TypeNew(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	return v.show("type-new", v.typeNew(d, schema.OwnType{Fields: make([]schema.OwnField, 1)}))
}

func (v *visit) typeNew(d *draft, t schema.OwnType) page.TypeNew {
	m := page.TypeNew{
		Base: v.base(v.p.T("types.new")), Draft: v.of(d, "/types/new"), Ref: t.Ref, Key: t.Key,
		Titles: v.texts("title", t.Title), First: v.texts("label", t.Fields[0].Label), Category: v.categoryOptions(d, t.Fields[0].Category),
	}
	apps := page.Choice{Name: "pack", Label: v.p.T("types.app"), Help: v.p.T("types.app.help")}
	apps.Options = append(apps.Options, page.Option{Value: schema.OwnPack, Label: v.p.T("types.app.own"), Selected: t.Pack == ""})
	schedules := page.Choice{Name: "schedule", Label: v.p.T("types.schedule"), Help: v.p.T("types.schedule.help")}
	for _, p := range d.packs {
		if p.Key != schema.OwnPack {
			apps.Options = append(apps.Options, page.Option{Value: p.Key, Label: p.Title.In(v.lang), Selected: p.Key == t.Pack})
		}
		for _, typ := range p.Types {
			if !slices.ContainsFunc(schedules.Options, func(o page.Option) bool { return o.Value == typ.Schedule }) {
				label := v.p.T("types.schedule.as", "Key", typ.Schedule, "Type", typ.Plural.In(v.lang))
				schedules.Options = append(schedules.Options, page.Option{Value: typ.Schedule, Label: label, Selected: typ.Schedule == t.Schedule})
			}
		}
	}
	m.Choices = []page.Choice{apps, schedules}
	return m
}

// TypeCreate puts a new record type into a change.
func (s *Site) TypeCreate(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	t := schema.OwnType{
		Key: v.typed("key"), Pack: v.typed("pack"), Title: v.typedTexts("title"), Ref: strings.ToUpper(v.typed("ref")), Schedule: v.typed("schedule"),
		List: []string{"name"}, TitleField: "name",
		Fields: []schema.OwnField{{Key: "name", Kind: "text", Category: bailiwick.Category(v.typed("category")), Label: v.typedTexts("label"), Required: true, Search: schema.SearchPrefix}},
	}
	if t.Pack == schema.OwnPack {
		t.Pack = ""
	}
	key := t.Key
	if key == "" {
		key = ownKey(anyText(t.Title), func(k string) bool { return d.typ(k) != nil || d.doc.Overlay.OwnType(k) != nil })
	}
	made := t
	made.Key = key
	p, err := v.edit(d, func(doc *tenant.Document) error {
		if doc.Overlay.OwnType(key) != nil {
			return &bailiwick.Error{Code: bailiwick.CodeInvalid, Message: "The key is taken.", Fields: []bailiwick.FieldError{{Field: "overlay.key", Rule: "unique", Code: bailiwick.CodeInvalid, Message: "The key is taken."}}}
		}
		doc.Overlay.PutType(made)
		return nil
	})
	if err != nil {
		errs, ok := v.overlayErrors(err)
		if !ok {
			return err
		}
		m := v.typeNew(d, t)
		m.Errors = errs
		return v.refused("type-new", m)
	}
	return v.redirect(in("/types/"+key, p), "change")
}
