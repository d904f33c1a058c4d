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
	ops      = []access.Op{access.Populate, access.Access, access.Export}
	drawn    = []access.Op{access.Populate, access.Access, access.Access, access.Access, access.Export}
	effects  = []access.Effect{access.Allow, access.Allow, access.Allow, access.Mask, access.Mask, access.Mask, access.Deny, access.Require}
	asked    = []bailiwick.Category{"business", "contact", "employment", "performance", "compensation", "health", "disability", "x_fitness"}
)

// categories are some of the product's, and one that a tenant added.
func categories() (out []bailiwick.CategoryInfo) {
	for _, c := range bailiwick.ShippedCategories() {
		if slices.Contains(asked, c.Key) {
			out = append(out, c)
		}
	}
	return append(out, bailiwick.CategoryInfo{Key: "x_fitness", Parent: "health", Flag: bailiwick.FlagSpecial, OfSubject: true})
}

func some[T any](r *rand.Rand, from []T, most int) (out []T) {
	order := r.Perm(len(from))
	for _, i := range order[:r.IntN(most+1)] {
		out = append(out, from[i])
	}
	return out
}

func countries(r *rand.Rand) (s access.CountrySet) {
	if k := r.IntN(5); k < 3 {
		if k != 1 {
			s.In = some(r, items, 3)
		}
		if k != 0 {
			s.NotIn = some(r, items, 3)
		}
	}
	return s
}

// randomPolicy is a policy over a small world, so that rules meet.
func randomPolicy(r *rand.Rand) access.Policy {
	p := access.Policy{Version: 1, Categories: categories(), Roles: access.ShippedRoles(), Agreements: []string{"wa-1"}}
	for i := range r.IntN(15) {
		rule := access.Rule{
			ID: fmt.Sprintf("r%02d", i), Op: drawn[r.IntN(len(drawn))], Category: asked[r.IntN(len(asked))],
			Subject: countries(r), Viewer: countries(r), Roles: some(r, roles, 2), Effect: effects[r.IntN(len(effects))],
		}
		if r.IntN(6) == 0 {
			rule.Purposes = purposes[:1]
		}
		if r.IntN(4) == 0 {
			rule.Entities = some(r, entities, 2)
		}
		switch {
		case rule.Effect == access.Mask && rule.Op == access.Populate:
			rule.Effect = access.Allow
		case rule.Effect == access.Mask:
			rule.Mask = []access.MaskForm{access.Last4, access.YearOnly, access.Null}[r.IntN(3)]
		case rule.Effect == access.Require:
			rule.Require = "something"
			rule.Condition = []access.Condition{{}, {Kind: access.ConsentGiven}, {Kind: access.Approved},
				{Kind: access.Agreement, Ref: "wa-1"}, {Kind: access.Agreement, Ref: "wa-2"}}[r.IntN(5)]
		}
		p.Rules = append(p.Rules, rule)
	}
	return p
}

// question is one question put to a matrix.
type question struct {
	op                access.Op
	category          bailiwick.Category
	persons           []bailiwick.Country // none = unknown
	noOne             bool
	assigned, present bailiwick.Country
	roles             []bailiwick.Role
	purpose           bailiwick.Purpose
	entity            string
	consented         bool
	met               []string
}

func randomQuestion(r *rand.Rand) question {
	q := question{
		op: drawn[r.IntN(len(drawn))], category: asked[r.IntN(len(asked))], noOne: r.IntN(8) == 0, assigned: people[r.IntN(len(people))],
		roles: some(r, roles, 2), purpose: purposes[r.IntN(2)], consented: r.IntN(2) == 0, met: some(r, []string{"r01", "r03", "r05", "r07", "r09"}, 3),
	}
	if r.IntN(3) == 0 {
		q.present = people[r.IntN(len(people))]
	}
	if r.IntN(4) > 0 {
		q.entity = append(slices.Clone(entities), "other")[r.IntN(4)]
	}
	if !q.noOne {
		q.persons = some(r, people, 3)
	}
	return q
}

// decide is the matrix's own answer.
func (q question) decide(m *access.Matrix) (allowed, clear bool) {
	s := access.NoSubject
	if !q.noOne {
		s = access.Of(q.persons...)
	}
	if q.consented {
		s = s.WithConsents(1 << m.CategoryNo(q.category))
	}
	d := m.ViewMet(q.actor(), q.met).Decide(q.op, q.category, s.At(q.entity))
	return d.Allowed(), d.Allowed() && d.Mask() == access.MaskNone
}

func (q question) actor() bailiwick.Actor {
	one := bailiwick.ID{1}
	return bailiwick.NewActor(bailiwick.ActorSpec{Kind: bailiwick.User, Tenant: bailiwick.TenantID{ID: one}, User: bailiwick.UserID{ID: one},
		Country: q.assigned, Location: q.present, Purpose: q.purpose, Roles: q.roles})
}

// pair is one country of a person, one of the viewer and one operation of a
// question: what the engines judge. "?" is the unknown country or legal entity,
// "-" the country of no one.
type pair struct {
	question
	op             string
	person, viewer string
	entity         string
	once           bool // ask only whether it is granted at all, for policies without masks
}

// pairs takes a question apart; all of them must pass.
func (q question) pairs() (out []pair) {
	name := func(c bailiwick.Country) string {
		if !c.Known() {
			return "?"
		}
		return string(c)
	}
	persons, viewers, over := []string{"?"}, []string{name(q.assigned)}, []string{q.op.String()}
	if len(q.persons) > 0 {
		persons = nil
	}
	for _, c := range q.persons {
		persons = append(persons, name(c))
	}
	if q.noOne {
		persons = []string{"-"}
	}
	if q.present != "" {
		viewers = append(viewers, name(q.present))
	}
	if q.op == access.Export {
		over = append(over, access.Access.String())
	}
	entity := q.entity
	if entity == "" {
		entity = "?"
	}
	for _, op := range over {
		for _, p := range persons {
			for _, v := range viewers {
				out = append(out, pair{question: q, op: op, person: p, viewer: v, entity: entity})
			}
		}
	}
	return out
}
