package server

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"bailiwick/internal/identity"
	"bailiwick/internal/store/storetest"
)

// BenchmarkHouse measures what the house adds to a request that does nothing:
// host, limits, session, headers, log and metrics.
func BenchmarkHouse(b *testing.B) {
	h := newHouse(b, storetest.SQLite(b), nil)
	row := Row{Method: "GET", Pattern: "/nothing", Host: TenantHost, Face: API, Actors: users, Handler: func(w http.ResponseWriter, _ *http.Request, _ identity.Caller) error {
		_, err := w.Write([]byte("{}"))
		return err
	}}
	h.mount(h.muxes[TenantHost], &row)
	token := h.owner["acme"].token
	for b.Loop() {
		r := httptest.NewRequest("GET", "http://acme.localhost/nothing", nil)
		r.RemoteAddr = "127.0.0.1:1234"
		r.Header.Set("Authorization", "Bearer "+token)
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
}
