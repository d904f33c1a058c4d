package engines

import (
	"slices"
	"strings"

	"bailiwick/internal/access"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
)

// casbinModel has a line a statement; categories inherit from each other.
const casbinModel = `
[request_definition]
r = op, cat, person, viewer, entity, roles, purpose, met

[policy_definition]
p = op, cat, exact, persons, viewers, entities, roles, purposes, unless, eft

[role_definition]
g = _, _

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = r.op == p.op && (r.cat == p.cat || p.exact == "no" && g(r.cat, p.cat)) && within(r.person, p.persons) && within(r.viewer, p.viewers) && within(r.entity, p.entities) && anyof(r.roles, p.roles) && within(r.purpose, p.purposes) && (p.unless == "" || !within(p.unless, r.met))
`

type casbinEngine struct{ e *casbin.Enforcer }

func newCasbin(p access.Policy) (engine, error) {
	m, err := model.NewModelFromString(casbinModel)
	if err != nil {
		return nil, err
	}
	e, err := casbin.NewEnforcer(m)
	if err != nil {
		return nil, err
	}
	e.AddFunction("within", func(args ...any) (any, error) { return within(args[0].(string), args[1].(string)), nil })
	e.AddFunction("anyof", func(args ...any) (any, error) {
		return args[1].(string) == "*" || slices.ContainsFunc(strings.Split(args[0].(string), "|"), func(x string) bool {
			return x != "" && within(x, args[1].(string))
		}), nil
	})
	var lines, parents [][]string
	for _, s := range statements(p) {
		effect, exact := "deny", "no"
		if s.permit {
			effect = "allow"
		}
		if s.exact {
			exact = "yes"
		}
		for _, op := range s.ops {
			lines = append(lines, []string{op, string(s.category), exact, bars(s.persons), bars(s.viewers), bars(s.entities), bars(s.roles), bars(s.purposes), s.unless, effect})
		}
	}
	for _, c := range p.Categories {
		if c.Parent != "" {
			parents = append(parents, []string{string(c.Key), string(c.Parent)})
		}
	}
	if _, err := e.AddPoliciesEx(lines); err != nil {
		return nil, err
	}
	_, err = e.AddGroupingPolicies(parents)
	return &casbinEngine{e}, err
}

// bars writes a list so that a text can be looked up in it; nil = everything.
func bars(list []string) string {
	if list == nil {
		return "*"
	}
	return "|" + strings.Join(list, "|") + "|"
}

func within(x, list string) bool { return list == "*" || strings.Contains(list, "|"+x+"|") }

func (c *casbinEngine) prepare(p pair) func() (answer, error) {
	names := []string{}
	for _, r := range p.roles {
		names = append(names, string(r))
	}
	request := []any{p.op, string(p.category), p.person, p.viewer, p.entity, bars(names), string(p.purpose), bars(p.given())}
	unmasked := slices.Clone(request)
	unmasked[0] = p.op + "-clear"
	return func() (answer, error) {
		if !p.once {
			if ok, err := c.e.Enforce(unmasked...); ok || err != nil {
				return clear, err
			}
		}
		if ok, err := c.e.Enforce(request...); ok || err != nil {
			return masked, err
		}
		return no, nil
	}
}
