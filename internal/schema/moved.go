package schema

import "slices"

// Moved returns the paths of the fields, hidden ones included, whose stored
// values the later form of a type would not find or not understand: of another
// kind, category or person, sealed instead of readable, searched otherwise. A
// type that becomes one of persons, or ceases to be, moves every field.
func Moved(was, is *Type) []string {
	later := map[string]*Field{}
	for _, f := range is.withHidden() {
		later[f.Path()] = f
	}
	var out []string
	for _, f := range was.withHidden() {
		n := later[f.Path()]
		if n != nil && (was.Self != is.Self || !sameStorage(f, n)) {
			out = append(out, f.Path())
		}
	}
	slices.Sort(out)
	return out
}

func (t *Type) withHidden() []*Field {
	out := t.All()
	for _, f := range t.Hidden {
		out = append(out, f)
		out = append(out, f.Group...)
	}
	return out
}

func sameStorage(a, b *Field) bool {
	list := func(f *Field) string {
		if f.List == nil {
			return ""
		}
		return f.List.Key
	}
	return a.Kind.Name() == b.Kind.Name() && a.Category == b.Category && a.Clear == b.Clear && a.About == b.About &&
		a.Search == b.Search && a.Scale == b.Scale && a.RefType == b.RefType && a.Many == b.Many && list(a) == list(b)
}
