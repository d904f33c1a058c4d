package access

import "slices"

// TypeScope is on which records of a type a verb may be used. The zero value
// is none.
type TypeScope uint8

// The scopes, narrowest first. They are no chain: a record that is the user's
// own may lie in another unit, so what a user may do is a ScopeSet.
const (
	ScopeNone     TypeScope = iota
	ScopeOwn                // the record's owner is the user
	ScopeAssigned           // a field of the record that names users names the user
	ScopeUnit               // the record lies in the user's organisational unit or one below it
	ScopeEntity             // the record belongs to the user's legal entity
	ScopeAll
)

var scopeNames = [...]string{"none", "own", "assigned", "unit", "entity", "all"}

// String returns the scope as it is written in a rule file.
func (s TypeScope) String() string { return scopeNames[min(int(s), len(scopeNames)-1)] }

// TypeScopes returns the scopes that a role can be given, narrowest first.
func TypeScopes() []TypeScope {
	return []TypeScope{ScopeOwn, ScopeAssigned, ScopeUnit, ScopeEntity, ScopeAll}
}

// ParseTypeScope reads a scope as a rule file has it; false for other texts.
func ParseTypeScope(s string) (TypeScope, bool) {
	i := slices.Index(scopeNames[1:], s)
	return TypeScope(i + 1), i >= 0
}

// ScopeSet is the union of scopes: a record is reached if one of them reaches
// it. The zero set reaches none.
type ScopeSet uint8

// Scopes makes a set.
func Scopes(all ...TypeScope) (set ScopeSet) {
	for _, s := range all {
		set = set.With(s)
	}
	return set
}

// With returns the set with a scope added.
func (s ScopeSet) With(t TypeScope) ScopeSet {
	if t == ScopeNone || t > ScopeAll {
		return s
	}
	return s | 1<<t
}

// Has reports whether a scope is in the set, by itself or as a part of
// ScopeAll.
func (s ScopeSet) Has(t TypeScope) bool { return s>>t&1 != 0 || s.All() }

// All reports whether every record is reached.
func (s ScopeSet) All() bool { return s>>ScopeAll&1 != 0 }

// Covers reports whether whatever t reaches is reached by s too.
func (s ScopeSet) Covers(t ScopeSet) bool { return s.All() || t&^s == 0 }

// Widest returns the widest scope of the set.
func (s ScopeSet) Widest() TypeScope {
	for t := ScopeAll; t > ScopeNone; t-- {
		if s>>t&1 != 0 {
			return t
		}
	}
	return ScopeNone
}

// List returns the scopes of the set, narrowest first; ScopeAll alone where it
// is one of them.
func (s ScopeSet) List() (out []TypeScope) {
	if s.All() {
		return []TypeScope{ScopeAll}
	}
	for t := ScopeOwn; t < ScopeAll; t++ {
		if s>>t&1 != 0 {
			out = append(out, t)
		}
	}
	return out
}

// Scopes returns on which records of a type a verb may be used: the union of
// what every role held grants on the type, on its application and on every
// type. What a TypeGrant can name may be asked about too: "app:risks", AnyType.
func (v *View) Scopes(recordType string, verb Verb) ScopeSet {
	n := verbNo(verb)
	if v == nil || n < 0 {
		return 0
	}
	set := v.any[n]
	if t := v.types[recordType]; t != nil {
		set |= t[n]
	}
	if app := v.m.apps[recordType]; app != "" {
		if t := v.types[AppPrefix+app]; t != nil {
			set |= t[n]
		}
	}
	return set
}

// May reports whether a verb may be used on records of a type at all, and the
// widest scope that any role held grants. Rows are chosen by Scopes.
func (v *View) May(recordType string, verb Verb) (TypeScope, bool) {
	set := v.Scopes(recordType, verb)
	return set.Widest(), set != 0
}

// ByPlace reports whether some scope of the viewer goes by more of a record
// than its owner: by its unit, its legal entity or the users it names.
func (v *View) ByPlace() bool { return v != nil && v.byPlace }

// Manages returns of which users PermManageUsers may be used: ScopeAll where a
// role held grants it without a limit; the empty set without the permission.
func (v *View) Manages() ScopeSet {
	if v == nil {
		return 0
	}
	return v.manages
}
