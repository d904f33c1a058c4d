package proposal

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/access"

	"go.yaml.in/yaml/v3"
)

// The rules of a document are edited in place: what is not touched keeps its
// comments, its order and its wording.

// putRules replaces rules of the same ids and adds the others at the end.
func putRules(text string, rules []access.Rule) (string, error) {
	root, list, err := ruleNodes(text)
	if err != nil {
		return "", err
	}
	for _, r := range rules {
		n, err := ruleNode(r)
		if err != nil {
			return "", err
		}
		if i := indexOf(list, r.ID); i >= 0 {
			n.HeadComment, n.LineComment, n.FootComment = list.Content[i].HeadComment, list.Content[i].LineComment, list.Content[i].FootComment
			list.Content[i] = n
		} else {
			list.Content = append(list.Content, n)
		}
	}
	return writeRules(root)
}

// dropRule takes a rule out.
func dropRule(text, id string) (string, error) {
	root, list, err := ruleNodes(text)
	if err != nil {
		return "", err
	}
	i := indexOf(list, id)
	if i < 0 {
		return "", bailiwick.NotFound()
	}
	list.Content = append(list.Content[:i], list.Content[i+1:]...)
	return writeRules(root)
}

// ruleNodes reads a rule file that is known to be well formed and returns it
// with its list of rules, which is made if there is none.
func ruleNodes(text string) (root, list *yaml.Node, err error) {
	root = &yaml.Node{}
	if strings.TrimSpace(text) != "" {
		if err := yaml.Unmarshal([]byte(text), root); err != nil {
			return nil, nil, invalid("rules", "grammar", "The rules are not YAML.")
		}
	}
	if len(root.Content) == 0 || root.Content[0].Kind != yaml.MappingNode {
		root = &yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	return root, ensureList(root, "rules"), nil
}

// ensureList returns a list of the top of a rule file, which is made if there
// is none.
func ensureList(root *yaml.Node, name string) *yaml.Node {
	top := root.Content[0]
	for i := 0; i+1 < len(top.Content); i += 2 {
		if top.Content[i].Value == name {
			list := top.Content[i+1]
			if list.Kind != yaml.SequenceNode {
				*list = yaml.Node{Kind: yaml.SequenceNode}
			}
			list.Style = 0
			return list
		}
	}
	list := &yaml.Node{Kind: yaml.SequenceNode}
	top.Content = append(top.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, list)
	return list
}

func indexOf(list *yaml.Node, id string) int { return indexBy(list, "id", id) }

// indexBy returns the place of the item whose key has a value; -1 if there is
// none.
func indexBy(list *yaml.Node, key, value string) int {
	for i, item := range list.Content {
		for j := 0; j+1 < len(item.Content); j += 2 {
			if item.Content[j].Value == key && item.Content[j+1].Value == value {
				return i
			}
		}
	}
	return -1
}

func writeRules(root *yaml.Node) (string, error) {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(root); err != nil {
		return "", err
	}
	return b.String(), enc.Close()
}

// ruleNode writes a rule as one line of a rule file.
func ruleNode(r access.Rule) (*yaml.Node, error) {
	var b strings.Builder
	sep := "{"
	add := func(key, value string) {
		b.WriteString(sep + key + ": " + value)
		sep = ", "
	}
	add("id", quote(r.ID))
	add("operation", r.Op.String())
	add("category", quote(string(r.Category)))
	countries := func(key string, s access.CountrySet) {
		var parts []string
		if len(s.In) > 0 {
			parts = append(parts, "in: "+quotes(s.In))
		}
		if len(s.NotIn) > 0 {
			parts = append(parts, "not-in: "+quotes(s.NotIn))
		}
		if parts != nil {
			add(key, "{"+strings.Join(parts, ", ")+"}")
		}
	}
	countries("subject", r.Subject)
	countries("viewer", r.Viewer)
	if len(r.Roles) > 0 {
		add("roles", quotes(r.Roles))
	}
	if len(r.Purposes) > 0 {
		add("purposes", quotes(r.Purposes))
	}
	add("effect", r.Effect.String())
	if r.Mask != access.MaskNone {
		add("mask", r.Mask.String())
	}
	text := func(key, s string) {
		if s != "" {
			add(key, quote(s))
		}
	}
	text("require", r.Require)
	when := func(key string, t time.Time) {
		if !t.IsZero() {
			add(key, quote(t.UTC().Format(time.RFC3339)))
		}
	}
	when("from", r.From)
	when("until", r.Until)
	text("note", r.Note)
	text("cite", r.Cite)
	text("author", r.Author)
	b.WriteString("}")
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(b.String()), &doc); err != nil || len(doc.Content) != 1 {
		return nil, invalid("rules", "grammar", "The rule cannot be written down.")
	}
	return doc.Content[0], nil
}

// quote writes a text so that YAML reads the same text: as JSON does.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

func quotes[T ~string](list []T) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = quote(string(s))
	}
	return "[" + strings.Join(out, ", ") + "]"
}
