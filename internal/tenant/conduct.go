package tenant

import (
	"reflect"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
)

// conductCountries are those whose law asks for an agreement with, or a
// consultation of, the representatives of staff before conduct or performance
// can be monitored (R14.12).
var conductCountries = []string{"DE", "AT", "NL", "FR"}

// conductCategories are what conduct and performance can be read from.
var conductCategories = []bailiwick.Category{"performance", "usage"}

// checkConduct refuses what can be used to monitor the conduct or performance
// of people, if the configuration turns it on, has not had it before, and
// records no agreement (R14.12): names of colleagues in the activity rail,
// fields about performance or use where a legal entity sits in one of the
// countries, and rules that open these for people there.
func (c *Configuration) checkConduct(before *Configuration) error {
	if len(c.document.Agreements) > 0 {
		return nil
	}
	var fields []bailiwick.FieldError
	need := func(path string) {
		fields = append(fields, fieldError(path, "agreement", "It can be used to monitor conduct: record the agreement, or the consultation of staff, that allows it."))
	}
	if c.Settings.ShowColleagueActivity && !before.Settings.ShowColleagueActivity {
		need("settings.show_colleague_activity")
	}
	conduct := conductOf(c.Matrix.Categories())
	here := slices.ContainsFunc(c.Entities, func(e Entity) bool { return slices.Contains(conductCountries, string(e.Seat)) })
	for key, t := range c.Types {
		for _, f := range t.All() {
			if !here || !conduct[f.Category] {
				continue
			}
			if old := before.Types[key]; old == nil || old.Field(f.Path()) == nil || old.Field(f.Path()).Category != f.Category {
				need("types." + key + "." + f.Path())
			}
		}
	}
	rules, _, err := access.ParseRules("rules.yaml", []byte(c.document.Rules))
	if err != nil {
		return unreadable("rules", err)
	}
	old, _, err := access.ParseRules("rules.yaml", []byte(before.document.Rules))
	if err != nil {
		return unreadable("rules", err)
	}
	for _, r := range rules {
		if opensConduct(&r, conduct) && !slices.ContainsFunc(old, func(o access.Rule) bool { return sameReach(o, r) }) {
			need("rules." + r.ID)
		}
	}
	if fields == nil {
		return nil
	}
	return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "The change turns on what can be used to monitor people's conduct. Record the works agreement, or the consultation of staff, that allows it.", Fields: fields}
}

// conductOf returns the categories that conduct and performance can be read
// from: the shipped ones and the narrower ones of the tenant.
func conductOf(all []bailiwick.CategoryInfo) map[bailiwick.Category]bool {
	out := make(map[bailiwick.Category]bool)
	for _, c := range all { // broader ones come first
		if slices.Contains(conductCategories, c.Key) || out[c.Parent] {
			out[c.Key] = true
		}
	}
	return out
}

// opensConduct reports whether a rule opens such a category for people of one
// of the countries.
func opensConduct(r *access.Rule, conduct map[bailiwick.Category]bool) bool {
	return r.Effect == access.Allow && r.Op != access.StoreRegion && conduct[r.Category] && meetsConductCountry(r.Subject)
}

// sameReach reports whether two rules are the same but for what people read.
func sameReach(a, b access.Rule) bool {
	for _, r := range []*access.Rule{&a, &b} {
		r.Note, r.Cite, r.Author = "", "", ""
	}
	return reflect.DeepEqual(a, b)
}

// meetsConductCountry reports whether a set has one of the countries in it.
func meetsConductCountry(s access.CountrySet) bool {
	in := func(list []string, country string) bool {
		return slices.ContainsFunc(list, func(item string) bool {
			members, ok := bailiwick.Region(item).Members()
			return item == country || ok && slices.Contains(members, bailiwick.Country(country))
		})
	}
	return slices.ContainsFunc(conductCountries, func(country string) bool {
		return (len(s.In) == 0 || in(s.In, country)) && !in(s.NotIn, country)
	})
}
