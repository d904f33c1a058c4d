package bailiwick

import "slices"

// ActorKind says what sort of someone asks.
type ActorKind uint8

// The kinds of actor. Nobody is the zero value and may do nothing.
const (
	Nobody     ActorKind = iota
	User                 // a person who signs in to the tenant
	Respondent           // an outsider who fills in a form
	Staff                // a person of the provider, under a grant
	Job                  // a registered job of the platform
)

// String returns the kind in the words of the glossary.
func (k ActorKind) String() string {
	return [...]string{"nobody", "user", "respondent", "staff", "job"}[min(int(k), 4)]
}

// Role is the key of a role of a tenant, such as "hr" or "manager".
type Role string

// Scope is what an API token may be used for. A session of a person has every
// scope; the person's roles still decide.
type Scope string

// The scopes of API tokens.
const (
	ScopeRead   Scope = "records:read"
	ScopeWrite  Scope = "records:write"
	ScopeDelete Scope = "records:delete"
	ScopeExport Scope = "records:export"
	ScopeImport Scope = "records:import"
	ScopeAdmin  Scope = "workspace:admin"
)

// Scopes returns every scope of an API token.
func Scopes() []Scope {
	return []Scope{ScopeRead, ScopeWrite, ScopeDelete, ScopeExport, ScopeImport, ScopeAdmin}
}

// Actor is who asks: an argument of every function that reads or changes
// customer data, never carried in a context. Its fields are unexported and its
// zero value is nobody. Only internal/identity (people) and internal/server
// (jobs) construct one; a guard holds that.
type Actor struct {
	spec ActorSpec
}

// ActorSpec is what an Actor is made of.
type ActorSpec struct {
	Kind     ActorKind
	Tenant   TenantID
	User     UserID    // of a User or Staff
	Session  SessionID // the session or API token used
	Roles    []Role
	Country  Country  // assigned country of the viewer (R8.6)
	Location Country  // present location, where known: it may only narrow; empty = not known, Country alone decides
	Entity   EntityID // legal entity the person belongs to
	Unit     UnitID   // organisational unit the person belongs to; zero = none
	Purpose  Purpose
	Scopes   []Scope // nil for a session: every scope
	Token    bool    // whether an API token was used
	JobName  string  // of a Job
}

// NewActor makes an actor. A spec without tenant, without kind or with a
// purpose off the closed list yields nobody.
func NewActor(s ActorSpec) Actor {
	if s.Kind == Nobody || s.Tenant.IsZero() || !s.Purpose.Valid() {
		return Actor{}
	}
	s.Roles = slices.Clone(s.Roles)
	s.Scopes = slices.Clone(s.Scopes)
	return Actor{spec: s}
}

// Kind says what sort of someone this is.
func (a Actor) Kind() ActorKind { return a.spec.Kind }

// Tenant is the one tenant in which the actor may act.
func (a Actor) Tenant() TenantID { return a.spec.Tenant }

// User is the person who asks; zero for a Job or Respondent.
func (a Actor) User() UserID { return a.spec.User }

// Session is the session or API token used.
func (a Actor) Session() SessionID { return a.spec.Session }

// Roles returns the actor's roles; the caller must not change the slice.
func (a Actor) Roles() []Role { return a.spec.Roles }

// HasRole reports whether the actor holds a role.
func (a Actor) HasRole(r Role) bool { return slices.Contains(a.spec.Roles, r) }

// Country is the assigned country of the viewer (R8.6).
func (a Actor) Country() Country { return a.spec.Country }

// Location is the present location where known; it may only narrow (R8.6).
func (a Actor) Location() Country { return a.spec.Location }

// Located is the actor at a present location. It can only narrow (R8.6): who
// has a location keeps it, and an unknown country changes nothing.
func (a Actor) Located(c Country) Actor {
	if a.spec.Kind != Nobody && a.spec.Location == "" {
		a.spec.Location = c
	}
	return a
}

// Entity is the legal entity that the person belongs to.
func (a Actor) Entity() EntityID { return a.spec.Entity }

// Unit is the organisational unit that the person belongs to; zero = none.
func (a Actor) Unit() UnitID { return a.spec.Unit }

// Purpose is why the actor asks (R2.1).
func (a Actor) Purpose() Purpose { return a.spec.Purpose }

// Token reports whether an API token was used rather than a session.
func (a Actor) Token() bool { return a.spec.Token }

// JobName is the registered name of a Job.
func (a Actor) JobName() string { return a.spec.JobName }

// InScope reports whether the session or token covers s.
func (a Actor) InScope(s Scope) bool {
	return a.spec.Kind != Nobody && (a.spec.Scopes == nil || slices.Contains(a.spec.Scopes, s))
}
