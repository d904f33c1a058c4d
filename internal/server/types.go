package server

import (
	"context"
	"net/http"
	"net/netip"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/tenant"
)

// What the pages and the API need of the server that they run in (web.Host,
// api.Workspace).

// Configuration returns the configuration in force of a tenant.
func (s *Server) Configuration(ctx context.Context, t bailiwick.TenantID) (*tenant.Configuration, error) {
	return s.parts.Tenants.Snapshot(ctx, t)
}

// Types returns the record types of the actor's workspace in the order of its
// packs, and the configuration version they are of. Which of them the actor
// may use the door decides.
func (s *Server) Types(r *http.Request, a bailiwick.Actor) ([]*schema.Type, int64, error) {
	if a.Kind() == bailiwick.Nobody {
		return nil, 0, unauthenticated()
	}
	c, err := s.Configuration(r.Context(), a.Tenant())
	if err != nil {
		return nil, 0, err
	}
	var types []*schema.Type
	for _, p := range c.Packs {
		types = append(types, p.Types...)
	}
	return types, c.Version, nil
}

// SetSession puts the session of a fresh sign-in into the browser.
func (s *Server) SetSession(w http.ResponseWriter, secret string) { identity.SetSession(w, secret) }

// ClearSession takes it out again.
func (s *Server) ClearSession(w http.ResponseWriter) { identity.ClearSession(w) }

// Previous returns the session cookie that the browser sent, or "".
func (s *Server) Previous(r *http.Request) string {
	c, err := r.Cookie(identity.SessionCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// Client returns the address that a request came from: that behind the trusted
// proxy if there is one; invalid if it is not known.
func (s *Server) Client(_ *http.Request, w http.ResponseWriter) netip.Addr {
	x, ok := w.(*exchange)
	if !ok {
		return netip.Addr{}
	}
	return x.client
}

func unauthenticated() *bailiwick.Error {
	return &bailiwick.Error{Code: bailiwick.CodeUnauthenticated, Message: "No valid session or token was presented."}
}
