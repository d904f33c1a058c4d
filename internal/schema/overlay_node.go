package schema

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ownKeyRule is the form of every key that a tenant makes up.
const ownKeyRule = OwnPrefix + " and then small letters, digits, _ and - are expected, at most 40"

// isOwn reports whether a key has the form of a tenant's own.
func isOwn(key string) bool {
	return len(key) > len(OwnPrefix) && strings.HasPrefix(key, OwnPrefix) && fieldKey.MatchString(key)
}

// filled returns the labels in every language: one that is not given is the
// English text, else the first that is given.
func (l Labels) filled() Labels {
	fallback := l["en"]
	for _, lang := range Languages() {
		if fallback == "" {
			fallback = l[lang]
		}
	}
	out := make(Labels, len(Languages()))
	for lang, text := range l {
		out[lang] = text
	}
	for _, lang := range Languages() {
		if strings.TrimSpace(out[lang]) == "" {
			out[lang] = fallback
		}
	}
	return out
}

// over returns the labels with those of changed in their place.
func (l Labels) over(changed Labels) Labels {
	if len(changed) == 0 {
		return l
	}
	out := make(Labels, len(l))
	for lang, text := range l {
		out[lang] = text
	}
	for lang, text := range changed {
		if text != "" {
			out[lang] = text
		}
	}
	return out
}

// tree builds the mapping that the reader of packs would have read from a
// file, so that what a tenant adds keeps the very rules of a pack.
type tree struct{ n *yaml.Node }

func newTree() tree { return tree{&yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}} }

func scalar(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}

func (t tree) node(key string, v *yaml.Node) {
	t.n.Content = append(t.n.Content, scalar("!!str", key), v)
}

// text adds a text unless it is empty.
func (t tree) text(key, value string) {
	if value != "" {
		t.node(key, scalar("!!str", value))
	}
}

func (t tree) flag(key string, set bool) {
	if set {
		t.node(key, scalar("!!bool", "true"))
	}
}

func (t tree) number(key string, n int64) {
	if n != 0 {
		t.node(key, scalar("!!int", strconv.FormatInt(n, 10)))
	}
}

func (t tree) names(key string, names []string) {
	if len(names) == 0 {
		return
	}
	seq := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, n := range names {
		seq.Content = append(seq.Content, scalar("!!str", n))
	}
	t.node(key, seq)
}

func (t tree) labels(key string, l Labels) {
	if n := labelNode(l); len(n.Content) > 0 {
		t.node(key, n)
	}
}

// labelNode returns the mapping of a text, empty if no language is given.
func labelNode(l Labels) *yaml.Node {
	t := newTree()
	l = l.filled()
	for _, lang := range keys(l) {
		t.text(lang, l[lang])
	}
	return t.n
}

// node returns the field as a pack writes it.
func (f OwnField) node() *yaml.Node {
	t := newTree()
	t.text("kind", f.Kind)
	t.text("category", string(f.Category))
	t.labels("label", f.Label)
	t.labels("help", f.Help)
	t.flag("required", f.Required)
	t.text("search", string(f.Search))
	if f.Clear {
		t.text("index", "clear")
	}
	t.text("about", f.About)
	t.text("options", f.Options)
	t.text("type", f.Type)
	t.flag("many", f.Many)
	t.number("max-length", f.MaxLength)
	t.number("scale", f.Scale)
	t.text("min", f.Min)
	t.text("max", f.Max)
	t.text("default", f.Default)
	if f.ShowIf != nil {
		c := newTree()
		c.text("field", f.ShowIf.Field)
		c.names("is", f.ShowIf.Is)
		t.node("show-if", c.n)
	}
	t.names("product", f.Product)
	t.text("bands", f.Bands)
	if len(f.Fields) > 0 {
		t.node("fields", fieldNodes(f.Fields))
	}
	return t.n
}

func fieldNodes(fields []OwnField) *yaml.Node {
	t := newTree()
	for _, f := range fields {
		t.node(f.Key, f.node())
	}
	return t.n
}

// node returns the type as a pack writes it.
func (o OwnType) node() *yaml.Node {
	t := newTree()
	t.labels("title", o.Title)
	if len(o.Plural) == 0 {
		o.Plural = o.Title
	}
	t.labels("plural", o.Plural)
	t.text("ref", o.Ref)
	if o.Self {
		t.text("subject", "self")
	}
	t.text("identity", string(o.Identity))
	t.names("countries", o.Countries)
	t.text("schedule", o.Schedule)
	t.text("title-field", o.TitleField)
	t.text("owner", o.Owner)
	t.text("key", o.KeyField)
	t.names("list", o.List)
	if len(o.Import) > 0 {
		columns := newTree()
		for _, header := range keys(o.Import) {
			columns.text(header, o.Import[header])
		}
		t.node("import", columns.n)
	}
	if len(o.Fields) > 0 {
		t.node("fields", fieldNodes(o.Fields))
	}
	return t.n
}

// optionNodes returns options as a pack writes them.
func optionNodes(options []OwnOption) *yaml.Node {
	t := newTree()
	for _, o := range options {
		n := labelNode(o.Label)
		f := tree{n}
		if o.Value != nil {
			f.node("value", scalar("!!int", strconv.FormatInt(*o.Value, 10)))
		}
		f.text("tone", o.Tone)
		t.node(o.Key, n)
	}
	return t.n
}
