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
}
