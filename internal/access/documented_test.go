package access_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/access"
)

// documented reads the rules of the examples of docs/matrix.md.
func documented(t *testing.T) (text string, rules []access.Rule, roles []access.RoleDef) {
	t.Helper()
	doc, err := os.ReadFile("../../docs/matrix.md")
	if err != nil {
		t.Fatal(err)
	}
	file := "roles: [{key: hr-equality, title: {en: Equality officer}}]\nrules:\n"
	for i, part := range strings.Split(string(doc), "```yaml\n") {
		if i > 0 {
			example, _, _ := strings.Cut(part, "```")
			file += example
		}
	}
	rules, roles, err = access.ParseRules("docs/matrix.md", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return string(doc), rules, roles
}

// TestDocumentedRules: the examples of docs/matrix.md are rules.
func TestDocumentedRules(t *testing.T) {
	if _, rules, _ := documented(t); len(rules) != 9 {
		t.Fatalf("%d rules", len(rules))
	}
}

// TestDocumentedAnswers: the answers that docs/matrix.md gives under "What if?"
// are those of its examples, word by word.
func TestDocumentedAnswers(t *testing.T) {
	text, rules, roles := documented(t)
	german := access.Viewer{Roles: []bailiwick.Role{"hr"}, Country: "DE"}
	manager := access.Viewer{Roles: []bailiwick.Role{"manager"}, Country: "FR"}
	for _, x := range []struct {
		row        string // of the table, up to the answer
		viewer     access.Viewer
		category   bailiwick.Category
		subject    access.Subject
		agreements []string
	}{
		{"HR in Germany | `health` | France", german, "health", access.Of("FR"), nil},
		{"HR in Germany, now in the United States | `health` | France", access.Viewer{Roles: german.Roles, Country: "DE", Location: "US"}, "health", access.Of("FR"), nil},
		{"payroll in France | `national-id` | Germany", access.Viewer{Roles: []bailiwick.Role{"payroll"}, Country: "FR"}, "national-id", access.Of("DE"), nil},
		{"a manager in the Netherlands, no agreement recorded | `performance` | the Netherlands", access.Viewer{Roles: manager.Roles, Country: "NL"}, "performance", access.Of("NL"), nil},
		{"the same, agreement recorded | `performance` | the Netherlands", access.Viewer{Roles: manager.Roles, Country: "NL"}, "performance", access.Of("NL"), []string{"wc-2026-1"}},
		{"a manager in France, content of `acme-fr` | `compensation` | France", manager, "compensation", access.Of("FR").At("acme-fr"), nil},
		{"the same, content of `acme-de` | `compensation` | France", manager, "compensation", access.Of("FR").At("acme-de"), nil},
	} {
		m, err := access.Compile(access.Policy{Version: 1, Categories: bailiwick.ShippedCategories(), Rules: rules, Roles: access.WithShippedRoles(roles),
			Agreements: x.agreements, Entities: []string{"acme-de", "acme-fr"}}, instant)
		if err != nil {
			t.Fatal(err)
		}
		cell := m.Preview(x.viewer).Cell(access.Access, x.category, x.subject)
		row := fmt.Sprintf("| %s | `%s` | `%s` |", x.row, cell.Outcome, cell.Rule)
		if !slices.Contains(strings.Split(text, "\n"), row) {
			t.Errorf("docs/matrix.md does not say: %s", row)
		}
	}
	_, after, _ := strings.Cut(text, "## What if?")
	section, _, _ := strings.Cut(after, "\n## ")
	if n := strings.Count(section, "\n| ") - 1; n != 7 {
		t.Errorf("%d answers in docs/matrix.md, 7 checked", n)
	}
}
