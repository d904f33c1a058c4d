package access_test

import (
	"fmt"
	"slices"
	"testing"

	"bailiwick"
	"bailiwick/internal/access"

	"pgregory.net/rapid"
)

var hostings = []string{"ch", "eu-central", "eu-west", "us-east"}

func genStorePolicy(t *rapid.T) access.Policy {
	p := genPolicy(t)
	p.Rules = nil
	for i := range rapid.IntRange(0, 8).Draw(t, "rules") {
		r := genRule(fmt.Sprintf("s%02d", i)).Draw(t, "rule")
		p.Rules = append(p.Rules, access.Rule{
			ID: r.ID, Op: access.StoreRegion, Category: r.Category, Subject: r.Subject, Entities: r.Entities,
			Effect:  rapid.SampledFrom([]access.Effect{access.Allow, access.Deny}).Draw(t, "effect"),
			Regions: rapid.SliceOfNDistinct(rapid.SampledFrom(hostings), 1, 3, rapid.ID[string]).Draw(t, "regions"),
		})
	}
	return p
}

// forbidsStoring judges one rule by the words of R14.11 and R14.6: an allow
// says where alone a value may lie, a deny where it may not; whatever is not
// known falls under every rule.
func forbidsStoring(p access.Policy, r access.Rule, q question, region string) bool {
	if !covers(p, r.Category, q.category) {
		return false
	}
	if len(r.Entities) > 0 && q.entity != "" && !slices.Contains(r.Entities, q.entity) {
		return false
	}
	persons := q.countries
	if len(persons) == 0 {
		persons = []bailiwick.Country{""}
	}
	concerned := false
	for _, c := range persons {
		in, _ := member(r.Subject, c, !q.noOne)
		concerned = concerned || in
	}
	return concerned && slices.Contains(r.Regions, region) != (r.Effect == access.Allow)
}

// TestStoreRegionAgainstOracle compares where values may lie with the words of
// the rules, in 200,000 cases, and holds that no country, no rule and nothing
// unknown ever lets a value lie in more places.
func TestStoreRegionAgainstOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := genStorePolicy(t)
		shuffled := p
		shuffled.Rules = rapid.Permutation(p.Rules).Draw(t, "order")
		m, other, r := compile(t, p), compile(t, shuffled), questions(t)
		for range 2000 {
			q, region := ask(r), hostings[r.IntN(len(hostings))]
			want := ""
			for _, rule := range p.Rules { // they are numbered in order
				if forbidsStoring(p, rule, q, region) {
					want = rule.ID
					break
				}
			}
			ok, rule := m.MayStore(q.category, q.subject(), region)
			if ok != (want == "") || rule != want {
				t.Fatalf("%+v in %s: %v by %q, want %q", q, region, ok, rule, want)
			}
			if o, by := other.MayStore(q.category, q.subject(), region); o != ok || by != rule {
				t.Fatalf("%+v: the order of rules matters", q)
			}
			if ok || q.noOne {
				continue
			}
			if len(q.countries) > 0 && len(q.countries) < 3 {
				q.countries = append(q.countries, people[r.IntN(len(people))])
			} else {
				q.countries, q.entity = nil, ""
			}
			if ok, _ := m.MayStore(q.category, q.subject(), region); ok {
				t.Fatalf("%+v: more countries, or none known, may lie in more places", q)
			}
		}
	})
}

// TestMeetingNeverNarrows: whoever meets more conditions, of a person who has
// consented to more, sees no less; and nothing but a require gives way.
func TestMeetingNeverNarrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := genPolicy(t)
		m, r := compile(t, p), questions(t)
		var ids []string
		for _, rule := range p.Rules {
			ids = append(ids, rule.ID)
		}
		for range 300 {
			q := ask(r)
			more := q
			more.met, more.consents = ids, testCats
			a := q.view(m).Decide(q.op, q.category, q.subject())
			v := more.view(m)
			b := v.Decide(q.op, q.category, more.subject())
			if a.Allowed() && (!b.Allowed() || a.Mask() != b.Mask()) {
				t.Fatalf("%+v: meeting a condition narrowed", q)
			}
			// What still stands in the way is a rule that nobody can meet.
			for _, rule := range v.Unmet(q.op, q.category, more.subject()) {
				c := rule.Condition
				open := c.Kind == "" || c.Kind == access.AggregateOnly || (c.Kind == access.ConsentGiven && q.noOne) ||
					(c.Kind == access.Agreement && !slices.Contains(p.Agreements, c.Ref))
				if !open {
					t.Fatalf("%+v: %s stands in the way though met", q, rule.ID)
				}
			}
			// Counts may be shown only where counting alone is asked for.
			if k, ok := v.AggregateOnly(q.op, q.category, more.subject()); ok {
				for _, rule := range v.Unmet(q.op, q.category, more.subject()) {
					if rule.Condition.Kind != access.AggregateOnly || rule.Condition.K > k {
						t.Fatalf("%+v: counted from %d though %s stands", q, k, rule.ID)
					}
				}
				if b.Allowed() {
					t.Fatalf("%+v: allowed and in counts only", q)
				}
			}
		}
	})
}

// TestScopesAgainstOracle: the scopes of a user are the union of what every
// grant of every role held says of the verb, on the type, its application and
// every type, and of nothing else.
func TestScopesAgainstOracle(t *testing.T) {
	kinds := []string{access.AnyType, "risk", "person", access.AppPrefix + "risks", access.AppPrefix + "people"}
	apps := map[string]string{"risk": "risks", "control": "risks", "person": "people"}
	asked := []string{"risk", "control", "person", "vendor"}
	rapid.Check(t, func(t *rapid.T) {
		p := access.Policy{Version: 1, Categories: worldCategories, Apps: apps}
		for i := range rapid.IntRange(1, 4).Draw(t, "roles") {
			role := access.RoleDef{Key: bailiwick.Role(fmt.Sprintf("role-%d", i)), Title: map[string]string{"en": "Role"}}
			for range rapid.IntRange(0, 3).Draw(t, "grants") {
				role.Types = append(role.Types, access.TypeGrant{
					Type:  rapid.SampledFrom(kinds).Draw(t, "type"),
					Verbs: rapid.SliceOfNDistinct(rapid.SampledFrom(access.Verbs()), 1, 4, rapid.ID[access.Verb]).Draw(t, "verbs"),
					Scope: rapid.SampledFrom(access.TypeScopes()).Draw(t, "scope"),
				})
			}
			p.Roles = append(p.Roles, role)
		}
		m := compile(t, p)
		held := rapid.SliceOfDistinct(rapid.IntRange(0, 4), rapid.ID[int]).Draw(t, "held")
		q := question{assigned: "DE", purpose: bailiwick.ProvideService}
		for _, i := range held {
			q.roles = append(q.roles, bailiwick.Role(fmt.Sprintf("role-%d", i)))
		}
		v := q.view(m)
		for _, kind := range asked {
			for _, verb := range access.Verbs() {
				want := map[access.TypeScope]bool{}
				for _, role := range p.Roles {
					for _, g := range role.Types {
						reaches := g.Type == access.AnyType || g.Type == kind || g.Type == access.AppPrefix+apps[kind]
						if slices.Contains(q.roles, role.Key) && reaches && slices.Contains(g.Verbs, verb) {
							want[g.Scope] = true
						}
					}
				}
				set := v.Scopes(kind, verb)
				for _, scope := range access.TypeScopes() {
					if set.Has(scope) != (want[scope] || want[access.ScopeAll]) {
						t.Fatalf("%s on %s: %v, want %v", verb, kind, set.List(), want)
					}
				}
				if _, may := v.May(kind, verb); may != (len(want) > 0) {
					t.Fatalf("%s on %s: may %v", verb, kind, may)
				}
			}
		}
	})
}
