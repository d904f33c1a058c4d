package engines

import (
	"errors"
	"fmt"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
)

// cedarEngine is a policy in Cedar: operations are actions, with a second one
// "<op>-clear" for the unmasked value; categories are resources in a tree;
// roles are parents of the principal.
type cedarEngine struct {
	set        *cedar.PolicySet
	categories types.EntityMap
	masks      bool // without, the unmasked value is that of the operation
}

func newCedar(p access.Policy) (engine, error) {
	var b strings.Builder
	// A statement an action: cedar-go compares one much faster than it searches
	// a list.
	line := func(effect string, actions []string, resource string, cond []string) {
		for _, action := range actions {
			fmt.Fprintf(&b, "%s(principal, action == Action::%q, %s)", effect, action, resource)
			if len(cond) > 0 {
				fmt.Fprintf(&b, " when { %s }", strings.Join(cond, " && "))
			}
			b.WriteString(";\n")
		}
	}
	forms := func(op string) []string {
		if masks(p) {
			return []string{op, op + "-clear"}
		}
		return []string{op}
	}
	for _, r := range p.Rules {
		both := forms(r.Op.String())
		resource := fmt.Sprintf("resource in Category::%q", r.Category)
		if leaf(p, r.Category) {
			resource = fmt.Sprintf("resource == Category::%q", r.Category)
		}
		settled, always := standing(p, r)
		switch {
		case r.Effect == access.Allow:
			line("permit", both, resource, cedarCond(r, false))
		case r.Effect == access.Deny || r.Effect == access.Require && always:
			line("forbid", both, resource, cedarCond(r, true))
		case r.Effect == access.Mask: // grants where it is sure, and forbids the clear value wherever it may match
			line("permit", both, resource, cedarCond(r, false))
			line("forbid", both[1:], resource, cedarCond(r, true))
		case settled:
		case r.Condition.Kind == access.ConsentGiven:
			line("forbid", both, resource, append(cedarCond(r, true), "!context.consented"))
		default:
			line("forbid", both, resource, append(cedarCond(r, true), fmt.Sprintf("!context.met.contains(%q)", r.ID)))
		}
	}
	for _, c := range p.Categories {
		for op, on := range map[string]bool{"populate": c.PopulateDefault, "access": c.AccessDefault, "export": true} {
			if on {
				line("permit", forms(op), fmt.Sprintf("resource == Category::%q", c.Key), nil)
			}
		}
		if c.OfSubject {
			fmt.Fprintf(&b, "forbid(principal, action, resource == Category::%q) when { context.person == \"-\" };\n", c.Key)
		}
	}
	set, err := cedar.NewPolicySetFromBytes("rules", []byte(b.String()))
	if err != nil {
		return nil, err
	}
	e := &cedarEngine{set: set, categories: types.EntityMap{}, masks: masks(p)}
	for _, info := range p.Categories {
		x := types.Entity{UID: categoryUID(string(info.Key))}
		if info.Parent != "" {
			x.Parents = types.NewEntityUIDSet(categoryUID(string(info.Parent)))
		}
		e.categories[x.UID] = x
	}
	return e, nil
}

func categoryUID(c string) types.EntityUID { return types.NewEntityUID("Category", types.String(c)) }

func cedarCond(r access.Rule, narrows bool) (cond []string) {
	side := func(name string, s spelled) {
		if s.every {
			return
		}
		list := func(items []string) string {
			if len(items) == 1 {
				return fmt.Sprintf("context.%s == %q", name, items[0])
			}
			return fmt.Sprintf("%s.contains(context.%s)", quoted(items), name)
		}
		if len(s.in) > 0 {
			cond = append(cond, list(s.in))
		}
		if len(s.not) > 0 {
			cond = append(cond, "!("+list(s.not)+")")
		}
	}
	side("person", spell(r.Subject, narrows))
	side("viewer", spell(r.Viewer, narrows))
	side("entity", spellEntities(r.Entities, narrows))
	var any []string
	for _, x := range r.Roles {
		any = append(any, fmt.Sprintf("principal in Role::%q", x))
	}
	if len(any) > 0 {
		cond = append(cond, "("+strings.Join(any, " || ")+")")
	}
	if len(r.Purposes) > 0 {
		cond = append(cond, quoted(texts(r.Purposes))+".contains(context.purpose)")
	}
	return cond
}

func quoted(items []string) string {
	var out []string
	for _, x := range items {
		out = append(out, fmt.Sprintf("%q", x))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func texts[T bailiwick.Role | bailiwick.Purpose](in []T) (out []string) {
	for _, x := range in {
		out = append(out, string(x))
	}
	return out
}

func (e *cedarEngine) prepare(x pair, clear bool) func() (bool, error) {
	who := types.NewEntityUID("Viewer", "someone")
	var parents []types.EntityUID
	for _, r := range x.roles {
		parents = append(parents, types.NewEntityUID("Role", types.String(r)))
	}
	var met []types.Value
	for _, id := range x.met {
		met = append(met, types.String(id))
	}
	action := x.op
	if clear && e.masks {
		action += "-clear"
	}
	entities := e.categories.Clone()
	entities[who] = types.Entity{UID: who, Parents: types.NewEntityUIDSet(parents...)}
	request := cedar.Request{
		Principal: who, Action: types.NewEntityUID("Action", types.String(action)), Resource: categoryUID(x.category),
		Context: types.NewRecord(types.RecordMap{
			"person": types.String(x.person), "viewer": types.String(x.viewer), "entity": types.String(x.entity),
			"purpose": types.String(x.purpose), "met": types.NewSet(met...), "consented": types.Boolean(x.consented),
		}),
	}
	return func() (bool, error) {
		ok, diag := cedar.Authorize(e.set, entities, request)
		if len(diag.Errors) > 0 {
			return false, errors.New(diag.Errors[0].Message)
		}
		return bool(ok), nil
	}
}
