package access

import (
	"fmt"
	"strconv"
	"strings"

	"bailiwick"

	"go.yaml.in/yaml/v3"
)

// ruleList reads the rules. What a rule alone cannot get wrong is left to
// checkRule, which Compile uses too.
func (p *parser) ruleList(n *yaml.Node) []Rule {
	var (
		out []Rule
		ids = make(map[string]bool)
	)
	if n == nil || isNull(n) || (n.Kind == yaml.SequenceNode && len(n.Content) == 0) {
		return nil
	}
	items := p.items(n, "", "rules")
	if len(items) > MaxRules {
		p.problem(items[MaxRules].Line, "", "rules", fmt.Sprintf("more than %d rules", MaxRules))
		return nil
	}
	for i, item := range items {
		r := p.rule(item, i)
		if ids[r.ID] && r.ID != "" {
			p.problem(item.Line, "rule "+r.ID, "id", "used twice")
		}
		ids[r.ID] = true
		out = append(out, r)
	}
	return out
}

// rule reads one rule.
func (p *parser) rule(n *yaml.Node, i int) Rule {
	where := fmt.Sprintf("rule %d", i+1)
	before := len(p.problems)
	f := p.fields(n, where, "", "id", "operation", "category", "subject", "viewer", "roles", "purposes",
		"effect", "mask", "require", "from", "until", "note", "cite", "author", "entities", "regions")
	if n.Kind != yaml.MappingNode {
		return Rule{}
	}
	line := func(key string) int {
		if v := f[key]; v != nil {
			return v.Line
		}
		return n.Line
	}
	var r Rule
	if r.ID = p.text(f["id"], where, "id"); validKey(r.ID) {
		where = "rule " + r.ID
		for j := before; j < len(p.problems); j++ { // found before the id was known
			p.problems[j].Where = where
		}
	}
	// word reads a text of a closed list; a problem of its own spares the
	// second one of checkRule.
	named := make(map[string]bool)
	bad := func(key, message string) {
		if !named[key] {
			named[key] = true
			p.problem(line(key), where, key, message)
		}
	}
	for _, key := range []string{"id", "operation", "category", "effect"} {
		if f[key] == nil {
			bad(key, "missing")
		}
	}
	word := func(key string) string {
		if v := f[key]; v != nil && (v.Kind != yaml.ScalarNode || (v.Tag != "!!str" && v.Tag != "!!null")) {
			bad(key, "must be a word")
			return ""
		}
		if v := f[key]; v != nil {
			return v.Value
		}
		return ""
	}
	r.Op, _ = ParseOp(word("operation"))
	r.Effect, _ = ParseEffect(word("effect"))
	if mask := word("mask"); f["mask"] != nil {
		form, ok := ParseMask(mask)
		if !ok {
			bad("mask", "last4, year-only, initials, present-absent or null")
		}
		r.Mask = form
	}
	// Categories that a tenant added are known to Compile only.
	if r.Category = bailiwick.Category(word("category")); !p.categories[r.Category] && !strings.HasPrefix(string(r.Category), ownCategory) {
		bad("category", "no such category")
	}
	r.Subject = p.countrySet(f["subject"], where, "subject")
	r.Viewer = p.countrySet(f["viewer"], where, "viewer")
	for _, s := range p.texts(f["roles"], where, "roles", "no such role",
		func(s string) bool { return p.roles[bailiwick.Role(s)] }) {
		r.Roles = append(r.Roles, bailiwick.Role(s))
	}
	for _, s := range p.texts(f["purposes"], where, "purposes", "not a purpose of the closed list",
		func(s string) bool { return bailiwick.Purpose(s).Valid() }) {
		r.Purposes = append(r.Purposes, bailiwick.Purpose(s))
	}
	p.condition(f["require"], where, &r)
	key := func(s string) bool { return validKey(s) }
	r.Entities = p.texts(f["entities"], where, "entities", "the key of a legal entity", key)
	r.Regions = p.texts(f["regions"], where, "regions", "the key of a hosting region", key)
	r.From = p.date(f["from"], where, "from")
	r.Until = p.date(f["until"], where, "until")
	r.Note = p.text(f["note"], where, "note")
	r.Cite = p.text(f["cite"], where, "cite")
	r.Author = p.text(f["author"], where, "author")
	checkRule(&r, bad)
	return r
}

// condition reads what a require rule asks for: {condition: ..., text: ...}
// with the agreement's reference or the smallest count where they belong, or a
// text alone, which nobody can meet.
func (p *parser) condition(n *yaml.Node, where string, r *Rule) {
	if n == nil || n.Kind != yaml.MappingNode {
		r.Require = p.text(n, where, "require")
		return
	}
	f := p.fields(n, where, "require", "condition", "text", "agreement", "k")
	r.Condition.Kind = ConditionKind(p.text(f["condition"], where, "require.condition"))
	if r.Condition.Kind == "" {
		p.problem(n.Line, where, "require.condition", "missing")
	}
	r.Require = p.text(f["text"], where, "require.text")
	r.Condition.Ref = p.text(f["agreement"], where, "require.agreement")
	if k := f["k"]; k != nil {
		v, err := strconv.Atoi(k.Value)
		if k.Kind != yaml.ScalarNode || k.Tag != "!!int" || err != nil || v < MinAggregate || v > MaxAggregate {
			p.problem(k.Line, where, "require.k", "a number from 2 to 1000")
			v = MinAggregate
		}
		r.Condition.K = v
	}
}

// countrySet reads {in: [...], not-in: [...]}.
func (p *parser) countrySet(n *yaml.Node, where, key string) CountrySet {
	if n == nil {
		return CountrySet{}
	}
	f := p.fields(n, where, key, "in", "not-in")
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		p.problem(n.Line, where, key, "names no countries; leave the key out to mean all")
	}
	known := func(s string) bool {
		_, region := bailiwick.Region(s).Members()
		return region || bailiwick.Country(s).Known()
	}
	const want = "not a country (ISO 3166-1 alpha-2) or region (EU, EEA)"
	return CountrySet{
		In:    p.texts(f["in"], where, key+".in", want, known),
		NotIn: p.texts(f["not-in"], where, key+".not-in", want, known),
	}
}
