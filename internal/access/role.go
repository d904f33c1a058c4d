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
	// PermApprove lets a person decide about a change of the configuration that
	// somebody else made (R14.10).
	PermApprove Permission = "approve-configuration"
)

// Permissions returns the closed list of permissions.
func Permissions() []Permission {
	return []Permission{PermConfigure, PermManageUsers, PermImport, PermPrivacy, PermAudit, PermApprove}
}

// AnyType stands for every record type in a TypeGrant.
const AnyType = "*"

// AppPrefix before the key of an application stands for every record type of
// the application in a TypeGrant: "app:risks".
const AppPrefix = "app:"

// TypeGrant lets a role use verbs on records of a type.
type TypeGrant struct {
	Type  string // key of a record type, AppPrefix and the key of an application, or AnyType
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
	// Manages limits PermManageUsers to the users of the holder's own unit and
	// those below it (ScopeUnit) or of the holder's legal entity (ScopeEntity).
	// ScopeNone, the zero value, sets no limit.
	Manages TypeScope
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
