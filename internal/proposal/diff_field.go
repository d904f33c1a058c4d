package proposal

import (
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/tenant"
)

// categoriesOf returns the category of every field of a document's record types,
// by type and path: what a change of them does is told by these, for that is
// what decides who sees them.
func categoriesOf(d tenant.Document) (map[string]map[string]bailiwick.Category, error) {
	packs, err := d.Applications()
	if err != nil {
		return nil, err
	}
	out := make(map[string]map[string]bailiwick.Category)
	for _, p := range packs {
		for _, t := range p.Types {
			fields := make(map[string]bailiwick.Category)
			for _, f := range t.Fields {
				if f.Category != "" {
					fields[f.Path()] = f.Category
				}
				for _, m := range f.Group {
					fields[m.Path()] = m.Category
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
	for path, c := range next {
		before, had := old[path]
		switch {
		case !had:
			said = append(said, "+ "+path+" ("+w.category(c)+")")
		case before != c:
			said = append(said, path+" ("+w.category(before)+" → "+w.category(c)+")")
			was = append(was, path+" ("+string(before)+")")
		default:
			continue
		}
		is = append(is, path+" ("+string(c)+")")
	}
	for path, c := range old {
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
