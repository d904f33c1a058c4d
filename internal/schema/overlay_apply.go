package schema

import (
	"fmt"
	"slices"
	"strings"

	"bailiwick"
)

// overlayFile stands for the overlay in problems.
const overlayFile = "overlay"

// ownPackTitle names the application of a tenant's own record types.
var ownPackTitle = Labels{"en": "Own records", "de": "Eigene Einträge", "fr": "Éléments propres"}

// Apply returns the packs as the tenant uses them. The packs given are left as
// they are; where nothing is changed they are returned themselves. Equal
// overlays apply equally. The error is a Problems with everything that is
// wrong, each with the path of what it is about, such as
// "types.risk.fields.x_cost.category"; it also names what a newer version of a
// pack no longer has.
func (o Overlay) Apply(packs []*Pack) ([]*Pack, error) {
	if o.IsZero() {
		return packs, nil
	}
	p := &parser{reader: reader{file: overlayFile, flat: true}, categories: map[bailiwick.Category]bailiwick.CategoryInfo{}}
	for _, c := range bailiwick.ShippedCategories() {
		p.categories[c.Key] = c
	}
	p.readCategories(o.Categories)
	out := make([]*Pack, 0, len(packs)+1)
	for _, pack := range packs {
		out = append(out, pack.clone())
	}
	p.changeLists(o.Options, out)
	own := p.readOwnLists(o.Lists)
	for _, pack := range out {
		pack.Lists = append(pack.Lists, own...)
	}
	out, broken := p.addTypes(o.Types, own, out)
	p.changeTypes(o.Changes, out, broken)
	if err := p.problems.orNil(); err != nil {
		return nil, err
	}
	return out, nil
}

// readOwnLists reads the own lists; what is wrong with one leaves it out.
func (p *parser) readOwnLists(lists []OwnList) []*OptionList {
	if len(lists) > MaxOwnLists {
		p.fail(0, "lists", "at most %d lists are allowed", MaxOwnLists)
		return nil
	}
	var out []*OptionList
	seen := map[string]bool{}
	for i, l := range lists {
		switch {
		case !isOwn(l.Key):
			p.fail(0, fmt.Sprintf("lists[%d].key", i), "%s", ownKeyRule)
			continue
		case seen[l.Key]:
			p.fail(0, "lists."+l.Key, "there are two lists of this key")
			continue
		}
		seen[l.Key] = true
		if len(l.Title) > 0 {
			p.object(labelNode(l.Title), "lists."+l.Key+".title", Languages()...).languages(MaxLabelRunes, true)
		}
		list := p.readList(l.Key, p.object(optionNodes(l.Options), "lists."+l.Key))
		list.retire(l.Options)
		out = append(out, list)
	}
	return out
}

// retire marks the options that are no longer offered.
func (l *OptionList) retire(options []OwnOption) {
	for _, o := range options {
		if i := l.position(o.Key); i >= 0 {
			l.Options[i].Retired = o.Retired
		}
	}
}

// changeLists changes shipped lists, in place of clones.
func (p *parser) changeLists(changes []ListChange, packs []*Pack) {
	seen := map[string]bool{}
	for _, c := range changes {
		path := "options." + safeKey(c.Pack) + "." + safeKey(c.List)
		pack := packOf(packs, c.Pack)
		if pack == nil || pack.List(c.List) == nil {
			p.fail(0, path, "the application has no such list")
			continue
		}
		if seen[path] {
			p.fail(0, path, "the list is changed twice")
			continue
		}
		seen[path] = true
		list := pack.List(c.List)
		for _, ch := range c.Changed {
			i := list.position(ch.Key)
			if i < 0 {
				p.fail(0, path+"."+safeKey(ch.Key), "the list has no such option")
				continue
			}
			o := &list.Options[i]
			o.Label, o.Retired = p.relabel(o.Label, ch.Label, join(path, ch.Key), MaxLabelRunes), ch.Retired
		}
		for _, a := range c.Added {
			if !isOwn(a.Key) {
				p.fail(0, path+"."+safeKey(a.Key), "%s", ownKeyRule)
			}
		}
		if len(c.Added) > 0 {
			added := p.readList(c.List, p.object(optionNodes(c.Added), path))
			added.retire(c.Added)
			list.Options = append(list.Options, added.Options...)
		}
		p.checkOptions(list, path)
		list.index()
	}
}

// checkOptions keeps keys and texts of a list apart.
func (p *parser) checkOptions(l *OptionList, path string) {
	if len(l.Options) > MaxOptions {
		p.fail(0, path, "at most %d options are allowed", MaxOptions)
	}
	seen := map[string]string{}
	for _, o := range l.Options {
		if _, ok := seen["key "+o.Key]; ok {
			p.fail(0, join(path, o.Key), "the list has this option already")
		}
		seen["key "+o.Key] = o.Key
		for lang, text := range o.Label {
			folded := lang + " " + Fold(text)
			if other, ok := seen[folded]; ok {
				p.fail(0, join(path, o.Key), "option %s has the same text", other)
				break
			}
			seen[folded] = o.Key
		}
	}
}

// relabel returns a text with the languages changed that are given.
func (p *parser) relabel(was, changed Labels, path string, limit int) Labels {
	if len(changed) == 0 {
		return was
	}
	t := newTree()
	for _, lang := range keys(changed) {
		t.text(lang, changed[lang])
	}
	p.object(t.n, path, Languages()...) // refuses other languages
	out := was.over(nil)
	clean := make(Labels, len(changed))
	for _, lang := range Languages() {
		s, bad := cleanText(changed[lang], limit, false)
		if bad != nil {
			p.fail(0, join(path, lang), "at most %d characters on one line are allowed", limit)
			continue
		}
		clean[lang] = s
	}
	if out = out.over(clean); len(out) > 0 {
		return out.filled()
	}
	return out
}

// addTypes adds the own types to their applications and returns those that are
// retired, or of which more need not be said.
func (p *parser) addTypes(types []OwnType, own []*OptionList, packs []*Pack) ([]*Pack, map[string]bool) {
	broken := map[string]bool{}
	if len(types) > MaxOwnTypes {
		p.fail(0, "types", "at most %d record types are allowed", MaxOwnTypes)
		return packs, broken
	}
	for i, t := range types {
		if !isOwn(t.Key) {
			p.fail(0, fmt.Sprintf("types[%d].key", i), "%s", ownKeyRule)
			continue
		}
		if t.Retired {
			broken[t.Key] = true
			continue
		}
		path := "types." + t.Key
		key := t.Pack
		if key == "" {
			key = OwnPack
		}
		pack := packOf(packs, key)
		if pack == nil && key == OwnPack {
			pack = &Pack{Key: OwnPack, Version: 1, Title: ownPackTitle, File: overlayFile, Lists: own}
			packs = append(packs, pack)
		}
		switch {
		case pack == nil:
			p.fail(0, path+".pack", "there is no such application")
			continue
		case slices.ContainsFunc(packs, func(p *Pack) bool { return p.Type(t.Key) != nil }):
			p.fail(0, path, "there are two record types of this key")
			continue
		case len(t.Fields) > MaxOwnFields:
			p.fail(0, path+".fields", "at most %d fields are allowed", MaxOwnFields)
			continue
		}
		before := len(p.problems)
		p.pack = pack
		read := p.readType(t.Key, p.object(t.node(), path, typeKeys...))
		p.keyed(t.Fields, path+".fields")
		broken[t.Key] = len(p.problems) > before
		pack.Types = append(pack.Types, read)
	}
	return packs, broken
}

// keyed finds keys that stand twice among fields, which the mapping that is
// made of them would show only once.
func (p *parser) keyed(fields []OwnField, path string) {
	seen := map[string]bool{}
	for _, f := range fields {
		if seen[f.Key] {
			p.fail(0, join(path, safeKey(f.Key)), "there are two fields of this key")
		}
		seen[f.Key] = true
	}
}

func packOf(packs []*Pack, key string) *Pack {
	for _, p := range packs {
		if p.Key == key {
			return p
		}
	}
	return nil
}

// clone copies a pack so that types, fields and lists can be changed.
func (p *Pack) clone() *Pack {
	out := *p
	lists := make(map[*OptionList]*OptionList, len(p.Lists))
	out.Lists = make([]*OptionList, 0, len(p.Lists))
	for _, l := range p.Lists {
		n := &OptionList{Key: l.Key, Options: slices.Clone(l.Options)}
		n.index()
		lists[l] = n
		out.Lists = append(out.Lists, n)
	}
	out.Types = make([]*Type, 0, len(p.Types))
	for _, t := range p.Types {
		out.Types = append(out.Types, t.clone(lists))
	}
	return &out
}

// clone copies a type with its fields, which go by the cloned lists.
func (t *Type) clone(lists map[*OptionList]*OptionList) *Type {
	out := *t
	out.List = slices.Clone(t.List)
	out.Fields = cloneFields(t.Fields, nil, lists)
	out.Hidden = cloneFields(t.Hidden, nil, lists)
	if t.Import != nil {
		out.Import = make(map[string]string, len(t.Import))
		for header, key := range t.Import {
			out.Import[header] = key
		}
	}
	out.index()
	return &out
}

func cloneFields(fields []*Field, parent *Field, lists map[*OptionList]*OptionList) []*Field {
	if fields == nil {
		return nil
	}
	out := make([]*Field, 0, len(fields))
	for _, f := range fields {
		n := *f
		n.Parent = parent
		if l := lists[f.List]; l != nil {
			n.List = l
		}
		if f.Compute != nil {
			c := *f.Compute
			if l := lists[c.Bands]; l != nil {
				c.Bands = l
			}
			n.Compute = &c
		}
		n.Group = cloneFields(f.Group, &n, lists)
		out = append(out, &n)
	}
	return out
}

// place is the path of a field in problems.
func place(t *Type, f *Field) string {
	return "types." + t.Key + ".fields." + strings.ReplaceAll(f.Path(), ".", ".fields.")
}
