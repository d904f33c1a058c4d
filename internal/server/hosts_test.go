package server

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestHosts holds R8.1: whatever a host name is that names no workspace, the
// answer is the same 404, byte for byte, to pages and to the API.
func TestHosts(t *testing.T) {
	h := onSQLite(t, nil)
	for _, path := range []string{"/", "/sign-in", "/api/v1/me", "/nothing"} {
		var first string
		for _, host := range []string{
			"nobody.localhost", "nobody.localhost:8080", "a.b.localhost", "acme.example.com", "acme.localhost.evil.example", "127.0.0.1",
			"[::1]:8080", "-.localhost", "xn--acme.localhost", strings.Repeat("a", 64) + ".localhost", "acmelocalhost", "www.localhost", "ACME.evil",
		} {
			w := h.do(t, request{method: "GET", host: host, path: path, cookie: h.owner["acme"].cookie})
			got := w.Result()
			got.Header.Del("X-Request-Id")
			seen := got.Status + "\n" + cmpHeader(got.Header) + "\n" + w.Body.String()
			if w.Code != http.StatusNotFound {
				t.Errorf("%s%s: got %d", host, path, w.Code)
			}
			if first == "" {
				first = seen
			}
			if diff := cmp.Diff(first, seen); diff != "" {
				t.Errorf("%s%s differs from the other unknown hosts:\n%s", host, path, diff)
			}
		}
	}
	for host, want := range map[string]int{
		"acme.localhost": http.StatusOK, "ACME.LOCALHOST:8080": http.StatusOK, "acme.localhost.": http.StatusOK,
	} {
		if w := h.do(t, request{method: "GET", host: host, path: "/sign-in"}); w.Code != want {
			t.Errorf("%s: got %d, want %d", host, w.Code, want)
		}
	}
}

func cmpHeader(h http.Header) string {
	var b strings.Builder
	_ = h.Write(&b)
	return b.String()
}

// TestTenantOnlyByHost holds that nothing but the host names the tenant.
func TestTenantOnlyByHost(t *testing.T) {
	h := onSQLite(t, nil)
	for _, q := range []request{
		{header: map[string]string{"X-Forwarded-Host": "acme.localhost"}},
		{header: map[string]string{"X-Tenant": "acme"}},
		{path: "?tenant=acme"},
	} {
		q.method, q.host, q.path, q.token = "GET", "beta.localhost", "/api/v1/me"+q.path, h.owner["acme"].token
		if w := h.do(t, q); w.Code != http.StatusUnauthorized {
			t.Errorf("%v: a token of acme got %d at beta", q, w.Code)
		}
	}
}

// TestUnencrypted holds R8.7: other names than localhost are not talked about
// in the clear, and headers of strangers do not change that.
func TestUnencrypted(t *testing.T) {
	h := onSQLite(t, func(c *Config) {
		c.BaseURL, c.TrustedProxy = "https://apps.example.com", []string{"10.0.0.0/8"}
	})
	get := request{method: "GET", host: "acme.apps.example.com", path: "/sign-in?next=%2Fx"}
	w := h.do(t, get)
	if w.Code != http.StatusPermanentRedirect || w.Header().Get("Location") != "https://acme.apps.example.com/sign-in?next=%2Fx" {
		t.Errorf("clear GET: got %d to %q", w.Code, w.Header().Get("Location"))
	}
	post := with(get, func(q *request) { q.method, q.media, q.body = "POST", formType, "x=1" })
	if w := h.do(t, post); w.Code != http.StatusForbidden {
		t.Errorf("clear POST: got %d", w.Code)
	}
	forged := with(get, func(q *request) { q.header = map[string]string{"X-Forwarded-Proto": "https"} })
	if w := h.do(t, forged); w.Code != http.StatusPermanentRedirect {
		t.Errorf("a stranger's X-Forwarded-Proto was believed: %d", w.Code)
	}
}
