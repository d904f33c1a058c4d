package cells

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bailiwick"
	"bailiwick/internal/access"
)

var (
	someCategories = []bailiwick.Category{"health", "disability", "birth", "employment", "performance"}
	someCountries  = []bailiwick.Country{"DE", "FR", "US", "GB", "CH", "NO"}
	someRoles      = []bailiwick.Role{"hr", "manager", "auditor"}
	somePlaces     = []access.CountrySet{{}, in("FR"), in("EEA"), not("EEA"), in("US", "GB"), not("DE", "FR"), {In: []string{"EEA"}, NotIn: []string{"FR"}}}
	someTargets    = []Target{{}, {Effect: access.Allow}, {Effect: access.Deny}, {Effect: access.Mask, Mask: access.YearOnly}, {Effect: access.Mask, Mask: access.Initials}}
)

func drawRoles(t *rapid.T, name string) []bailiwick.Role {
	var out []bailiwick.Role
	for _, r := range someRoles {
		if rapid.IntRange(0, 2).Draw(t, name+string(r)) == 0 {
			out = append(out, r)
		}
	}
	return out
}

func drawRules(t *rapid.T) []access.Rule {
	var out []access.Rule
	for i := range rapid.IntRange(0, 6).Draw(t, "rules") {
		target := rapid.SampledFrom(someTargets[1:]).Draw(t, "effect")
		out = append(out, access.Rule{
			ID: fmt.Sprintf("r%d", i), Op: access.Access, Category: rapid.SampledFrom(someCategories).Draw(t, "category"),
			Subject: rapid.SampledFrom(somePlaces).Draw(t, "subject"), Viewer: rapid.SampledFrom(somePlaces).Draw(t, "viewer"),
			Roles: drawRoles(t, "role"), Effect: target.Effect, Mask: target.Mask,
		})
	}
	return out
}

func compiled(t *rapid.T, rules []access.Rule) *access.Matrix {
	m, err := access.Compile(access.Policy{Version: 1, Categories: bailiwick.ShippedCategories(), Rules: rules, Roles: access.ShippedRoles()}, time.Unix(1, 0))
	if err != nil {
		t.Fatalf("what was made is refused: %v", err)
	}
	return m
}

// TestCellsSayWhatTheyAreSetTo: on random rules a change that is not blocked
// makes its cells say what they were set to, and no other cell says anything
// else than before.
func TestCellsSayWhatTheyAreSetTo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := drawRules(t)
		ch := Change{
			Op: access.Access, Category: rapid.SampledFrom(someCategories).Draw(t, "set"), Target: rapid.SampledFrom(someTargets).Draw(t, "to"),
			Subject: rapid.SampledFrom(somePlaces).Draw(t, "of"), Viewer: rapid.SampledFrom(somePlaces).Draw(t, "by"), Roles: drawRoles(t, "as"),
		}
		var narrow []string
		for _, r := range rules {
			if rapid.Bool().Draw(t, "narrow "+r.ID) {
				narrow = append(narrow, r.ID)
			}
		}
		next, blocks := Set(rules, []Change{ch}, narrow, tree)
		if len(blocks) > 0 && text(next) != text(rules) {
			t.Fatalf("a blocked change changed something:\n%s\nbefore:\n%s", text(next), text(rules))
		}
		before, after := compiled(t, rules), compiled(t, next)
		broader := slices.ContainsFunc(rules, func(r access.Rule) bool {
			return r.Category != ch.Category && r.Effect == access.Allow && tree.Covers(r.Category, ch.Category)
		})
		for _, role := range someRoles {
			for _, viewer := range someCountries {
				for _, person := range someCountries {
					ask := access.Viewer{Roles: []bailiwick.Role{role}, Country: viewer}
					was, is := before.Preview(ask), after.Preview(ask)
					inside := members(ch.Subject).has(person) && members(ch.Viewer).has(viewer) && (len(ch.Roles) == 0 || slices.Contains(ch.Roles, role))
					for _, c := range someCategories {
						old, got := was.Cell(access.Access, c, access.Of(person)), is.Cell(access.Access, c, access.Of(person))
						switch {
						case !inside || !tree.Covers(ch.Category, c):
							if old.Outcome != got.Outcome || old.Mask != got.Mask {
								t.Fatalf("%s of %s by %s in %s was %v and is %v:\n%s\nbefore:\n%s", c, person, role, viewer, old, got, text(next), text(rules))
							}
						case len(blocks) == 0 && c == ch.Category && !says(got, ch.Target, broader):
							t.Fatalf("%s of %s by %s in %s says %v:\n%s\nbefore:\n%s", c, person, role, viewer, got, text(next), text(rules))
						}
					}
				}
			}
		}
	})
}

// says reports whether a cell says what it was set to. A broader allow still
// shows where rules were taken out.
func says(c access.GridCell, t Target, broader bool) bool {
	switch t.Effect {
	case access.Allow:
		return c.Outcome == access.Allowed || c.Outcome == access.DefaultAllow
	case access.Deny:
		return c.Outcome == access.Denied
	case access.Mask:
		return c.Outcome == access.Masked && c.Mask == t.Mask
	}
	return c.Outcome == access.DefaultAllow || c.Outcome == access.DefaultDeny || broader && c.Outcome == access.Allowed
}
