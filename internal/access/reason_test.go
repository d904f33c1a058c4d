package access_test

import (
	"fmt"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/access"
)

// TestReasons writes out what people are told, in every language, for a person
// who reads it to judge. The golden file is the documentation.
func TestReasons(t *testing.T) {
	set := func(in ...string) access.CountrySet { return access.CountrySet{In: in} }
	m := compile(t, policy(
		access.Rule{ID: "health-eea", Op: access.Access, Category: "health", Viewer: access.CountrySet{NotIn: []string{"EEA"}}, Effect: access.Deny, Note: "Works agreement 2025-3"},
		access.Rule{ID: "health-hr", Op: access.Access, Category: "health", Subject: set("FR"), Effect: access.Allow},
		access.Rule{ID: "ethnic-fr", Op: access.Populate, Category: "ethnic-origin", Subject: set("FR"), Effect: access.Deny, Cite: "template FR-1"},
		access.Rule{ID: "ethnic-us", Op: access.Populate, Category: "ethnic-origin", Subject: set("US"), Effect: access.Allow},
		access.Rule{ID: "nid-last4", Op: access.Access, Category: "national-id", Effect: access.Mask, Mask: access.Last4},
		access.Rule{ID: "perf-nl", Op: access.Access, Category: "performance", Subject: set("NL"), Effect: access.Require, Require: "consent of the works council"},
		access.Rule{ID: "perf-ch", Op: access.Populate, Category: "performance", Subject: set("CH"), Effect: access.Require, Require: "agreement"},
		access.Rule{ID: "contact-out", Op: access.Export, Category: "contact", Effect: access.Deny},
		access.Rule{ID: "tax-out", Op: access.Export, Category: "employment", Effect: access.Require, Require: "export agreement"},
		access.Rule{ID: "birth-out", Op: access.Export, Category: "birth", Effect: access.Mask, Mask: access.YearOnly},
	))
	hr := func(country, now bailiwick.Country) bailiwick.Actor {
		return actor(country, now, bailiwick.ProvideService, "hr")
	}
	tests := []struct {
		op      access.Op
		c       bailiwick.Category
		s       access.Subject
		who     bailiwick.Actor
		comment string
	}{
		{access.Access, "health", access.Of("FR"), hr("US", ""), "a deny that names viewers"},
		{access.Access, "health", access.Of("FR"), hr("DE", "CH"), "away from home"},
		{access.Access, "health", access.Of("FR"), hr("", ""), "viewer not known"},
		{access.Access, "health", access.Of("FR"), hr("DE", ""), "allowed"},
		{access.Access, "health", access.Of("GB"), hr("DE", ""), "no rule grants"},
		{access.Access, "disability", access.Of("NL"), hr("IR", ""), "by the broader category"},
		{access.Populate, "ethnic-origin", access.Of("FR", "US"), hr("US", ""), "one of two countries"},
		{access.Populate, "ethnic-origin", access.Of(), hr("US", ""), "person's country not known"},
		{access.Populate, "ethnic-origin", access.Of("US"), hr("US", ""), "may be filled in"},
		{access.Access, "national-id", access.Of("US"), hr("US", ""), "masked"},
		{access.Access, "performance", access.Of("NL"), hr("DE", ""), "a condition"},
		{access.Populate, "performance", access.Of("CH"), hr("DE", ""), "a condition to fill in"},
		{access.Export, "contact", access.Of("DE"), hr("DE", ""), "not to be exported"},
		{access.Export, "employment", access.Of("DE"), hr("DE", ""), "a condition to export"},
		{access.Export, "birth", access.Of("DE"), hr("DE", ""), "masked in an export"},
		{access.Export, "family", access.Of("DE"), hr("DE", ""), "may be exported"},
		{access.Access, "business", access.NoSubject, hr("DE", ""), "about no one"},
		{access.Access, "contact", access.NoSubject, hr("DE", ""), "a person is missing"},
		{access.Access, "horoscope", access.Of("DE"), hr("DE", ""), "no such category"},
	}
	var b strings.Builder
	for _, tt := range tests {
		d := m.View(tt.who).Decide(tt.op, tt.c, tt.s)
		fmt.Fprintf(&b, "# %s\n", tt.comment)
		for _, lang := range []string{"en", "de", "fr"} {
			fmt.Fprintf(&b, "%s: %s\n", lang, d.Reason(lang))
		}
		if d.Reason("tlh") != d.Reason("en") {
			t.Errorf("%s: another language is not told in English", tt.comment)
		}
	}
	golden(t, "testdata/reasons.want", b.String())
}

// TestPlaces: every country has its phrases.
func TestPlaces(t *testing.T) {
	if n := access.PlacesOf(); n != len(bailiwick.Countries()) {
		t.Errorf("%d of %d countries", n, len(bailiwick.Countries()))
	}
}

// TestTitlesFallBack: a category without a title in a language is told by its
// English title, else by its key.
func TestTitlesFallBack(t *testing.T) {
	p := policy()
	p.Categories = []bailiwick.CategoryInfo{{Key: "a-b", Title: map[string]string{"en": "Alpha"}}, {Key: "c-d"}}
	v := compile(t, p).View(actor("DE", "", bailiwick.ProvideService))
	if s := v.Decide(access.Access, "a-b", access.NoSubject).Reason("fr"); !strings.HasPrefix(s, "La catégorie « Alpha » ") {
		t.Error(s)
	}
	if s := v.Decide(access.Access, "c-d", access.NoSubject).Reason("en"); !strings.HasPrefix(s, "c-d data ") {
		t.Error(s)
	}
}
