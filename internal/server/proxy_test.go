package server

import (
	"net/http/httptest"
	"net/netip"
	"testing"

	"bailiwick"
)

// TestCountryHeader holds that only the named proxy says from which country a
// request comes, and only in codes of countries (R8.6).
func TestCountryHeader(t *testing.T) {
	s := &Server{proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	s.config.CountryHeader = "X-Country"
	for _, x := range []struct {
		from   string
		values []string
		want   bailiwick.Country
	}{
		{"10.1.2.3:99", []string{"us"}, "US"}, {"10.1.2.3:99", []string{" FR "}, "FR"},
		{"192.0.2.1:99", []string{"US"}, ""}, {"10.1.2.3:99", nil, ""}, {"10.1.2.3:99", []string{"US", "DE"}, ""},
		{"10.1.2.3:99", []string{"XX"}, ""}, {"10.1.2.3:99", []string{"T1"}, ""}, {"10.1.2.3:99", []string{"Germany"}, ""}, {"nonsense", []string{"US"}, ""},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = x.from
		for _, v := range x.values {
			r.Header.Add("X-Country", v)
		}
		if got := s.country(r); got != x.want {
			t.Errorf("%q from %s: %q, want %q", x.values, x.from, got, x.want)
		}
	}
	s.config.CountryHeader = ""
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "10.1.2.3:99"
	r.Header.Set("X-Country", "US")
	if got := s.country(r); got != "" {
		t.Errorf("a header that nobody named gave %q", got)
	}
}

// TestLocatedOnlyNarrows holds that a location adds to the assigned country
// and never replaces anything.
func TestLocatedOnlyNarrows(t *testing.T) {
	a := bailiwick.NewActor(bailiwick.ActorSpec{Kind: bailiwick.User, Tenant: bailiwick.TenantID{ID: bailiwick.ID{1}}, Country: "DE", Purpose: bailiwick.ProvideService})
	if got := a.Located("US"); got.Country() != "DE" || got.Location() != "US" {
		t.Errorf("%q at %q", got.Country(), got.Location())
	}
	if got := a.Located("US").Located("DE"); got.Location() != "US" {
		t.Errorf("a second location replaced the first: %q", got.Location())
	}
	if got := (bailiwick.Actor{}).Located("US"); got.Location() != "" {
		t.Error("nobody is somewhere")
	}
}
