package web

import (
	"net/http"
	"slices"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/proposal"
	"bailiwick/internal/schema"
	"bailiwick/internal/tenant"
	"bailiwick/internal/web/page"
)

// formKinds are the kinds of field that the form offers; groups and scores
// are made by the API or in a pack.
var formKinds = []string{
	"text", "longtext", "integer", "decimal", "boolean", "choice", "multichoice", "date", "datetime", "country",
	"email", "phone", "url", "user", "subject", "record",
}

// FieldNew asks for a new field of a record type.
func (s *Site) FieldNew(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	t := d.typ(r.PathValue("type"))
	if t == nil {
		return bailiwick.NotFound()
	}
	return v.show("type-field", v.ownFieldForm(d, t, schema.OwnField{}, true))
}

// FieldPage shows a field to be changed.
func (s *Site) FieldPage(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	t, f, own, err := v.fieldOf(d)
	if err != nil {
		return err
	}
	if own != nil {
		return v.show("type-field", v.ownFieldForm(d, t, *own, false))
	}
	return v.show("type-field", v.shippedFieldForm(d, t, f, f.Label, f.Help))
}

// fieldOf finds the field that the address names, hidden ones included; own is
// nil for a shipped one.
func (v *visit) fieldOf(d *draft) (*schema.Type, *schema.Field, *schema.OwnField, error) {
	t, key := d.typ(v.r.PathValue("type")), v.r.PathValue("field")
	if t == nil {
		return nil, nil, nil, bailiwick.NotFound()
	}
	f := t.Field(key)
	for _, h := range t.Hidden {
		if h.Key == key {
			f = h
		}
	}
	if f == nil {
		return nil, nil, nil, bailiwick.NotFound()
	}
	own := d.doc.Overlay.OwnField(t.Key, key)
	if own != nil && !slices.Contains(formKinds, own.Kind) {
		own = nil // made by the API: its words can be changed here
	}
	return t, f, own, nil
}

// fieldFrame is what the forms of own and shipped fields share.
func (v *visit) fieldFrame(d *draft, t *schema.Type, name, path string) page.FieldEdit {
	return page.FieldEdit{
		Base: v.base(name), Draft: v.of(d, path), Type: t.Plural.In(v.lang), TypeHref: in("/types/"+t.Key, d.change), Name: name, Action: path,
	}
}

func (v *visit) ownFieldForm(d *draft, t *schema.Type, f schema.OwnField, isNew bool) page.FieldEdit {
	path := "/types/" + t.Key + "/fields/new"
	name := v.p.T("types.field.new")
	if !isNew {
		path, name = "/types/"+t.Key+"/fields/"+f.Key, f.Label.In(v.lang)
	}
	m := v.fieldFrame(d, t, name, path)
	m.New, m.Own, m.Key, m.Labels, m.Help = isNew, true, f.Key, v.texts("label", f.Label), v.texts("help", f.Help)
	m.Required, m.Clear, m.Categories = f.Required, f.Clear, v.categoryOptions(d, f.Category)
	for _, k := range formKinds {
		m.Kinds = append(m.Kinds, page.Option{Value: k, Label: v.p.T("kind." + k), Selected: k == f.Kind})
	}
	if !isNew {
		m.Hidden, m.Hide = v.hidden(t, f.Key), path+"/hide"
	}
	m.Choices = []page.Choice{v.listChoice(d, t, f), v.aboutChoice(t, f), v.searchChoice(f), v.targetChoice(d, f)}
	return m
}

func (v *visit) hidden(t *schema.Type, key string) bool {
	return slices.ContainsFunc(t.Hidden, func(f *schema.Field) bool { return f.Key == key })
}

func (v *visit) listChoice(d *draft, t *schema.Type, f schema.OwnField) page.Choice {
	c := page.Choice{Name: "options", Label: v.p.T("types.field.options"), Help: v.p.T("types.field.options.help"), Options: []page.Option{{Label: v.p.T("types.choice.none")}}}
	for _, p := range d.packs {
		if p.Key != t.Pack {
			continue
		}
		for _, l := range p.Lists {
			c.Options = append(c.Options, page.Option{Value: l.Key, Label: listTitle(d, l.Key, v.lang), Selected: l.Key == f.Options})
		}
	}
	return c
}

func listTitle(d *draft, key, lang string) string {
	if l, ok := d.doc.Overlay.OwnList(key); ok && l.Title.In(lang) != "" {
		return l.Title.In(lang)
	}
	return key
}

func (v *visit) aboutChoice(t *schema.Type, f schema.OwnField) page.Choice {
	c := page.Choice{Name: "about", Label: v.p.T("types.field.about"), Help: v.p.T("types.field.about.help"), Options: []page.Option{{Label: v.p.T("types.choice.none")}}}
	if t.Self {
		c.Options[0].Label = v.p.T("types.field.about.self")
	}
	for _, ref := range t.Fields {
		if ref.Kind.Name() == "subject" && !ref.Many && !t.Self {
			c.Options = append(c.Options, page.Option{Value: ref.Key, Label: ref.Label.In(v.lang), Selected: ref.Key == f.About})
		}
	}
	if f.Kind == "subject" || f.Kind == "" {
		c.Options = append(c.Options, page.Option{Value: selfAbout, Label: v.p.T("types.field.about.this"), Selected: f.About != "" && f.About == f.Key})
	}
	return c
}

// selfAbout stands in the form for "the person that this very field names".
const selfAbout = "-"

func (v *visit) searchChoice(f schema.OwnField) page.Choice {
	c := page.Choice{Name: "search", Label: v.p.T("dictionary.tokens"), Help: v.p.T("types.field.search.help")}
	for _, m := range []schema.SearchMode{schema.SearchNone, schema.SearchWord, schema.SearchPrefix} {
		c.Options = append(c.Options, page.Option{Value: string(m), Label: v.p.T("dictionary.tokens." + searchKey(m)), Selected: m == f.Search})
	}
	return c
}

func (v *visit) targetChoice(d *draft, f schema.OwnField) page.Choice {
	c := page.Choice{Name: "type", Label: v.p.T("types.field.type"), Help: v.p.T("types.field.type.help"), Options: []page.Option{{Label: v.p.T("types.choice.none")}}}
	for _, p := range d.packs {
		for _, t := range p.Types {
			c.Options = append(c.Options, page.Option{Value: t.Key, Label: t.Title.In(v.lang), Selected: t.Key == f.Type})
		}
	}
	return c
}

func (v *visit) shippedFieldForm(d *draft, t *schema.Type, f *schema.Field, label, help schema.Labels) page.FieldEdit {
	m := v.fieldFrame(d, t, f.Label.In(v.lang), "/types/"+t.Key+"/fields/"+f.Path())
	m.Key, m.Labels, m.Help, m.Kind = f.Path(), v.texts("label", label), v.texts("help", help), v.p.T("kind."+f.Kind.Name())
	if len(f.Group) == 0 {
		m.Categories = v.categoryOptions(d, f.Category)
	}
	if f.Parent == nil {
		m.Hidden, m.Hide = v.hidden(t, f.Key), m.Action+"/hide"
	}
	return m
}

// typedField reads the form of an own field over what the field was: what the
// form does not ask for stays.
func (v *visit) typedField(t *schema.Type, f schema.OwnField, isNew bool) schema.OwnField {
	f.Label, f.Help, f.Required = v.typedTexts("label"), v.typedTexts("help"), v.typed("required") != ""
	f.Category, f.Search, f.Clear = bailiwick.Category(v.typed("category")), schema.SearchMode(v.typed("search")), v.typed("clear") != ""
	if isNew {
		f.Kind = v.typed("kind")
		f.Key = v.typed("key")
	}
	f.Options, f.Type, f.About = "", "", v.typed("about")
	takes := schema.Grammar()["kind "+f.Kind]
	if slices.Contains(takes, "options") {
		f.Options = v.typed("options")
	}
	if slices.Contains(takes, "type") {
		f.Type = v.typed("type")
	}
	if f.Kind == "decimal" && f.Scale == 0 {
		f.Scale = 2
	}
	if f.Key == "" {
		f.Key = ownKey(anyText(f.Label), func(k string) bool { return t.Field(k) != nil || v.hidden(t, k) })
	}
	if f.About == selfAbout {
		f.About = f.Key
	}
	return f
}

// FieldCreate puts a new field into a change (R14.1: only with a category).
func (s *Site) FieldCreate(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	t := d.typ(r.PathValue("type"))
	if t == nil {
		return bailiwick.NotFound()
	}
	f := v.typedField(t, schema.OwnField{}, true)
	p, err := v.edit(d, func(doc *tenant.Document) error {
		if t.Field(f.Key) != nil || doc.Overlay.OwnField(t.Key, f.Key) != nil {
			return fieldTaken()
		}
		doc.Overlay.PutField(t.Key, f)
		return nil
	})
	return v.fieldSaved(d, t, p, err, func() page.FieldEdit {
		shown := f
		shown.Key = v.typed("key")
		return v.ownFieldForm(d, t, shown, true)
	})
}

func fieldTaken() *bailiwick.Error {
	return &bailiwick.Error{Code: bailiwick.CodeInvalid, Message: "The key is taken.",
		Fields: []bailiwick.FieldError{{Field: "overlay.key", Rule: "unique", Code: bailiwick.CodeInvalid, Message: "The key is taken."}}}
}

// fieldSaved ends a form about a field.
func (v *visit) fieldSaved(d *draft, t *schema.Type, p proposal.Proposal, err error, again func() page.FieldEdit) error {
	if err == nil {
		return v.redirect(in("/types/"+t.Key, p), "change")
	}
	errs, ok := v.overlayErrors(err)
	if !ok {
		return err
	}
	m := again()
	m.Errors = errs
	return v.refused("type-field", m)
}

// FieldSave puts a changed field into a change.
func (s *Site) FieldSave(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	t, f, own, err := v.fieldOf(d)
	if err != nil {
		return err
	}
	if own != nil {
		typed := v.typedField(t, *own, false)
		p, err := v.edit(d, func(doc *tenant.Document) error {
			doc.Overlay.PutField(t.Key, typed)
			return nil
		})
		return v.fieldSaved(d, t, p, err, func() page.FieldEdit { return v.ownFieldForm(d, t, typed, false) })
	}
	ch := schema.FieldChange{Field: f.Path()}
	if was := d.doc.Overlay.Change(t.Key); was != nil {
		for _, c := range was.Fields {
			if c.Field == ch.Field {
				ch = c
			}
		}
	}
	ch.Label = merged(ch.Label, v.changedTexts("label", f.Label))
	ch.Help = merged(ch.Help, v.changedTexts("help", f.Help))
	if to := bailiwick.Category(v.typed("category")); to != "" && to != f.Category {
		ch.Category = to
	}
	p, err := v.edit(d, func(doc *tenant.Document) error {
		doc.Overlay.Relabel(t.Key, ch)
		return nil
	})
	return v.fieldSaved(d, t, p, err, func() page.FieldEdit {
		return v.shippedFieldForm(d, t, f, v.typedTexts("label"), v.typedTexts("help"))
	})
}

// FieldHide hides a field, or shows a hidden one again. An own field that was
// never in force is taken out.
func (s *Site) FieldHide(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	t, f, own, err := v.fieldOf(d)
	if err != nil {
		return err
	}
	p, err := v.edit(d, func(doc *tenant.Document) error {
		switch {
		case v.hidden(t, f.Key):
			doc.Overlay.Hide(t.Key, f.Key, false)
		case doc.Overlay.OwnField(t.Key, f.Key) != nil:
			doc.Overlay.Drop(t.Key, f.Key, v.cfg.Document().Overlay)
		default:
			doc.Overlay.Hide(t.Key, f.Key, true)
		}
		return nil
	})
	return v.fieldSaved(d, t, p, err, func() page.FieldEdit {
		if own != nil {
			return v.ownFieldForm(d, t, *own, false)
		}
		return v.shippedFieldForm(d, t, f, f.Label, f.Help)
	})
}
