package access_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/access"

	"github.com/google/go-cmp/cmp"
)

func policy(rules ...access.Rule) access.Policy {
	return access.Policy{Version: 3, Categories: bailiwick.ShippedCategories(), Roles: access.ShippedRoles(), Rules: rules}
}

func TestCompileProblems(t *testing.T) {
	good := access.Rule{ID: "a", Op: access.Access, Category: "health", Effect: access.Deny}
	with := func(f func(*access.Rule)) access.Policy {
		r := good
		f(&r)
		return policy(r)
	}
	cats := func(n int) access.Policy {
		p := policy()
		p.Categories = nil
		for i := range n {
			p.Categories = append(p.Categories, bailiwick.CategoryInfo{Key: bailiwick.Category(fmt.Sprintf("c%d", i))})
		}
		return p
	}
	role := func(f func(*access.RoleDef)) access.Policy {
		p := policy()
		p.Roles = slices.Clone(p.Roles)
		f(&p.Roles[2])
		return p
	}
	tests := []struct {
		name string
		p    access.Policy
		want string // empty = compiles
	}{
		{"64 categories", cats(64), ""},
		{"65 categories", cats(65), "categories: more than 64 categories"},
		{"category twice", access.Policy{Categories: []bailiwick.CategoryInfo{{Key: "a"}, {Key: "a"}}}, "category 2: key: used twice"},
		{"category key", access.Policy{Categories: []bailiwick.CategoryInfo{{Key: "A b"}}}, "category 1: key: not a key"},
		{"parent after", access.Policy{Categories: []bailiwick.CategoryInfo{{Key: "a", Parent: "b"}, {Key: "b"}}}, "category 1: parent"},
		{"own parent", access.Policy{Categories: []bailiwick.CategoryInfo{{Key: "a", Parent: "a"}}}, "category 1: parent"},
		{"rule twice", policy(good, good), "rule a: id: used twice"},
		{"rule id", with(func(r *access.Rule) { r.ID = ".a" }), "rule 1: id: 1 to 64"},
		{"long id", with(func(r *access.Rule) { r.ID = strings.Repeat("a", 65) }), "rule 1: id: 1 to 64"},
		{"no operation", with(func(r *access.Rule) { r.Op = 0 }), "rule a: operation"},
		{"no effect", with(func(r *access.Rule) { r.Effect = 9 }), "rule a: effect"},
		{"category", with(func(r *access.Rule) { r.Category = "helth" }), "rule a: category: no such category"},
		{"role", with(func(r *access.Rule) { r.Roles = []bailiwick.Role{"hr", "boss"} }), "rule a: roles[1]: no such role"},
		{"purpose", with(func(r *access.Rule) { r.Purposes = []bailiwick.Purpose{"fun"} }), "rule a: purposes[0]"},
		{"country", with(func(r *access.Rule) { r.Subject.In = []string{"DE", "XK"} }), "rule a: subject.in[1]: not a country or region"},
		{"region", with(func(r *access.Rule) { r.Viewer.NotIn = []string{"LATAM"} }), "rule a: viewer.not-in[0]"},
		{"empty country", with(func(r *access.Rule) { r.Viewer.In = []string{""} }), "rule a: viewer.in[0]"},
		{"mask form", with(func(r *access.Rule) { r.Effect, r.Mask = access.Mask, 77 }), "rule a: mask"},
		{"dates", with(func(r *access.Rule) { r.From, r.Until = instant, instant }), "rule a: until: must be later than from"},
		{"long note", with(func(r *access.Rule) { r.Note = strings.Repeat("é", access.MaxText+1) }), "rule a: note"},
		{"longest note", with(func(r *access.Rule) { r.Note = strings.Repeat("é", access.MaxText) }), ""},
		{"lines in a note", with(func(r *access.Rule) { r.Cite = "a\nb" }), "rule a: cite"},
		{"broken note", with(func(r *access.Rule) { r.Author = "\xff" }), "rule a: author"},
		{"not in force is checked too", with(func(r *access.Rule) { r.From, r.Category = instant.AddDate(1, 0, 0), "x" }), "rule a: category"},
		{"too many rules", policy(make([]access.Rule, access.MaxRules+1)...), "rules: more than 4096 rules"},
		{"too many roles", access.Policy{Roles: make([]access.RoleDef, access.MaxRoles+1)}, "roles: more than 64 roles"},
		{"role twice", role(func(r *access.RoleDef) { r.Key = "owner" }), "role owner: key: used twice"},
		{"role key", role(func(r *access.RoleDef) { r.Key = "" }), "role 3: key"},
		{"role title", role(func(r *access.RoleDef) { r.Title = nil }), "role hr: title.en: missing"},
		{"role long title", role(func(r *access.RoleDef) {
			r.Title = map[string]string{"en": "x", "fr": strings.Repeat("x", 301)}
		}), "role hr: title.fr"},
		{"role scope", role(func(r *access.RoleDef) { r.Types = []access.TypeGrant{{Type: "person", Verbs: access.Verbs()}} }), "role hr: types[0].scope"},
		{"role verb", role(func(r *access.RoleDef) {
			r.Types = []access.TypeGrant{{Type: "person", Verbs: []access.Verb{"read"}, Scope: access.ScopeAll}}
		}), "role hr: types[0].verbs[0]"},
		{"role without verbs", role(func(r *access.RoleDef) { r.Types = []access.TypeGrant{{Type: "*", Scope: access.ScopeAll}} }), "role hr: types[0].verbs: missing"},
		{"role type", role(func(r *access.RoleDef) {
			r.Types = []access.TypeGrant{{Type: "a b", Verbs: access.Verbs(), Scope: access.ScopeOwn}}
		}), "role hr: types[0].type"},
		{"role permission", role(func(r *access.RoleDef) { r.Admin = []access.Permission{"root"} }), "role hr: admin[0]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := access.Compile(tt.p, instant)
			switch {
			case tt.want == "" && err != nil:
				t.Fatal(err)
			case tt.want != "" && (err == nil || m != nil || !strings.Contains(err.Error(), tt.want)):
				t.Fatalf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// TestNextChange walks through the instants at which rules start and end.
func TestNextChange(t *testing.T) {
	day := func(n int) time.Time { return instant.AddDate(0, 0, n) }
	p := policy(
		access.Rule{ID: "a", Op: access.Access, Category: "health", Effect: access.Allow, From: day(1), Until: day(3)},
		access.Rule{ID: "b", Op: access.Access, Category: "health", Effect: access.Deny, From: day(2)},
		access.Rule{ID: "c", Op: access.Access, Category: "contact", Effect: access.Deny, Until: day(-5)},
	)
	var got []string
	ids := map[string]bool{}
	for at, more := day(-10), true; more; {
		m, err := access.Compile(p, at)
		if err != nil {
			t.Fatal(err)
		}
		d := m.View(actor("DE", "", bailiwick.ProvideService)).Decide(access.Access, "health", access.Of("DE"))
		got = append(got, fmt.Sprintf("%s %s", at.Format(time.DateOnly), d.Rule()))
		ids[d.ID()] = true
		at, more = m.NextChange(at)
	}
	want := []string{"2026-05-22 default:health", "2026-05-27 default:health", "2026-06-02 a", "2026-06-03 b", "2026-06-04 b"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(ids) != len(want) {
		t.Errorf("decisions of different times share an id: %v", ids)
	}
}

// TestNobodyMayDoNothing: no zero value and nothing unknown ever allows.
func TestNobodyMayDoNothing(t *testing.T) {
	m := compile(t, policy(access.Rule{ID: "a", Op: access.Access, Category: "health", Effect: access.Allow}))
	user := actor("DE", "", bailiwick.ProvideService, "owner")
	var none *access.Matrix
	for name, v := range map[string]*access.View{"nobody": m.View(bailiwick.Actor{}), "no matrix": none.View(user), "nil": nil} {
		for op := range access.Op(6) {
			if d := v.Decide(op, "business", access.NoSubject); d.Allowed() || d.Rule() != "default:business" || len(d.Reason("en")) == 0 {
				t.Errorf("%s: %v allowed", name, op)
			}
			if a, b := v.Bits(op, access.Of("DE")); a != 0 || b != 0 {
				t.Errorf("%s: %v has bits", name, op)
			}
		}
		if _, ok := v.May("risk", access.VerbList); ok || v.Has(access.PermAudit) || v.Matrix() != nil {
			t.Errorf("%s may", name)
		}
		if n := len(v.Withheld(access.Access, "contact")); n != 1+len(bailiwick.Countries()) {
			t.Errorf("%s: %d countries withheld", name, n)
		}
	}
	v := m.View(user)
	for _, op := range []access.Op{0, 4, 255} {
		for _, s := range []access.Subject{access.Of("DE"), access.Of(), access.NoSubject, access.Of("DE", "US")} {
			d := v.Decide(op, "business", s)
			a, b := v.Bits(op, s)
			if d.Allowed() || a != 0 || b != 0 || d.Reason("de") == "" || d.Level() != access.LevelDefault {
				t.Errorf("operation %d allowed", op)
			}
		}
	}
	var d access.Decision
	if d.Allowed() || d.Mask() != access.MaskNone || d.Rule() != "default:" || d.ID() == "" || d.Matched() != nil || d.Requires() != "" {
		t.Errorf("the zero decision: %+v", d.Explain("en"))
	}
	for _, c := range []bailiwick.Category{"", "helth", "healthy"} {
		if v.Decide(access.Access, c, access.Of("DE")).Allowed() || m.CategoryNo(c) != -1 {
			t.Errorf("category %q", c)
		}
	}
}

func TestMatrixAccessors(t *testing.T) {
	p := policy()
	m := compile(t, p)
	if m.Version() != 3 || len(m.Categories()) != len(p.Categories) || len(m.Roles()) != len(p.Roles) {
		t.Error("not the policy")
	}
	for i, c := range p.Categories {
		if m.CategoryNo(c.Key) != i {
			t.Errorf("%s: %d", c.Key, m.CategoryNo(c.Key))
		}
	}
	set := uint64(1)<<m.CategoryNo("health") | uint64(1)<<m.CategoryNo("contact") | 1<<63
	if got := m.CategoriesOf(set); !slices.Equal(got, []bailiwick.Category{"contact", "health"}) {
		t.Errorf("%v", got)
	}
	v := m.View(actor("DE", "", bailiwick.ProvideService))
	d := v.Decide(access.Populate, "contact", access.Of("DE"))
	if d.Op() != access.Populate || d.Category() != "contact" || v.Matrix() != m {
		t.Errorf("%+v", d.Explain("en"))
	}
	if _, ok := m.NextChange(instant); ok {
		t.Error("a change without dates")
	}
}

func TestSubjects(t *testing.T) {
	seven := []bailiwick.Country{"DE", "FR", "US", "GB", "CH", "AT", "NO"}
	tests := []struct {
		name string
		s    access.Subject
		want []bailiwick.Country
	}{
		{"none", access.NoSubject, nil},
		{"unknown", access.Of(), []bailiwick.Country{""}},
		{"zero", access.Subject{}, []bailiwick.Country{""}},
		{"named unknown", access.Of("", "XK"), []bailiwick.Country{""}},
		{"one", access.Of("DE"), []bailiwick.Country{"DE"}},
		{"sorted, once each", access.Of("US", "DE", "US"), []bailiwick.Country{"DE", "US"}},
		{"one unknown", access.Of("US", "de"), []bailiwick.Country{"", "US"}},
		{"seven", access.Of(seven...), []bailiwick.Country{"AT", "CH", "DE", "FR", "GB", "NO", "US"}},
		{"eight are unknown", access.Of(append(seven, "SE")...), []bailiwick.Country{""}},
		{"very many are unknown", access.Of(make([]bailiwick.Country, 65)...), []bailiwick.Country{""}},
	}
	for _, tt := range tests {
		if d := cmp.Diff(tt.want, tt.s.Countries()); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
	}
	if access.Of("US", "DE") != access.Of("DE", "US", "US") {
		t.Error("order matters")
	}
}

// TestDecisionID: a stable name for the same question under the same version,
// another for another.
func TestDecisionID(t *testing.T) {
	rule := access.Rule{ID: "a", Op: access.Access, Category: "health", Subject: access.CountrySet{In: []string{"FR"}}, Effect: access.Deny}
	id := func(version int64, op access.Op, c bailiwick.Category, s access.Subject, a bailiwick.Actor) string {
		p := policy(rule)
		p.Version = version
		return compile(t, p).View(a).Decide(op, c, s).ID()
	}
	de, hr := access.Of("DE"), actor("DE", "", bailiwick.ProvideService, "hr", "payroll")
	base := id(1, access.Access, "health", de, hr)
	same := []string{
		id(1, access.Access, "health", de, actor("DE", "", bailiwick.ProvideService, "payroll", "hr")),
		id(1, access.Access, "health", access.Of("US"), hr), // which no rule tells from DE
	}
	other := []string{
		id(2, access.Access, "health", de, hr), id(1, access.Export, "health", de, hr), id(1, access.Access, "bank", de, hr),
		id(1, access.Access, "health", access.Of("FR"), hr), id(1, access.Access, "health", access.Of(), hr),
		id(1, access.Access, "health", access.NoSubject, hr), id(1, access.Access, "health", access.Of("FR", "DE"), hr),
		id(1, access.Access, "health", de, actor("DE", "", bailiwick.FixProblem, "hr", "payroll")),
		id(1, access.Access, "health", de, actor("DE", "", bailiwick.ProvideService, "hr")),
		id(1, access.Access, "health", de, actor("", "", bailiwick.ProvideService, "hr", "payroll")),
		access.Decision{}.ID(),
	}
	for i, s := range same {
		if s != base {
			t.Errorf("same %d: %s, want %s", i, s, base)
		}
	}
	all := append(other, base)
	slices.Sort(all)
	if len(slices.Compact(all)) != len(other)+1 {
		t.Errorf("ids collide: %v", all)
	}
	if base != "e85a73df6deda4c9" {
		t.Errorf("the id of old decisions has changed: %s", base)
	}
}

// TestViewsAreBounded asks for more viewers than the cache may hold, by many
// goroutines; every answer stays right.
func TestViewsAreBounded(t *testing.T) {
	p, codes, roles := worldly()
	m := compile(t, p)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 3000 {
				q := question{op: access.Access, category: "bank", countries: codes[i%40 : i%40+1], assigned: codes[(i/40+g)%40],
					present: codes[i%7], purpose: bailiwick.Purposes()[i%6], roles: []bailiwick.Role{roles[i%5]}}
				d := m.View(q.actor()).Decide(q.op, q.category, q.subject())
				if i%50 == 0 {
					if want := textOracle(p, q); want.allowed != d.Allowed() || want.mask != d.Mask() {
						t.Errorf("%+v: %v", q, d.Allowed())
					}
				}
			}
		})
	}
	wg.Wait()
	if n := m.CachedViewBytes(); n > 4<<20 || n == 0 {
		t.Errorf("%d bytes of views", n)
	}
}
