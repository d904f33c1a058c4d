package schema

import (
	"encoding/json"
	"slices"

	"bailiwick"
)

// Clone returns a copy that shares nothing with the overlay, so that an edit
// of one leaves the other as it is.
func (o Overlay) Clone() Overlay {
	raw, err := json.Marshal(o)
	if err != nil {
		return o // a tree of texts and numbers always encodes
	}
	var out Overlay
	if json.Unmarshal(raw, &out) != nil {
		return o
	}
	return out
}

// OwnType returns the own record type of a key, to be read or changed in
// place; nil if there is none.
func (o *Overlay) OwnType(key string) *OwnType {
	for i := range o.Types {
		if o.Types[i].Key == key {
			return &o.Types[i]
		}
	}
	return nil
}

// Change returns what is changed of a type; nil if nothing is.
func (o *Overlay) Change(typ string) *TypeChange {
	for i := range o.Changes {
		if o.Changes[i].Type == typ {
			return &o.Changes[i]
		}
	}
	return nil
}

// ChangeOf is Change for an edit: it begins a change where there is none.
func (o *Overlay) ChangeOf(typ string) *TypeChange {
	if c := o.Change(typ); c != nil {
		return c
	}
	o.Changes = append(o.Changes, TypeChange{Type: typ})
	return &o.Changes[len(o.Changes)-1]
}

// OwnFields returns the own fields of a type, shipped or own, to be changed in
// place.
func (o *Overlay) OwnFields(typ string) *[]OwnField {
	if t := o.OwnType(typ); t != nil {
		return &t.Fields
	}
	return &o.ChangeOf(typ).Added
}

// OwnField returns an own field of a type, to be changed in place; nil if
// there is none.
func (o *Overlay) OwnField(typ, field string) *OwnField {
	if t := o.OwnType(typ); t != nil {
		return fieldOf(t.Fields, field)
	}
	if c := o.Change(typ); c != nil {
		return fieldOf(c.Added, field)
	}
	return nil
}

// PutField adds an own field to a type, or changes the one of its key.
func (o *Overlay) PutField(typ string, f OwnField) {
	if old := o.OwnField(typ, f.Key); old != nil {
		*old = f
		return
	}
	fields := o.OwnFields(typ)
	*fields = append(*fields, f)
}

// PutType adds an own type, or changes the one of its key.
func (o *Overlay) PutType(t OwnType) {
	if old := o.OwnType(t.Key); old != nil {
		*old = t
		return
	}
	o.Types = append(o.Types, t)
}

// Drop takes an own field out again or, where an earlier overlay has it
// already, hides it.
func (o *Overlay) Drop(typ, field string, earlier Overlay) {
	if earlier.OwnField(typ, field) != nil {
		o.Hide(typ, field, true)
		return
	}
	if o.OwnField(typ, field) == nil {
		return
	}
	fields := o.OwnFields(typ)
	*fields = slices.DeleteFunc(*fields, func(f OwnField) bool { return f.Key == field })
	if t := o.OwnType(typ); t != nil {
		t.List = slices.DeleteFunc(t.List, func(k string) bool { return k == field })
	}
	if c := o.Change(typ); c != nil {
		for _, keys := range []*[]string{&c.Hidden, &c.Order, &c.List} {
			*keys = slices.DeleteFunc(*keys, func(k string) bool { return k == field })
		}
		c.Fields = slices.DeleteFunc(c.Fields, func(f FieldChange) bool { return f.Field == field })
	}
	o.tidy()
}

// Hide hides a field, or shows it again with all that it held.
func (o *Overlay) Hide(typ, field string, hidden bool) {
	c := o.ChangeOf(typ)
	switch at := slices.Index(c.Hidden, field); {
	case hidden && at < 0:
		c.Hidden = append(c.Hidden, field)
	case !hidden && at >= 0:
		c.Hidden = slices.Delete(c.Hidden, at, at+1)
	}
	o.tidy()
}

// Relabel changes the words and the category of a field; empty parts are taken
// back.
func (o *Overlay) Relabel(typ string, ch FieldChange) {
	c := o.ChangeOf(typ)
	c.Fields = slices.DeleteFunc(c.Fields, func(f FieldChange) bool { return f.Field == ch.Field })
	if len(ch.Label)+len(ch.Help) > 0 || ch.Category != "" {
		c.Fields = append(c.Fields, ch)
	}
	o.tidy()
}

// PutCategory adds an own category, or renames the one of its key.
func (o *Overlay) PutCategory(c OwnCategory) {
	for i := range o.Categories {
		if o.Categories[i].Key == c.Key {
			c.After = o.Categories[i].After
			o.Categories[i] = c
			return
		}
	}
	c.After = len(bailiwick.ShippedCategories())
	o.Categories = append(o.Categories, c)
}

// PutList adds an own list, or changes the one of its key.
func (o *Overlay) PutList(l OwnList) {
	if old := o.list(l.Key); old != nil {
		*old = l
		return
	}
	o.Lists = append(o.Lists, l)
}

// PutListChange sets what is changed of a shipped list.
func (o *Overlay) PutListChange(c ListChange) {
	*o.changeList(c.Pack, c.List) = c
	o.Options = slices.DeleteFunc(o.Options, func(c ListChange) bool { return len(c.Added)+len(c.Changed) == 0 })
}

// OwnList returns a copy of an own list.
func (o Overlay) OwnList(key string) (OwnList, bool) {
	if l := o.list(key); l != nil {
		return *l, true
	}
	return OwnList{}, false
}

// ListChangeOf returns what is changed of a shipped list.
func (o Overlay) ListChangeOf(pack, list string) ListChange {
	if c := o.listChange(pack, list); c != nil {
		return *c
	}
	return ListChange{Pack: pack, List: list}
}

func (o *Overlay) list(key string) *OwnList {
	for i := range o.Lists {
		if o.Lists[i].Key == key {
			return &o.Lists[i]
		}
	}
	return nil
}

func (o *Overlay) listChange(pack, list string) *ListChange {
	for i := range o.Options {
		if o.Options[i].Pack == pack && o.Options[i].List == list {
			return &o.Options[i]
		}
	}
	return nil
}

func (o *Overlay) changeList(pack, list string) *ListChange {
	if c := o.listChange(pack, list); c != nil {
		return c
	}
	o.Options = append(o.Options, ListChange{Pack: pack, List: list})
	return &o.Options[len(o.Options)-1]
}

// tidy drops changes that change nothing.
func (o *Overlay) tidy() {
	o.Changes = slices.DeleteFunc(o.Changes, func(c TypeChange) bool {
		return len(c.Title)+len(c.Plural)+len(c.Added)+len(c.Hidden)+len(c.Fields)+len(c.Order)+len(c.List) == 0
	})
}

func fieldOf(fields []OwnField, key string) *OwnField {
	for i := range fields {
		if fields[i].Key == key {
			return &fields[i]
		}
	}
	return nil
}
