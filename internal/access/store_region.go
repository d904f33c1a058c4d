package access

import (
	"fmt"
	"slices"

	"bailiwick"
)

// maxRegions is how many hosting regions one rule names.
const maxRegions = 20

// splitStores parts the rules about where values may lie from those that a
// Decision is about.
func splitStores(all []rule) (decided, stores []rule) {
	for _, r := range all {
		if r.Op == StoreRegion {
			stores = append(stores, r)
		} else {
			decided = append(decided, r)
		}
	}
	return decided, stores
}

// checkRegions reports what is wrong with the hosting regions of a rule.
func checkRegions(r *Rule, bad func(key, message string)) {
	if r.Op != StoreRegion {
		if len(r.Regions) > 0 {
			bad("regions", "for the operation store-region only")
		}
		return
	}
	if r.Effect != Allow && r.Effect != Deny {
		bad("effect", "store-region rules allow or deny")
	}
	if len(r.Regions) == 0 || len(r.Regions) > maxRegions {
		bad("regions", "1 to 20 hosting regions")
	}
	for i, region := range r.Regions {
		if !validKey(region) || slices.Contains(r.Regions[:i], region) {
			bad(fmt.Sprintf("regions[%d]", i), "the key of a hosting region, once")
		}
	}
	if !r.Viewer.Every() || len(r.Roles) > 0 || len(r.Purposes) > 0 {
		bad("operation", "where a value lies does not depend on a viewer, role or purpose")
	}
}

// MayStore reports whether values of a category about a subject may lie in a
// hosting region, and by which rule not (R14.11). Each rule that allows says
// where alone they may lie, so several narrow each other; a rule that denies
// names where they may not. Every country of the subject is judged, and an
// unknown country or legal entity falls under every rule.
func (m *Matrix) MayStore(c bailiwick.Category, s Subject, region string) (ok bool, rule string) {
	n := m.catNo.find(c)
	if n < 0 {
		return false, ""
	}
	entity := m.entities.of(s.entity)
	classes := m.classesOf(s)
	for _, r := range m.stores { // by id
		if r.cats>>n&1 == 0 || !r.at.has(entity) || !slices.ContainsFunc(classes, r.subjects.has) {
			continue
		}
		if slices.Contains(r.Regions, region) != (r.Effect == Allow) {
			return false, r.ID
		}
	}
	return true, ""
}

// Stores returns the store-region rules in force, by id.
func (m *Matrix) Stores() []Rule {
	var out []Rule
	for _, r := range m.stores {
		out = append(out, *r.Rule)
	}
	return out
}

// MayNotStore says in one sentence of a language that a value may not lie in
// the region where the workspace is hosted, naming the rule and its note.
func (m *Matrix) MayNotStore(c bailiwick.Category, rule, lang string) string {
	t, ok := storeTexts[lang]
	if !ok {
		t = storeTexts["en"]
	}
	title := string(c)
	if n := m.catNo.find(c); n >= 0 {
		title = m.cats[n].Title["en"]
		if own := m.cats[n].Title[lang]; own != "" {
			title = own
		}
	}
	why := rule
	for _, r := range m.stores {
		if r.ID == rule && r.Note != "" {
			why += ": " + r.Note
		}
	}
	return fmt.Sprintf(t, title, why)
}

var storeTexts = map[string]string{
	"en": "%s about this person may not be stored where this workspace is hosted (rule %s).",
	"de": "Die Kategorie „%s“ zu dieser Person darf dort, wo dieser Arbeitsbereich betrieben wird, nicht gespeichert werden (Regel %s).",
	"fr": "La catégorie « %s » pour cette personne ne peut pas être conservée là où cet espace est hébergé (règle %s).",
}
