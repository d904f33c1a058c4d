package server

import (
	"net/http"
	"net/netip"
	"strings"
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

// trusted reports whether an address belongs to the named reverse proxy.
func (s *Server) trusted(a netip.Addr) bool {
	for _, p := range s.proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
