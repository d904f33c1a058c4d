package access

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"bailiwick"
)

// validKey reports whether s can be the key of a rule, role, category or type:
// 1 to 64 lower-case ASCII letters, digits and - . _, beginning with a letter
// or digit.
func validKey(s string) bool {
	if s == "" || len(s) > maxKey || strings.ContainsRune("-._", rune(s[0])) {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("-._", rune(c)) {
			return false
		}
	}
	return true
}

// validText reports whether s is printable text of at most MaxText characters.
func validText(s string) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= MaxText &&
		strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// checkRule reports what is wrong with a rule taken alone.
func checkRule(r *Rule, bad func(key, message string)) {
	if !validKey(r.ID) {
		bad("id", "1 to 64 of a-z, 0-9, - . _")
	}
	if r.Op.String() == "" {
		bad("operation", "populate, access, export or store-region")
	}
	if r.Effect.String() == "" {
		bad("effect", "allow, deny, mask or require")
	}
	for i, p := range r.Purposes {
		if !p.Valid() {
			bad(fmt.Sprintf("purposes[%d]", i), "not a purpose of the closed list")
		}
	}
	switch {
	case r.Effect == Mask && (r.Mask == MaskNone || r.Mask.String() == ""):
		bad("mask", "a mask rule needs last4, year-only, initials, present-absent or null")
	case r.Effect != Mask && r.Mask != MaskNone:
		bad("mask", "for mask rules only")
	case r.Effect == Mask && r.Op == Populate:
		bad("effect", "what is filled in cannot be masked")
	}
	if r.Effect == Require && strings.TrimSpace(r.Require) == "" {
		bad("require", "a require rule needs a condition")
	}
	if r.Effect != Require && r.Require != "" {
		bad("require", "for require rules only")
	}
	checkCondition(r, bad)
	checkRegions(r, bad)
	for i, key := range r.Entities {
		if !validKey(key) || slices.Contains(r.Entities[:i], key) {
			bad(fmt.Sprintf("entities[%d]", i), "the key of a legal entity, once")
		}
	}
	if !r.From.IsZero() && !r.Until.IsZero() && !r.From.Before(r.Until) {
		bad("until", "must be later than from")
	}
	for _, t := range []struct{ key, text string }{
		{"require", r.Require}, {"note", r.Note}, {"cite", r.Cite}, {"author", r.Author},
	} {
		if !validText(t.text) {
			bad(t.key, fmt.Sprintf("printable text of at most %d characters", MaxText))
		}
	}
}

// addRoles numbers the roles and checks their definitions.
func (m *Matrix) addRoles(ps *Problems) {
	if len(m.roles) > MaxRoles {
		ps.add(Problem{Key: "roles", Message: fmt.Sprintf("more than %d roles", MaxRoles)})
		m.roles = m.roles[:MaxRoles]
	}
	for i := range m.roles {
		r := &m.roles[i]
		where := "role " + string(r.Key)
		if !validKey(string(r.Key)) {
			where = fmt.Sprintf("role %d", i+1)
		}
		bad := func(key, message string) { ps.add(Problem{Where: where, Key: key, Message: message}) }
		if _, ok := m.roleNo[r.Key]; ok {
			bad("key", "used twice")
		}
		m.roleNo[r.Key] = i
		checkRole(r, bad)
	}
}

// checkRole reports what is wrong with a role definition taken alone.
func checkRole(r *RoleDef, bad func(key, message string)) {
	if !validKey(string(r.Key)) {
		bad("key", "1 to 64 of a-z, 0-9, - . _")
	}
	if r.Title["en"] == "" {
		bad("title.en", "missing")
	}
	for lang, t := range r.Title {
		if !validText(t) {
			bad("title."+lang, fmt.Sprintf("printable text of at most %d characters", MaxText))
		}
	}
	for i, g := range r.Types {
		key := fmt.Sprintf("types[%d]", i)
		if g.Type != AnyType && !validKey(strings.TrimPrefix(g.Type, AppPrefix)) {
			bad(key+".type", "a record type, app: and an application, or *")
		}
		if g.Scope == ScopeNone || g.Scope > ScopeAll {
			bad(key+".scope", "own, assigned, unit, entity or all")
		}
		if len(g.Verbs) == 0 {
			bad(key+".verbs", "missing")
		}
		for j, v := range g.Verbs {
			if verbNo(v) < 0 {
				bad(fmt.Sprintf("%s.verbs[%d]", key, j), "list, open, create, change, delete, export or approve")
			}
		}
	}
	if m := r.Manages; m != ScopeNone && m != ScopeUnit && m != ScopeEntity {
		bad("manages", "all, unit or entity")
	}
	for i, p := range r.Admin {
		if permissionNo(p) < 0 {
			bad(fmt.Sprintf("admin[%d]", i), "configure, manage-users, import, privacy, audit or approve-configuration")
		}
	}
}

// verbNo is the place of a verb in the closed list, -1 for another text.
func verbNo(v Verb) int {
	for i, w := range Verbs() {
		if v == w {
			return i
		}
	}
	return -1
}

// permissionNo is the place of a permission in the closed list, -1 for another
// text.
func permissionNo(p Permission) int {
	for i, q := range Permissions() {
		if p == q {
			return i
		}
	}
	return -1
}

// ownCategory begins the key of a category that a tenant added.
const ownCategory = "x_"

// shippedCategoryKeys returns the keys that a rule file may name.
func shippedCategoryKeys() map[bailiwick.Category]bool {
	keys := make(map[bailiwick.Category]bool)
	for _, c := range bailiwick.ShippedCategories() {
		keys[c.Key] = true
	}
	return keys
}
