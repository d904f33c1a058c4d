package proposal

import (
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/schema"
	"bailiwick/internal/tenant"
)

// categoriesOf returns every field of a document's record types that has a
// category, by type and path: what a change of them does is told by these, for
// the category decides who sees them.
func categoriesOf(d tenant.Document) (map[string]map[string]*schema.Field, error) {
	packs, err := d.Applications()
	if err != nil {
		return nil, err
	}
	out := make(map[string]map[string]*schema.Field)
	for _, p := range packs {
		for _, t := range p.Types {
			fields := make(map[string]*schema.Field)
			for _, f := range t.Fields {
				if f.Category != "" {
					fields[f.Path()] = f
				}
				for _, m := range f.Group {
					fields[m.Path()] = m
				}
			}
			out[t.Key] = fields
		}
	}
	return out, nil
}

// fieldsLine adds to the line of a record type which fields come, which go and
// which are of another category than before.
func (w *wording) fieldsLine(l *DiffLine) {
	list, typ, _ := strings.Cut(l.Key, "/")
	if list != "changes" && list != "types" {
		return
	}
	old, next := w.oldFields[typ], w.nextFields[typ]
	var said, was, is []string
	for path, f := range next {
		c, before, had := f.Category, bailiwick.Category(""), false
		if o := old[path]; o != nil {
			before, had = o.Category, true
		}
		switch {
		case !had:
			said = append(said, "+ "+w.field(f))
		case before != c:
			said = append(said, path+" ("+w.category(before)+" → "+w.category(c)+")")
			was = append(was, path+" ("+string(before)+")")
		default:
			continue
		}
		is = append(is, path+" ("+string(c)+")")
	}
	for path, f := range old {
		c := f.Category
		if _, has := next[path]; !has {
			said, was = append(said, "− "+path+" ("+w.category(c)+")"), append(was, path+" ("+string(c)+")")
		}
	}
	for _, list := range [][]string{said, was, is} {
		slices.Sort(list)
	}
	if len(said) > 0 {
		l.Text += w.colon + strings.Join(said, "; ")
		l.Old, l.New = strings.Join(was, ", "), strings.Join(is, ", ")
	}
}
