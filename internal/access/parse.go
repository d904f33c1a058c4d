package access

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"bailiwick"

	"go.yaml.in/yaml/v3"
)

// MaxRuleFile is how many bytes a rule file may have.
const MaxRuleFile = 1 << 20

// ParseRules reads the rules and roles of a rule file (docs/matrix.md); file is
// the name to show. The error is Problems, all at once, each with file, line
// and key, and never with the text that was found. Unknown and repeated keys,
// aliases and second documents are refused. Categories must be shipped ones or begin like a tenant's own;
// a role that a rule names must be shipped or defined in the same file.
func ParseRules(file string, data []byte) ([]Rule, []RoleDef, error) {
	p := &parser{file: file, categories: shippedCategoryKeys(), roles: make(map[bailiwick.Role]bool)}
	if len(data) > MaxRuleFile {
		p.problem(1, "", "", fmt.Sprintf("the file is larger than %d bytes", MaxRuleFile))
		return nil, nil, p.problems
	}
	doc, ok := p.document(data)
	if !ok {
		return nil, nil, p.problems.err()
	}
	top := p.fields(doc, "", "", "rules", "roles")
	for _, r := range ShippedRoles() {
		p.roles[r.Key] = true
	}
	roles := p.roleList(top["roles"])
	rules := p.ruleList(top["rules"])
	if err := p.problems.err(); err != nil {
		slices.SortStableFunc(p.problems, func(a, b Problem) int { return a.Line - b.Line })
		return nil, nil, err
	}
	return rules, roles, nil
}

// parser collects problems while it reads.
type parser struct {
	file       string
	problems   Problems
	categories map[bailiwick.Category]bool
	roles      map[bailiwick.Role]bool
}

func (p *parser) problem(line int, where, key, message string) {
	p.problems.add(Problem{File: p.file, Line: max(line, 1), Where: where, Key: key, Message: message})
}

// yamlLine finds the line in a message of the YAML reader. The rest of the
// message may quote the file and is dropped.
var yamlLine = regexp.MustCompile(`line (\d+)`)

// document returns the one mapping of the file; false if it is empty or not
// usable. The reader is bounded by MaxRuleFile and refuses deep nesting itself.
func (p *parser) document(data []byte) (*yaml.Node, bool) {
	docs, err := decodeAll(data)
	switch {
	case err != nil:
		line := 1
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			line, _ = strconv.Atoi(m[1])
		}
		p.problem(line, "", "", "not YAML")
		return nil, false
	case len(docs) == 0:
		return nil, false
	case len(docs) > 1:
		p.problem(docs[1].Line, "", "", "a second document")
		return nil, false
	}
	root := docs[0].Content[0]
	if n := aliased(root); n != nil {
		p.problem(n.Line, "", "", "anchors and aliases are not accepted")
		return nil, false
	}
	if isNull(root) {
		return nil, false
	}
	return root, true
}

// decodeAll reads the documents of a YAML text, at most two: a third changes
// nothing.
func decodeAll(data []byte) ([]*yaml.Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var docs []*yaml.Node
	for len(docs) < 2 {
		var n yaml.Node
		err := dec.Decode(&n)
		if errors.Is(err, io.EOF) {
			return docs, nil
		}
		if err != nil {
			return nil, err
		}
		docs = append(docs, &n)
	}
	return docs, nil
}

// aliased returns the first node that is an alias or has an anchor.
func aliased(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return n
	}
	for _, c := range n.Content {
		if a := aliased(c); a != nil {
			return a
		}
	}
	return nil
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// fields returns the values of a mapping by key, and reports keys that are not
// known, repeated, or not text.
func (p *parser) fields(n *yaml.Node, where, prefix string, known ...string) map[string]*yaml.Node {
	out := make(map[string]*yaml.Node)
	if n.Kind != yaml.MappingNode {
		p.problem(n.Line, where, prefix, "must be a mapping of "+strings.Join(known, ", "))
		return out
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		switch key := k.Value; {
		case k.Kind != yaml.ScalarNode || !slices.Contains(known, key):
			at := prefix
			if k.Kind == yaml.ScalarNode && validKey(key) { // a key may be shown; what only stands in its place may not
				at = join(prefix, key)
			}
			p.problem(k.Line, where, at, "unknown key; known are "+strings.Join(known, ", "))
		case out[key] != nil:
			p.problem(k.Line, where, join(prefix, key), "given twice")
		default:
			out[key] = n.Content[i+1]
		}
	}
	return out
}

func join(prefix, key string) string {
	if prefix == "" {
		return key
	}
	return prefix + "." + key
}

// text returns a scalar's text. A number or boolean that was meant as text must
// be quoted, else NO would be Norway or false depending on who reads it.
func (p *parser) text(n *yaml.Node, where, key string) string {
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" {
		p.problem(n.Line, where, key, "must be text; quote it if it looks like something else")
		return ""
	}
	return n.Value
}

// items returns the members of a sequence; none for a missing one.
func (p *parser) items(n *yaml.Node, where, key string) []*yaml.Node {
	switch {
	case n == nil:
		return nil
	case n.Kind != yaml.SequenceNode:
		p.problem(n.Line, where, key, "must be a list")
		return nil
	case len(n.Content) == 0:
		// An empty list would read as "no country" and mean "every country".
		p.problem(n.Line, where, key, "an empty list; leave the key out to mean all")
		return nil
	}
	return n.Content
}

// texts returns a sequence of texts, each accepted by ok and none given twice.
func (p *parser) texts(n *yaml.Node, where, key, want string, ok func(string) bool) []string {
	var out []string
	for i, item := range p.items(n, where, key) {
		at := fmt.Sprintf("%s[%d]", key, i)
		if item.Kind != yaml.ScalarNode || item.Tag != "!!str" || !ok(item.Value) {
			p.problem(item.Line, where, at, want)
			continue
		}
		if slices.Contains(out, item.Value) {
			p.problem(item.Line, where, at, "given twice")
			continue
		}
		out = append(out, item.Value)
	}
	return out
}

// date returns the instant of a day (its beginning in UTC) or of an RFC 3339
// time.
func (p *parser) date(n *yaml.Node, where, key string) time.Time {
	if n == nil {
		return time.Time{}
	}
	if n.Kind == yaml.ScalarNode && (n.Tag == "!!str" || n.Tag == "!!timestamp") {
		for _, layout := range []string{time.DateOnly, time.RFC3339} {
			if t, err := time.Parse(layout, n.Value); err == nil && t.Year() >= 1900 {
				return t.UTC()
			}
		}
	}
	p.problem(n.Line, where, key, "must be a day (2026-01-31) or a time (2026-01-31T08:00:00Z)")
	return time.Time{}
}
