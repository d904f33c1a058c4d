package access_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/access"

	"pgregory.net/rapid"
)

var (
	instant   = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	people    = []bailiwick.Country{"DE", "FR", "NO", "US", "GB", "CN", "", "XK"}
	ruleItems = []string{"DE", "FR", "NO", "US", "GB", "EU", "EEA"}
	testRoles = []bailiwick.Role{"hr", "payroll", "manager"}
	testCats  = []bailiwick.Category{"business", "narrative", "contact", "employment", "performance", "compensation", "health", "disability",
		"x_fitness", "x_shifts", "x_night_shifts"}
	testEntities = []string{"acme-de", "acme-fr", "acme-us"}
	everyOp      = []access.Op{access.Populate, access.Access, access.Export}
	everyForm    = []access.MaskForm{access.Last4, access.YearOnly, access.Initials, access.PresentAbsent, access.Null}
	purposes     = []bailiwick.Purpose{bailiwick.ProvideService, bailiwick.FixProblem}
	effectives   = []access.Effect{access.Allow, access.Allow, access.Allow, access.Mask, access.Mask, access.Deny, access.Require}
)

// worldCategories are those of the product and three that a tenant added: one
// as closed as what it lies under, one open, and one below that is closed.
var worldCategories = append(bailiwick.ShippedCategories(),
	bailiwick.CategoryInfo{Key: "x_fitness", Parent: "health", Flag: bailiwick.FlagSpecial, OfSubject: true},
	bailiwick.CategoryInfo{Key: "x_shifts", Parent: "employment", OfSubject: true, PopulateDefault: true, AccessDefault: true},
	bailiwick.CategoryInfo{Key: "x_night_shifts", Parent: "x_shifts", OfSubject: true, PopulateDefault: true})

// genCondition draws what a rule on an operation can require.
func genCondition(t *rapid.T, op access.Op) access.Condition {
	all := []access.Condition{{}, {Kind: access.ConsentGiven}, {Kind: access.ConsentGiven}, {Kind: access.Approved},
		{Kind: access.Agreement, Ref: "wa-1"}, {Kind: access.Agreement, Ref: "wa-2"}}
	if op != access.Populate {
		all = append(all, access.Condition{Kind: access.Justified}, access.Condition{Kind: access.AggregateOnly, K: 5})
	}
	return rapid.SampledFrom(all).Draw(t, "condition")
}

// genRule draws a rule over a small world, so that rules meet.
func genRule(id string) *rapid.Generator[access.Rule] {
	return rapid.Custom(func(t *rapid.T) access.Rule {
		items := func(label string) []string {
			return rapid.SliceOfNDistinct(rapid.SampledFrom(ruleItems), 0, 3, rapid.ID[string]).Draw(t, label)
		}
		set := func(label string) access.CountrySet {
			switch rapid.IntRange(0, 4).Draw(t, label) {
			case 0:
				return access.CountrySet{In: items(label)}
			case 1:
				return access.CountrySet{NotIn: items(label)}
			case 2:
				return access.CountrySet{In: items(label), NotIn: items(label)}
			}
			return access.CountrySet{}
		}
		r := access.Rule{
			ID: id, Op: rapid.SampledFrom(everyOp).Draw(t, "op"),
			Category: rapid.SampledFrom(testCats).Draw(t, "category"),
			Subject:  set("subject"), Viewer: set("viewer"),
			Roles:  rapid.SliceOfNDistinct(rapid.SampledFrom(testRoles), 0, 2, rapid.ID[bailiwick.Role]).Draw(t, "roles"),
			Effect: rapid.SampledFrom(effectives).Draw(t, "effect"),
		}
		if rapid.IntRange(0, 5).Draw(t, "purposed") == 0 {
			r.Purposes = []bailiwick.Purpose{rapid.SampledFrom(purposes).Draw(t, "purpose")}
		}
		if r.Op == access.Populate && r.Effect == access.Mask {
			r.Effect = access.Allow
		}
		switch r.Effect {
		case access.Mask:
			r.Mask = rapid.SampledFrom(everyForm).Draw(t, "mask")
		case access.Require:
			r.Require = "condition " + id
			r.Condition = genCondition(t, r.Op)
		}
		if rapid.IntRange(0, 3).Draw(t, "of entities") == 0 {
			r.Entities = rapid.SliceOfNDistinct(rapid.SampledFrom(testEntities), 1, 2, rapid.ID[string]).Draw(t, "entities")
		}
		return r
	})
}

func genPolicy(t *rapid.T) access.Policy {
	p := access.Policy{Version: 7, Categories: worldCategories, Roles: access.ShippedRoles(), Agreements: []string{"wa-1"}}
	for i := range rapid.IntRange(0, 14).Draw(t, "rules") {
		p.Rules = append(p.Rules, genRule(fmt.Sprintf("r%02d", i)).Draw(t, "rule"))
	}
	return p
}

// ask makes a random question. It comes from a generator of its own, seeded by
// rapid: a question is too small to be worth shrinking.
func ask(r *rand.Rand) question {
	q := question{
		op: everyOp[r.IntN(3)], category: testCats[r.IntN(len(testCats))],
		assigned: people[r.IntN(len(people))], purpose: purposes[r.IntN(2)], noOne: r.IntN(8) == 0,
	}
	if r.IntN(3) == 0 {
		q.present = people[r.IntN(len(people))]
	}
	for range r.IntN(3) {
		q.roles = append(q.roles, testRoles[r.IntN(3)])
	}
	if !q.noOne {
		for range []int{0, 1, 1, 1, 2, 3}[r.IntN(6)] {
			q.countries = append(q.countries, people[r.IntN(len(people))])
		}
	}
	if r.IntN(4) > 0 {
		q.entity = append(testEntities, "other")[r.IntN(4)]
	}
	for range r.IntN(4) {
		q.consents = append(q.consents, testCats[r.IntN(len(testCats))])
	}
	if r.IntN(2) == 0 {
		q.consents = append(q.consents, q.category)
	}
	for range r.IntN(4) {
		q.met = append(q.met, fmt.Sprintf("r%02d", r.IntN(14)))
	}
	return q
}

func (q question) actor() bailiwick.Actor {
	return actor(q.assigned, q.present, q.purpose, q.roles...)
}

func compile(t interface{ Fatal(...any) }, p access.Policy) *access.Matrix {
	m, err := access.Compile(p, instant)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func questions(t *rapid.T) *rand.Rand {
	return rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
}

// TestAgainstOracles compares Decide and Bits with two oracles that share no
// code with them or with each other.
func TestAgainstOracles(t *testing.T) {
	policies, perPolicy, want := 5, 2100, int64(1_000_000)
	if testing.Short() {
		policies, want = 1, 40_000
	}
	var cases atomic.Int64
	rapid.Check(t, func(t *rapid.T) {
		for range policies {
			p := genPolicy(t)
			m, brute, r := compile(t, p), newBruteOracle(p), questions(t)
			for range perPolicy {
				q := ask(r)
				v := q.view(m)
				d := v.Decide(q.op, q.category, q.subject())
				allowed, masked := v.Bits(q.op, q.subject())
				bit := m.CategoryNo(q.category)
				got := verdict{d.Allowed(), d.Mask()}
				if a, b := textOracle(p, q), brute.judge(q); got != a || got != b {
					t.Fatalf("%+v\n got %v, by the text %v, by brute force %v", q, got, a, b)
				}
				if allowed>>bit&1 != 0 != d.Allowed() || masked>>bit&1 != 0 != (d.Mask() != access.MaskNone) {
					t.Fatalf("%+v: Bits and Decide disagree", q)
				}
				cases.Add(1)
			}
		}
	})
	if n := cases.Load(); n < want {
		t.Errorf("only %d cases", n)
	} else {
		t.Logf("%d cases, 0 differences", n)
	}
}

// TestExplanationAgrees holds the explanation, which goes by the rules, to the
// decision, which goes by the planes.
func TestExplanationAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := genPolicy(t)
		m, r := compile(t, p), questions(t)
		for range 200 {
			q := ask(r)
			d := q.view(m).Decide(q.op, q.category, q.subject())
			rule, byRule := d.Rule(), d.Level() == access.LevelTenant
			if byRule != slices.Contains(d.Matched(), rule) || byRule == (rule == "default:"+string(q.category)) {
				t.Fatalf("%+v: %s decided at %s, matched %v", q, rule, d.Level(), d.Matched())
			}
			if !slices.IsSorted(d.Matched()) {
				t.Fatalf("matched %v", d.Matched())
			}
			effect := access.Effect(0)
			for _, x := range p.Rules {
				if x.ID == rule {
					effect = x.Effect
				}
			}
			switch effect {
			case access.Deny, access.Require:
				if d.Allowed() || (effect == access.Require) != (d.Requires() != "") {
					t.Fatalf("%+v: allowed by %s", q, rule)
				}
			case access.Mask, access.Allow:
				if !d.Allowed() || (effect == access.Mask) != (d.Mask() != access.MaskNone) {
					t.Fatalf("%+v: %v, mask %q, by %s", q, d.Allowed(), d.Mask(), rule)
				}
			}
			for _, lang := range []string{"en", "de", "fr"} {
				if s := d.Reason(lang); s == "" || slices.Contains([]byte(s), '{') {
					t.Fatalf("%+v: reason %q", q, s)
				}
			}
		}
	})
}

// TestDenyNeverWidens adds a rule that narrows, and a country to the person:
// neither ever lets more be seen.
func TestDenyNeverWidens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := genPolicy(t)
		more := p
		extra := genRule("zz").Draw(t, "extra")
		extra.Effect, extra.Mask, extra.Require, extra.Condition = access.Deny, access.MaskNone, "", access.Condition{}
		if rapid.Bool().Draw(t, "require") {
			extra.Effect, extra.Require = access.Require, "something"
			extra.Condition = genCondition(t, extra.Op)
		}
		more.Rules = append(slices.Clone(p.Rules), extra)
		before, after, r := compile(t, p), compile(t, more), questions(t)
		for range 300 {
			q := ask(r)
			a := q.view(before).Decide(q.op, q.category, q.subject())
			b := q.view(after).Decide(q.op, q.category, q.subject())
			if b.Allowed() && (!a.Allowed() || a.Mask() != b.Mask()) {
				t.Fatalf("%+v: a narrowing rule widened", q)
			}
			if q.noOne {
				continue
			}
			q.countries = append(q.countries, people[r.IntN(len(people))])
			c := q.view(before).Decide(q.op, q.category, q.subject())
			if len(q.countries) > 1 && c.Allowed() && (!a.Allowed() || a.Mask().Join(c.Mask()) != c.Mask()) {
				t.Fatalf("%+v: a country more widened", q)
			}
		}
	})
}

// TestUnknownIsNeverBetterOff compares every known country with the unknown
// one, on either side.
func TestUnknownIsNeverBetterOff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, r := compile(t, genPolicy(t)), questions(t)
		for range 300 {
			q := ask(r)
			if q.noOne {
				continue
			}
			known := q.view(m).Decide(q.op, q.category, q.subject())
			switch r.IntN(3) {
			case 0:
				q.countries = nil
			case 1:
				q.assigned, q.present = "", ""
			default:
				q.entity = ""
			}
			unknown := q.view(m).Decide(q.op, q.category, q.subject())
			if unknown.Allowed() && (!known.Allowed() || known.Mask().Join(unknown.Mask()) != unknown.Mask()) {
				t.Fatalf("%+v: better off unknown", q)
			}
		}
	})
}

// TestOrderNeverMatters shuffles rules, roles and countries: answers,
// explanations and decision ids stay the same.
func TestOrderNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := genPolicy(t)
		other := p
		other.Rules = rapid.Permutation(p.Rules).Draw(t, "order")
		a, b, r := compile(t, p), compile(t, other), questions(t)
		for range 200 {
			q := ask(r)
			w := q
			w.roles, w.countries = slices.Clone(q.roles), slices.Clone(q.countries)
			slices.Reverse(w.roles)
			slices.Reverse(w.countries)
			x := q.view(a).Decide(q.op, q.category, q.subject()).Explain("en")
			y := w.view(b).Decide(w.op, w.category, w.subject()).Explain("en")
			if !reflect.DeepEqual(x, y) {
				t.Fatalf("%+v:\n%+v\n%+v", q, x, y)
			}
		}
	})
}

// TestExportIsNeverMoreThanAccess holds R14.7: a masked export equals a masked
// view, or shows less.
func TestExportIsNeverMoreThanAccess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, r := compile(t, genPolicy(t)), questions(t)
		for range 300 {
			q := ask(r)
			v := q.view(m)
			see := v.Decide(access.Access, q.category, q.subject())
			out := v.Decide(access.Export, q.category, q.subject())
			if out.Allowed() && (!see.Allowed() || see.Mask().Join(out.Mask()) != out.Mask()) {
				t.Fatalf("%+v: exported, not seen", q)
			}
		}
	})
}

// TestWithheld compares the countries left out with one decision a country.
func TestWithheld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, q := compile(t, genPolicy(t)), ask(questions(t))
		v := q.view(m)
		var want []bailiwick.Country
		for _, c := range append([]bailiwick.CountryInfo{{}}, bailiwick.Countries()...) {
			if !v.Decide(q.op, q.category, access.Of(c.Code)).Allowed() {
				want = append(want, c.Code)
			}
		}
		if got := v.Withheld(q.op, q.category); !slices.Equal(got, want) {
			t.Fatalf("%+v: %v, want %v", q, got, want)
		}
	})
}
