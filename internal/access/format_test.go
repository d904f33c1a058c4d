package access_test

import (
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/access"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// anyRule draws a rule that passes its checks.
func anyRule(t *rapid.T, id string) access.Rule {
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	countries := func(label string) (s access.CountrySet) {
		sets := [][]string{nil, {"DE"}, {"NO", "FR"}, {"EEA"}, {"EU", "GB"}}
		s.In = rapid.SampledFrom(sets).Draw(t, label+" in")
		s.NotIn = rapid.SampledFrom(sets).Draw(t, label+" not in")
		return s
	}
	text := rapid.SampledFrom([]string{"", "no", "2026-01-31", "a: b, {c} # d", "Vereinbarung „2025-3“", "'\"\\", " x ", "1e3", "~"})
	r := access.Rule{
		ID: id, Category: bailiwick.Category(pick("category", "health", "contact", "ethnic-origin")),
		Op:       rapid.SampledFrom([]access.Op{access.Populate, access.Access, access.Export, access.StoreRegion}).Draw(t, "op"),
		Subject:  countries("subject"),
		Entities: rapid.SampledFrom([][]string{nil, {"main"}, {"no", "x.2"}}).Draw(t, "entities"),
		Note:     text.Draw(t, "note"), Cite: text.Draw(t, "cite"), Author: text.Draw(t, "author"),
	}
	if rapid.Bool().Draw(t, "dated") {
		r.From = time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
		r.Until = time.Date(2027, 2, 1, 8, 30, 0, 1000, time.UTC)
	}
	if r.Op == access.StoreRegion {
		r.Effect = rapid.SampledFrom([]access.Effect{access.Allow, access.Deny}).Draw(t, "effect")
		r.Regions = []string{"eu-central", "ch"}
		return r
	}
	r.Viewer = countries("viewer")
	r.Roles = rapid.SampledFrom([][]bailiwick.Role{nil, {"hr"}, {"hr", "owner"}}).Draw(t, "roles")
	r.Purposes = rapid.SampledFrom([][]bailiwick.Purpose{nil, {bailiwick.ProvideService}}).Draw(t, "purposes")
	r.Effect = rapid.SampledFrom([]access.Effect{access.Allow, access.Deny, access.Mask, access.Require}).Draw(t, "effect")
	switch r.Effect {
	case access.Mask:
		if r.Op == access.Populate {
			r.Op = access.Access
		}
		r.Mask = access.Last4
	case access.Require:
		r.Require = pick("require", "no", "consent of the works council", "x: y")
		r.Condition = rapid.SampledFrom([]access.Condition{{}, {Kind: access.ConsentGiven}, {Kind: access.Approved},
			{Kind: access.Agreement, Ref: "wa-2025-3"}}).Draw(t, "condition")
		if r.Op == access.Access {
			r.Condition = rapid.SampledFrom([]access.Condition{r.Condition, {Kind: access.Justified}, {Kind: access.AggregateOnly, K: 5}}).Draw(t, "condition of seeing")
		}
	}
	return r
}

// TestFormatRules holds that what is written reads back to equal values.
func TestFormatRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := []access.Rule{anyRule(t, "one"), anyRule(t, "no"), anyRule(t, "1e3")}
		roles := []access.RoleDef{{
			Key: "desk", Title: map[string]string{"en": "Yes", "fr": "Guichet n° 1"}, Admin: []access.Permission{access.PermAudit},
			Types: []access.TypeGrant{{Type: "*", Verbs: []access.Verb{access.VerbList, access.VerbOpen}, Scope: access.ScopeOwn}},
		}}
		text := access.FormatRules(rules, roles)
		gotRules, gotRoles, err := access.ParseRules("rules.yaml", text)
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		if d := cmp.Diff(rules, gotRules); d != "" {
			t.Fatalf("rules (-written +read):\n%s\n%s", d, text)
		}
		if d := cmp.Diff(roles, gotRoles); d != "" {
			t.Fatalf("roles (-written +read):\n%s\n%s", d, text)
		}
		if again := access.FormatRules(gotRules, gotRoles); string(again) != string(text) {
			t.Fatalf("written twice, two texts:\n%s\n%s", text, again)
		}
	})
	if _, _, err := access.ParseRules("rules.yaml", access.FormatRules(nil, nil)); err != nil {
		t.Errorf("nothing at all: %v", err)
	}
}
