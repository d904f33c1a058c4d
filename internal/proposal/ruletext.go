package proposal

import (
	"bytes"
	"strings"

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
		n := access.RuleNode(r)
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
