package access_test

import (
	"slices"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/access"

	"pgregory.net/rapid"
)

// TestExcept asks before and after an exception place by place: nobody's answer
// changes but at the place that was asked for, and none at all from its end.
func TestExcept(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	end := now.AddDate(0, 1, 0)
	all := []bailiwick.Role{"auditor", "hr", "owner", "privacy"}
	var held [][]bailiwick.Role
	for set := 1; set < 1<<len(all); set++ {
		var roles []bailiwick.Role
		for i, r := range all {
			if set>>i&1 != 0 {
				roles = append(roles, r)
			}
		}
		held = append(held, roles)
	}
	places := []bailiwick.Country{"", "DE", "FR", "US", "CH"}
	sets := []access.CountrySet{{}, {In: []string{"EEA"}}, {NotIn: []string{"EEA"}}, {In: []string{"EU"}, NotIn: []string{"FR"}}, {In: []string{"DE", "US"}}}
	cats := bailiwick.ShippedCategories()
	opened := 0
	rapid.Check(t, func(t *rapid.T) {
		rules := genDenies(t, now, all, sets, cats)
		deny := rapid.SampledFrom(rules).Draw(t, "asked")
		x := access.Exception{Key: "ask-1", Op: access.Access, Category: deny.Category, Viewer: rapid.SampledFrom(places[1:]).Draw(t, "from"),
			Countries: rapid.SliceOfNDistinct(rapid.SampledFrom(places[1:]), 1, 2, rapid.ID).Draw(t, "about"),
			Roles:     rapid.SampledFrom(held).Draw(t, "asker"), Until: end}
		p := access.Policy{Version: 1, Categories: cats, Rules: rules, Roles: access.ShippedRoles()}
		next := p
		next.Rules = slices.Clone(rules)
		for _, r := range compileAt(t, p, now).Except(rules, all, now, x) {
			if i := slices.IndexFunc(next.Rules, func(o access.Rule) bool { return o.ID == r.ID }); i >= 0 {
				next.Rules[i] = r
			} else {
				next.Rules = append(next.Rules, r)
			}
		}
		for _, at := range []time.Time{now, now.AddDate(0, 0, 5), now.AddDate(0, 0, 10), end, now.AddDate(0, 0, 55), now.AddDate(0, 0, 90)} {
			was, is := compileAt(t, p, at), compileAt(t, next, at)
			for _, roles := range held {
				for _, from := range places {
					v := access.Viewer{Roles: roles, Country: from, Purpose: bailiwick.ProvideService}
					a, b := was.Preview(v), is.Preview(v)
					for _, about := range places {
						before, _ := a.Bits(access.Access, access.Of(about))
						after, _ := b.Bits(access.Access, access.Of(about))
						if before&^after != 0 {
							t.Fatal("an exception closes something")
						}
						if before == after {
							continue
						}
						opened++
						only := !slices.ContainsFunc(roles, func(r bailiwick.Role) bool { return !slices.Contains(x.Roles, r) })
						named := slices.ContainsFunc(rules, func(r access.Rule) bool { return r.Effect == access.Deny && len(r.Roles) > 0 })
						if !at.Before(end) || from != x.Viewer || !slices.Contains(x.Countries, about) || !only && !named {
							t.Fatalf("opened for %v in %q about %q at %v", roles, from, about, at)
						}
						allowedPath := pathOf(cats, x.Category)
						for i, c := range cats {
							if (after&^before)>>i&1 != 0 && !slices.Contains(allowedPath, c.Key) {
								t.Fatalf("opened %s, asked %s", c.Key, x.Category)
							}
						}
					}
				}
			}
			// Whoever asked is denied by no rule at the place any more, where nothing but denies stood in the way.
			if at.Before(end) {
				e := is.Preview(access.Viewer{Roles: x.Roles, Country: x.Viewer, Purpose: bailiwick.ProvideService}).Cell(access.Access, x.Category, access.Of(x.Countries[0]))
				if e.Outcome == access.Denied {
					t.Fatalf("still denied by %s", e.Rule)
				}
			}
		}
	})
	if opened == 0 {
		t.Error("nothing was ever opened")
	}
}

// genDenies draws a few rules, most of them denies, some of them dated.
func genDenies(t *rapid.T, now time.Time, all []bailiwick.Role, sets []access.CountrySet, cats []bailiwick.CategoryInfo) []access.Rule {
	var rules []access.Rule
	for i, n := 0, rapid.IntRange(1, 4).Draw(t, "n"); i < n; i++ {
		r := access.Rule{ID: string(rune('a' + i)), Op: access.Access, Category: rapid.SampledFrom(cats).Draw(t, "category").Key,
			Subject: rapid.SampledFrom(sets).Draw(t, "subject"), Viewer: rapid.SampledFrom(sets).Draw(t, "viewer"),
			Roles:  rapid.SliceOfNDistinct(rapid.SampledFrom(all), 0, 2, rapid.ID).Draw(t, "roles"),
			Effect: rapid.SampledFrom([]access.Effect{access.Deny, access.Deny, access.Allow}).Draw(t, "effect")}
		if rapid.Bool().Draw(t, "ends") {
			r.Until = now.AddDate(0, 0, rapid.SampledFrom([]int{7, 60}).Draw(t, "days"))
		}
		if rapid.Bool().Draw(t, "begins") {
			r.From = now.AddDate(0, 0, rapid.SampledFrom([]int{-7, 3, 50}).Draw(t, "from"))
		}
		if !r.Until.IsZero() && !r.From.Before(r.Until) {
			r.From = time.Time{}
		}
		rules = append(rules, r)
	}
	return rules
}

func pathOf(cats []bailiwick.CategoryInfo, c bailiwick.Category) []bailiwick.Category {
	out := []bailiwick.Category{c}
	for i := len(cats) - 1; i >= 0; i-- {
		if cats[i].Key == out[len(out)-1] && cats[i].Parent != "" {
			out = append(out, cats[i].Parent)
		}
	}
	return out
}

func compileAt(t *rapid.T, p access.Policy, at time.Time) *access.Matrix {
	m, err := access.Compile(p, at)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
