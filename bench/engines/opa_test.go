package engines

import (
	"context"
	"fmt"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
)

// opaEngine is a policy in Rego: a rule of the matrix is a rule of Rego each,
// and the tree of categories is data.
type opaEngine struct{ allowed, clear rego.PreparedEvalQuery }

func newOPA(p access.Policy) (engine, error) {
	var b strings.Builder
	b.WriteString(`package matrix

default allowed := false

default clear := false

path := data.paths[input.category]

allowed if {
	granted
	not refused
}

clear if {
	allowed
	not masked
}

granted if data.open[input.op][input.category]

refused if {
	input.person == "-"
	data.personal[input.category]
}
`)
	rule := func(head string, r access.Rule, narrows bool, more ...string) {
		body := []string{fmt.Sprintf("input.op == %q", r.Op)}
		if leaf(p, r.Category) {
			body = append(body, fmt.Sprintf("input.category == %q", r.Category))
		} else {
			body = append(body, fmt.Sprintf("%q in path", r.Category))
		}
		body = append(append(body, regoCond(r, narrows)...), more...)
		fmt.Fprintf(&b, "\n%s if {\n\t%s\n}\n", head, strings.Join(body, "\n\t"))
	}
	for _, r := range p.Rules {
		settled, always := standing(p, r)
		switch {
		case r.Effect == access.Allow:
			rule("granted", r, false)
		case r.Effect == access.Deny || r.Effect == access.Require && always:
			rule("refused", r, true)
		case r.Effect == access.Mask:
			rule("granted", r, false)
			rule("masked", r, true)
		case settled:
		case r.Condition.Kind == access.ConsentGiven:
			rule("refused", r, true, "not input.consented")
		default:
			rule("refused", r, true, fmt.Sprintf("not %q in input.met", r.ID))
		}
	}
	if !strings.Contains(b.String(), "\nmasked if") {
		b.WriteString("\nmasked if false\n")
	}
	store := inmem.NewFromObject(opaData(p))
	load := func(query string) (rego.PreparedEvalQuery, error) {
		return rego.New(rego.Query("data.matrix."+query), rego.Module("matrix.rego", b.String()), rego.Store(store)).PrepareForEval(context.Background())
	}
	e := &opaEngine{}
	var err error
	if e.allowed, err = load("allowed"); err == nil {
		e.clear, err = load("clear")
	}
	return e, err
}

// opaData is the tree of the categories and their defaults.
func opaData(p access.Policy) map[string]any {
	parent := map[bailiwick.Category]bailiwick.Category{}
	paths, personal, open := map[string]any{}, map[string]any{}, map[string]any{}
	populate, see, export := map[string]any{}, map[string]any{}, map[string]any{}
	for _, c := range p.Categories {
		parent[c.Key] = c.Parent
		var path []any
		for k := c.Key; k != ""; k = parent[k] {
			path = append(path, string(k))
		}
		key := string(c.Key)
		paths[key], personal[key] = path, c.OfSubject
		populate[key], see[key], export[key] = c.PopulateDefault, c.AccessDefault, true
	}
	open["populate"], open["access"], open["export"] = populate, see, export
	return map[string]any{"paths": paths, "personal": personal, "open": open}
}

func regoCond(r access.Rule, narrows bool) (cond []string) {
	set := func(items []string) string { return "{" + strings.Trim(quoted(items), "[]") + "}" }
	side := func(name string, s spelled) {
		switch {
		case s.every:
			return
		case len(s.in) == 1:
			cond = append(cond, fmt.Sprintf("input.%s == %q", name, s.in[0]))
		case len(s.in) > 1:
			cond = append(cond, fmt.Sprintf("input.%s in %s", name, set(s.in)))
		}
		if len(s.not) > 0 {
			cond = append(cond, fmt.Sprintf("not input.%s in %s", name, set(s.not)))
		}
	}
	side("person", spell(r.Subject, narrows))
	side("viewer", spell(r.Viewer, narrows))
	side("entity", spellEntities(r.Entities, narrows))
	if len(r.Roles) > 0 {
		cond = append(cond, "some role in input.roles", "role in "+set(texts(r.Roles)))
	}
	if len(r.Purposes) > 0 {
		cond = append(cond, "input.purpose in "+set(texts(r.Purposes)))
	}
	return cond
}

func (e *opaEngine) prepare(x pair, clear bool) func() (bool, error) {
	input, err := ast.InterfaceToValue(map[string]any{
		"op": x.op, "category": x.category, "person": x.person, "viewer": x.viewer, "entity": x.entity,
		"purpose": x.purpose, "roles": anys(x.roles), "met": anys(x.met), "consented": x.consented,
	})
	query := e.allowed
	if clear {
		query = e.clear
	}
	return func() (bool, error) {
		if err != nil {
			return false, err
		}
		out, err := query.Eval(context.Background(), rego.EvalParsedInput(input))
		return err == nil && out.Allowed(), err
	}
}

func anys(in []string) []any {
	out := []any{}
	for _, x := range in {
		out = append(out, x)
	}
	return out
}
