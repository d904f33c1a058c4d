package access_test

import (
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/access"
)

func rulesOf(t *testing.T, text string, more func(*access.Policy)) *access.Matrix {
	t.Helper()
	rules, roles, err := access.ParseRules("rules.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p := access.Policy{Version: 1, Categories: bailiwick.ShippedCategories(), Rules: rules, Roles: access.WithShippedRoles(roles)}
	if more != nil {
		more(&p)
	}
	m, err := access.Compile(p, instant)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func hr(country bailiwick.Country) bailiwick.Actor {
	return question{assigned: country, roles: []bailiwick.Role{"hr"}, purpose: bailiwick.ProvideService}.actor()
}

const conditions = `rules:
  - {id: allow, operation: access, category: health, roles: [hr], effect: allow}
  - {id: just, operation: access, category: health, subject: {in: [DE]}, effect: require, require: {condition: justification, text: Say why}}
  - {id: consent, operation: access, category: health, subject: {in: [FR]}, effect: require, require: {condition: consent, text: The person agrees}}
  - {id: agree, operation: access, category: health, subject: {in: [NL]}, effect: require, require: {condition: agreement, agreement: wa-1, text: Works agreement}}
  - {id: count, operation: access, category: health, subject: {in: [GB]}, effect: require, require: {condition: aggregate-only, k: 7, text: Counts only}}
  - {id: words, operation: access, category: health, subject: {in: [US]}, effect: require, require: Nobody can meet this}
  - {id: never, operation: access, category: health, subject: {in: [BE]}, effect: deny}
`

// TestConditions goes through every kind of condition, unmet and met (R14.3).
func TestConditions(t *testing.T) {
	m := rulesOf(t, conditions, nil)
	settled := rulesOf(t, conditions, func(p *access.Policy) { p.Agreements = []string{"wa-1"} })
	v, met := m.View(hr("DE")), m.ViewMet(hr("DE"), []string{"just", "consent", "agree", "count", "words", "never", "no such"})
	all := ^uint64(0)
	for _, x := range []struct {
		what string
		v    *access.View
		s    access.Subject
		want bool
	}{
		{"justification unmet", v, access.Of("DE"), false},
		{"justification met", met, access.Of("DE"), true},
		{"consent unmet", v, access.Of("FR"), false},
		{"a viewer cannot meet consent", met, access.Of("FR"), false},
		{"consent given", v, access.Of("FR").WithConsents(1 << m.CategoryNo("health")), true},
		{"consent to another category", v, access.Of("FR").WithConsents(1 << m.CategoryNo("religion")), false},
		{"agreement not recorded", v, access.Of("NL"), false},
		{"a viewer cannot meet an agreement", met, access.Of("NL"), false},
		{"agreement recorded", settled.View(hr("DE")), access.Of("NL"), true},
		{"aggregates only", met, access.Of("GB").WithConsents(all), false},
		{"words only", met, access.Of("US").WithConsents(all), false},
		{"a deny stands", met, access.Of("BE").WithConsents(all), false},
		{"every country is judged", met, access.Of("DE", "FR"), false},
		{"every country is judged and met", met, access.Of("DE", "FR").WithConsents(all), true},
		{"unknown country", met, access.Of().WithConsents(all), false},
		{"no condition", v, access.Of("CH"), true},
	} {
		d := x.v.Decide(access.Access, "health", x.s)
		allowed, _ := x.v.Bits(access.Access, x.s)
		if d.Allowed() != x.want || (allowed>>m.CategoryNo("health")&1 != 0) != x.want {
			t.Errorf("%s: allowed %v, bits %v, rule %s, want %v", x.what, d.Allowed(), allowed>>m.CategoryNo("health")&1, d.Rule(), x.want)
		}
		if x.want != (d.Explain("en").Allowed) {
			t.Errorf("%s: the explanation says otherwise: %s", x.what, d.Reason("en"))
		}
	}
	if k, ok := v.AggregateOnly(access.Access, "health", access.Of("GB")); !ok || k != 7 {
		t.Errorf("aggregates from %d up, %v", k, ok)
	}
	if _, ok := v.AggregateOnly(access.Access, "health", access.Of("BE", "GB")); ok {
		t.Error("a denied category may be counted")
	}
	if rules := v.Unmet(access.Access, "health", access.Of("DE", "FR")); len(rules) != 2 || rules[0].ID != "consent" || rules[1].ID != "just" {
		t.Errorf("unmet: %v", rules)
	}
	if rules := v.Unmet(access.Access, "health", access.Of("BE", "DE")); rules != nil {
		t.Errorf("conditions that would not help: %v", rules)
	}
	if v.Decide(access.Access, "health", access.Of("DE")).ID() == met.Decide(access.Access, "health", access.Of("DE")).ID() {
		t.Error("met and unmet have the same decision id")
	}
}

// TestEntities holds that a rule on a legal entity reaches its content only,
// and that content of an unknown entity is never better off.
func TestEntities(t *testing.T) {
	m := rulesOf(t, `rules:
  - {id: a, operation: access, category: health, entities: [paris], effect: allow}
  - {id: b, operation: access, category: contact, entities: [berlin, paris], effect: deny}
`, func(p *access.Policy) { p.Entities = []string{"berlin", "paris", "oslo", "rome"} })
	v := m.View(hr("DE"))
	for _, x := range []struct {
		entity          string
		health, contact bool
	}{{"paris", true, false}, {"berlin", false, false}, {"oslo", false, true}, {"rome", false, true}, {"", false, false}} {
		s := access.Of("DE").At(x.entity)
		if got := v.Decide(access.Access, "health", s).Allowed(); got != x.health {
			t.Errorf("health of %q: %v", x.entity, got)
		}
		if got := v.Decide(access.Access, "contact", s).Allowed(); got != x.contact {
			t.Errorf("contact of %q: %v", x.entity, got)
		}
	}
	if m.EntityClasses() != 4 || m.EntityClass("oslo") != m.EntityClass("rome") || m.EntityClass("paris") == m.EntityClass("berlin") {
		t.Errorf("%d classes: paris %d, berlin %d, oslo %d", m.EntityClasses(), m.EntityClass("paris"), m.EntityClass("berlin"), m.EntityClass("oslo"))
	}
	plain := rulesOf(t, "rules: []", nil)
	if plain.EntityClasses() != 1 || plain.EntityClass("paris") != 0 {
		t.Error("without rules on entities there is one class")
	}
	if _, err := access.Compile(access.Policy{Categories: bailiwick.ShippedCategories(), Roles: access.ShippedRoles(), Entities: []string{"rome"},
		Rules: []access.Rule{{ID: "x", Op: access.Access, Category: "health", Effect: access.Deny, Entities: []string{"paris"}}}}, instant); err == nil {
		t.Error("a rule on an entity that is not there compiles")
	}
}

// TestReasonsOfConditions reads the sentences on conditions and legal entities.
func TestReasonsOfConditions(t *testing.T) {
	m := rulesOf(t, conditions+"  - {id: paris, operation: access, category: contact, entities: [acme-fr], effect: deny}\n", nil)
	v := m.View(hr("DE"))
	for _, x := range []struct {
		d        access.Decision
		lang     string
		contains string
	}{
		{v.Decide(access.Access, "health", access.Of("GB")), "en", "about people in the United Kingdom may be seen in counts only, never of one person (rule count)."},
		{v.Decide(access.Access, "health", access.Of("GB")), "de", "darf nur in Zählungen eingesehen werden"},
		{v.Decide(access.Export, "health", access.Of("GB")), "fr", "que sous forme de nombres"},
		{v.Decide(access.Access, "health", access.Of("FR")), "en", "only once this is met: The person agrees (rule consent)."},
		{v.Decide(access.Access, "health", access.Of("GB", "FR")), "en", "only once this is met"},
		{v.Decide(access.Access, "contact", access.Of("FR").At("acme-fr")), "en", "about people in France in the legal entity acme-fr may not be seen (rule paris)."},
		{v.Decide(access.Access, "contact", access.Of("FR")), "de", "bei einem unbekannten Rechtsträger darf nicht eingesehen werden"},
	} {
		if got := x.d.Reason(x.lang); !strings.Contains(got, x.contains) {
			t.Errorf("%s\nwithout %q", got, x.contains)
		}
	}
}

// TestStoreRegion holds R14.11.
func TestStoreRegion(t *testing.T) {
	m := rulesOf(t, `rules:
  - {id: health-eu, operation: store-region, category: health, subject: {in: [EEA]}, effect: allow, regions: [eu-central, eu-west], note: Stays here}
  - {id: health-de, operation: store-region, category: health, subject: {in: [DE]}, effect: allow, regions: [eu-central]}
  - {id: never-us, operation: store-region, category: genetic, effect: deny, regions: [us-east]}
`, nil)
	for _, x := range []struct {
		c      bailiwick.Category
		s      access.Subject
		region string
		rule   string
	}{
		{"health", access.Of("FR"), "eu-west", ""}, {"health", access.Of("FR"), "us-east", "health-eu"},
		{"health", access.Of("DE"), "eu-west", "health-de"}, {"health", access.Of("DE"), "eu-central", ""},
		{"health", access.Of("US"), "us-east", ""}, {"health", access.Of("US", "FR"), "us-east", "health-eu"},
		{"health", access.Of(), "us-east", "health-de"}, {"genetic", access.Of("US"), "us-east", "never-us"},
		{"genetic", access.Of("US"), "eu-west", ""}, {"contact", access.Of("DE"), "us-east", ""}, {"disability", access.Of("DE"), "us-east", "health-de"},
	} {
		ok, rule := m.MayStore(x.c, x.s, x.region)
		if ok != (x.rule == "") || rule != x.rule {
			t.Errorf("%s of %v in %s: %v by %q, want %q", x.c, x.s.Countries(), x.region, ok, rule, x.rule)
		}
	}
	if len(m.Stores()) != 3 || len(m.Conditions()) != 0 {
		t.Errorf("%d store rules", len(m.Stores()))
	}
	if got := m.View(hr("DE")).Decide(access.StoreRegion, "health", access.Of("DE")); got.Allowed() {
		t.Error("a decision about storage was granted")
	}
}
