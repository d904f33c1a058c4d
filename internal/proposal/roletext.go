package proposal

import (
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/tenant"

	"go.yaml.in/yaml/v3"
)

// PutRole adds a role to a document, or puts it in the place of the one of its
// key; a shipped role is replaced by one of the same key. What else the rules
// say stays as it is written.
func PutRole(d *tenant.Document, r access.RoleDef) error {
	root, _, err := ruleNodes(d.Rules)
	if err != nil {
		return err
	}
	top := root.Content[0]
	at := slices.IndexFunc(top.Content, func(n *yaml.Node) bool { return n.Value == "roles" })
	if at < 0 {
		top.Content, at = slices.Insert(top.Content, 0, word("roles"), &yaml.Node{Kind: yaml.SequenceNode}), 0
	}
	list := top.Content[at+1]
	if list.Kind != yaml.SequenceNode {
		*list = yaml.Node{Kind: yaml.SequenceNode}
	}
	list.Style = 0
	n := roleNode(r)
	if i := roleIndex(list, string(r.Key)); i >= 0 {
		list.Content[i] = n
	} else {
		list.Content = append(list.Content, n)
	}
	d.Rules, err = writeRules(root)
	return err
}

// NameToo lets every rule that names a role name another one too, so that a
// copy of a role is seen and refused as its original is. Errors: as of the
// rules as they stand.
func NameToo(d *tenant.Document, original, also bailiwick.Role) error {
	old, err := Rules(*d)
	if err != nil {
		return err
	}
	next := slices.Clone(old)
	for i := range next {
		if r := &next[i]; slices.Contains(r.Roles, original) && !slices.Contains(r.Roles, also) {
			r.Roles = append(slices.Clone(r.Roles), also)
		}
	}
	d.Rules, err = Rewrite(d.Rules, old, next)
	return err
}

// Roles returns the roles of a document, the shipped ones among them.
func Roles(d tenant.Document) ([]access.RoleDef, error) {
	if d.Rules == "" {
		return access.WithShippedRoles(nil), nil
	}
	_, own, err := access.ParseRules("rules.yaml", []byte(d.Rules))
	return access.WithShippedRoles(own), err
}

func roleIndex(list *yaml.Node, key string) int {
	for i, item := range list.Content {
		for j := 0; j+1 < len(item.Content); j += 2 {
			if item.Content[j].Value == "key" && item.Content[j+1].Value == key {
				return i
			}
		}
	}
	return -1
}

func word(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
}

func wordList[T ~string](list []T) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, s := range list {
		n.Content = append(n.Content, word(string(s)))
	}
	return n
}

// roleNode writes a role as a rule file does.
func roleNode(r access.RoleDef) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}
	put := func(n *yaml.Node, key string, v *yaml.Node) { n.Content = append(n.Content, word(key), v) }
	put(out, "key", word(string(r.Key)))
	title := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for _, lang := range []string{"en", "de", "fr"} {
		if r.Title[lang] != "" {
			put(title, lang, word(r.Title[lang]))
		}
	}
	put(out, "title", title)
	if len(r.Types) > 0 {
		types := &yaml.Node{Kind: yaml.SequenceNode}
		for _, g := range r.Types {
			n := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
			put(n, "type", word(g.Type))
			put(n, "verbs", wordList(g.Verbs))
			put(n, "scope", word(g.Scope.String()))
			types.Content = append(types.Content, n)
		}
		put(out, "types", types)
	}
	if len(r.Admin) > 0 {
		put(out, "admin", wordList(r.Admin))
	}
	if r.Manages != access.ScopeNone {
		put(out, "manages", word(r.Manages.String()))
	}
	return out
}
