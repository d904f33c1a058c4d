package access

import (
	"fmt"

	"bailiwick"

	"go.yaml.in/yaml/v3"
)

// roleList reads the role definitions and makes their keys known to rules.
func (p *parser) roleList(n *yaml.Node) []RoleDef {
	var (
		out  []RoleDef
		seen = make(map[bailiwick.Role]bool)
	)
	if n == nil || isNull(n) || (n.Kind == yaml.SequenceNode && len(n.Content) == 0) {
		return nil
	}
	items := p.items(n, "", "roles")
	if len(items) > MaxRoles {
		p.problem(items[MaxRoles].Line, "", "roles", fmt.Sprintf("more than %d roles", MaxRoles))
		return nil
	}
	for i, item := range items {
		r := p.role(item, i)
		if seen[r.Key] && r.Key != "" {
			p.problem(item.Line, "role "+string(r.Key), "key", "used twice")
		}
		seen[r.Key], p.roles[r.Key] = true, true
		out = append(out, r)
	}
	return out
}

// role reads one role definition.
func (p *parser) role(n *yaml.Node, i int) RoleDef {
	where := fmt.Sprintf("role %d", i+1)
	f := p.fields(n, where, "", "key", "title", "types", "admin", "manages")
	if n.Kind != yaml.MappingNode {
		return RoleDef{}
	}
	r := RoleDef{Key: bailiwick.Role(p.text(f["key"], where, "key")), Title: make(map[string]string)}
	if validKey(string(r.Key)) {
		where = "role " + string(r.Key)
	}
	if t := f["title"]; t != nil {
		titles := p.fields(t, where, "title", "en", "de", "fr")
		for _, lang := range []string{"en", "de", "fr"} {
			if titles[lang] != nil {
				r.Title[lang] = p.text(titles[lang], where, "title."+lang)
			}
		}
	}
	for j, item := range p.items(f["types"], where, "types") {
		key := fmt.Sprintf("types[%d]", j)
		tf := p.fields(item, where, key, "type", "verbs", "scope")
		g := TypeGrant{Type: p.text(tf["type"], where, key+".type"), Scope: ScopeAll}
		for _, v := range p.texts(tf["verbs"], where, key+".verbs", "not a verb",
			func(s string) bool { return verbNo(Verb(s)) >= 0 }) {
			g.Verbs = append(g.Verbs, Verb(v))
		}
		if tf["scope"] != nil {
			g.Scope, _ = ParseTypeScope(p.text(tf["scope"], where, key+".scope")) // ScopeNone is reported by checkRole
		}
		r.Types = append(r.Types, g)
	}
	for _, s := range p.texts(f["admin"], where, "admin", "not a permission",
		func(s string) bool { return permissionNo(Permission(s)) >= 0 }) {
		r.Admin = append(r.Admin, Permission(s))
	}
	if f["manages"] != nil {
		if s := p.text(f["manages"], where, "manages"); s != "all" {
			if r.Manages, _ = ParseTypeScope(s); r.Manages == ScopeNone {
				p.problem(f["manages"].Line, where, "manages", "all, unit or entity")
			}
		}
	}
	checkRole(&r, func(key, message string) { p.problem(n.Line, where, key, message) })
	return r
}
