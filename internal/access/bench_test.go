package access_test

import (
	"fmt"
	"slices"
	"testing"

	"bailiwick"
	"bailiwick/internal/access"

	"github.com/cedar-policy/cedar-go"
)

// worldly is a policy of the size the goals speak of: 12 categories, 40
// countries of persons and 40 of viewers that rules tell apart, 5 roles.
func worldly() (access.Policy, []bailiwick.Country, []bailiwick.Role) {
	roles := []bailiwick.Role{"owner", "hr", "payroll", "manager", "auditor"}
	cats := []bailiwick.Category{"contact", "employment", "compensation", "bank", "tax", "family", "birth",
		"health", "ethnic-origin", "religion", "trade-union", "national-id"}
	var codes []bailiwick.Country
	for i, c := range bailiwick.Countries() {
		if i%6 == 0 && len(codes) < 39 {
			codes = append(codes, c.Code)
		}
	}
	codes = append(codes, "DE")
	p := access.Policy{Version: 1, Categories: bailiwick.ShippedCategories(), Roles: access.ShippedRoles()}
	add := func(r access.Rule) {
		r.ID = fmt.Sprintf("r%03d", len(p.Rules))
		p.Rules = append(p.Rules, r)
	}
	for i, c := range codes {
		cat, next := cats[i%12], string(codes[(i+7)%len(codes)])
		add(access.Rule{Op: access.Access, Category: cat, Subject: access.CountrySet{In: []string{string(c)}}, Effect: access.Allow, Roles: roles[i%5 : i%5+1]})
		add(access.Rule{Op: access.Access, Category: cats[(i+3)%12], Viewer: access.CountrySet{In: []string{string(c)}}, Effect: access.Deny})
		add(access.Rule{Op: access.Populate, Category: cat, Subject: access.CountrySet{In: []string{string(c), next}}, Effect: access.Allow})
		add(access.Rule{Op: access.Access, Category: cats[(i+5)%12], Subject: access.CountrySet{In: []string{string(c)}}, Viewer: access.CountrySet{NotIn: []string{"EEA"}}, Effect: access.Mask, Mask: access.Last4})
	}
	return p, codes, roles
}

func benchQuestion(codes []bailiwick.Country) question {
	return question{op: access.Access, category: "health", countries: codes[7:8], assigned: "DE",
		purpose: bailiwick.ProvideService, roles: []bailiwick.Role{"hr"}}
}

// BenchmarkDecide is goal 4: one decision by the table, and the same by Cedar
// (its request and entities made beforehand).
func BenchmarkDecide(b *testing.B) {
	p, codes, _ := worldly()
	m, q := compile(b, p), benchQuestion(codes)
	v, s := m.View(q.actor()), q.subject()
	b.Run("table", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sinkDecision = v.Decide(q.op, q.category, s)
		}
	})
	b.Run("cedar", func(b *testing.B) {
		c := newCedar(b, p)
		a := c.prepare(q, "access", q.countries[0], q.assigned)
		b.ReportAllocs()
		for b.Loop() {
			sinkCedar, _ = cedar.Authorize(c.set, a.entities, a.request)
		}
	})
}

var (
	sinkDecision access.Decision
	sinkCedar    cedar.Decision
	sinkBits     uint64
)

// BenchmarkList is goal 5: every field of 100 records of 20 fields, of persons
// of 40 countries, the matrix narrowed to a viewer it has not seen before.
func BenchmarkList(b *testing.B) {
	p, codes, roles := worldly()
	var subjects []access.Subject
	for i := range 100 {
		subjects = append(subjects, access.Of(codes[i%len(codes)]))
	}
	m := compile(b, p)
	var numbers []int
	for i := range 20 {
		numbers = append(numbers, m.CategoryNo(p.Categories[i].Key))
	}
	list := func(v *access.View) (n uint64) {
		for _, s := range subjects {
			allowed, masked := v.Bits(access.Access, s)
			for _, no := range numbers {
				n += allowed>>no&1 + masked>>no&1
			}
		}
		return n
	}
	b.Run("narrowing", func(b *testing.B) {
		fresh := []*access.Matrix{}
		for i := 0; b.Loop(); i++ {
			if i%1000 == 0 { // a matrix that has seen none of the next 1000 viewers
				b.StopTimer()
				fresh = fresh[:0]
				for range 5 {
					fresh = append(fresh, compile(b, p))
				}
				b.StartTimer()
			}
			k := i % 1000
			a := actor(codes[k/5%40], "", bailiwick.ProvideService, roles[k%5])
			sinkBits = list(fresh[k/200].View(a))
		}
	})
	b.Run("cached", func(b *testing.B) {
		a := actor("DE", "", bailiwick.ProvideService, "hr")
		for b.Loop() {
			sinkBits = list(m.View(a))
		}
	})
}

// BenchmarkCompile is goal 6: a changed policy made ready, and then every cell
// of the whole matrix: 12 categories x 40 x 40 countries x 5 roles.
func BenchmarkCompile(b *testing.B) {
	p, codes, roles := worldly()
	b.Run("compile", func(b *testing.B) {
		for b.Loop() {
			compile(b, p)
		}
	})
	b.Run("whole", func(b *testing.B) {
		subjects := make([]access.Subject, len(codes))
		for i, c := range codes {
			subjects[i] = access.Of(c)
		}
		for b.Loop() {
			m := compile(b, p)
			for _, r := range roles {
				for _, c := range codes {
					v := m.View(actor(c, "", bailiwick.ProvideService, r))
					for _, s := range subjects {
						sinkBits, _ = v.Bits(access.Access, s)
					}
				}
			}
		}
	})
}

// vast is the largest policy that the goals speak of: 200 countries that rules
// tell apart on either side, 64 categories, 50 roles, and 4,000 rules.
func vast() (access.Policy, []bailiwick.Country) {
	p := access.Policy{Version: 1, Categories: bailiwick.ShippedCategories(), Roles: access.ShippedRoles()}
	for i := len(p.Categories); i < access.MaxCategories; i++ {
		p.Categories = append(p.Categories, bailiwick.CategoryInfo{Key: bailiwick.Category(fmt.Sprintf("x_own_%d", i)), Parent: "health", Flag: bailiwick.FlagSpecial, OfSubject: true})
	}
	for i := len(p.Roles); i < 50; i++ {
		p.Roles = append(p.Roles, access.RoleDef{Key: bailiwick.Role(fmt.Sprintf("desk-%d", i)), Title: map[string]string{"en": "Desk"},
			Types: []access.TypeGrant{{Type: "person", Verbs: []access.Verb{access.VerbList, access.VerbOpen}, Scope: access.ScopeAll}}})
	}
	var codes []bailiwick.Country
	for _, c := range bailiwick.Countries()[:200] {
		codes = append(codes, c.Code)
	}
	for i := range 4000 {
		c, d := string(codes[i%200]), string(codes[(i*7+i/200)%200])
		r := access.Rule{ID: fmt.Sprintf("r%04d", i), Op: access.Access, Category: p.Categories[(i*13)%64].Key, Roles: []bailiwick.Role{p.Roles[i%50].Key}}
		switch i % 4 {
		case 0:
			r.Effect, r.Subject.In = access.Allow, []string{c, d}
		case 1:
			r.Effect, r.Viewer.In = access.Deny, []string{c}
		case 2:
			r.Effect, r.Mask, r.Subject.In, r.Viewer.NotIn = access.Mask, access.Last4, []string{c}, []string{"EEA", d}
		case 3:
			r.Op, r.Effect, r.Subject.In = access.Populate, access.Allow, []string{c, d}
		}
		p.Rules = append(p.Rules, r)
	}
	return p, codes
}

// BenchmarkVast is the cost of the largest policy: compiled, narrowed to a
// viewer never seen before, taken again, and judged for a person.
func BenchmarkVast(b *testing.B) {
	p, codes := vast()
	b.Run("compile", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			compile(b, p)
		}
	})
	m := compile(b, p)
	b.Run("view first", func(b *testing.B) { // 10,000 different viewers
		actors := make([]bailiwick.Actor, 0, 10_000)
		for i := range 10_000 {
			actors = append(actors, actor(codes[i%200], "", bailiwick.ProvideService, p.Roles[i/200].Key))
		}
		fresh, next := m, 0
		for b.Loop() {
			if next == len(actors) {
				b.StopTimer()
				fresh, next = compile(b, p), 0
				b.StartTimer()
			}
			sinkView = fresh.View(actors[next])
			next++
		}
	})
	b.Run("view", func(b *testing.B) {
		a := actor("DE", "FR", bailiwick.ProvideService, "hr", "desk-40")
		b.ReportAllocs()
		for b.Loop() {
			sinkView = m.View(a)
		}
	})
	b.Run("decide", func(b *testing.B) {
		v, s := m.View(actor("DE", "", bailiwick.ProvideService, "hr")), access.Of("FR")
		b.ReportAllocs()
		for b.Loop() {
			sinkDecision = v.Decide(access.Access, "health", s)
		}
	})
	b.Run("decide with consents", func(b *testing.B) {
		v, s := m.View(actor("DE", "", bailiwick.ProvideService, "hr")), access.Of("FR", "US").At("acme").WithConsents(6)
		b.ReportAllocs()
		for b.Loop() {
			sinkDecision = v.Decide(access.Access, "health", s)
		}
	})
}

var sinkView *access.View

// BenchmarkExplain is what a withheld cell costs when somebody asks why.
func BenchmarkExplain(b *testing.B) {
	p, codes, _ := worldly()
	m, q := compile(b, p), benchQuestion(codes)
	d := m.View(q.actor()).Decide(q.op, q.category, q.subject())
	for b.Loop() {
		_ = d.Explain("en")
	}
}

// TestNoAllocations: a decision leaves nothing for the collector, whatever the
// rules tell apart, and neither do the bits of every category.
func TestNoAllocations(t *testing.T) {
	p, codes := vast()
	p.Rules = slices.Concat(p.Rules[:3000], []access.Rule{
		{ID: "z-entity", Op: access.Access, Category: "employment", Entities: []string{"acme"}, Effect: access.Deny},
		{ID: "z-consent", Op: access.Access, Category: "health", Effect: access.Require, Require: "consent", Condition: access.Condition{Kind: access.ConsentGiven}},
		{ID: "z-reason", Op: access.Export, Category: "health", Effect: access.Require, Require: "a reason", Condition: access.Condition{Kind: access.Justified}},
	})
	m := compile(t, p)
	v := m.ViewMet(actor("DE", "FR", bailiwick.ProvideService, "hr", "desk-40"), []string{"z-reason"})
	for _, s := range []access.Subject{access.Of(codes[7]), access.Of("FR", "US", "CN"), access.Of(), access.NoSubject,
		access.Of("FR").At("acme").WithConsents(^uint64(0))} {
		for _, op := range everyOp {
			n := testing.AllocsPerRun(100, func() {
				sinkDecision = v.Decide(op, "health", s)
				sinkBits, _ = v.Bits(op, s)
			})
			if n != 0 {
				t.Errorf("%v about %v: %v allocations", op, s.Countries(), n)
			}
		}
	}
}
