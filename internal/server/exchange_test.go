package server

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/identity"
)

const canary = "canary-7f3a"

// probe adds a route to a house.
func (h *house) probe(row Row) {
	row.Host, row.Face, row.Actors = TenantHost, Page, everyone
	h.mount(h.muxes[TenantHost], &row)
}

// TestLogHoldsNoValue holds that what people send is in no line of the log,
// whichever way a request goes wrong.
func TestLogHoldsNoValue(t *testing.T) {
	h := onSQLite(t, nil)
	h.probe(Row{Method: "GET", Pattern: "/panic", Handler: func(http.ResponseWriter, *http.Request, identity.Caller) error {
		panic(canary)
	}})
	h.probe(Row{Method: "GET", Pattern: "/half", Handler: func(w http.ResponseWriter, _ *http.Request, _ identity.Caller) error {
		_, _ = w.Write([]byte("half"))
		return errors.New("broke off")
	}})
	for _, q := range []request{
		{path: "/" + canary}, {path: "/sign-in?next=/" + canary}, {path: "/link/" + canary}, {path: "/api/v1/records/person?filter=" + canary},
		{path: "/panic?" + canary}, {path: "/api/v1/me", token: "bw_" + canary}, {path: "/sign-in", cookie: canary},
		{path: "/sign-in", header: map[string]string{"User-Agent": canary, "X-Forwarded-For": canary, "Referer": canary}},
		{path: "/sign-in", method: "POST", media: formType, body: "email=" + canary + "@example.com&password=" + canary},
		{path: "/api/v1/records/person", method: "POST", media: jsonType, body: `{"fields":{"` + canary + `":1}}`, token: h.owner["acme"].token},
		{path: "/" + canary, method: canary}, {path: "/" + canary, host: canary + ".localhost"},
	} {
		if q.method == "" {
			q.method = "GET"
		}
		if q.host == "" {
			q.host = "acme.localhost"
		}
		h.do(t, q)
	}
	if log := h.log.String(); strings.Contains(log, canary) {
		t.Errorf("the log holds what was sent:\n%s", log)
	} else if !strings.Contains(log, `"/link/{secret}"`) || !strings.Contains(log, `"panic"`) {
		t.Errorf("the log lacks routes or the panic:\n%s", log)
	}
	m := httptest.NewRecorder()
	h.adminHandler().ServeHTTP(m, httptest.NewRequest("GET", "/metrics", nil))
	for _, never := range []string{canary, "acme", "beta"} {
		if strings.Contains(m.Body.String(), never) {
			t.Errorf("the metrics hold %q", never)
		}
	}
}

// TestHalfAnswer holds that an answer which breaks off is seen to: the client
// gets an error, not a short file.
func TestHalfAnswer(t *testing.T) {
	h := onSQLite(t, nil)
	h.probe(Row{Method: "GET", Pattern: "/half", Handler: func(w http.ResponseWriter, _ *http.Request, _ identity.Caller) error {
		_, _ = w.Write([]byte("half"))
		_ = http.NewResponseController(w).Flush()
		return errors.New("broke off")
	}})
	srv := httptest.NewServer(h)
	defer srv.Close()
	req, err := http.NewRequestWithContext(t.Context(), "GET", srv.URL+"/half", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "acme.localhost"
	resp, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if b, err := io.ReadAll(resp.Body); err == nil {
		t.Errorf("the client got %q without an error", b)
	}
}

// TestLimits holds the bounds of bodies, addresses and methods.
func TestLimits(t *testing.T) {
	h := onSQLite(t, nil)
	big := strings.Repeat("x", defaultBody+1)
	for _, c := range []struct {
		name string
		q    request
		want int
	}{
		{"a large form", request{method: "POST", path: "/sign-in", media: formType, body: big}, http.StatusRequestEntityTooLarge},
		{"a long address", request{method: "GET", path: "/?" + strings.Repeat("x", maxPathBytes+1)}, http.StatusBadRequest},
		{"a method that a path has not", request{method: "PUT", path: "/sign-in"}, http.StatusMethodNotAllowed},
		{"a path that is none", request{method: "GET", path: "/no/such/page"}, http.StatusNotFound},
		{"a path that is none, of the API", request{method: "GET", path: "/api/v2/me"}, http.StatusNotFound},
	} {
		c.q.host = "acme.localhost"
		if w := h.do(t, c.q); w.Code != c.want {
			t.Errorf("%s: got %d, want %d", c.name, w.Code, c.want)
		}
	}
	if w := h.do(t, request{method: "PUT", host: "acme.localhost", path: "/sign-in"}); !strings.Contains(w.Header().Get("Allow"), "POST") {
		t.Errorf("405 says Allow: %q", w.Header().Get("Allow"))
	}
}

// TestQuota holds that a busy workspace is told to wait and others are not.
func TestQuota(t *testing.T) {
	h := onSQLite(t, func(c *Config) { c.TenantRate = 1 })
	var limited bool
	for range 4 {
		w := h.do(t, request{method: "GET", host: "acme.localhost", path: "/sign-in"})
		limited = limited || w.Code == http.StatusTooManyRequests && w.Header().Get("Retry-After") != ""
	}
	if !limited {
		t.Error("four requests at once passed a quota of one a second")
	}
	if w := h.do(t, request{method: "GET", host: "beta.localhost", path: "/sign-in"}); w.Code != http.StatusOK {
		t.Errorf("the other workspace got %d", w.Code)
	}
}

// TestGate holds that a full house turns requests away with a time to come
// back.
func TestGate(t *testing.T) {
	h := onSQLite(t, func(c *Config) { c.MaxRequests = 1 })
	h.gate <- struct{}{}
	w := h.do(t, request{method: "GET", host: "acme.localhost", path: "/sign-in"})
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("got %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	<-h.gate
	if w := h.do(t, request{method: "GET", host: "acme.localhost", path: "/sign-in"}); w.Code != http.StatusOK {
		t.Errorf("after that: %d", w.Code)
	}
}

// TestOrigin holds whose forwarded headers are believed.
func TestOrigin(t *testing.T) {
	s := &Server{proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	for _, c := range []struct {
		name, peer, forwarded, proto string
		client                       string
		secure                       bool
	}{
		{"a stranger", "192.0.2.1:5", "198.51.100.7", "https", "192.0.2.1", false},
		{"the proxy", "10.0.0.2:5", "198.51.100.7", "https", "198.51.100.7", true},
		{"the proxy in the clear", "10.0.0.2:5", "198.51.100.7", "http", "198.51.100.7", false},
		{"a chain of proxies", "10.0.0.2:5", "203.0.113.9, 198.51.100.7, 10.0.0.3", "https", "198.51.100.7", true},
		{"a forged beginning", "10.0.0.2:5", "127.0.0.1, 198.51.100.7", "https", "198.51.100.7", true},
		{"nonsense", "10.0.0.2:5", "unknown", "https", "10.0.0.2", true},
		{"two answers", "10.0.0.2:5", "198.51.100.7", "https, http", "198.51.100.7", false},
		{"nothing", "10.0.0.2:5", "", "", "10.0.0.2", false},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if c.proto != "" {
			r.Header.Set("X-Forwarded-Proto", c.proto)
		}
		if client, secure := s.origin(r); client.String() != c.client || secure != c.secure {
			t.Errorf("%s: got %s, %v", c.name, client, secure)
		}
	}
}

// TestDrain holds that a stop finishes what is in flight, fails readiness at
// once and ends without an error.
func TestDrain(t *testing.T) {
	h := onSQLite(t, func(c *Config) { c.Listen, c.AdminListen = "127.0.0.1:0", "off" })
	begun, finish := make(chan struct{}), make(chan struct{})
	h.probe(Row{Method: "GET", Pattern: "/slow", Handler: func(w http.ResponseWriter, r *http.Request, _ identity.Caller) error {
		close(begun)
		select {
		case <-finish:
		case <-r.Context().Done():
			return r.Context().Err()
		}
		_, err := w.Write([]byte("whole"))
		return err
	}})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended, addr := make(chan error, 1), make(chan net.Addr, 1)
	go func() { ended <- h.Run(ctx, func(a net.Addr) { addr <- a }) }()
	got := make(chan string, 1)
	go func() {
		req, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+(<-addr).String()+"/slow", nil)
		if err != nil {
			got <- err.Error()
			return
		}
		req.Host = "acme.localhost"
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			got <- err.Error()
			return
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		got <- string(b)
	}()
	<-begun
	stop()
	for !h.draining.Load() {
		time.Sleep(time.Millisecond)
	}
	w := httptest.NewRecorder()
	h.adminHandler().ServeHTTP(w, httptest.NewRequest("GET", "/readyz", nil))
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("readyz while stopping: %d", w.Code)
	}
	close(finish)
	if s := <-got; s != "whole" {
		t.Errorf("the request in flight got %q", s)
	}
	if err := <-ended; err != nil {
		t.Errorf("the stop ended with %v", err)
	}
}

// TestErrorStatus holds the one mapping of errors to answers.
func TestErrorStatus(t *testing.T) {
	h := onSQLite(t, nil)
	var give error
	h.probe(Row{Method: "GET", Pattern: "/give", Handler: func(http.ResponseWriter, *http.Request, identity.Caller) error { return give }})
	for _, info := range bailiwick.Codes() {
		give = &bailiwick.Error{Code: info.Code, Message: "Words.", Err: errors.New(canary)}
		w := h.do(t, request{method: "GET", host: "acme.localhost", path: "/give"})
		want := info.Status
		if info.Code == bailiwick.CodeUnauthenticated {
			want = http.StatusSeeOther
		}
		if w.Code != want || strings.Contains(w.Body.String(), canary) {
			t.Errorf("%s: got %d, want %d; or the cause got out", info.Code, w.Code, want)
		}
	}
	give = errors.New(canary)
	if w := h.do(t, request{method: "GET", host: "acme.localhost", path: "/give"}); w.Code != 500 || strings.Contains(w.Body.String(), canary) {
		t.Errorf("a foreign error: got %d; or its text got out", w.Code)
	}
}

// TestFieldRefusals: a filter on a field that is hidden, sealed, masked or
// unknown gets the same bytes, in the address and in a body (R14.7).
func TestFieldRefusals(t *testing.T) {
	h := onSQLite(t, nil)
	var want string
	for _, field := range []string{"health_note", "full_name", "no_such_field", "affected"} {
		for _, q := range []request{
			{method: "GET", path: "/api/v1/records/person?filter=" + field + ":eq:x"},
			{method: "POST", path: "/api/v1/records/person/query", media: "application/json",
				body: `{"filters":[{"field":"` + field + `","op":"eq","values":["x"]}]}`},
			{method: "GET", path: "/api/v1/records/person/groups?by=" + field},
		} {
			if q.method == "POST" && field == "full_name" {
				continue // sealed and visible: asked by POST
			}
			q.host, q.token = hosts[TenantHost], h.owner["acme"].token
			w := h.do(t, q)
			got := strconv.Itoa(w.Code) + w.Body.String()
			if want == "" {
				want = got
			}
			if got != want || w.Code != http.StatusForbidden {
				t.Errorf("%s %s %s: %s\nwant %s", q.method, q.path, q.body, got, want)
			}
		}
	}
}
