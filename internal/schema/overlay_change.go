package schema

import (
	"fmt"
	"slices"
)

// changeTypes carries out the changes of types and checks each changed type
// anew, but for those that are broken already.
func (p *parser) changeTypes(changes []TypeChange, packs []*Pack, broken map[string]bool) {
	if len(changes) > MaxTypeChanges {
		p.fail(0, "changes", "at most %d record types can be changed", MaxTypeChanges)
		return
	}
	seen := map[string]bool{}
	for _, c := range changes {
		path := "types." + safeKey(c.Type)
		var t *Type
		for _, pack := range packs {
			if t = pack.Type(c.Type); t != nil {
				p.pack = pack
				break
			}
		}
		switch {
		case t == nil && broken[c.Type]:
		case t == nil:
			p.fail(0, path, "no application has this record type")
		case seen[c.Type]:
			p.fail(0, path, "the record type is changed twice")
		case !broken[c.Type]:
			p.changeType(c, t, path)
		}
		seen[c.Type] = true
	}
}

func (p *parser) changeType(c TypeChange, t *Type, path string) {
	before := len(p.problems)
	t.Title = p.relabel(t.Title, c.Title, path+".title", MaxLabelRunes)
	t.Plural = p.relabel(t.Plural, c.Plural, path+".plural", MaxLabelRunes)
	p.addFields(c, t, path+".fields")
	for _, f := range c.Fields {
		p.changeField(f, t, path+".fields")
	}
	p.hide(c, t, path)
	p.arrange(c, t, path)
	t.index()
	if len(p.problems) > before {
		return // more would only repeat it
	}
	if n := len(t.All()); n > MaxFields {
		p.fail(0, path+".fields", "at most %d fields are allowed", MaxFields)
	}
	p.checkType(t, p.object(newTree().n, path))
	for _, f := range t.All() {
		f.Carries = nil
	}
	for _, f := range t.All() {
		p.checkField(t, f, place(t, f))
	}
}

// addFields adds the own fields of a shipped type.
func (p *parser) addFields(c TypeChange, t *Type, path string) {
	if len(c.Added) > 0 && isOwn(t.Key) {
		p.fail(0, path, "the fields of an own record type are listed with it")
		return
	}
	if len(c.Added) > MaxOwnFields {
		p.fail(0, path, "at most %d fields can be added", MaxOwnFields)
		return
	}
	p.keyed(c.Added, path)
	own := p.object(fieldNodes(c.Added), path)
	for _, key := range own.keys {
		switch {
		case !isOwn(key):
			p.fail(0, join(path, safeKey(key)), "%s", ownKeyRule)
		case t.Field(key) != nil:
			p.fail(0, join(path, key), "the application has a field of this key by now")
		default:
			if f := p.readField(key, own, nil); f != nil {
				t.Fields = append(t.Fields, f)
			}
		}
	}
	t.index()
}

// changeField changes the words and the category of a field.
func (p *parser) changeField(c FieldChange, t *Type, path string) {
	f := t.Field(c.Field)
	if f == nil {
		p.fail(0, path, "there is no such field, or not any more")
		return
	}
	path = place(t, f)
	f.Label = p.relabel(f.Label, c.Label, path+".label", MaxLabelRunes)
	f.Help = p.relabel(f.Help, c.Help, path+".help", MaxHelpRunes)
	if c.Category == "" {
		return
	}
	info, ok := p.categories[c.Category]
	switch {
	case !ok:
		p.fail(0, path+".category", "no such category")
		return
	case is[groupKind](f):
		p.fail(0, path+".category", "a group has none of its own: each member has one")
		return
	}
	f.Category = c.Category
	if g := f.Parent; g != nil {
		if f.About = ""; info.OfSubject {
			f.About = g.About
		}
		if g.About == f.Key {
			g.Category = f.Category
		}
	}
}

// hide takes fields out of the type: no page, no answer, no file and no search
// knows them. What they hold stays where it is.
func (p *parser) hide(c TypeChange, t *Type, path string) {
	for i, key := range c.Hidden {
		f := t.Field(key)
		if f == nil || f.Parent != nil {
			p.fail(0, fmt.Sprintf("%s.hidden[%d]", path, i), "there is no such field outside of groups, or not any more")
			continue
		}
		t.Hidden = append(t.Hidden, f)
		t.Fields = slices.DeleteFunc(t.Fields, func(x *Field) bool { return x == f })
		t.List = slices.DeleteFunc(t.List, func(k string) bool { return k == key })
		for header, k := range t.Import {
			if k == key {
				delete(t.Import, header)
			}
		}
		t.index()
	}
	if len(t.Fields) == 0 {
		p.fail(0, path+".fields", "fields are expected")
	}
}

// arrange puts fields and columns into the order that the tenant wants.
func (p *parser) arrange(c TypeChange, t *Type, path string) {
	if len(c.Order) > MaxFields || len(c.List) > MaxColumns {
		p.fail(0, path+".list", "at most %d columns are allowed", MaxColumns)
		return
	}
	first := make([]*Field, 0, len(t.Fields))
	for i, key := range c.Order {
		f := t.Field(key)
		switch {
		case slices.Contains(c.Hidden, key):
			continue
		case f == nil || f.Parent != nil || slices.Contains(first, f):
			p.fail(0, fmt.Sprintf("%s.order[%d]", path, i), "there is no such field, or it stands here twice")
			continue
		}
		first = append(first, f)
	}
	for _, f := range t.Fields {
		if !slices.Contains(first, f) {
			first = append(first, f)
		}
	}
	t.Fields = first
	if len(c.List) == 0 {
		return
	}
	t.List = t.List[:0]
	for i, key := range c.List {
		switch {
		case slices.Contains(c.Hidden, key):
			continue
		case slices.Contains(t.List, key) || t.Field(key) == nil:
			p.fail(0, fmt.Sprintf("%s.list[%d]", path, i), "there is no such field, or it stands here twice")
			continue
		}
		t.List = append(t.List, key)
	}
	if len(t.List) == 0 {
		p.fail(0, path+".list", "a column is expected")
	}
}
