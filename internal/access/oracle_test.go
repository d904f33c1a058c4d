package access_test

import (
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
)

// question is one question put to a policy, in plain words.
type question struct {
	op                access.Op
	category          bailiwick.Category
	countries         []bailiwick.Country // of the person; none = unknown
	noOne             bool                // about no one
	assigned, present bailiwick.Country
	purpose           bailiwick.Purpose
	roles             []bailiwick.Role
	entity            string               // of the content; empty = not known
	consents          []bailiwick.Category // of the person
	met               []string             // ids of rules whose condition the viewer meets
}

func (q question) subject() access.Subject {
	if q.noOne {
		return access.NoSubject.At(q.entity)
	}
	var set uint64
	for _, c := range q.consents {
		set |= 1 << slices.IndexFunc(worldCategories, func(info bailiwick.CategoryInfo) bool { return info.Key == c })
	}
	return access.Of(q.countries...).At(q.entity).WithConsents(set)
}

// view is what the one who asks gets of a matrix.
func (q question) view(m *access.Matrix) *access.View { return m.ViewMet(q.actor(), q.met) }

// verdict is an oracle's answer.
type verdict struct {
	allowed bool
	mask    access.MaskForm
}

// stricter is the more restrictive of two verdicts.
func (v verdict) stricter(o verdict) verdict {
	if !v.allowed || !o.allowed {
		return verdict{}
	}
	a, b := v.mask, o.mask
	switch {
	case a == b || b == access.MaskNone:
		return v
	case a == access.MaskNone:
		return o
	case a == access.Null || b == access.Null:
		return verdict{true, access.Null}
	}
	return verdict{true, access.PresentAbsent}
}

// textOracle judges by the words of R14.3 to R14.6, one pair of countries at a
// time, with the text of the rules as they are.
func textOracle(p access.Policy, q question) verdict {
	info, ok := category(p, q.category)
	if !ok || (q.noOne && info.OfSubject) {
		return verdict{}
	}
	people := q.countries
	if q.noOne || len(people) == 0 {
		people = []bailiwick.Country{""}
	}
	viewers := []bailiwick.Country{q.assigned}
	if q.present != "" {
		viewers = append(viewers, q.present)
	}
	out := verdict{allowed: true}
	for _, person := range people {
		for _, viewer := range viewers {
			out = out.stricter(judgePair(p, q, info, q.op, person, viewer))
			if q.op == access.Export {
				out = out.stricter(judgePair(p, q, info, access.Access, person, viewer))
			}
		}
	}
	return out
}

func judgePair(p access.Policy, q question, info bailiwick.CategoryInfo, op access.Op, person, viewer bailiwick.Country) verdict {
	var deny, require, granted bool
	form := access.MaskNone
	for _, r := range p.Rules {
		if r.Op != op || !covers(p, r.Category, info.Key) {
			continue
		}
		if len(r.Roles) > 0 && !slices.ContainsFunc(r.Roles, func(x bailiwick.Role) bool { return slices.Contains(q.roles, x) }) {
			continue
		}
		if len(r.Purposes) > 0 && !slices.Contains(r.Purposes, q.purpose) {
			continue
		}
		narrows := r.Effect != access.Allow
		personIn, personSure := member(r.Subject, person, narrows && !q.noOne)
		viewerIn, viewerSure := member(r.Viewer, viewer, narrows)
		entityIn, entitySure := len(r.Entities) == 0 || slices.Contains(r.Entities, q.entity), true
		if len(r.Entities) > 0 && q.entity == "" { // content of whom nobody knows: only what narrows reaches it
			entityIn, entitySure = narrows, false
		}
		if !personIn || !viewerIn || !entityIn {
			continue
		}
		switch r.Effect {
		case access.Deny:
			deny = true
		case access.Require:
			require = require || !met(p, q, r, info.Key)
		case access.Allow:
			granted = true
		case access.Mask:
			form = verdict{true, form}.stricter(verdict{true, r.Mask}).mask
			granted = granted || (personSure && viewerSure && entitySure)
		}
	}
	switch {
	case op == access.Export:
		granted = true
	case op == access.Access && info.AccessDefault, op == access.Populate && info.PopulateDefault:
		granted = true
	}
	if deny || require || !granted {
		return verdict{}
	}
	return verdict{true, form}
}

// met reports whether what a rule requires is there (R14.2).
func met(p access.Policy, q question, r access.Rule, on bailiwick.Category) bool {
	switch r.Condition.Kind {
	case access.Agreement:
		return slices.Contains(p.Agreements, r.Condition.Ref)
	case access.Justified, access.Approved:
		return slices.Contains(q.met, r.ID)
	case access.ConsentGiven:
		return !q.noOne && slices.Contains(q.consents, on)
	}
	return false // words alone, or counts only
}

// member reports whether a country lies in a set, and whether that is sure. Of
// a country that is not known, only a rule that narrows says yes.
func member(s access.CountrySet, c bailiwick.Country, narrows bool) (in, sure bool) {
	if len(s.In)+len(s.NotIn) == 0 {
		return true, true
	}
	if !c.Known() {
		return narrows, false
	}
	names := func(items []string) bool {
		return slices.ContainsFunc(items, func(item string) bool {
			return item == string(c) || (item == "EU" && c.Info().EU) || (item == "EEA" && c.Info().EEA)
		})
	}
	return (len(s.In) == 0 || names(s.In)) && !names(s.NotIn), true
}

func category(p access.Policy, key bailiwick.Category) (bailiwick.CategoryInfo, bool) {
	i := slices.IndexFunc(p.Categories, func(c bailiwick.CategoryInfo) bool { return c.Key == key })
	if i < 0 {
		return bailiwick.CategoryInfo{}, false
	}
	return p.Categories[i], true
}

// covers reports whether a rule on one category reaches another: itself or
// anything below.
func covers(p access.Policy, on, key bailiwick.Category) bool {
	for key != "" {
		if key == on {
			return true
		}
		info, _ := category(p, key)
		key = info.Parent
	}
	return false
}

// bruteOracle judges by sets of countries: for every rule it lists the places
// where it holds, "?" standing for the unknown country and "-" for no one, and
// then takes sets apart. It shares no code with textOracle.
type bruteOracle struct {
	policy access.Policy
	rules  []bruteRule
}

type bruteRule struct {
	access.Rule
	person, viewer map[string]bool // true = sure, false = in for want of knowledge
	entity         map[string]bool // likewise; nil = all
	cats           map[bailiwick.Category]bool
	fulfilled      func(question) bool // of a rule that requires something
}

func newBruteOracle(p access.Policy) *bruteOracle {
	b := &bruteOracle{policy: p}
	for _, r := range p.Rules {
		br := bruteRule{Rule: r, person: places(r.Subject, r.Effect), viewer: places(r.Viewer, r.Effect),
			cats: map[bailiwick.Category]bool{r.Category: true}}
		if len(r.Entities) > 0 {
			br.entity = map[string]bool{}
			for _, key := range r.Entities {
				br.entity[key] = true
			}
			if r.Effect != access.Allow {
				br.entity[""] = false
			}
		}
		br.fulfilled = fulfilment(p, r)
		for range p.Categories { // as often as the tree can be deep
			for _, c := range p.Categories {
				if br.cats[c.Parent] {
					br.cats[c.Key] = true
				}
			}
		}
		b.rules = append(b.rules, br)
	}
	return b
}

// fulfilment makes the test of a rule's condition from its kind.
func fulfilment(p access.Policy, r access.Rule) func(question) bool {
	always := false
	for _, ref := range p.Agreements {
		always = always || (r.Condition == access.Condition{Kind: access.Agreement, Ref: ref})
	}
	byViewer := r.Condition.Kind == access.Justified || r.Condition.Kind == access.Approved
	return func(q question) bool {
		ok := always
		for _, id := range q.met {
			ok = ok || byViewer && id == r.ID
		}
		for _, c := range q.consents {
			ok = ok || r.Condition.Kind == access.ConsentGiven && c == q.category && !q.noOne
		}
		return ok
	}
}

func places(s access.CountrySet, e access.Effect) map[string]bool {
	every := len(s.In) == 0 && len(s.NotIn) == 0
	in := make(map[string]bool)
	for _, c := range bailiwick.Countries() {
		if len(s.In) == 0 {
			in[string(c.Code)] = true
		}
	}
	each := func(items []string, f func(string)) {
		for _, item := range items {
			if members, ok := bailiwick.Region(item).Members(); ok {
				for _, c := range members {
					f(string(c))
				}
				continue
			}
			f(item)
		}
	}
	each(s.In, func(c string) { in[c] = true })
	each(s.NotIn, func(c string) { delete(in, c) })
	if every {
		in["-"] = true
		in["?"] = true
	} else if e != access.Allow {
		in["?"] = false
	}
	return in
}

func (b *bruteOracle) judge(q question) verdict {
	persons := map[string]bool{}
	for _, c := range q.countries {
		persons[nameOf(c)] = true
	}
	if len(persons) == 0 {
		persons["?"] = true
	}
	if q.noOne {
		persons = map[string]bool{"-": true}
	}
	viewers := map[string]bool{nameOf(q.assigned): true}
	if q.present != "" {
		viewers[nameOf(q.present)] = true
	}
	ops := []access.Op{q.op}
	if q.op == access.Export {
		ops = append(ops, access.Access)
	}
	forms := map[access.MaskForm]bool{}
	for _, op := range ops {
		for person := range persons {
			for viewer := range viewers {
				effects := map[access.Effect]bool{}
				for _, r := range b.rules {
					sureP, inP := r.person[person]
					sureV, inV := r.viewer[viewer]
					sureE, inE := true, true
					if r.entity != nil {
						sureE, inE = r.entity[q.entity]
					}
					if !inP || !inV || !inE || r.Op != op || !r.cats[q.category] || !b.held(r.Rule, q) {
						continue
					}
					if r.Effect == access.Mask {
						forms[r.Mask] = true
						if !sureP || !sureV || !sureE {
							continue
						}
					}
					if r.Effect == access.Require && r.fulfilled(q) {
						continue
					}
					effects[r.Effect] = true
				}
				if effects[access.Deny] || effects[access.Require] {
					return verdict{}
				}
				if !effects[access.Allow] && !effects[access.Mask] && !b.byDefault(op, q) {
					return verdict{}
				}
			}
		}
	}
	info, ok := category(b.policy, q.category)
	if !ok || (q.noOne && info.OfSubject) {
		return verdict{}
	}
	v := verdict{allowed: true}
	switch len(forms) {
	case 0:
	case 1:
		for f := range forms {
			v.mask = f
		}
	default:
		v.mask = access.PresentAbsent
		if forms[access.Null] {
			v.mask = access.Null
		}
	}
	return v
}

func nameOf(c bailiwick.Country) string {
	if _, err := bailiwick.ParseCountry(string(c)); err != nil {
		return "?"
	}
	return string(c)
}

func (b *bruteOracle) held(r access.Rule, q question) bool {
	role, purpose := len(r.Roles) == 0, len(r.Purposes) == 0
	for _, x := range r.Roles {
		for _, y := range q.roles {
			role = role || x == y
		}
	}
	for _, x := range r.Purposes {
		purpose = purpose || x == q.purpose
	}
	return role && purpose
}

func (b *bruteOracle) byDefault(op access.Op, q question) bool {
	for _, c := range b.policy.Categories {
		if c.Key == q.category {
			return map[access.Op]bool{access.Populate: c.PopulateDefault, access.Access: c.AccessDefault, access.Export: true}[op]
		}
	}
	return false
}
