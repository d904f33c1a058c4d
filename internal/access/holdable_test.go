package access_test

import (
	"testing"

	"bailiwick"
	"bailiwick/internal/access"

	"pgregory.net/rapid"
)

// TestHoldableContainsEveryView: what somebody may populate can be held.
func TestHoldableContainsEveryView(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, r := compile(t, genPolicy(t)), questions(t)
		for range 300 {
			q := ask(r)
			allowed, _ := m.View(q.actor()).Bits(access.Populate, q.subject())
			if more := allowed &^ m.Holdable(q.subject()); more != 0 {
				t.Fatalf("%+v: %v may be populated and not held", q, m.CategoriesOf(more))
			}
		}
	})
}

func TestHoldable(t *testing.T) {
	fr, us := access.CountrySet{In: []string{"FR"}}, access.CountrySet{In: []string{"US", "DE"}}
	p := access.Policy{Categories: bailiwick.ShippedCategories(), Roles: access.ShippedRoles(), Rules: []access.Rule{
		{ID: "fr", Op: access.Populate, Category: "ethnic-origin", Subject: fr, Effect: access.Deny},
		{ID: "hr", Op: access.Populate, Category: "ethnic-origin", Roles: []bailiwick.Role{"hr"}, Effect: access.Allow},
		{ID: "not-payroll", Op: access.Populate, Category: "ethnic-origin", Roles: []bailiwick.Role{"payroll"}, Effect: access.Deny},
		{ID: "us", Op: access.Populate, Category: "health", Subject: us, Roles: []bailiwick.Role{"hr"}, Effect: access.Allow},
	}}
	m := compile(t, p)
	for _, tc := range []struct {
		category bailiwick.Category
		subject  access.Subject
		want     bool // whether it can be held
		barred   bool
	}{
		{"ethnic-origin", access.Of("US"), true, false},
		{"ethnic-origin", access.Of("FR"), false, true},
		{"ethnic-origin", access.Of("US", "FR"), false, true},
		{"ethnic-origin", access.Of(), false, true}, // of unknown country: every denial, no allowance that names countries
		{"ethnic-origin", access.NoSubject, false, false},
		{"health", access.Of("US"), true, false},
		{"health", access.Of("GB"), false, false},
		{"health", access.Of(), false, false},
		{"contact", access.Of("GB"), true, false},
		{"business", access.NoSubject, true, false},
	} {
		if got := m.Holdable(tc.subject)>>m.CategoryNo(tc.category)&1 != 0; got != tc.want {
			t.Errorf("%s of %v can be held: %v, want %v", tc.category, tc.subject.Countries(), got, tc.want)
		}
		if got := m.Barred(tc.subject)>>m.CategoryNo(tc.category)&1 != 0; got != tc.barred {
			t.Errorf("%s of %v is barred: %v, want %v", tc.category, tc.subject.Countries(), got, tc.barred)
		}
	}
}
