package engines

import (
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
)

// casbinEngine is a policy in Casbin: a rule is some lines of its table, sets
// are columns that a function of the matcher reads.
type casbinEngine struct {
	*casbin.Enforcer
	masks bool // without, the unmasked value is that of the operation
}

const casbinModel = `
[request_definition]
r = op, category, person, viewer, entity, roles, purpose, met, consented

[policy_definition]
p = op, category, persons, viewers, entities, roles, purposes, condition, eft

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = r.op == p.op && under(r.category, p.category) && within(r.person, p.persons) && within(r.viewer, p.viewers) && within(r.entity, p.entities) && any(r.roles, p.roles) && within(r.purpose, p.purposes) && unmet(p.condition, r.met, r.consented)
`

func newCasbin(p access.Policy) (engine, error) {
	m, err := model.NewModelFromString(casbinModel)
	if err != nil {
		return nil, err
	}
	e, err := casbin.NewEnforcer(m)
	if err != nil {
		return nil, err
	}
	e.EnableLog(false)
	parent := map[string]string{}
	for _, c := range p.Categories {
		parent[string(c.Key)] = string(c.Parent)
	}
	e.AddFunction("under", func(args ...any) (any, error) {
		c, on := args[0].(string), args[1].(string)
		if exact, ok := strings.CutPrefix(on, "="); ok {
			return c == exact, nil
		}
		for ; c != ""; c = parent[c] {
			if c == on {
				return true, nil
			}
		}
		return false, nil
	})
	e.AddFunction("within", func(args ...any) (any, error) { return within(args[0].(string), args[1].(string)), nil })
	e.AddFunction("any", func(args ...any) (any, error) {
		return args[1] == "*" || slices.ContainsFunc(strings.Split(args[0].(string), ","), func(x string) bool {
			return slices.Contains(strings.Split(args[1].(string), ","), x)
		}), nil
	})
	e.AddFunction("unmet", func(args ...any) (any, error) {
		switch condition := args[0].(string); condition {
		case "*":
			return true, nil
		case "consent":
			return args[2] != "yes", nil
		default:
			return !slices.Contains(strings.Split(args[1].(string), ","), condition), nil
		}
	})
	_, err = e.AddPolicies(casbinLines(p))
	return casbinEngine{e, masks(p)}, err
}

// within reads a column: "*", or the members, or "!" and those that are not,
// or both with a "!" between them.
func within(x, column string) bool {
	if column == "*" {
		return true
	}
	in, not, _ := strings.Cut(column, "!")
	return (in == "" || slices.Contains(strings.Split(in, ","), x)) && !slices.Contains(strings.Split(not, ","), x)
}

func column(s spelled) string {
	if s.every {
		return "*"
	}
	named := func(items []string) string {
		items = slices.Clone(items)
		for i, x := range items {
			if x == "" {
				items[i] = "~" // content of an unknown entity
			}
		}
		return strings.Join(items, ",")
	}
	return named(s.in) + "!" + named(s.not)
}

func casbinLines(p access.Policy) (lines [][]string) {
	list := func(items []string) string {
		if len(items) == 0 {
			return "*"
		}
		return strings.Join(items, ",")
	}
	for _, r := range p.Rules {
		line := func(op string, narrows bool, condition, eft string) {
			category := string(r.Category)
			if leaf(p, r.Category) {
				category = "=" + category
			}
			purposes := spelled{every: len(r.Purposes) == 0, in: texts(r.Purposes)}
			x := []string{op, category, column(spell(r.Subject, narrows)), column(spell(r.Viewer, narrows)),
				column(spellEntities(r.Entities, narrows)), list(texts(r.Roles)), column(purposes), condition, eft}
			if !slices.ContainsFunc(lines, func(y []string) bool { return slices.Equal(x, y) }) { // Casbin takes no line twice
				lines = append(lines, x)
			}
		}
		op := r.Op.String()
		settled, always := standing(p, r)
		for _, on := range casbinForms(p, op) {
			switch {
			case r.Effect == access.Allow || r.Effect == access.Mask:
				line(on, false, "*", "allow")
			case r.Effect == access.Deny || always:
				line(on, true, "*", "deny")
			case settled:
			case r.Condition.Kind == access.ConsentGiven:
				line(on, true, "consent", "deny")
			default:
				line(on, true, r.ID, "deny")
			}
		}
		if r.Effect == access.Mask {
			line(op+"-clear", true, "*", "deny")
		}
	}
	for _, c := range p.Categories {
		lines = append(lines, defaultLines(p, c)...)
	}
	return lines
}

func casbinForms(p access.Policy, op string) []string {
	if masks(p) {
		return []string{op, op + "-clear"}
	}
	return []string{op}
}

func defaultLines(p access.Policy, c bailiwick.CategoryInfo) (lines [][]string) {
	for op, on := range map[string]bool{"populate": c.PopulateDefault, "access": c.AccessDefault, "export": true} {
		for _, op := range casbinForms(p, op) {
			if on {
				lines = append(lines, []string{op, "=" + string(c.Key), "*", "*", "*", "*", "*", "*", "allow"})
			}
			if c.OfSubject {
				lines = append(lines, []string{op, "=" + string(c.Key), "-!", "*", "*", "*", "*", "*", "deny"})
			}
		}
	}
	return lines
}

func (e casbinEngine) prepare(x pair, clear bool) func() (bool, error) {
	op, entity, consented := x.op, x.entity, "no"
	if clear && e.masks {
		op += "-clear"
	}
	if entity == "" {
		entity = "~"
	}
	if x.consented {
		consented = "yes"
	}
	request := []any{op, x.category, x.person, x.viewer, entity, strings.Join(x.roles, ","), x.purpose, strings.Join(x.met, ","), consented}
	return func() (bool, error) { return e.Enforce(request...) }
}
