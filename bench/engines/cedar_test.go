package engines

import (
	"fmt"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
)

// cedarEngine has operations as actions, categories as resources in a tree and
// roles as parents of the principal.
type cedarEngine struct {
	set  *cedar.PolicySet
	tree types.EntityMap
}

func newCedar(p access.Policy) (engine, error) {
	var b strings.Builder
	for _, s := range statements(p) {
		effect, is := "forbid", "in"
		if s.permit {
			effect = "permit"
		}
		if s.exact {
			is = "=="
		}
		var actions, in []string
		for _, op := range s.ops {
			actions = append(actions, fmt.Sprintf("Action::%q", op))
		}
		for _, x := range s.roles {
			in = append(in, fmt.Sprintf("principal in Role::%q", x))
		}
		cond := []string{"true"}
		if in != nil {
			cond = append(cond, "("+strings.Join(in, " || ")+")")
		}
		for _, side := range []struct {
			name string
			list []string
		}{{"person", s.persons}, {"viewer", s.viewers}, {"entity", s.entities}, {"purpose", s.purposes}} {
			if side.list != nil {
				cond = append(cond, fmt.Sprintf("[%s].contains(context.%s)", quoted(side.list), side.name))
			}
		}
		if s.unless != "" {
			cond = append(cond, fmt.Sprintf("!context.met.contains(%q)", s.unless))
		}
		fmt.Fprintf(&b, "%s(principal, action in [%s], resource %s Category::%q) when { %s };\n",
			effect, strings.Join(actions, ", "), is, s.category, strings.Join(cond, " && "))
	}
	set, err := cedar.NewPolicySetFromBytes("rules", []byte(b.String()))
	c := &cedarEngine{set: set, tree: types.EntityMap{}}
	for _, info := range p.Categories {
		e := types.Entity{UID: categoryUID(info.Key)}
		if info.Parent != "" {
			e.Parents = types.NewEntityUIDSet(categoryUID(info.Parent))
		}
		c.tree[e.UID] = e
	}
	return c, err
}

func quoted(list []string) string {
	var out []string
	for _, x := range list {
		out = append(out, fmt.Sprintf("%q", x))
	}
	return strings.Join(out, ", ")
}

func categoryUID(c bailiwick.Category) types.EntityUID {
	return types.NewEntityUID("Category", types.String(c))
}

func (c *cedarEngine) prepare(p pair) func() (answer, error) {
	who := types.NewEntityUID("Viewer", "someone")
	var parents []types.EntityUID
	for _, r := range p.roles {
		parents = append(parents, types.NewEntityUID("Role", types.String(r)))
	}
	entities := c.tree.Clone()
	entities[who] = types.Entity{UID: who, Parents: types.NewEntityUIDSet(parents...)}
	var met []types.Value
	for _, id := range p.given() {
		met = append(met, types.String(id))
	}
	request := cedar.Request{Principal: who, Action: types.NewEntityUID("Action", types.String(p.op)), Resource: categoryUID(p.category),
		Context: types.NewRecord(types.RecordMap{"person": types.String(p.person), "viewer": types.String(p.viewer),
			"entity": types.String(p.entity), "purpose": types.String(p.purpose), "met": types.NewSet(met...)})}
	unmasked := request
	unmasked.Action = types.NewEntityUID("Action", types.String(p.op+"-clear"))
	return func() (answer, error) {
		for i, r := range []cedar.Request{unmasked, request} {
			if i == 0 && p.once {
				continue
			}
			ok, diag := cedar.Authorize(c.set, entities, r)
			if len(diag.Errors) > 0 {
				return no, fmt.Errorf("cedar: %v", diag.Errors)
			}
			if ok {
				return []answer{clear, masked}[i], nil
			}
		}
		return no, nil
	}
}
