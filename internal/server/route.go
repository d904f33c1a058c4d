package server

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
)

// HostKind says on which of the three sorts of host a route exists.
type HostKind uint8

// The kinds of host.
const (
	TenantHost   HostKind = iota + 1 // SLUG.base: the workspace of a tenant
	BaseHost                         // base: the public site
	ProviderHost                     // provider.base: the provider's console
)

// String returns the kind as the access log and the tests write it.
func (k HostKind) String() string {
	switch k {
	case TenantHost:
		return "tenant"
	case BaseHost:
		return "base"
	case ProviderHost:
		return "provider"
	default:
		return "none"
	}
}

// Face says how a route is spoken to and how its errors look.
type Face uint8

// The faces.
const (
	Page  Face = iota + 1 // a person with a browser: session cookie, HTML errors
	API                   // a program: bearer token, problem JSON (RFC 9457)
	Asset                 // a static file: nobody is asked who they are
)

// Handler answers one route. What it returns is turned into an error page or
// a problem in one place; it must not have written anything then.
type Handler func(w http.ResponseWriter, r *http.Request, c identity.Caller) error

// Row is one route: everything that is decided before its handler runs.
type Row struct {
	Method  string
	Pattern string // of net/http.ServeMux, without method and host
	Host    HostKind
	Face    Face
	// Actors are the kinds of actor admitted. A row that lists Nobody is
	// public; its handler gets the caller all the same if there is one.
	Actors []bailiwick.ActorKind
	// Permission is what a caller's roles must hold for an administrative
	// route. Verb is what the handler asks of the record type; the door
	// judges it, because it depends on the type and on the record.
	Permission access.Permission
	AnyOf      []access.Permission // instead of Permission: one of these will do
	Verb       access.Verb
	// Purpose is under which customer data is touched (R2.1); empty where
	// none is.
	Purpose bailiwick.Purpose
	Scope   bailiwick.Scope // what an API token must cover
	Changes bool            // whether it changes state: unsafe methods only
	Accepts []string        // media types of the body; nil = no body is read
	Limit   int64           // bytes of the body; 0 = 1 MiB
	Slow    bool            // an import or export: minutes instead of seconds
	Handler Handler
}

// Public reports whether the row answers callers who are nobody.
func (r *Row) Public() bool {
	for _, k := range r.Actors {
		if k == bailiwick.Nobody {
			return true
		}
	}
	return false
}

// needs returns the permissions of which a caller must hold one; none for a
// route that is no administrative one.
func (r *Row) needs() []access.Permission {
	if r.Permission != "" {
		return []access.Permission{r.Permission}
	}
	return r.AnyOf
}

// admits reports whether the row lets a kind of actor in.
func (r *Row) admits(k bailiwick.ActorKind) bool {
	for _, a := range r.Actors {
		if a == k {
			return true
		}
	}
	return false
}

// The media types that rows accept.
const (
	formType      = "application/x-www-form-urlencoded"
	multipartType = "multipart/form-data"
	jsonType      = "application/json"
	mergeType     = "application/merge-patch+json"
)

const (
	defaultBody = 1 << 20  // bytes of a form or a JSON document
	uploadBody  = 64 << 20 // bytes of an uploaded import file
)

// rulesReaders are who may read the rules: who answers for them or checks.
var rulesReaders = []access.Permission{access.PermPrivacy, access.PermConfigure, access.PermAudit}

var (
	users    = []bailiwick.ActorKind{bailiwick.User}
	everyone = []bailiwick.ActorKind{bailiwick.Nobody, bailiwick.User}
)
