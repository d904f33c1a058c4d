package engines

import (
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
)

// statement is a permission or prohibition, as Cedar and Casbin know them: one
// prohibition beats every permission, and without a permission nothing goes. A
// nil list is everything; "?" in one is what is not known.
type statement struct {
	permit                     bool
	ops                        []string // "<operation>", or "<operation>-clear" for the unmasked value
	category                   bailiwick.Category
	exact                      bool // the category alone, not what lies below it
	persons, viewers, entities []string
	roles, purposes            []string
	unless                     string // what lifts a prohibition: "" = nothing, "consent", or the id of a rule that the viewer meets
}

// statements takes a policy apart.
func statements(p access.Policy) (out []statement) {
	for _, r := range p.Rules {
		op := r.Op.String()
		wide := statement{ops: []string{op, op + "-clear"}, category: r.Category,
			persons: spell(r.Subject, true), viewers: spell(r.Viewer, true), entities: slices.Clone(r.Entities)}
		for _, x := range r.Roles {
			wide.roles = append(wide.roles, string(x))
		}
		for _, x := range r.Purposes {
			wide.purposes = append(wide.purposes, string(x))
		}
		sure := wide
		sure.permit, sure.persons, sure.viewers = true, spell(r.Subject, false), spell(r.Viewer, false)
		if len(r.Entities) > 0 {
			wide.entities = append(wide.entities, "?")
		}
		switch r.Effect {
		case access.Allow:
			out = append(out, sure)
		case access.Deny:
			out = append(out, wide)
		case access.Mask: // permits where it is sure, and forbids the clear value
			wide.ops = wide.ops[1:]
			out = append(out, sure, wide)
		case access.Require:
			switch r.Condition.Kind {
			case access.ConsentGiven:
				wide.unless = "consent"
			case access.Justified, access.Approved:
				wide.unless = r.ID
			case access.Agreement:
				if slices.Contains(p.Agreements, r.Condition.Ref) {
					continue
				}
			}
			out = append(out, wide)
		}
	}
	for _, c := range p.Categories {
		only := statement{permit: true, category: c.Key, exact: true}
		for op, open := range defaults(c) {
			if open {
				only.ops = append(only.ops, op, op+"-clear")
			}
		}
		if len(only.ops) > 0 {
			out = append(out, only)
		}
		if c.OfSubject {
			all := statement{category: c.Key, exact: true, persons: []string{"-"}}
			for _, op := range ops {
				all.ops = append(all.ops, op.String(), op.String()+"-clear")
			}
			out = append(out, all)
		}
	}
	return out
}

// defaults tells which operations are open on a category without a rule.
func defaults(c bailiwick.CategoryInfo) map[string]bool {
	return map[string]bool{"populate": c.PopulateDefault, "access": c.AccessDefault, "export": true}
}

// spell lists the countries of a set; nil = all.
func spell(s access.CountrySet, unknown bool) []string {
	if s.Every() {
		return nil
	}
	out := []string{}
	in, not := flat(s.In), flat(s.NotIn)
	for _, c := range bailiwick.Countries() {
		if code := string(c.Code); (len(s.In) == 0 || slices.Contains(in, code)) && !slices.Contains(not, code) {
			out = append(out, code)
		}
	}
	if unknown {
		out = append(out, "?")
	}
	return out
}

// flat replaces regions by their countries.
func flat(items []string) []string {
	out := []string{}
	for _, item := range items {
		members, ok := bailiwick.Region(item).Members()
		if !ok {
			out = append(out, item)
		}
		for _, c := range members {
			out = append(out, string(c))
		}
	}
	return out
}
