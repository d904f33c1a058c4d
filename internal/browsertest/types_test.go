package browsertest

import "testing"

// TestTypePages looks at the pages on which a workspace is shaped, in every
// appearance.
func TestTypePages(t *testing.T) {
	s := newStage(t)
	b := s.as(t, "acme", ownerAcme, true)
	for _, p := range []struct{ name, path string }{
		{"types", "/types"}, {"type-new", "/types/new"}, {"type", "/types/risk"}, {"field-new", "/types/risk/fields/new"}, {"field", "/types/person/fields/full_name"},
		{"categories", "/categories"}, {"lists", "/lists"}, {"list-new", "/lists/new"}, {"list", "/lists/risks/theme"}, {"roles", "/roles"}, {"role", "/roles/manager"},
	} {
		t.Run(p.name, func(t *testing.T) { s.look(t, b, p.name, s.url("acme", p.path)) })
	}

	// Without scripts: a field without a category is refused with what was
	// typed still there, and with one it is in a change.
	t.Run("field-in-change", func(t *testing.T) {
		b := s.as(t, "acme", ownerAcme, false)
		b.Open(s.url("acme", "/types/risk/fields/new"))
		b.Fill("English", "Cost of it")
		b.Choose("Kind", "Whole number")
		b.Expect("422")
		b.Click("button", "Save as a new change")
		b.See("R14.1")
		if got := b.Value("English"); got != "Cost of it" {
			t.Errorf("what was typed is now %q", got)
		}
		b.Choose("Category", "Business information")
		b.Click("button", "Save as a new change")
		b.See("CHG-", "Cost of it", "x_cost_of_it")
		looked := s.as(t, "acme", ownerAcme, true)
		s.look(t, looked, "type-in-change", b.URL())
	})
}
