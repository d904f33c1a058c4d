package web

import (
	"context"
	"net/http"
	"net/netip"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/proposal"
	"bailiwick/internal/tenant"
	"bailiwick/internal/web/i18n"
	"bailiwick/internal/web/static"
)

// Host is what the pages need of the server that they run in.
type Host interface {
	// Configuration returns the configuration in force of a tenant.
	Configuration(ctx context.Context, t bailiwick.TenantID) (*tenant.Configuration, error)
	// SetSession puts the session of a fresh sign-in into the browser.
	SetSession(w http.ResponseWriter, secret string)
	// ClearSession takes it out again.
	ClearSession(w http.ResponseWriter)
	// Previous returns the session cookie that the browser sent, or "".
	Previous(r *http.Request) string
	// Client returns the address that a request came from, as far as it is
	// known and trusted.
	Client(r *http.Request, w http.ResponseWriter) netip.Addr
	// TenantURL returns the address of a workspace, without a slash at the end.
	TenantURL(slug string) string
}

// Site is the pages. It is safe for concurrent use.
type Site struct {
	door    *custody.Door
	ids     *identity.Service
	host    Host
	clock   bailiwick.Clock
	cat     *i18n.Catalogue
	assets  *static.Set
	render  *renderer
	uploads *uploads
	told    told

	proposals *proposal.Service
}

// New makes the pages. It fails only if the binary was built with a broken
// template, catalogue or style sheet.
func New(door *custody.Door, ids *identity.Service, host Host, clock bailiwick.Clock) (*Site, error) {
	cat, err := i18n.Load()
	if err != nil {
		return nil, err
	}
	assets, err := static.Load()
	if err != nil {
		return nil, err
	}
	r, err := newRenderer(cat, assets)
	if err != nil {
		return nil, err
	}
	return &Site{
		door: door, ids: ids, host: host, clock: clock, cat: cat, assets: assets, render: r,
		uploads: newUploads(clock),
	}, nil
}

// Static sends a file of package static.
func (s *Site) Static(w http.ResponseWriter, r *http.Request, _ identity.Caller) error {
	s.assets.ServeHTTP(w, r)
	return nil
}

// Wait returns when the imports that pages have started are done, or when ctx
// ends: what was not done can be resumed.
func (s *Site) Wait(ctx context.Context) { s.uploads.wait(ctx) }

// Changes gives the pages what the rules of a workspace are changed through.
func (s *Site) Changes(p *proposal.Service) { s.proposals = p }
