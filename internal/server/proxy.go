package server

import (
	"net/http"
	"net/netip"
	"strings"

	"bailiwick"
)

// origin says where a request comes from and whether the client's connection
// is encrypted. Forwarded headers count only when the connection itself comes
// from a trusted proxy; otherwise anyone could write them.
func (s *Server) origin(r *http.Request) (client netip.Addr, secure bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}, r.TLS != nil
	}
	addr := peer.Addr().Unmap()
	if r.TLS != nil || !s.trusted(addr) {
		return addr, r.TLS != nil
	}
	// Several header lines are one list. The proxy appends, so the last
	// address that is not itself a trusted proxy is the client.
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop.Unmap()
		if !s.trusted(addr) {
			break
		}
	}
	protos := r.Header.Values("X-Forwarded-Proto")
	return addr, len(protos) == 1 && strings.EqualFold(strings.TrimSpace(protos[0]), "https")
}

// country is where a request comes from, as the trusted proxy says; empty if
// nobody trusted says so. What the proxy does not know, or says in another way
// than by a country's code, says nothing: the assigned country decides alone.
func (s *Server) country(r *http.Request) bailiwick.Country {
	if s.config.CountryHeader == "" {
		return ""
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !s.trusted(peer.Addr().Unmap()) {
		return ""
	}
	values := r.Header.Values(s.config.CountryHeader)
	if len(values) != 1 {
		return ""
	}
	c, err := bailiwick.ParseCountry(strings.ToUpper(strings.TrimSpace(values[0])))
	if err != nil {
		return ""
	}
	return c
}

// trusted reports whether an address belongs to the named reverse proxy.
func (s *Server) trusted(a netip.Addr) bool {
	for _, p := range s.proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
