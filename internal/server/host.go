package server

import (
	"context"
	"net/http"
	"strings"

	"bailiwick"
	"bailiwick/internal/tenant"
)

// place is what the host name of a request stands for.
type place struct {
	kind   HostKind // zero: no such host
	tenant tenant.Tenant
}

// providerLabel is the reserved label of the provider's console.
const providerLabel = "provider"

// locate finds the place by the host name alone (R8.1). Everything that is
// neither the public site nor the provider's console goes through the same
// single lookup, so that hosts which never existed, are malformed or are not
// yet complete cannot be told apart.
func (s *Server) locate(ctx context.Context, host string) (place, error) {
	name := hostName(host)
	switch name {
	case s.base.Hostname():
		return place{kind: BaseHost}, nil
	case providerLabel + "." + s.base.Hostname():
		return place{kind: ProviderHost}, nil
	}
	t, err := s.parts.Tenants.ByHost(ctx, host, s.base.Hostname())
	if err != nil {
		return place{}, err
	}
	return place{kind: TenantHost, tenant: t}, nil
}

// hostName drops the port and one trailing dot and folds A to Z.
func hostName(host string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.Contains(host[i:], "]") {
		host = host[:i]
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// BaseURL is the address of the public site, without a trailing slash. With a
// port chosen by the system it is right once Run has called ready.
func (s *Server) BaseURL() string { return s.base.String() }

// TenantURL is the address of a workspace, without a trailing slash.
func (s *Server) TenantURL(slug string) string {
	return s.base.Scheme + "://" + slug + "." + s.base.Host
}

// secured refuses to talk about customers in the clear: a request that is not
// encrypted is sent to the encrypted address if it is safe to repeat, and
// refused otherwise. On localhost nothing leaves the machine (R8.7).
func (s *Server) secured(x *exchange, r *http.Request) (done bool, err error) {
	if x.secure || localName(hostName(r.Host)) {
		return false, nil
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead || x.place.kind == 0 {
		return false, bailiwick.Denied("Use https: this address is not served without encryption.")
	}
	target := *r.URL
	target.Scheme, target.Host = "https", hostName(r.Host)
	if p := s.base.Port(); p != "" {
		target.Host += ":" + p
	}
	http.Redirect(x, r, target.String(), http.StatusPermanentRedirect)
	return true, nil
}
