package cells

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bailiwick"
	"bailiwick/internal/access"
)

var tree = TreeOf(bailiwick.ShippedCategories())

func in(items ...string) access.CountrySet  { return access.CountrySet{In: items} }
func not(items ...string) access.CountrySet { return access.CountrySet{NotIn: items} }

func allow(c bailiwick.Category, s access.CountrySet) Change {
	return Change{Op: access.Access, Category: c, Subject: s, Target: Target{Effect: access.Allow}}
}

// text is a rule set as a test reads it.
func text(rules []access.Rule) string {
	var out []string
	for _, r := range rules {
		line := r.ID + " " + r.Effect.String()
		if !r.Subject.Every() {
			line += " about " + written(r.Subject)
		}
		if !r.Viewer.Every() {
			line += " by " + written(r.Viewer)
		}
		for _, role := range r.Roles {
			line += " " + string(role)
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func written(s access.CountrySet) string {
	t := strings.Join(s.In, ",")
	if len(s.NotIn) > 0 {
		t += "!" + strings.Join(s.NotIn, ",")
	}
	return t
}

// TestKeys holds that a key reads back to the set that it was made of.
func TestKeys(t *testing.T) {
	for _, key := range []string{"FR", "EEA", "CH.GB", "!EEA", "!DE.FR.US", "*"} {
		s, ok := ParseKey(key)
		if !ok || Key(s) != key {
			t.Errorf("%s reads as %+v, which is written %q", key, s, Key(s))
		}
	}
	for _, key := range []string{"", "!", "ZZ", "fr", "FR.FR", "FR.", "*.FR", strings.Repeat("FR.", 100)} {
		if _, ok := ParseKey(key); ok {
			t.Errorf("%q is read as a place", key)
		}
	}
}

// TestExpress holds that a set is written shortly and loses no country.
func TestExpress(t *testing.T) {
	for name, c := range map[string]struct{ set, want access.CountrySet }{
		"a region":         {in("EEA"), in("EEA")},
		"outside a region": {not("EEA"), not("EEA")},
		"all but two":      {not("US", "CN"), not("CN", "US")},
		"a region and one": {in("EEA", "CH"), in("EEA", "CH")},
		"a region but one": {access.CountrySet{In: []string{"EEA"}, NotIn: []string{"FR"}}, access.CountrySet{In: []string{"EEA"}, NotIn: []string{"FR"}}},
		"a few":            {in("US", "GB"), in("GB", "US")},
	} {
		if got := express(members(c.set)); !slices.Equal(got.In, c.want.In) || !slices.Equal(got.NotIn, c.want.NotIn) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	codes := all().codes()
	rapid.Check(t, func(t *rapid.T) {
		var s set
		for _, c := range rapid.SliceOfN(rapid.SampledFrom(append(codes, "EEA", "EU")), 1, 40).Draw(t, "codes") {
			s = s.or(spread([]string{c}))
		}
		if rapid.Bool().Draw(t, "complement") && s != all() {
			s = all().less(s)
		}
		if members(express(s)) != s {
			t.Fatalf("%v is written as %+v", s.codes(), express(s))
		}
	})
}

// TestManyCellsFewRules: what differs in the country only is one rule.
func TestManyCellsFewRules(t *testing.T) {
	var changes []Change
	for _, country := range []string{"DE", "FR", "US", "GB", "IN", "CH", "JP", "BR", "CA", "AU"} {
		for _, c := range []bailiwick.Category{"health", "religion", "bank"} {
			ch := allow(c, in(country))
			ch.Target.Effect = access.Deny
			changes = append(changes, ch)
		}
	}
	rules, blocks := Set(nil, changes, nil, tree)
	if len(blocks) > 0 || len(rules) != 3 {
		t.Fatalf("30 cells make %d rules, %d blocks", len(rules), len(blocks))
	}
	again, _ := Set(rules, changes, nil, tree)
	if text(again) != text(rules) {
		t.Errorf("set again:\n%s\nbefore:\n%s", text(again), text(rules))
	}
	if rules[0].ID != "health-see-deny" {
		t.Errorf("the id is %s", rules[0].ID)
	}
}

// TestSet is the table of what cells do to rules.
func TestSet(t *testing.T) {
	eea := access.Rule{ID: "health-eea", Op: access.Access, Category: "health", Viewer: not("EEA"), Effect: access.Deny}
	hr := access.Rule{ID: "health-hr", Op: access.Access, Category: "health", Roles: []bailiwick.Role{"hr"}, Effect: access.Allow}
	year := access.Rule{ID: "birth-year", Op: access.Access, Category: "birth", Roles: []bailiwick.Role{"manager", "member"}, Effect: access.Mask, Mask: access.YearOnly}
	deny := func(ch Change) Change { ch.Target = Target{Effect: access.Deny}; return ch }
	by := func(ch Change, viewer access.CountrySet, roles ...bailiwick.Role) Change {
		ch.Viewer, ch.Roles = viewer, roles
		return ch
	}
	clear := func(ch Change) Change { ch.Target = Target{}; return ch }
	for name, c := range map[string]struct {
		rules  []access.Rule
		ch     Change
		narrow []string
		want   string
		why    Obstacle
	}{
		"forbid outside the EEA": {[]access.Rule{hr}, by(deny(allow("health", access.CountrySet{})), not("EEA")), nil,
			"health-hr allow hr\nhealth-see-deny-outside-eea deny by !EEA", ""},
		"an allow against a deny is not made": {[]access.Rule{eea}, by(allow("health", in("CH")), in("CH")), nil, "health-eea deny by !EEA", InTheWay},
		"unless the deny is narrowed": {[]access.Rule{eea}, by(allow("health", access.CountrySet{}), in("CH")), []string{"health-eea"},
			"health-eea deny by !EEA,CH\nhealth-see-allow-from-ch allow by CH", ""},
		"a corner of a deny": {[]access.Rule{eea}, by(allow("health", in("US")), in("US")), []string{"health-eea"},
			"health-eea deny about !US by !EEA\nhealth-eea-2 deny about US by !EEA,US\nhealth-see-allow-from-us allow about US by US", ""},
		"a role out of a mask": {[]access.Rule{year}, by(allow("birth", access.CountrySet{}), access.CountrySet{}, "manager"), []string{"birth-year"},
			"birth-year mask member", ""},
		"a rule for all roles is not narrowed by role": {[]access.Rule{eea}, by(allow("health", access.CountrySet{}), access.CountrySet{}, "hr"), []string{"health-eea"}, "health-eea deny by !EEA", AnyRole},
		"nor one on a broader category":                {[]access.Rule{eea}, allow("disability", in("US")), []string{"health-eea"}, "health-eea deny by !EEA", Broader},
		"open by default needs no rule":                {nil, allow("contact", in("US")), nil, "", ""},
		"an allow of ours is taken back":               {[]access.Rule{hr}, clear(allow("health", in("US"))), nil, "health-hr allow about !US hr", ""},
		"a deny of ours is taken back on request":      {[]access.Rule{eea}, clear(allow("health", in("US"))), nil, "health-eea deny by !EEA", InTheWay},
		"a country joins a rule": {[]access.Rule{{ID: "x", Op: access.Access, Category: "birth", Subject: in("FR"), Effect: access.Deny}},
			deny(allow("birth", in("DE"))), nil, "x deny about DE,FR", ""},
		"a rule that ends is left alone": {[]access.Rule{{ID: "x", Op: access.Access, Category: "birth", Subject: in("FR"), Effect: access.Deny, Until: time.Unix(1, 0)}},
			deny(allow("birth", in("DE"))), nil, "x deny about FR\nbirth-see-deny deny about DE", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, blocks := Set(c.rules, []Change{c.ch}, c.narrow, tree)
			if text(got) != c.want {
				t.Errorf("rules:\n%s\nwant:\n%s", text(got), c.want)
			}
			var why Obstacle
			if len(blocks) > 0 {
				why = blocks[0].Why
			}
			if why != c.why {
				t.Errorf("blocked by %q, want %q", why, c.why)
			}
		})
	}
}

// TestUnknownStaysClosed: countries one by one never add up to the unknown one.
func TestUnknownStaysClosed(t *testing.T) {
	rules, _ := Set(nil, []Change{allow("health", in("EEA")), allow("health", not("EEA"))}, nil, tree)
	for _, r := range rules {
		if r.Subject.Every() {
			t.Error("two allows of half the world became an allow for the unknown country")
		}
	}
}

// TestClasses holds that the parts cover the world once and split what a set
// tells apart.
func TestClasses(t *testing.T) {
	parts := Classes([]access.CountrySet{in("EEA"), in("FR"), not("US")})
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	if len(parts) != 4 || n != len(bailiwick.Countries()) {
		t.Errorf("%d parts with %d countries", len(parts), n)
	}
}
