package access_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/access"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
	"pgregory.net/rapid"
)

// cedarPolicy is a policy said over again in Cedar. Operations are actions,
// with a second one "<op>-clear" for the unmasked value; categories are
// resources in a tree; roles are parents of the principal. Every question is
// about one country of a person and one of a viewer.
type cedarPolicy struct {
	set        *cedar.PolicySet
	categories types.EntityMap
}

func newCedar(t interface{ Fatal(...any) }, p access.Policy) *cedarPolicy {
	var b strings.Builder
	for _, r := range p.Rules {
		op, effect := r.Op.String(), map[access.Effect]string{access.Allow: "permit"}[r.Effect]
		actions := []string{op, op + "-clear"}
		if effect == "" {
			effect = "forbid"
		}
		narrows := r.Effect != access.Allow
		cond := []string{cedarCountries("person", r.Subject, narrows, true), cedarCountries("viewer", r.Viewer, narrows, false), cedarEntities(r, narrows)}
		var roles, purposes []string
		for _, x := range r.Roles {
			roles = append(roles, fmt.Sprintf("principal in Role::%q", x))
		}
		for _, x := range r.Purposes {
			purposes = append(purposes, fmt.Sprintf("context.purpose == %q", x))
		}
		for _, any := range [][]string{roles, purposes} {
			if len(any) > 0 {
				cond = append(cond, "("+strings.Join(any, " || ")+")")
			}
		}
		if r.Effect == access.Mask { // forbids the clear value, and where it is sure of its countries permits the masked one
			sure := append([]string{cedarCountries("person", r.Subject, false, true), cedarCountries("viewer", r.Viewer, false, false), cedarEntities(r, false)}, cond[3:]...)
			cedarRule(&b, "permit", actions[:1], r.Category, sure)
			cedarRule(&b, "permit", actions[1:], r.Category, sure) // the forbid below beats it
			actions = actions[1:]
		}
		if unmet := cedarUnmet(p, r); unmet != "" {
			cond = append(cond, unmet)
		}
		cedarRule(&b, effect, actions, r.Category, cond)
	}
	for _, c := range p.Categories {
		for op, on := range map[string]bool{"populate": c.PopulateDefault, "access": c.AccessDefault, "export": true} {
			if on {
				fmt.Fprintf(&b, "permit(principal, action in [Action::%q, Action::%q], resource == Category::%q);\n", op, op+"-clear", c.Key)
			}
		}
		if c.OfSubject {
			fmt.Fprintf(&b, "forbid(principal, action, resource == Category::%q) when { context.noOne };\n", c.Key)
		}
	}
	set, err := cedar.NewPolicySetFromBytes("rules", []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	c := &cedarPolicy{set: set, categories: types.EntityMap{}}
	for _, info := range p.Categories {
		e := types.Entity{UID: categoryUID(info.Key)}
		if info.Parent != "" {
			e.Parents = types.NewEntityUIDSet(categoryUID(info.Parent))
		}
		c.categories[e.UID] = e
	}
	return c
}

func cedarRule(b *strings.Builder, effect string, actions []string, cat bailiwick.Category, cond []string) {
	for i, a := range actions {
		actions[i] = fmt.Sprintf("Action::%q", strings.Trim(strings.TrimPrefix(a, "Action::"), `"`))
	}
	fmt.Fprintf(b, "%s(principal, action in [%s], resource in Category::%q) when { %s };\n",
		effect, strings.Join(actions, ", "), cat, strings.Join(cond, " && "))
}

func cedarCountries(side string, s access.CountrySet, narrows, person bool) string {
	if s.Every() {
		return "true"
	}
	set := func(items []string) string {
		var quoted []string
		for _, item := range items {
			codes := []bailiwick.Country{bailiwick.Country(item)}
			if members, ok := bailiwick.Region(item).Members(); ok {
				codes = members
			}
			for _, c := range codes {
				quoted = append(quoted, fmt.Sprintf("%q", c))
			}
		}
		return fmt.Sprintf("[%s].contains(context.%s)", strings.Join(quoted, ", "), side)
	}
	in := "true"
	if len(s.In) > 0 {
		in = set(s.In)
	}
	if len(s.NotIn) > 0 {
		in += " && !" + set(s.NotIn)
	}
	known := fmt.Sprintf("context.%sKnown", side)
	cond := fmt.Sprintf("(%s && %s)", known, in)
	if narrows {
		cond = fmt.Sprintf("(!%s || %s)", known, in)
	}
	if person {
		cond = "(!context.noOne && " + cond + ")"
	}
	return cond
}

func cedarEntities(r access.Rule, narrows bool) string {
	if len(r.Entities) == 0 {
		return "true"
	}
	return fmt.Sprintf("((context.entity == \"\" && %t) || %s.contains(context.entity))", narrows, strings.ReplaceAll(fmt.Sprintf("%q", r.Entities), " ", ", "))
}

// cedarUnmet says when the condition of a rule is not met; empty = always.
func cedarUnmet(p access.Policy, r access.Rule) string {
	switch r.Condition.Kind {
	case access.ConsentGiven:
		return "!context.consented"
	case access.Justified, access.Approved:
		return fmt.Sprintf("!context.met.contains(%q)", r.ID)
	case access.Agreement:
		return fmt.Sprint(!slices.Contains(p.Agreements, r.Condition.Ref))
	}
	return ""
}

func categoryUID(c bailiwick.Category) types.EntityUID {
	return types.NewEntityUID("Category", types.String(c))
}

// asked is one pair of countries of a question, made ready for Cedar.
type asked struct {
	entities types.EntityMap
	request  cedar.Request
}

func (c *cedarPolicy) prepare(q question, op string, person, viewer bailiwick.Country) asked {
	who := types.NewEntityUID("Viewer", "someone")
	var roles []types.EntityUID
	for _, r := range q.roles {
		roles = append(roles, types.NewEntityUID("Role", types.String(r)))
	}
	var met []types.Value
	for _, id := range q.met {
		met = append(met, types.String(id))
	}
	entities := c.categories.Clone()
	entities[who] = types.Entity{UID: who, Parents: types.NewEntityUIDSet(roles...)}
	return asked{entities, cedar.Request{
		Principal: who, Action: types.NewEntityUID("Action", types.String(op)), Resource: categoryUID(q.category),
		Context: types.NewRecord(types.RecordMap{
			"person": types.String(person), "personKnown": types.Boolean(person.Known()),
			"viewer": types.String(viewer), "viewerKnown": types.Boolean(viewer.Known()),
			"entity": types.String(q.entity), "met": types.NewSet(met...),
			"consented": types.Boolean(!q.noOne && slices.Contains(q.consents, q.category)),
			"noOne":     types.Boolean(q.noOne), "purpose": types.String(q.purpose),
		}),
	}}
}

// allowed asks for every pair of countries; all must pass.
func (c *cedarPolicy) allowed(t interface{ Fatal(...any) }, q question, suffix string) bool {
	persons, viewers := q.countries, []bailiwick.Country{q.assigned}
	if q.noOne || len(persons) == 0 {
		persons = []bailiwick.Country{""}
	}
	if q.present != "" {
		viewers = append(viewers, q.present)
	}
	ops := []string{q.op.String() + suffix}
	if q.op == access.Export {
		ops = append(ops, "access"+suffix)
	}
	for _, op := range ops {
		for _, p := range persons {
			for _, v := range viewers {
				a := c.prepare(q, op, p, v)
				ok, diag := cedar.Authorize(c.set, a.entities, a.request)
				if len(diag.Errors) > 0 {
					t.Fatal(diag.Errors)
				}
				if !ok {
					return false
				}
			}
		}
	}
	return true
}

// TestAgainstCedar asks a policy engine of another make the same questions.
func TestAgainstCedar(t *testing.T) {
	cases := 0
	rapid.Check(t, func(t *rapid.T) {
		p := genPolicy(t)
		m, c, r := compile(t, p), newCedar(t, p), questions(t)
		for range 35 {
			q := ask(r)
			d := q.view(m).Decide(q.op, q.category, q.subject())
			clear := d.Allowed() && d.Mask() == access.MaskNone
			if a, b := c.allowed(t, q, ""), c.allowed(t, q, "-clear"); a != d.Allowed() || b != clear {
				t.Fatalf("%+v: Cedar says %v, clear %v; we say %v, clear %v", q, a, b, d.Allowed(), clear)
			}
			cases++
		}
	})
	if cases < 3000 && !testing.Short() {
		t.Errorf("only %d cases", cases)
	}
}
