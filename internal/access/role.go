package access

import (
	"slices"

	"bailiwick"
)

// Verb is what may be done with records of a type.
type Verb string

// The verbs.
const (
	VerbList    Verb = "list"
	VerbOpen    Verb = "open"
	VerbCreate  Verb = "create"
	VerbChange  Verb = "change"
	VerbDelete  Verb = "delete"
	VerbExport  Verb = "export"
	VerbApprove Verb = "approve"
)

// Verbs returns the closed list of verbs.
func Verbs() []Verb {
	return []Verb{VerbList, VerbOpen, VerbCreate, VerbChange, VerbDelete, VerbExport, VerbApprove}
}

// Permission is what may be done with the workspace itself.
type Permission string

// The permissions.
const (
	PermConfigure   Permission = "configure"    // rules, roles, types, settings
	PermManageUsers Permission = "manage-users" // invite, disable, give roles
	PermImport      Permission = "import"       // run and undo imports
	PermPrivacy     Permission = "privacy"      // the person register, requests, explanations for others
	PermAudit       Permission = "audit"        // read the activity record
)

// Permissions returns the closed list of permissions.
func Permissions() []Permission {
	return []Permission{PermConfigure, PermManageUsers, PermImport, PermPrivacy, PermAudit}
}

// TypeScope is on which records of a type a verb may be used. The zero value
// is none.
type TypeScope uint8

// The scopes, narrowest first. Own means the record's owner is the user.
const (
	ScopeNone TypeScope = iota
	ScopeOwn
	ScopeAll
)

var scopeNames = [...]string{"none", "own", "all"}

// String returns the scope as it is written in a rule file.
func (s TypeScope) String() string { return scopeNames[min(int(s), 2)] }

// AnyType stands for every record type in a TypeGrant.
const AnyType = "*"

// TypeGrant lets a role use verbs on records of a type.
type TypeGrant struct {
	Type  string // key of a record type, or AnyType
	Verbs []Verb
	Scope TypeScope
}

// RoleDef defines a role: what it may do with records and with the workspace.
// What of a record its holder then sees is for the rules.
type RoleDef struct {
	Key   bailiwick.Role
	Title map[string]string // by language; "en" is required
	Types []TypeGrant
	Admin []Permission
}

// WithShippedRoles returns the roles every tenant starts with, with those of
// own put in the place of a shipped one of the same key or added at the end.
func WithShippedRoles(own []RoleDef) []RoleDef {
	out := ShippedRoles()
	for _, r := range own {
		if i := slices.IndexFunc(out, func(s RoleDef) bool { return s.Key == r.Key }); i >= 0 {
			out[i] = r
		} else {
			out = append(out, r)
		}
	}
	return out
}
