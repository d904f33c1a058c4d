package proposal

import (
	"strings"
	"testing"

	"bailiwick/internal/access"
)

// TestRewrite holds that what is not touched keeps its wording.
func TestRewrite(t *testing.T) {
	const text = `# By hand.
rules:
  # Why this one.
  - {id: a, operation: access, category: health, effect: deny, viewer: {not-in: [EEA]}}
  - {id: b, operation: access, category: birth, effect: deny}
`
	old, _, err := access.ParseRules("x", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	next := []access.Rule{old[0], {ID: "c", Op: access.Populate, Category: "photo", Effect: access.Deny}}
	got, err := Rewrite(text, old, next)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# By hand.", "# Why this one.", "{id: a, operation: access, category: health, effect: deny, viewer: {not-in: [EEA]}}"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is gone from\n%s", want, got)
		}
	}
	rules, _, err := access.ParseRules("x", []byte(got))
	if err != nil || len(rules) != 2 || rules[1].ID != "c" {
		t.Errorf("%d rules, %v:\n%s", len(rules), err, got)
	}
	if same, err := Rewrite(text, old, old); err != nil || !strings.Contains(same, "# Why this one.") {
		t.Errorf("the same rules: %v\n%s", err, same)
	}
}
