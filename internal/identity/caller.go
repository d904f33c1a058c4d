package identity

import (
	"bailiwick"
	"bailiwick/internal/tenant"
)

// Caller is what the server knows of a request when it reaches a handler of a
// tenant host: the tenant that the host names and whoever was recognised.
type Caller struct {
	Tenant    tenant.Tenant
	Actor     bailiwick.Actor // nobody on pages that need no sign-in
	Session   Session         // zero when an API token was used or nobody signed in
	Lang      string          // en, de or fr: language of the answer
	RequestID string          // name of the request in problems and in the operators' log
}

// SignedIn reports whether somebody was recognised, by session or token.
func (c Caller) SignedIn() bool { return c.Actor.Kind() != bailiwick.Nobody }

// Must returns the actor, or CodeUnauthenticated if nobody was recognised or
// the actor belongs to another tenant than the host (R8.2).
func (c Caller) Must() (bailiwick.Actor, error) {
	if !c.SignedIn() || c.Actor.Tenant() != c.Tenant.ID {
		return bailiwick.Actor{}, unauthenticated()
	}
	return c.Actor, nil
}
