package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/tenant"
	"bailiwick/internal/web/page"
)

// TypePage shows a record type with its fields.
func (s *Site) TypePage(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	m, err := v.typePage(d)
	if err != nil {
		return err
	}
	return v.show("type", m)
}

func (v *visit) typePage(d *draft) (page.TypePage, error) {
	key := v.r.PathValue("type")
	t, own := d.typ(key), d.doc.Overlay.OwnType(key)
	path := "/types/" + key
	if t == nil && own == nil {
		return page.TypePage{}, bailiwick.NotFound()
	}
	m := page.TypePage{Draft: v.of(d, path), Key: key, Own: own != nil, Action: path, NewURL: in(path+"/fields/new", d.change)}
	if t == nil { // retired: nothing of it is in use
		m.Base, m.Name, m.Retired = v.base(own.Title.In(v.lang)), own.Title.In(v.lang), true
		m.Titles, m.Plurals = v.texts("title", own.Title), v.texts("plural", own.Plural)
		return m, nil
	}
	m.Base, m.Name, m.Pack = v.base(t.Plural.In(v.lang)), t.Plural.In(v.lang), d.packTitle(t.Pack, v.lang)
	m.Titles, m.Plurals = v.texts("title", t.Title), v.texts("plural", t.Plural)
	if in := v.cfg.Type(key); in != nil && v.may(in, access.VerbList) {
		m.Records = listPath(in)
	}
	for i, f := range t.Fields {
		line := v.fieldLine(d, t, f)
		line.Position, line.Column, line.CanList = strconv.Itoa(i+1), slices.Contains(t.List, f.Key), len(f.Group) == 0
		m.Fields = append(m.Fields, line)
		for _, member := range f.Group {
			m.Fields = append(m.Fields, v.fieldLine(d, t, member))
		}
	}
	for _, f := range t.Hidden {
		line := v.fieldLine(d, t, f)
		line.Hidden = true
		m.Fields = append(m.Fields, line)
	}
	if own != nil {
		m.Choices = v.typeChoices(t)
	}
	return m, nil
}

func (v *visit) fieldLine(d *draft, t *schema.Type, f *schema.Field) page.FieldLine {
	l := page.FieldLine{Key: f.Path(), Label: f.Label.In(v.lang), Kind: v.p.T("kind." + f.Kind.Name()), Href: in("/types/"+t.Key+"/fields/"+f.Path(), d.change)}
	if len(f.Group) == 0 {
		l.Chip = d.chip(f.Category, v.lang)
	}
	l.Own = d.doc.Overlay.OwnField(t.Key, f.Key) != nil && f.Parent == nil
	l.Source = v.p.T("types.source.shipped")
	if l.Own {
		l.Source = v.p.T("types.source.own")
	}
	if f.Required {
		l.Marks = append(l.Marks, v.p.T("required"))
	}
	if f.Clear {
		l.Marks = append(l.Marks, v.p.T("dictionary.rest.clear"))
	}
	return l
}

// typeChoices are what an own type says of its fields.
func (v *visit) typeChoices(t *schema.Type) []page.Choice {
	choice := func(name, chosen string, fits func(*schema.Field) bool) page.Choice {
		c := page.Choice{Name: name, Label: v.p.T("types.choice." + name), Help: v.p.T("types.choice." + name + ".help")}
		if name != "title-field" {
			c.Options = append(c.Options, page.Option{Label: v.p.T("types.choice.none")})
		}
		for _, f := range t.Fields {
			if fits(f) {
				c.Options = append(c.Options, page.Option{Value: f.Key, Label: f.Label.In(v.lang), Selected: f.Key == chosen})
			}
		}
		return c
	}
	text := func(f *schema.Field) bool { return f.Kind.Name() == "text" }
	return []page.Choice{
		choice("title-field", t.TitleField, text),
		choice("key-field", t.KeyField, func(f *schema.Field) bool { return text(f) && f.Search != schema.SearchNone }),
		choice("owner", t.OwnerField, func(f *schema.Field) bool { return f.Kind.Name() == "user" }),
	}
}

// TypeSave puts names, order and columns of a type into a change.
func (s *Site) TypeSave(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	m, err := v.typePage(d)
	if err != nil {
		return err
	}
	key := v.r.PathValue("type")
	p, err := v.edit(d, func(doc *tenant.Document) error {
		v.saveType(d, &doc.Overlay, key)
		return nil
	})
	if err != nil {
		errs, ok := v.overlayErrors(err)
		if !ok {
			return err
		}
		m.Errors, m.Titles, m.Plurals = errs, v.texts("title", v.typedTexts("title")), v.texts("plural", v.typedTexts("plural"))
		return v.refused("type", m)
	}
	return v.redirect(in("/types/"+key, p), "change")
}

// saveType takes over what the form says.
func (v *visit) saveType(d *draft, o *schema.Overlay, key string) {
	own := o.OwnType(key)
	if own != nil {
		own.Retired = v.typed("retired") != ""
		own.Title, own.Plural = v.typedTexts("title"), v.typedTexts("plural")
	}
	t := d.typ(key)
	if t == nil {
		return
	}
	order := slices.Clone(t.Fields)
	place := func(f *schema.Field) int {
		if n, err := strconv.Atoi(v.typed("position." + f.Key)); err == nil {
			return n
		}
		return len(order)
	}
	slices.SortStableFunc(order, func(a, b *schema.Field) int { return cmp.Compare(place(a), place(b)) })
	var keys, columns []string
	for _, f := range order {
		keys = append(keys, f.Key)
		if v.typed("column."+f.Key) != "" {
			columns = append(columns, f.Key)
		}
	}
	if own != nil {
		own.TitleField, own.KeyField, own.Owner = v.typed("title-field"), v.typed("key-field"), v.typed("owner")
		own.List = columns
		slices.SortStableFunc(own.Fields, func(a, b schema.OwnField) int {
			return cmp.Compare(placeOf(keys, a.Key), placeOf(keys, b.Key))
		})
		return
	}
	ch := o.ChangeOf(key)
	title, plural := v.changedTexts("title", t.Title), v.changedTexts("plural", t.Plural)
	ch.Title, ch.Plural = merged(ch.Title, title), merged(ch.Plural, plural)
	if !slices.EqualFunc(keys, t.Fields, func(k string, f *schema.Field) bool { return k == f.Key }) {
		ch.Order = keys
	}
	if !sameSet(columns, t.List) {
		ch.List = columns
	}
	o.Hide(key, "", false) // drops a change that changes nothing
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// placeOf is the place of a key, behind all others for one that is not there.
func placeOf(keys []string, key string) int {
	if i := slices.Index(keys, key); i >= 0 {
		return i
	}
	return len(keys)
}

// merged returns the texts changed before with those changed now.
func merged(was, now schema.Labels) schema.Labels {
	if len(was)+len(now) == 0 {
		return nil
	}
	out := schema.Labels{}
	for lang, s := range was {
		out[lang] = s
	}
	for lang, s := range now {
		out[lang] = s
	}
	return out
}
