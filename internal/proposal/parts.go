package proposal

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"bailiwick/internal/schema"
	"bailiwick/internal/tenant"

	"go.yaml.in/yaml/v3"
)

// part names one thing of a document that is changed by itself.
type part struct {
	kind partKind
	key  string
}

// partKind is a kind of parts.
type partKind string

// The kinds, in the order in which people read them.
const (
	ofRule      partKind = "rule"
	ofRole      partKind = "role"
	ofSetting   partKind = "setting"
	ofAgreement partKind = "agreement"
	ofEntity    partKind = "entity"
	ofPack      partKind = "application"
	ofOverlay   partKind = "overlay"
)

var partKinds = []partKind{ofRule, ofRole, ofOverlay, ofSetting, ofAgreement, ofEntity, ofPack}

// split takes a document apart. The values are texts that are equal for equal
// things; the overlay is split down to its members.
func split(d tenant.Document) (map[part]string, error) {
	out := make(map[part]string)
	rules, err := ruleParts(d.Rules)
	if err != nil {
		return nil, err
	}
	for p, n := range rules {
		if out[p], err = nodeText(n); err != nil {
			return nil, err
		}
	}
	for _, f := range d.Packs {
		out[part{ofPack, f.Name}] = f.YAML
	}
	for _, a := range d.Agreements {
		if err := put(out, part{ofAgreement, a.Key}, a); err != nil {
			return nil, err
		}
	}
	for _, e := range d.Entities {
		if err := put(out, part{ofEntity, e.Key}, e); err != nil {
			return nil, err
		}
	}
	o := d.Overlay
	if err := errors.Join(
		putAll(out, "categories", o.Categories, categoryKey), putAll(out, "lists", o.Lists, listKey), putAll(out, "options", o.Options, optionsKey),
		putAll(out, "types", o.Types, typeKey), putAll(out, "changes", o.Changes, changeKey),
	); err != nil {
		return nil, err
	}
	return out, putMembers(out, ofSetting, d.Settings)
}

// How the lists of an overlay tell their items apart.
func categoryKey(c schema.OwnCategory) string { return string(c.Key) }
func listKey(l schema.OwnList) string         { return l.Key }
func optionsKey(l schema.ListChange) string   { return l.Pack + "." + l.List }
func typeKey(t schema.OwnType) string         { return t.Key }
func changeKey(c schema.TypeChange) string    { return c.Type }

func putAll[T any](out map[part]string, list string, items []T, key func(T) string) error {
	for _, i := range items {
		if err := put(out, part{ofOverlay, list + "/" + key(i)}, i); err != nil {
			return err
		}
	}
	return nil
}

func put[T any](out map[part]string, p part, v T) error {
	b, err := json.Marshal(v)
	out[p] = string(b)
	return err
}

// putMembers puts the members of a JSON object.
func putMembers[T any](out map[part]string, kind partKind, v T) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(b, &members); err != nil {
		return err
	}
	for k, m := range members {
		out[part{kind, k}] = string(m)
	}
	return nil
}

// ruleParts returns the nodes of rules and roles of a rule file.
func ruleParts(text string) (map[part]*yaml.Node, error) {
	out := make(map[part]*yaml.Node)
	root, _, err := ruleNodes(text)
	if err != nil {
		return nil, err
	}
	for _, l := range []struct {
		kind      partKind
		list, key string
	}{{ofRule, "rules", "id"}, {ofRole, "roles", "key"}} {
		for _, item := range listOf(root, l.list).Content {
			for j := 0; j+1 < len(item.Content); j += 2 {
				if item.Content[j].Value == l.key {
					out[part{l.kind, item.Content[j+1].Value}] = item
				}
			}
		}
	}
	return out, nil
}

// listOf returns a list of the top of a rule file; an empty one if there is
// none.
func listOf(root *yaml.Node, name string) *yaml.Node {
	top := root.Content[0]
	for i := 0; i+1 < len(top.Content); i += 2 {
		if top.Content[i].Value == name && top.Content[i+1].Kind == yaml.SequenceNode {
			return top.Content[i+1]
		}
	}
	return &yaml.Node{Kind: yaml.SequenceNode}
}

// nodeText is a node as JSON: without comments, style and order of members.
func nodeText(n *yaml.Node) (string, error) {
	var v any
	if err := n.Decode(&v); err != nil {
		return "", invalid("rules", "grammar", "The rules are not YAML.")
	}
	b, err := json.Marshal(v)
	return string(b), err
}

// changed returns the parts that differ, in the order in which people read
// them.
func changed(from, to map[part]string) []part {
	var out []part
	for p, v := range from {
		if w, ok := to[p]; !ok || w != v {
			out = append(out, p)
		}
	}
	for p := range to {
		if _, ok := from[p]; !ok {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(x, y part) int {
		if c := slices.Index(partKinds, x.kind) - slices.Index(partKinds, y.kind); c != 0 {
			return c
		}
		return strings.Compare(x.key, y.key)
	})
	return out
}
