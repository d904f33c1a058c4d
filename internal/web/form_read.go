package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// fault notes what is wrong with a field of the form itself.
func (f *form) fault(path string, bad *schema.Violation) {
	if f.errors == nil {
		f.errors = map[string]string{}
	}
	f.errors[path] = fieldText(f.v.p, bailiwick.FieldError{Rule: bad.Rule, Args: bad.Args, Message: bad.Message})
}

// changes reads what was typed and returns the fields that were touched. A
// field that is as it was is not sent, so that saving one field does not need
// the right to fill in another. rows tells, per group, the place on the page
// of each row sent.
func (f *form) changes() (fields map[string]json.RawMessage, rows map[string][]int) {
	fields, rows = map[string]json.RawMessage{}, map[string][]int{}
	for i := range f.cells {
		c := &f.cells[i]
		if !f.editable(c) && !f.forbidden(c) {
			continue
		}
		name := fieldName(c.Field.Key)
		var val schema.Value
		if len(c.Field.Group) > 0 {
			if !f.typed.Has(rowCount(c.Field.Key)) {
				continue
			}
			val, rows[c.Field.Key] = f.readRows(c)
		} else {
			texts, sent := f.typed[name]
			if !sent || (c.Mask != access.MaskNone && len(nonEmpty(texts)) == 0) {
				continue
			}
			var bad *schema.Violation
			if val, bad = f.read(c.Field, texts); bad != nil {
				f.fault(c.Field.Key, bad)
				continue
			}
		}
		if base := f.typed.Get("o." + name); base != "" && base == mark(val) {
			continue
		}
		if f.rec == nil && val.IsEmpty() {
			continue
		}
		fields[c.Field.Key] = json.RawMessage("null")
		if !val.IsEmpty() {
			fields[c.Field.Key] = json.RawMessage(val)
		}
	}
	return fields, rows
}

// forbidden reports whether a form holds a value for a field that may not be
// filled in here. No input of the page stands for one, but a form made by hand,
// or for another country, must get the refusal and not lose the value silently.
func (f *form) forbidden(c *custody.Cell) bool {
	return !f.fixed && !c.MayFill && !c.Field.Computed() && len(c.Field.Group) == 0 && len(nonEmpty(f.typed[fieldName(c.Field.Key)])) > 0
}

// refuse notes what the door found wrong, by the place on the page.
func (f *form) refuse(errs []bailiwick.FieldError, rows map[string][]int) {
	if f.errors == nil {
		f.errors = map[string]string{}
	}
	for _, e := range errs {
		path := e.Field
		var i int
		if group, rest, ok := strings.Cut(e.Field, "["); ok {
			if n, err := fmt.Sscanf(rest, "%d]", &i); n == 1 && err == nil && i >= 0 && i < len(rows[group]) {
				_, member, _ := strings.Cut(rest, "]")
				path = fmt.Sprintf("%s[%d]%s", group, rows[group][i], member)
			}
		}
		f.errors[path] = fieldText(f.v.p, e)
	}
}

// summary lists the errors in the order of the page.
func (f *form) summary(fields []page.Field) []page.FieldError {
	var out []page.FieldError
	seen := 0
	var look func([]page.Field)
	look = func(list []page.Field) {
		for _, m := range list {
			if m.Error != "" {
				seen++
				out = append(out, page.FieldError{Href: "#" + m.ID, Text: f.v.p.T("field.error", "Field", m.Label, "Text", m.Error), More: f.v.basisLink(m.Error)})
			}
			for _, r := range m.Rows {
				look(r.Fields)
			}
		}
	}
	look(fields)
	if seen < len(f.errors) { // about a field that has no input here
		shown := map[string]bool{}
		for _, e := range out {
			shown[e.Text] = true
		}
		for _, path := range slices.Sorted(maps.Keys(f.errors)) {
			text, label := f.errors[path], path
			if fl := f.t.Field(path); fl != nil {
				label = fl.Label.In(f.v.lang)
			}
			if line := f.v.p.T("field.error", "Field", label, "Text", text); !shown[line] && !strings.Contains(path, "[") {
				out = append(out, page.FieldError{Text: line, More: f.v.basisLink(text)})
			}
		}
	}
	return out
}

// find looks up suggestions for the picker of a name.
func (f *form) find(name string) error {
	path := strings.TrimPrefix(name, "f.")
	if rest, ok := strings.CutPrefix(name, "g."); ok {
		parts := strings.Split(rest, ".")
		if len(parts) != 3 {
			return bailiwick.Malformed("The form names a field that it has not.")
		}
		path = parts[0] + "." + parts[2]
	}
	fl := f.t.Field(path)
	if fl == nil || !isReference(fl) {
		return bailiwick.Malformed("The form names a field that it has not.")
	}
	found, err := f.v.suggest(f.t, fl, f.typed.Get("find."+name))
	if err != nil {
		return err
	}
	f.found = map[string]suggestions{name: found}
	return nil
}

// entered is the input of the search box that Enter was pressed in, as far as
// a form tells: the browser presses the first button of a form, whichever field
// had the focus. A box that holds a text is looked for and nothing is saved.
func (f *form) entered() string {
	names := slices.Sorted(maps.Keys(f.typed))
	for _, name := range names {
		if rest, ok := strings.CutPrefix(name, "find."); ok && strings.TrimSpace(f.typed.Get(name)) != "" {
			return rest
		}
	}
	return ""
}

// maxSuggestions is how many targets a picker offers at once.
const maxSuggestions = 12

// suggestions are the targets that a picker offers.
type suggestions struct {
	items []page.Option
	more  bool // there are more than are offered
}

// suggest finds targets for a reference field; some of them for no text.
func (v *visit) suggest(t *schema.Type, fl *schema.Field, text string) (suggestions, error) {
	text = strings.TrimSpace(text)
	out := suggestions{items: []page.Option{}}
	if fl.Kind.Name() == "user" {
		people, err := v.ids.Find(v.r.Context(), v.actor, text, maxSuggestions+1)
		for _, p := range people {
			out.items = append(out.items, page.Option{Value: p.ID.String(), Label: p.Name.Reveal()})
		}
		return out.capped(), err
	}
	links, err := v.door.Suggest(v.r.Context(), v.actor, t.Key, fl.Path(), text, maxSuggestions+1, v.lang)
	for _, l := range links {
		out.items = append(out.items, page.Option{Value: l.ID, Label: suggestionText(v, l)})
	}
	return out.capped(), err
}

// capped cuts off what goes beyond maxSuggestions, and says so.
func (s suggestions) capped() suggestions {
	if len(s.items) > maxSuggestions {
		s.items, s.more = s.items[:maxSuggestions], true
	}
	return s
}

func suggestionText(v *visit, l custody.Link) string {
	if l.Ref == "" || l.Title == "" {
		return v.linkText(l)
	}
	return l.Title + " (" + l.Ref + ")"
}

// untouched returns what was typed for a field, as hidden inputs.
func untouched(typed url.Values, key string) []page.Hidden {
	var out []page.Hidden
	for name, values := range typed {
		if name != fieldName(key) && !strings.HasPrefix(name, "g."+key+".") {
			continue
		}
		for _, val := range values {
			out = append(out, page.Hidden{Name: name, Value: val})
		}
	}
	return out
}
