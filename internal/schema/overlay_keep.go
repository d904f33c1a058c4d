package schema

import "slices"

// Keeps checks that what an earlier overlay brought in is still there: records
// may hold values of it, so a field is hidden, an option, a list or a record
// type is retired, and the numbers by which blocks name own categories stay.
// The error is a Problems. Carry repairs what it refuses.
func (o Overlay) Keeps(earlier Overlay) error {
	var ps Problems
	gone := func(path, message string) {
		ps = append(ps, Problem{File: overlayFile, Key: path, Message: message})
	}
	for i, c := range earlier.Categories {
		if i >= len(o.Categories) || o.Categories[i].Key != c.Key {
			gone("categories."+string(c.Key), "a category stays, and in its place: records may hold content of it")
		} else if n := o.Categories[i]; n.Parent != c.Parent || n.Flag != c.Flag || n.After != c.After {
			gone("categories."+string(c.Key), "only the name of a category can be changed: records may hold content of it")
		}
	}
	for _, l := range earlier.Lists {
		n := o.list(l.Key)
		if n == nil {
			gone("lists."+l.Key, "a list stays: retire its options instead")
			continue
		}
		keepOptions(n.Options, l.Options, "lists."+l.Key, gone)
	}
	for _, c := range earlier.Options {
		var added []OwnOption
		if n := o.listChange(c.Pack, c.List); n != nil {
			added = n.Added
		}
		keepOptions(added, c.Added, "options."+c.Pack+"."+c.List, gone)
	}
	for _, t := range earlier.Types {
		n := o.OwnType(t.Key)
		if n == nil {
			gone("types."+t.Key, "a record type stays: retire it instead")
			continue
		}
		keepFields(n.Fields, t.Fields, "types."+t.Key+".fields", gone)
	}
	for _, c := range earlier.Changes {
		var added []OwnField
		if n := o.Change(c.Type); n != nil {
			added = n.Added
		}
		keepFields(added, c.Added, "types."+c.Type+".fields", gone)
	}
	return ps.orNil()
}

func keepOptions(now, was []OwnOption, path string, gone func(path, message string)) {
	for _, w := range was {
		if !slices.ContainsFunc(now, func(o OwnOption) bool { return o.Key == w.Key }) {
			gone(join(path, w.Key), "an option stays: retire it instead")
		}
	}
}

func keepFields(now, was []OwnField, path string, gone func(path, message string)) {
	for _, w := range was {
		n := fieldOf(now, w.Key)
		if n == nil {
			gone(join(path, w.Key), "a field stays: hide it instead")
			continue
		}
		keepFields(n.Fields, w.Fields, join(path, w.Key)+".fields", gone)
	}
}

// Carry returns the overlay with what an earlier one has besides, hidden or
// retired: what a rollback needs, since an older document does not know what
// came after it. It changes neither overlay.
func (o Overlay) Carry(earlier Overlay) Overlay {
	out := o.Clone()
	cats := slices.Clone(earlier.Categories)
	for _, c := range out.Categories {
		if i := slices.IndexFunc(cats, func(e OwnCategory) bool { return e.Key == c.Key }); i >= 0 {
			cats[i].Title = c.Title
		} else {
			cats = append(cats, c)
		}
	}
	out.Categories = cats
	for _, l := range earlier.Lists {
		if n := out.list(l.Key); n != nil {
			n.Options = carryOptions(n.Options, l.Options)
		} else {
			out.Lists = append(out.Lists, OwnList{l.Key, l.Title, carryOptions(nil, l.Options)})
		}
	}
	for _, c := range earlier.Options {
		if len(c.Added) > 0 {
			n := out.changeList(c.Pack, c.List)
			n.Added = carryOptions(n.Added, c.Added)
		}
	}
	for _, t := range earlier.Types {
		n := out.OwnType(t.Key)
		if n == nil {
			t.Retired = true
			out.Types = append(out.Types, t)
			continue
		}
		out.carryFields(t.Key, &n.Fields, t.Fields)
	}
	for _, c := range earlier.Changes {
		if len(c.Added) > 0 {
			out.carryFields(c.Type, &out.ChangeOf(c.Type).Added, c.Added)
		}
	}
	return out.Clone()
}

func carryOptions(now, was []OwnOption) []OwnOption {
	for _, w := range was {
		if !slices.ContainsFunc(now, func(o OwnOption) bool { return o.Key == w.Key }) {
			w.Retired = true
			now = append(now, w)
		}
	}
	return now
}

func (o *Overlay) carryFields(typ string, now *[]OwnField, was []OwnField) {
	var hidden []string
	for _, w := range was {
		if fieldOf(*now, w.Key) == nil {
			*now, hidden = append(*now, w), append(hidden, w.Key)
		}
	}
	if len(hidden) > 0 {
		c := o.ChangeOf(typ)
		c.Hidden = append(c.Hidden, hidden...)
	}
}
