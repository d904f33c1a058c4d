package web

import (
	"net/http"
	"strconv"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/tenant"
	"bailiwick/internal/web/page"
)

// moreOptions is how many empty lines a list offers for new options.
const moreOptions = 4

// ownLists stands in addresses for the application of own lists.
const ownLists = schema.OwnPack

// OptionLists shows the option lists of every application, and the own ones.
func (s *Site) OptionLists(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	m := page.Lists{Base: v.base(v.p.T("lists.title")), Draft: v.of(d, "/lists"), NewURL: in("/lists/new", d.change)}
	table := func(caption string) page.Table {
		return page.Table{Caption: caption, Empty: v.p.T("lists.none"), Columns: []page.Column{{Label: v.p.T("lists.list")}, {Label: v.p.T("lists.options"), Number: true}, {Label: v.p.T("types.source")}}}
	}
	own := table(v.p.T("lists.own"))
	for _, l := range d.doc.Overlay.Lists {
		own.Rows = append(own.Rows, page.Row{Cells: []page.Cell{
			{Kind: "title", Text: listTitle(d, l.Key, v.lang), Href: in("/lists/"+ownLists+"/"+l.Key, d.change)}, {Kind: "number", Text: v.number(len(l.Options))},
			{Kind: "tag", Text: v.p.T("types.source.own"), Tone: "ok"},
		}})
	}
	for _, p := range d.packs {
		t := table(p.Title.In(v.lang))
		for _, l := range p.Lists {
			if _, isOwn := d.doc.Overlay.OwnList(l.Key); isOwn {
				continue
			}
			source := page.Cell{Text: v.p.T("types.source.shipped")}
			if c := d.doc.Overlay.ListChangeOf(p.Key, l.Key); len(c.Added)+len(c.Changed) > 0 {
				source = page.Cell{Kind: "tag", Text: v.p.T("types.source.changed")}
			}
			t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{
				{Kind: "title", Text: l.Key, Href: in("/lists/"+p.Key+"/"+l.Key, d.change)}, {Kind: "number", Text: v.number(len(l.Options))}, source,
			}})
		}
		if len(t.Rows) > 0 {
			m.Tables = append(m.Tables, t)
		}
	}
	m.Tables = append(m.Tables, own)
	return v.show("lists", m)
}

// OptionListNew asks for a new list.
func (s *Site) OptionListNew(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	return v.show("option-list", v.ownList(d, schema.OwnList{}, true))
}

// OptionListPage shows a list to be changed.
func (s *Site) OptionListPage(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	m, err := v.optionList(d)
	if err != nil {
		return err
	}
	return v.show("option-list", m)
}

func (v *visit) optionList(d *draft) (page.ListEdit, error) {
	pack, key := v.r.PathValue("pack"), v.r.PathValue("list")
	if l, ok := d.doc.Overlay.OwnList(key); ok && pack == ownLists {
		return v.ownList(d, l, false), nil
	}
	for _, p := range d.packs {
		if l := p.List(key); l != nil && p.Key == pack {
			return v.shippedList(d, p, l), nil
		}
	}
	return page.ListEdit{}, bailiwick.NotFound()
}

// ownList shows a list of the tenant's own.
func (v *visit) ownList(d *draft, l schema.OwnList, isNew bool) page.ListEdit {
	m := page.ListEdit{New: isNew, Own: true, Name: v.p.T("lists.new"), Titles: v.texts("title", l.Title), Action: "/lists/new"}
	if !isNew {
		m.Name, m.Action = listTitle(d, l.Key, v.lang), "/lists/"+ownLists+"/"+l.Key
	}
	m.Base, m.Draft = v.base(m.Name), v.of(d, m.Action)
	for i, o := range l.Options {
		line := page.OptionLine{N: i, Key: o.Key, Texts: v.optionTexts(i, o.Label), Retired: o.Retired, Valued: true}
		if o.Value != nil {
			line.Value = plain(*o.Value)
		}
		m.Options = append(m.Options, line)
	}
	m.Options = append(m.Options, v.emptyOptions(len(l.Options))...)
	return m
}

// shippedList shows a list of a pack, of which words can be changed and
// options added and retired.
func (v *visit) shippedList(d *draft, p *schema.Pack, l *schema.OptionList) page.ListEdit {
	m := page.ListEdit{Name: l.Key, Action: "/lists/" + p.Key + "/" + l.Key}
	m.Base, m.Draft = v.base(m.Name), v.of(d, m.Action)
	for i, o := range l.Options {
		line := page.OptionLine{N: i, Key: o.Key, Texts: v.optionTexts(i, o.Label), Retired: o.Retired}
		if o.Valued {
			line.Value = plain(o.Value)
		}
		m.Options = append(m.Options, line)
	}
	m.Options = append(m.Options, v.emptyOptions(len(l.Options))...)
	return m
}

func (v *visit) optionTexts(n int, l schema.Labels) []page.TextIn {
	return v.texts("option."+strconv.Itoa(n), l)
}

func (v *visit) emptyOptions(from int) []page.OptionLine {
	var out []page.OptionLine
	for n := from; n < from+moreOptions; n++ {
		out = append(out, page.OptionLine{N: n, Texts: v.optionTexts(n, nil), New: true, Valued: true})
	}
	return out
}

// typedOptions reads the lines of the form: those of the options there are,
// and new ones.
func (v *visit) typedOptions(there []string, prefix string) []schema.OwnOption {
	taken := map[string]bool{}
	for _, k := range there {
		taken[k] = true
	}
	var out []schema.OwnOption
	for n := range len(there) + moreOptions {
		name := "option." + strconv.Itoa(n)
		o := schema.OwnOption{Label: v.typedTexts(name), Retired: v.typed("retired."+strconv.Itoa(n)) != ""}
		if i, err := strconv.ParseInt(v.typed("value."+strconv.Itoa(n)), 10, 64); err == nil {
			o.Value = &i
		}
		switch {
		case n < len(there):
			o.Key = there[n]
		case len(o.Label) == 0:
			continue
		default:
			o.Key = ownKey(anyText(o.Label), func(k string) bool { return taken[k] || taken[k[len(schema.OwnPrefix):]] })
			if prefix == "" {
				if plain := o.Key[len(schema.OwnPrefix):]; plain[0] >= 'a' && plain[0] <= 'z' {
					o.Key = plain
				}
			}
		}
		taken[o.Key] = true
		out = append(out, o)
	}
	return out
}

// OptionListSave puts a changed or new list into a change.
func (s *Site) OptionListSave(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	pack, key := r.PathValue("pack"), r.PathValue("list")
	var (
		save  func(*tenant.Document) error
		again page.ListEdit
	)
	l, isOwn := d.doc.Overlay.OwnList(key)
	isNew := key == ""
	switch {
	case isNew || (isOwn && pack == ownLists):
		typed := schema.OwnList{Key: key, Title: v.typedTexts("title")}
		if isNew {
			typed.Key = ownKey(anyText(typed.Title), func(k string) bool { _, ok := d.doc.Overlay.OwnList(k); return ok })
		}
		there := make([]string, 0, len(l.Options))
		tones := map[string]string{}
		for _, o := range l.Options {
			there, tones[o.Key] = append(there, o.Key), o.Tone
		}
		typed.Options = v.typedOptions(there, "")
		for i := range typed.Options {
			typed.Options[i].Tone = tones[typed.Options[i].Key]
		}
		key = typed.Key
		again = v.ownList(d, typed, isNew)
		save = func(doc *tenant.Document) error { doc.Overlay.PutList(typed); return nil }
	default:
		if again, err = v.optionList(d); err != nil {
			return err
		}
		ch := v.typedChange(d, pack, key)
		save = func(doc *tenant.Document) error { doc.Overlay.PutListChange(ch); return nil }
	}
	p, err := v.edit(d, save)
	if err != nil {
		errs, ok := v.overlayErrors(err)
		if !ok {
			return err
		}
		again.Errors = errs
		return v.refused("option-list", again)
	}
	if isNew {
		pack = ownLists
	}
	return v.redirect(in("/lists/"+pack+"/"+key, p), "change")
}

// typedChange compares the form of a shipped list with the list.
func (v *visit) typedChange(d *draft, pack, key string) schema.ListChange {
	was := d.doc.Overlay.ListChangeOf(pack, key)
	ch := schema.ListChange{Pack: pack, List: key}
	added := map[string]bool{}
	for _, o := range was.Added {
		added[o.Key] = true
	}
	changed := map[string]schema.Labels{}
	for _, o := range was.Changed {
		changed[o.Key] = o.Label
	}
	var list *schema.OptionList
	for _, p := range d.packs {
		if p.Key == pack {
			list = p.List(key)
		}
	}
	var there []string
	for _, o := range list.Options {
		there = append(there, o.Key)
	}
	for n, o := range v.typedOptions(there, schema.OwnPrefix) {
		if n >= len(there) || added[o.Key] {
			ch.Added = append(ch.Added, o)
			continue
		}
		label := merged(changed[o.Key], v.changedTexts("option."+strconv.Itoa(n), list.Options[n].Label))
		if len(label) > 0 || o.Retired {
			ch.Changed = append(ch.Changed, schema.OptionChange{Key: o.Key, Label: label, Retired: o.Retired})
		}
	}
	return ch
}
