package proposal

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/tenant"
	"bailiwick/logformat"

	"go.yaml.in/yaml/v3"
)

// Template is a draft of rules for a category in some countries. It is no
// statement of the law: the customer's privacy people accept it one by one,
// after they have confirmed it with local counsel (R14.4). Its texts are in
// English, as the sources are cited.
type Template struct {
	ID         string
	Categories []bailiwick.Category
	Countries  []string // codes, regions, or words such as "all", for reading
	Rules      []access.Rule
	Basis      string // what the draft stands on
	Source     string
	Caution    string // what to watch out for; may be empty
	Certainty  Certainty
}

// Usable reports whether there are rules to accept. A template without says
// what it would take to express it.
func (t Template) Usable() bool { return len(t.Rules) > 0 }

// Certainty is how far the source of a template was confirmed.
type Certainty string

// The degrees.
const (
	Confirmed Certainty = "confirmed"
	Partly    Certainty = "partly" // some of it
	Known     Certainty = "known"  // from general knowledge, not confirmed
	Weak      Certainty = "weak"   // an old or secondary source
)

// Certainties returns the closed list.
func Certainties() []Certainty { return []Certainty{Confirmed, Partly, Known, Weak} }

//go:embed templates.yaml
var templatesYAML []byte

// templateText is a template as it stands in the file. Rules are in the grammar
// of rule files; a category "*" stands for each of the template's.
type templateText struct {
	ID         string               `yaml:"id"`
	Categories []bailiwick.Category `yaml:"categories"`
	Countries  []string             `yaml:"countries"`
	Rules      []yaml.Node          `yaml:"rules"`
	Basis      string               `yaml:"basis"`
	Source     string               `yaml:"source"`
	Caution    string               `yaml:"caution"`
	Certainty  Certainty            `yaml:"certainty"`
}

// Templates returns the shipped templates; the caller must not change them.
func Templates() []Template { return readTemplates() }

// readTemplates reads the embedded file once. It panics if the binary was
// built with a broken one, which a test holds it is not.
var readTemplates = sync.OnceValue(func() []Template {
	var file struct {
		Templates []templateText `yaml:"templates"`
	}
	dec := yaml.NewDecoder(bytes.NewReader(templatesYAML))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil {
		panic("embedded templates.yaml: " + err.Error())
	}
	var out []Template
	for _, t := range file.Templates {
		rules, err := t.rules()
		if err != nil {
			panic("embedded templates.yaml: " + t.ID + ": " + err.Error())
		}
		out = append(out, Template{
			ID: t.ID, Categories: t.Categories, Countries: t.Countries, Rules: rules, Basis: t.Basis, Source: t.Source,
			Caution: t.Caution, Certainty: t.Certainty,
		})
	}
	return out
})

// rules reads the rules of a template; their ids begin with the template's,
// their citations name it.
func (t *templateText) rules() ([]access.Rule, error) {
	if len(t.Rules) == 0 {
		return nil, nil
	}
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for i := range t.Rules {
		each := []bailiwick.Category{""}
		if v := member(&t.Rules[i], "category"); v != nil && v.Value == "*" {
			each = t.Categories
		}
		for _, c := range each {
			n := copyNode(&t.Rules[i])
			id := "tpl-" + t.ID + "-" + member(n, "id").Value
			if c != "" {
				*member(n, "category") = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: string(c)}
				id += "-" + string(c)
			}
			*member(n, "id") = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: id}
			list.Content = append(list.Content, n)
		}
	}
	root := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: "rules"}, list}}
	text, err := yaml.Marshal(root)
	if err != nil {
		return nil, err
	}
	rules, _, err := access.ParseRules("templates.yaml", text)
	for i := range rules {
		rules[i].Cite = fmt.Sprintf("template %s: %s", t.ID, t.Source)
	}
	return rules, err
}

// member returns the value of a key of a mapping; nil if there is none.
func member(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func copyNode(n *yaml.Node) *yaml.Node {
	out := *n
	out.Content = make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		out.Content[i] = copyNode(c)
	}
	return &out
}

// TemplateOf returns the template of an id; NotFound.
func TemplateOf(id string) (Template, error) {
	i := slices.IndexFunc(Templates(), func(t Template) bool { return t.ID == id })
	if i < 0 {
		return Template{}, bailiwick.NotFound()
	}
	return Templates()[i], nil
}

// AcceptTemplate puts the rules of one template into a change. Who accepts it
// holds PermPrivacy and PermConfigure; the entry names the person and the
// template, the rules cite it. CodeTransition for a template without rules.
func (s *Service) AcceptTemplate(ctx context.Context, a bailiwick.Actor, id ProposalID, revision int64, template string) (Proposal, error) {
	t, err := TemplateOf(template)
	if err != nil {
		return Proposal{}, err
	}
	if !t.Usable() {
		return Proposal{}, &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "The template has no rules: it says what it would take."}
	}
	return s.act(ctx, a, id, revision, configurers, logformat.ChangeEdited, func(c *call) (logformat.Entry, error) {
		if err := c.need(access.PermPrivacy); err != nil {
			return logformat.Entry{}, err
		}
		if !c.p.State.Open() || c.p.State == Superseded {
			return logformat.Entry{}, illegal(c.p.State, "A template is accepted into a draft.")
		}
		d, err := c.p.Document.Clone()
		if err != nil {
			return logformat.Entry{}, err
		}
		rules := slices.Clone(t.Rules)
		for i := range rules { // the change tells who accepted it, and when
			rules[i].Cite += ", accepted in " + c.p.Ref()
		}
		if d.Rules, err = putRules(d.Rules, rules); err != nil {
			return logformat.Entry{}, err
		}
		return logformat.Entry{Detail: "template:" + t.ID}, s.revise(c, d)
	})
}

// AcceptedIn reports whether all rules of the template stand in a document.
func (t Template) AcceptedIn(d tenant.Document) bool {
	rules, err := Rules(d)
	if err != nil || !t.Usable() {
		return false
	}
	for _, r := range t.Rules {
		if !slices.ContainsFunc(rules, func(x access.Rule) bool { return strings.EqualFold(x.ID, r.ID) }) {
			return false
		}
	}
	return true
}
