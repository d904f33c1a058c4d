package access_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/access"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// TestParseRulesProblems compares all that is wrong with a file with a golden
// list: each problem names file, line, rule and key.
func TestParseRulesProblems(t *testing.T) {
	data, err := os.ReadFile("testdata/rules/bad_everything.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rules, roles, err := access.ParseRules("rules.yaml", data)
	if err == nil || rules != nil || roles != nil {
		t.Fatalf("accepted: %v", rules)
	}
	golden(t, "testdata/rules/bad_everything.want", err.Error()+"\n")
	for _, leak := range []string{"heath", "LATAM", "boss", "tomorrow", "Oficinista"} {
		if strings.Contains(err.Error(), leak) {
			t.Errorf("the error repeats %q", leak)
		}
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Error(d)
	}
}

func TestParseRulesReadsEveryKey(t *testing.T) {
	data, err := os.ReadFile("testdata/rules/good_matrix.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rules, roles, err := access.ParseRules("rules.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	wantRules := []access.Rule{
		{
			ID: "full", Op: access.Access, Category: "birth", Effect: access.Mask, Mask: access.YearOnly,
			Subject: access.CountrySet{In: []string{"EU", "GB"}, NotIn: []string{"FR"}},
			Viewer:  access.CountrySet{NotIn: []string{"EEA"}}, Roles: []bailiwick.Role{"hr", "hr-equality"},
			Purposes: []bailiwick.Purpose{bailiwick.ProvideService, bailiwick.SupportCase},
			From:     time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 12, 31, 21, 0, 0, 0, time.UTC),
			Note: "As agreed: 2025-3", Cite: "template X", Author: "Robin Sample",
		},
		{ID: "norway", Op: access.Export, Category: "birth", Subject: access.CountrySet{In: []string{"NO"}}, Effect: access.Mask, Mask: access.Null},
		{ID: "wait", Op: access.Populate, Category: "performance", Effect: access.Require, Require: "works agreement"},
	}
	wantRoles := []access.RoleDef{{
		Key: "hr-equality", Title: map[string]string{"en": "Equality officer", "de": "Gleichstellung", "fr": "Égalité"},
		Types: []access.TypeGrant{
			{Type: "person", Verbs: []access.Verb{access.VerbList, access.VerbOpen}, Scope: access.ScopeAll},
			{Type: "incident", Verbs: []access.Verb{access.VerbChange}, Scope: access.ScopeOwn},
		},
		Admin: []access.Permission{access.PermPrivacy},
	}}
	if d := cmp.Diff(wantRules, rules); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(wantRoles, roles); d != "" {
		t.Error(d)
	}
	if _, err := access.Compile(access.Policy{Categories: bailiwick.ShippedCategories(), Rules: rules,
		Roles: access.WithShippedRoles(roles)}, instant); err != nil {
		t.Error(err)
	}
}

func TestParseRulesWholeFile(t *testing.T) {
	rule := "- {id: a, operation: access, category: health, effect: deny}\n"
	tests := []struct {
		name, in, want string // want: the first problem; empty = none
	}{
		{"empty", "", ""},
		{"comment only", "# nothing\n", ""},
		{"null", "~\n", ""},
		{"no rules", "rules: []\nroles:\n", ""},
		{"one rule", "rules:\n" + rule, ""},
		{"text", "hello", "f:1: must be a mapping of rules, roles"},
		{"a list", rule, "f:1: must be a mapping of rules, roles"},
		{"rules not a list", "rules: {a: b}", "f:1: rules: must be a list"},
		{"roles not a list", "roles: 5", "f:1: roles: must be a list"},
		{"not YAML", "rules:\n  - {id: a\n", "not YAML"},
		{"tab", "rules:\n\t- a\n", "not YAML"},
		{"not text", "\x00\x01", "not YAML"},
		{"second document", "rules:\n" + rule + "---\nrules:\n", "f:3: a second document"},
		{"anchor", "rules: &a\n" + rule, "f:1: anchors and aliases are not accepted"},
		{"alias", "rules: [*a]\n", "not YAML"},
		{"repeated key", "rules: []\nrules: []\n", "f:2: rules: given twice"},
		{"merge key", "<<: {rules: []}\n", "unknown key"},
		{"too large", strings.Repeat("#", access.MaxRuleFile+1), "larger than"},
		{"too many rules", "rules:\n" + strings.Repeat("- a\n", access.MaxRules+1), "more than 4096 rules"},
		{"too many roles", "roles:\n" + strings.Repeat("- a\n", access.MaxRoles+1), "more than 64 roles"},
		{"too many problems", "rules:\n" + strings.Repeat("- a\n", 1000), "there are more problems"},
		{"deep", "rules: " + strings.Repeat("[", 50_000), "not YAML"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := access.ParseRules("f", []byte(tt.in))
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var ps access.Problems
			if !errors.As(err, &ps) || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			for _, p := range ps {
				if p.File != "f" || p.Line < 1 || p.Message == "" {
					t.Errorf("problem %+v", p)
				}
			}
		})
	}
}

// compilable is a policy of rules that were read, with the categories that a
// tenant may have added; false where it is beyond a limit that a file alone
// cannot know of.
func compilable(rules []access.Rule, roles []access.RoleDef) (access.Policy, bool) {
	p := access.Policy{Categories: bailiwick.ShippedCategories(), Rules: rules, Roles: access.WithShippedRoles(roles)}
	own, named, asking := map[bailiwick.Category]bool{}, map[string]bool{}, 0
	for _, r := range rules {
		if strings.HasPrefix(string(r.Category), "x_") && !own[r.Category] {
			own[r.Category] = true
			p.Categories = append(p.Categories, bailiwick.CategoryInfo{Key: r.Category, Parent: "health", OfSubject: true})
		}
		for _, e := range r.Entities {
			named[e] = true
		}
		if r.Condition.Kind == access.Justified || r.Condition.Kind == access.Approved {
			asking++
		}
	}
	return p, len(p.Roles) <= access.MaxRoles && len(p.Categories) <= access.MaxCategories && len(named) <= 60 && asking <= 64
}

// TestConditionsAreRead reads every new part of the grammar.
func TestConditionsAreRead(t *testing.T) {
	data, err := os.ReadFile("testdata/rules/good_conditions.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rules, roles, err := access.ParseRules("good_conditions.yaml", data)
	if err != nil || len(rules) != 9 || len(roles) != 1 {
		t.Fatalf("%d rules, %d roles, %v", len(rules), len(roles), err)
	}
	for i, want := range []access.Condition{{Kind: access.Agreement, Ref: "wc-2026-1"}, {Kind: access.ConsentGiven}, {Kind: access.Justified},
		{Kind: access.Approved}, {Kind: access.AggregateOnly, K: 10}, {}} {
		if rules[i].Condition != want || rules[i].Require == "" {
			t.Errorf("%s: %+v, %q", rules[i].ID, rules[i].Condition, rules[i].Require)
		}
	}
	p, _ := compilable(rules, roles)
	if _, err := access.Compile(p, instant); err != nil {
		t.Error(err)
	}
	if len(rules[6].Entities) != 2 || len(rules[8].Regions) != 2 || roles[0].Manages != access.ScopeEntity {
		t.Errorf("%+v %+v %+v", rules[6], rules[8], roles[0])
	}
}

// FuzzParseRules: whatever is accepted compiles, reading never fails in another
// way than by Problems with lines, and what is written again reads the same.
func FuzzParseRules(f *testing.F) {
	for _, pattern := range []string{"testdata/rules/*.yaml", "testdata/*.txt"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
			if _, tail, ok := strings.Cut(string(data), "\nrules:"); ok {
				head, _, _ := strings.Cut(tail, "\ncases:")
				f.Add([]byte("rules:" + head))
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, roles, err := access.ParseRules("f", data)
		var ps access.Problems
		if err != nil {
			if !errors.As(err, &ps) || len(ps) == 0 || ps[0].Line < 1 {
				t.Fatalf("error %v", err)
			}
			return
		}
		text := access.FormatRules(rules, roles)
		againRules, againRoles, err := access.ParseRules("f", text)
		if err != nil {
			t.Fatalf("written again: %v\n%s", err, text)
		}
		if d := cmp.Diff(rules, againRules) + cmp.Diff(roles, againRoles); d != "" {
			t.Fatalf("written again (-read +again):\n%s\n%s", d, text)
		}
		p, ok := compilable(rules, roles)
		if !ok {
			return
		}
		m, err := access.Compile(p, instant)
		if err != nil {
			t.Fatalf("accepted, but does not compile: %v", err)
		}
		m.MayStore("health", access.Of("FR").At("acme-fr"), "eu-west")
		m.View(actor("DE", "US", bailiwick.ProvideService, "hr")).Decide(access.Access, "health", access.Of("FR", "US")).Explain("de")
	})
}
