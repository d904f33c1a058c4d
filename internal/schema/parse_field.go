package schema

import (
	"encoding/json"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"bailiwick"
)

// readFields reads the fields of a type or, with a parent, the members of a
// group.
func (p *parser) readFields(o *object, parent *Field) []*Field {
	if len(o.keys) == 0 {
		o.fail("", "fields are expected")
	}
	var out []*Field
	for _, key := range o.keys {
		if !fieldKey.MatchString(key) {
			o.fail(key, "the key of a field takes small letters, digits, _ and -")
			continue
		}
		p.reserved(o, key)
		if f := p.readField(key, o, parent); f != nil {
			out = append(out, f)
		}
	}
	return out
}

// readField reads one field; nil when not even its kind is known, since then
// nothing more can be said of it.
func (p *parser) readField(key string, in *object, parent *Field) *Field {
	path := join(in.path, key)
	loose := p.object(in.vals[key], path, allFieldKeys()...)
	name := loose.need("kind")
	kind := KindByName(name)
	if kind == nil {
		if name != "" {
			loose.fail("kind", "no such kind; known: %s", strings.Join(kindNames(), ", "))
		}
		return nil
	}
	tr := kind.traits()
	for _, k := range loose.keys {
		if !slices.Contains(fieldKeys, k) && !slices.Contains(tr.keys, k) {
			loose.fail(k, "fields of kind %s do not take this key", name)
		}
	}
	for _, k := range tr.needs {
		if !loose.has(k) {
			loose.fail(k, "the key is missing: fields of kind %s need it", name)
		}
	}
	f := &Field{Key: key, Kind: kind, Parent: parent, line: in.at[key]}
	p.readCommon(f, loose)
	p.readLimits(f, loose)
	if slices.Contains(tr.keys, "options") {
		f.List = p.list(loose, "options")
	}
	if slices.Contains(tr.keys, "default") {
		p.readDefault(f, loose)
	}
	if slices.Contains(tr.keys, "type") {
		f.RefType, f.Many = loose.name("type"), loose.boolean("many")
	}
	if slices.Contains(tr.keys, "product") {
		p.readScore(f, loose)
	}
	if slices.Contains(tr.keys, "fields") {
		p.readGroup(f, loose)
	}
	return f
}

// readCommon reads the keys that every kind takes.
func (p *parser) readCommon(f *Field, o *object) {
	f.Label = o.labels("label", MaxLabelRunes, false)
	f.Help = o.labels("help", MaxHelpRunes, true)
	f.Required = o.boolean("required")
	f.About = o.name("about")
	group := is[groupKind](f)
	switch {
	case group && o.has("category"):
		o.fail("category", "a group has none of its own: each member has one")
	case !group:
		f.Category = bailiwick.Category(o.need("category"))
		if _, ok := p.categories[f.Category]; !ok && f.Category != "" {
			o.fail("category", "no such category")
		}
	}
	switch mode := o.text("search"); mode {
	case "", "word", "prefix":
		f.Search = SearchMode(mode)
	default:
		o.fail("search", "word or prefix is expected")
	}
	if o.has("index") {
		f.Clear = o.text("index") == "clear"
		if !f.Clear {
			o.fail("index", "the only value is clear")
		}
	}
	if n := o.vals["show-if"]; n != nil {
		c := o.r.object(n, join(o.path, "show-if"), conditionKeys...)
		c.need("field")
		f.ShowIf = &Condition{Field: c.name("field")}
		f.ShowIf.Is = p.readIs(c)
	}
}

// readIs reads the options of a condition. true and false stand for those of a
// boolean, and are no text in YAML.
func (p *parser) readIs(c *object) []string {
	n := c.vals["is"]
	if n == nil {
		return nil
	}
	if len(n.Content) == 0 || len(n.Content) > MaxMany {
		c.fail("is", "a list of 1 to %d options is expected", MaxMany)
		return nil
	}
	var out []string
	for _, e := range n.Content {
		if !fieldKey.MatchString(e.Value) || slices.Contains(out, e.Value) {
			p.fail(e.Line, join(c.path, "is"), "an entry is not an option, or appears twice")
			continue
		}
		out = append(out, e.Value)
	}
	return out
}

// readLimits reads max-length, scale, min and max.
func (p *parser) readLimits(f *Field, o *object) {
	longest := int64(0)
	switch f.Kind.(type) {
	case textKind:
		f.MaxLength, longest = DefaultTextRunes, MaxTextRunes
	case longTextKind:
		f.MaxLength, longest = MaxLongTextRunes, MaxLongTextRunes
	case emailKind:
		f.MaxLength = MaxEmailBytes
	case phoneKind:
		f.MaxLength = MaxPhoneRunes
	case urlKind:
		f.MaxLength = MaxURLBytes
	}
	if longest > 0 {
		if n, ok := o.integer("max-length", 1, longest); ok {
			f.MaxLength = int(n)
		}
	}
	if n, ok := o.integer("scale", 1, MaxScale); ok {
		f.Scale = int(n)
	}
	f.Min, f.Max = p.bound(f, o, "min"), p.bound(f, o, "max")
	if low, high := bounds(f); low > high {
		o.fail("max", "max is smaller than min")
	}
}

// bound reads min or max as the scaled number that the kind itself would read.
func (p *parser) bound(f *Field, o *object, key string) *int64 {
	n := o.vals[key]
	if n == nil || !slices.Contains(f.Kind.traits().keys, key) {
		return nil
	}
	plain := &Field{Scale: f.Scale}
	v, bad := f.Kind.FromText(plain, n.Value)
	i := f.Kind.Index(plain, v)
	if bad != nil || !i.OK {
		o.fail(key, "a number is expected that fields of the kind can hold")
		return nil
	}
	return &i.Int
}

// readDefault reads what a new record gets. A default behind a show-if, or in
// a row, would put something where nobody saw it.
func (p *parser) readDefault(f *Field, o *object) {
	n := o.vals["default"]
	switch {
	case n == nil || is[choiceKind](f) && f.List == nil: // the list is missed already
		return
	case f.Parent != nil || f.ShowIf != nil:
		o.fail("default", "only a field outside of groups that is always shown has a default")
		return
	}
	raw := n.Value
	if !is[booleanKind](f) {
		raw = quoted(raw)
	}
	v, bad := f.Kind.FromJSON(f, json.RawMessage(raw))
	if bad != nil || v.IsEmpty() || n.Kind != yaml.ScalarNode {
		o.fail("default", "an option of the field is expected")
		return
	}
	f.Default = v
}

func (p *parser) readScore(f *Field, o *object) {
	of := o.names("product", 2)
	if o.has("product") && len(of) != 2 {
		o.fail("product", "the keys of two fields are expected")
		return
	}
	bands := p.list(o, "bands")
	if bands == nil || len(of) != 2 {
		return
	}
	for i, b := range bands.Options {
		if !b.Valued || (i > 0 && b.Value <= bands.Options[i-1].Value) {
			o.fail("bands", "every band needs a value, its lowest score, and they must rise")
			break
		}
	}
	f.Compute = &Score{Of: [2]string{of[0], of[1]}, Bands: bands}
}

func (p *parser) readGroup(f *Field, o *object) {
	if f.Parent != nil {
		o.fail("kind", "a group cannot lie in a group")
		return
	}
	n := o.vals["fields"]
	if n == nil {
		return
	}
	f.Group = p.readFields(p.object(n, join(o.path, "fields")), f)
	for _, m := range f.Group {
		if m.About != "" {
			p.fail(m.line, join(o.path, "fields."+m.Key+".about"), "a member is about the person of its row")
		}
		if m.About = ""; p.categories[m.Category].OfSubject {
			m.About = f.About
		}
	}
	if m := f.Member(f.About); m != nil {
		f.Category = m.Category
	}
}

// list returns the list that a key names.
func (p *parser) list(o *object, key string) *OptionList {
	name := o.name(key)
	l := p.pack.List(name)
	if l == nil && name != "" {
		o.fail(key, "the pack has no list %s", name)
	}
	return l
}

func allFieldKeys() []string {
	out := slices.Clone(fieldKeys)
	for _, k := range Kinds() {
		for _, key := range k.traits().keys {
			if !slices.Contains(out, key) {
				out = append(out, key)
			}
		}
	}
	return out
}

func kindNames() []string {
	var out []string
	for _, k := range Kinds() {
		out = append(out, k.Name())
	}
	return out
}
