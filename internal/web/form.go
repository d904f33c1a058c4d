package web

import (
	"hash/fnv"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// form is the form of one record: the cells that the door gave and, once
// somebody has pressed a button, what was typed over them. Names of inputs are
// "f.FIELD", and "g.GROUP.ROW.MEMBER" within a group.
type form struct {
	v      *visit
	t      *schema.Type
	rec    *custody.Record // nil for a new record
	cells  []custody.Cell
	typed  url.Values             // nil shows what is stored
	errors map[string]string      // by field path, "affected[0].injury" within a group
	found  map[string]suggestions // by input name
	fixed  bool                   // nothing may be changed
	where  string                 // query of the explain page of a new record
}

func fieldName(key string) string { return "f." + key }

func rowName(group string, row int, member string) string {
	return "g." + group + "." + strconv.Itoa(row) + "." + member
}

func rowCount(group string) string { return "g." + group + ".rows" }

// place is where a field stands in a form.
type place struct {
	name string // of its inputs
	path string // as errors name it
}

func (p place) id() string {
	return strings.NewReplacer(".", "-", "[", "-", "]", "").Replace(p.name)
}

// fields makes the view models of all fields.
func (f *form) fields() []page.Field {
	var out []page.Field
	for i := range f.cells {
		c := &f.cells[i]
		if f.rec == nil && c.Field.Computed() {
			continue
		}
		p := place{fieldName(c.Field.Key), c.Field.Key}
		if len(c.Field.Group) > 0 {
			out = append(out, f.group(c, p))
			continue
		}
		out = append(out, f.field(c, p))
	}
	return out
}

// editable reports whether an input stands for a cell.
func (f *form) editable(c *custody.Cell) bool {
	if f.fixed || c.Field.Computed() || !c.MayFill {
		return false
	}
	return c.Withheld == nil || f.rec == nil // who may fill in a new record need not see it later
}

// field makes the view model of a field outside of groups, or of a member.
func (f *form) field(c *custody.Cell, p place) page.Field {
	v, fl := f.v, c.Field
	m := page.Field{
		Key: fl.Key, Name: p.name, ID: p.id(), Label: fl.Label.In(v.lang), Help: fl.Help.In(v.lang), Control: fl.Kind.Control(),
		Required: fl.Required, Chip: v.chip(fl.Category), State: "edit", Hidden: c.Hidden, Error: f.errors[p.path],
		Wide: fl.Kind.Name() == "longtext" || fl.Key == f.t.TitleField,
	}
	if fl.ShowIf != nil {
		m.ShowIf = &page.ShowIf{Field: siblingName(p.name, fl), Values: strings.Join(fl.ShowIf.Is, " ")}
	}
	if !f.editable(c) {
		return f.reading(c, m, p)
	}
	if fl.MaxLength > 0 {
		m.MaxLength = strconv.Itoa(fl.MaxLength)
	}
	if c.Mask != access.MaskNone {
		m.Masked, m.Text = true, v.text(c)
		m.Part = f.part(fl, p)
	} else if f.rec != nil {
		m.Base = mark(f.shown(fl, c.Value))
	}
	chosen := f.inputs(c, p.name)
	switch {
	case isReference(fl):
		m.Picker = f.picker(c, p.name, chosen)
	case m.Control == "select" || m.Control == "multiselect" || m.Control == "checkbox" || m.Control == "country":
		m.Options = v.options(fl)
		for i := range m.Options {
			m.Options[i].Selected = slices.Contains(chosen, m.Options[i].Value)
		}
		m.Options = slices.DeleteFunc(m.Options, func(o page.Option) bool { // kept where it is held, not offered
			held := fl.List.Option(o.Value)
			return held != nil && held.Retired && !o.Selected
		})
	default:
		m.Value = strings.Join(chosen, ", ")
	}
	return m
}

// siblingName is the name of the input that a show-if looks at.
func siblingName(name string, fl *schema.Field) string {
	i := strings.LastIndexByte(name, '.')
	return name[:i+1] + fl.ShowIf.Field
}

// reading turns a field into one that is shown only, or withheld.
func (f *form) reading(c *custody.Cell, m page.Field, p place) page.Field {
	v, fl := f.v, c.Field
	m.State = "fixed"
	if c.Withheld != nil && f.rec != nil {
		m.State, m.Why = "withheld", v.withheld(fl, c.Withheld, recordPath(f.t, f.rec.ID), p.path)
		return m
	}
	m.Text, m.Tone, m.Masked = v.text(c), tone(fl, c.Value), c.Mask != access.MaskNone && !c.Value.IsEmpty()
	for _, l := range c.Links {
		m.Links = append(m.Links, page.Link{Label: v.linkText(l), Href: linkHref(l)})
	}
	if m.Masked {
		m.Part = f.part(fl, p)
	}
	if f.fixed || fl.Computed() {
		return m
	}
	m.Why = &page.Withheld{Label: m.Label}
	if f.rec != nil {
		m.Why.Href = recordPath(f.t, f.rec.ID) + "/explain?op=populate&field=" + url.QueryEscape(p.path)
		return m
	}
	m.Why.Href = listPath(f.t) + "/explain?op=populate&field=" + fl.Path() + f.where
	if c.Withheld != nil {
		m.Why.Reason, m.Why.Rule = c.Withheld.Reason, c.Withheld.Rule
	}
	return m
}

// part leads to why only a part of a stored value is shown.
func (f *form) part(fl *schema.Field, p place) *page.Withheld {
	if f.rec == nil {
		return nil
	}
	return f.v.why(fl, recordPath(f.t, f.rec.ID), p.path)
}

// inputs are the texts that the inputs of a field hold: what was typed, else
// what is stored.
func (f *form) inputs(c *custody.Cell, name string) []string {
	if f.typed != nil {
		return nonEmpty(f.typed[name])
	}
	if c.Mask != access.MaskNone || c.Value.IsEmpty() {
		return nil
	}
	fl := c.Field
	if isReference(fl) || fl.Kind.Name() == "multichoice" {
		return nonEmpty(strings.Split(fl.Kind.Edit(fl, c.Value), ", "))
	}
	return nonEmpty([]string{f.edit(fl, c.Value)})
}

// edit is a value as its control holds it: an instant as local time.
func (f *form) edit(fl *schema.Field, val schema.Value) string {
	if fl.Kind.Name() == "datetime" {
		if i := fl.Kind.Index(fl, val); i.OK {
			return time.UnixMicro(i.Int).In(f.v.zone).Format(localForm)
		}
		return ""
	}
	return fl.Kind.Edit(fl, val)
}

// localForm is how <input type="datetime-local"> writes an instant.
const localForm = "2006-01-02T15:04:05"

// shown is a value after a round trip through its control, so that a field
// which nobody touched compares equal.
func (f *form) shown(fl *schema.Field, val schema.Value) schema.Value {
	if fl.Kind.Name() != "datetime" || val.IsEmpty() {
		return val
	}
	back, bad := f.read(fl, []string{f.edit(fl, val)})
	if bad != nil {
		return val
	}
	return back
}

// read turns the texts of a field's inputs into a value.
func (f *form) read(fl *schema.Field, texts []string) (schema.Value, *schema.Violation) {
	text := strings.Join(nonEmpty(texts), ", ")
	if fl.Kind.Name() == "datetime" {
		for _, layout := range []string{localForm, "2006-01-02T15:04"} {
			if t, err := time.ParseInLocation(layout, text, f.v.zone); err == nil {
				text = t.UTC().Format(time.RFC3339)
				break
			}
		}
	}
	return fl.Kind.FromText(fl, text)
}

func nonEmpty(in []string) []string {
	var out []string
	for _, s := range in {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// mark is a short fingerprint of a value that the page holds anyway, by which
// the form tells what was touched. It is no secret and protects nothing.
func mark(val schema.Value) string {
	h := fnv.New64a()
	_, _ = h.Write(val)
	return strconv.FormatUint(h.Sum64(), 36)
}

// picker makes the control of a reference: what is chosen, what was found, and
// a search.
func (f *form) picker(c *custody.Cell, name string, chosen []string) *page.Picker {
	fl := c.Field
	p := &page.Picker{
		Many: fl.Many, Find: "find." + name, Act: "find:" + name, Text: f.typed.Get("find." + name),
		Suggest: "/suggest/" + f.t.Key + "/" + fl.Path(),
	}
	labels := map[string]string{}
	for _, pair := range f.typed["l."+name] { // echoed from this form's own page
		if id, label, ok := strings.Cut(pair, " "); ok {
			labels[id] = label
		}
	}
	for _, l := range c.Links {
		labels[l.ID] = f.v.linkText(l)
	}
	sought, looked := f.found[name]
	for _, o := range sought.items {
		labels[o.Value] = o.Label
		if !slices.Contains(chosen, o.Value) {
			p.Found = append(p.Found, o)
		}
	}
	for _, id := range chosen {
		if _, err := bailiwick.ParseID(id); err != nil {
			continue
		}
		label := labels[id]
		if label == "" {
			label = f.v.p.T("pick.hidden")
		}
		p.Chosen = append(p.Chosen, page.Option{Value: id, Label: label, Selected: true})
	}
	p.Empty, p.More = looked && len(p.Found) == 0, sought.more
	if !looked && !fl.Many && len(p.Chosen) > 0 {
		p.Text = "" // it has served: Enter elsewhere shall not look again
	}
	return p
}
