package engines

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
)

var (
	instant  = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	people   = []bailiwick.Country{"DE", "FR", "NO", "US", "GB", "CN", "", "XK"}
	items    = []string{"DE", "FR", "NO", "US", "GB", "EU", "EEA"}
	roles    = []bailiwick.Role{"hr", "payroll", "manager"}
	entities = []string{"acme-de", "acme-fr", "acme-us"}
	purposes = []bailiwick.Purpose{bailiwick.ProvideService, bailiwick.FixProblem}
	forms    = []access.MaskForm{access.Last4, access.YearOnly, access.Initials, access.PresentAbsent, access.Null}
	ops      = []access.Op{access.Populate, access.Access, access.Export}
	asked    = []bailiwick.Category{"business", "narrative", "contact", "employment", "performance", "compensation", "health",
		"disability", "x_fitness", "x_shifts", "x_night_shifts"}

	// categories are those of the product and three that a tenant added below
	// them.
	categories = append(bailiwick.ShippedCategories(),
		bailiwick.CategoryInfo{Key: "x_fitness", Parent: "health", Flag: bailiwick.FlagSpecial, OfSubject: true},
		bailiwick.CategoryInfo{Key: "x_shifts", Parent: "employment", OfSubject: true, PopulateDefault: true, AccessDefault: true},
		bailiwick.CategoryInfo{Key: "x_night_shifts", Parent: "x_shifts", OfSubject: true, PopulateDefault: true})
)

func pick[T any](r *rand.Rand, of []T) T { return of[r.IntN(len(of))] }

// some returns up to n different members, at least one.
func some[T comparable](r *rand.Rand, of []T, n int) (out []T) {
	for range 1 + r.IntN(n) {
		if x := pick(r, of); !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

func countrySet(r *rand.Rand) (s access.CountrySet) {
	kind := r.IntN(5)
	if kind == 0 || kind == 2 {
		s.In = some(r, items, 3)
	}
	if kind == 1 || kind == 2 {
		s.NotIn = some(r, items, 3)
	}
	return s
}

// randomRule draws a rule over a small world, so that rules meet.
func randomRule(r *rand.Rand, id string) access.Rule {
	x := access.Rule{ID: id, Op: pick(r, ops), Category: pick(r, asked), Subject: countrySet(r), Viewer: countrySet(r),
		Effect: []access.Effect{access.Allow, access.Allow, access.Allow, access.Mask, access.Mask, access.Deny, access.Require}[r.IntN(7)]}
	if r.IntN(2) == 0 {
		x.Roles = some(r, roles, 2)
	}
	if r.IntN(6) == 0 {
		x.Purposes = some(r, purposes, 1)
	}
	if r.IntN(4) == 0 {
		x.Entities = some(r, entities, 2)
	}
	if x.Op == access.Populate && x.Effect == access.Mask {
		x.Effect = access.Allow
	}
	switch x.Effect {
	case access.Mask:
		x.Mask = pick(r, forms)
	case access.Require:
		x.Require = "condition " + id
		kinds := []access.Condition{{}, {Kind: access.ConsentGiven}, {Kind: access.ConsentGiven}, {Kind: access.Approved},
			{Kind: access.Agreement, Ref: "wa-1"}, {Kind: access.Agreement, Ref: "wa-2"}}
		if x.Op != access.Populate {
			kinds = append(kinds, access.Condition{Kind: access.Justified}, access.Condition{Kind: access.AggregateOnly, K: 5})
		}
		x.Condition = pick(r, kinds)
	}
	return x
}

func randomPolicy(r *rand.Rand) access.Policy {
	p := access.Policy{Version: 1, Categories: categories, Roles: access.ShippedRoles(), Agreements: []string{"wa-1"}}
	for i := range r.IntN(15) {
		p.Rules = append(p.Rules, randomRule(r, fmt.Sprintf("r%02d", i)))
	}
	return p
}

// question is one question put to a policy.
type question struct {
	op                access.Op
	category          bailiwick.Category
	countries         []bailiwick.Country // of the person; none = unknown
	noOne             bool
	assigned, present bailiwick.Country
	purpose           bailiwick.Purpose
	roles             []bailiwick.Role
	entity            string
	consents          []bailiwick.Category
	met               []string // ids of rules whose condition the viewer meets
}

func randomQuestion(r *rand.Rand) question {
	q := question{op: pick(r, ops), category: pick(r, asked), assigned: pick(r, people), purpose: pick(r, purposes), noOne: r.IntN(8) == 0}
	if r.IntN(3) == 0 {
		q.present = pick(r, people)
	}
	for range r.IntN(3) {
		q.roles = append(q.roles, pick(r, roles))
	}
	if !q.noOne {
		for range []int{0, 1, 1, 1, 2, 3}[r.IntN(6)] {
			q.countries = append(q.countries, pick(r, people))
		}
	}
	if r.IntN(4) > 0 {
		q.entity = pick(r, append(entities, "other"))
	}
	if r.IntN(2) == 0 {
		q.consents = append(q.consents, q.category)
	}
	for range r.IntN(4) {
		q.met = append(q.met, fmt.Sprintf("r%02d", r.IntN(14)))
	}
	return q
}

// ours is the product's answer.
func (q question) ours(m *access.Matrix) (allowed, clear bool) {
	d := m.ViewMet(q.actor(), q.met).Decide(q.op, q.category, q.subject(m))
	return d.Allowed(), d.Allowed() && d.Mask() == access.MaskNone
}

func (q question) actor() bailiwick.Actor {
	one := bailiwick.ID{1}
	return bailiwick.NewActor(bailiwick.ActorSpec{Kind: bailiwick.User, Tenant: bailiwick.TenantID{ID: one}, User: bailiwick.UserID{ID: one},
		Roles: q.roles, Country: q.assigned, Location: q.present, Purpose: q.purpose})
}

func (q question) subject(m *access.Matrix) access.Subject {
	if q.noOne {
		return access.NoSubject.At(q.entity)
	}
	var set uint64
	for _, c := range q.consents {
		set |= 1 << m.CategoryNo(c)
	}
	return access.Of(q.countries...).At(q.entity).WithConsents(set)
}

// pair is a question about one country on either side, which is what an engine
// is asked: all pairs must pass. "?" is the unknown country, "-" no one's.
type pair struct {
	op, category, person, viewer string
	entity, purpose              string
	roles, met                   []string
	consented                    bool
}

func placeOf(c bailiwick.Country) string {
	if !c.Known() {
		return "?"
	}
	return string(c)
}

// pairs takes a question apart.
func (q question) pairs() (out []pair) {
	persons, viewers := []string{}, []string{placeOf(q.assigned)}
	for _, c := range q.countries {
		persons = append(persons, placeOf(c))
	}
	if len(persons) == 0 {
		persons = []string{"?"}
	}
	if q.noOne {
		persons = []string{"-"}
	}
	if q.present != "" {
		viewers = append(viewers, placeOf(q.present))
	}
	names := []string{q.op.String()}
	if q.op == access.Export {
		names = append(names, access.Access.String())
	}
	x := pair{category: string(q.category), entity: q.entity, purpose: string(q.purpose), met: append([]string{}, q.met...),
		roles: []string{}, consented: !q.noOne && slices.Contains(q.consents, q.category)}
	for _, r := range q.roles {
		x.roles = append(x.roles, string(r))
	}
	for _, x.op = range names {
		for _, x.person = range persons {
			for _, x.viewer = range viewers {
				out = append(out, x)
			}
		}
	}
	return out
}

// spelled is one side of a rule in words that every engine has: in a list, not
// in a list, or both; every = no condition at all.
type spelled struct {
	every   bool
	in, not []string
}

// spell writes a country set out. What narrows holds for the unknown country
// too; what allows does not; and no one has no country.
func spell(s access.CountrySet, narrows bool) (out spelled) {
	if s.Every() {
		return spelled{every: true}
	}
	codes := func(items []string) (out []string) {
		for _, item := range items {
			if members, ok := bailiwick.Region(item).Members(); ok {
				for _, c := range members {
					out = append(out, string(c))
				}
				continue
			}
			out = append(out, item)
		}
		return out
	}
	out.in, out.not = codes(s.In), codes(s.NotIn)
	switch {
	case len(out.in) > 0 && narrows:
		out.in = append(out.in, "?")
	case len(out.in) == 0 && narrows:
		out.not = append(out.not, "-")
	case len(out.in) == 0:
		out.not = append(out.not, "-", "?")
	}
	return out
}

func spellEntities(keys []string, narrows bool) spelled {
	if len(keys) == 0 {
		return spelled{every: true}
	}
	out := spelled{in: slices.Clone(keys)}
	if narrows { // content of an unknown entity
		out.in = append(out.in, "")
	}
	return out
}

// masks reports whether a policy has masks at all: where it has none, nobody
// writes it as if it had.
func masks(p access.Policy) bool {
	return slices.ContainsFunc(p.Rules, func(r access.Rule) bool { return r.Effect == access.Mask })
}

// leaf reports whether a category has none below it.
func leaf(p access.Policy, c bailiwick.Category) bool {
	return !slices.ContainsFunc(p.Categories, func(x bailiwick.CategoryInfo) bool { return x.Parent == c })
}

// standing reports whether a require rule's condition stays unmet for
// everybody and always, or is met for everybody.
func standing(p access.Policy, r access.Rule) (settled, always bool) {
	switch r.Condition.Kind {
	case access.Agreement:
		met := slices.Contains(p.Agreements, r.Condition.Ref)
		return met, !met
	case "", access.AggregateOnly:
		return false, true
	}
	return false, false
}
