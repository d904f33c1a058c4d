package access

import (
	"strconv"
	"time"

	"bailiwick"

	"go.yaml.in/yaml/v3"
)

// FormatRules writes rules and roles in the form that ParseRules reads, a rule
// and a grant per line, so that a difference between two texts is a difference
// between rules. What it writes reads back to equal values.
func FormatRules(rules []Rule, roles []RoleDef) []byte {
	top := mapping(false)
	if len(roles) > 0 {
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for i := range roles {
			list.Content = append(list.Content, roleNode(&roles[i]))
		}
		top.put("roles", list)
	}
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for i := range rules {
		list.Content = append(list.Content, RuleNode(rules[i]))
	}
	top.put("rules", list)
	out, err := yaml.Marshal(top.n)
	if err != nil {
		return nil // nodes made of texts can always be written
	}
	return out
}

// RuleNode is a rule as a line of a rule file, for those who edit a file in
// place.
func RuleNode(r Rule) *yaml.Node {
	m := mapping(true)
	m.text("id", r.ID)
	m.text("operation", r.Op.String())
	m.text("category", string(r.Category))
	m.countries("subject", r.Subject)
	m.countries("viewer", r.Viewer)
	m.texts("entities", r.Entities)
	m.texts("roles", asTexts(r.Roles))
	m.texts("purposes", asTexts(r.Purposes))
	m.text("effect", r.Effect.String())
	m.texts("regions", r.Regions)
	m.text("mask", r.Mask.String())
	if r.Condition.Kind == "" {
		m.text("require", r.Require)
	} else {
		c := mapping(true)
		c.text("condition", string(r.Condition.Kind))
		c.text("agreement", r.Condition.Ref)
		if r.Condition.K != 0 {
			c.put("k", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(r.Condition.K)})
		}
		c.text("text", r.Require)
		m.put("require", c.n)
	}
	m.instant("from", r.From)
	m.instant("until", r.Until)
	m.text("note", r.Note)
	m.text("cite", r.Cite)
	m.text("author", r.Author)
	return m.n
}

func roleNode(r *RoleDef) *yaml.Node {
	m := mapping(false)
	m.text("key", string(r.Key))
	titles := mapping(true)
	for _, lang := range []string{"en", "de", "fr"} {
		titles.text(lang, r.Title[lang])
	}
	m.put("title", titles.n)
	m.texts("admin", asTexts(r.Admin))
	if r.Manages != ScopeNone {
		m.text("manages", r.Manages.String())
	}
	if len(r.Types) > 0 {
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, g := range r.Types {
			t := mapping(true)
			t.text("type", g.Type)
			t.texts("verbs", asTexts(g.Verbs))
			t.text("scope", g.Scope.String())
			list.Content = append(list.Content, t.n)
		}
		m.put("types", list)
	}
	return m.n
}

// asTexts returns keys as plain texts.
func asTexts[T bailiwick.Role | bailiwick.Purpose | Permission | Verb](in []T) []string {
	var out []string
	for _, x := range in {
		out = append(out, string(x))
	}
	return out
}

// node is a mapping that is written key by key; what is empty is left out.
type node struct{ n *yaml.Node }

func mapping(oneLine bool) node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	if oneLine {
		n.Style = yaml.FlowStyle
	}
	return node{n}
}

func (m node) put(key string, v *yaml.Node) {
	m.n.Content = append(m.n.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, v)
}

func (m node) text(key, s string) {
	if s != "" {
		m.put(key, scalar(s))
	}
}

func (m node) texts(key string, list []string) {
	if len(list) > 0 {
		m.put(key, flowList(list))
	}
}

func (m node) countries(key string, s CountrySet) {
	if s.Every() {
		return
	}
	c := mapping(true)
	c.texts("in", s.In)
	c.texts("not-in", s.NotIn)
	m.put(key, c.n)
}

// instant writes a day where the time is its beginning in UTC.
func (m node) instant(key string, t time.Time) {
	if t.IsZero() {
		return
	}
	layout := time.RFC3339Nano
	if t = t.UTC(); t.Equal(t.Truncate(24 * time.Hour)) {
		layout = time.DateOnly
	}
	m.text(key, t.Format(layout))
}

func flowList(list []string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, s := range list {
		n.Content = append(n.Content, scalar(s))
	}
	return n
}

// scalar is a text that stays one whoever reads it: NO is not false.
func scalar(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	if n.Style == 0 {
		var back yaml.Node
		if err := yaml.Unmarshal([]byte(s), &back); err != nil || len(back.Content) != 1 ||
			back.Content[0].Kind != yaml.ScalarNode || back.Content[0].ShortTag() != "!!str" || back.Content[0].Value != s {
			n.Style = yaml.DoubleQuotedStyle
		}
	} else {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}
