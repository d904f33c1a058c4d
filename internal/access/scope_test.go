package access_test

import (
	"testing"

	"bailiwick"
	"bailiwick/internal/access"
)

// TestScopesOfRolesUnite: what a user reaches is the union of what the roles
// grant on the type, its application and every type.
func TestScopesOfRolesUnite(t *testing.T) {
	rules, roles, err := access.ParseRules("rules.yaml", []byte(`
roles:
  - {key: unit-hr, title: {en: Unit HR}, types: [{type: "app:people", verbs: [list, open], scope: unit}], admin: [manage-users], manages: unit}
  - {key: handler, title: {en: Handler}, types: [{type: person, verbs: [open], scope: assigned}]}
  - {key: entity-audit, title: {en: Audit}, types: [{type: "*", verbs: [list], scope: entity}]}
  - {key: all-hr, title: {en: HR}, types: [{type: person, verbs: [list], scope: all}], admin: [manage-users]}
`))
	if err != nil {
		t.Fatal(err)
	}
	m, err := access.Compile(access.Policy{Categories: bailiwick.ShippedCategories(), Rules: rules, Roles: roles,
		Apps: map[string]string{"person": "people", "risk": "risks"}}, instant)
	if err != nil {
		t.Fatal(err)
	}
	view := func(roles ...bailiwick.Role) *access.View {
		return m.View(bailiwick.NewActor(bailiwick.ActorSpec{Kind: bailiwick.User, Tenant: bailiwick.TenantID{ID: bailiwick.ID{1}},
			Roles: roles, Country: "DE", Purpose: bailiwick.ProvideService}))
	}
	for _, c := range []struct {
		roles []bailiwick.Role
		typ   string
		verb  access.Verb
		want  access.ScopeSet
	}{
		{[]bailiwick.Role{"unit-hr"}, "person", access.VerbList, access.Scopes(access.ScopeUnit)},
		{[]bailiwick.Role{"unit-hr"}, "risk", access.VerbList, 0},
		{[]bailiwick.Role{"unit-hr"}, "person", access.VerbChange, 0},
		{[]bailiwick.Role{"unit-hr", "handler"}, "person", access.VerbOpen, access.Scopes(access.ScopeUnit, access.ScopeAssigned)},
		{[]bailiwick.Role{"unit-hr", "entity-audit"}, "person", access.VerbList, access.Scopes(access.ScopeUnit, access.ScopeEntity)},
		{[]bailiwick.Role{"entity-audit"}, "nothing", access.VerbList, access.Scopes(access.ScopeEntity)},
		{[]bailiwick.Role{"unit-hr"}, "app:people", access.VerbOpen, access.Scopes(access.ScopeUnit)},
	} {
		if got := view(c.roles...).Scopes(c.typ, c.verb); got != c.want {
			t.Errorf("%v %s %s: %v, want %v", c.roles, c.typ, c.verb, got.List(), c.want.List())
		}
	}
	if got := view("unit-hr").Manages(); got != access.Scopes(access.ScopeUnit) {
		t.Errorf("manages %v", got.List())
	}
	if got := view("unit-hr", "all-hr").Manages(); !got.All() || !got.Covers(access.Scopes(access.ScopeUnit)) {
		t.Errorf("manages %v", got.List())
	}
	if view("unit-hr").Manages().Covers(access.Scopes(access.ScopeAll)) || view("handler").Manages() != 0 {
		t.Error("a limit is no limit")
	}
}
