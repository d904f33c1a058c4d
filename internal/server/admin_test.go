package server

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

// TestReady: ready while data and keys can be reached, and not when either
// cannot: without keys nothing can be shown or saved.
func TestReady(t *testing.T) {
	ready := func(h *house) int {
		w := httptest.NewRecorder()
		h.adminHandler().ServeHTTP(w, httptest.NewRequest("GET", "/readyz", nil))
		return w.Code
	}
	for name, cut := range map[string]func(*house, *store.Store) error{
		"keys": func(h *house, _ *store.Store) error { return h.keys.Close() },
		"data": func(_ *house, s *store.Store) error { return s.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			data := storetest.SQLite(t)
			h := newHouse(t, data, nil)
			if got := ready(h); got != http.StatusOK {
				t.Fatalf("at first: %d", got)
			}
			if err := cut(h, data); err != nil {
				t.Fatal(err)
			}
			if got := ready(h); got != http.StatusServiceUnavailable {
				t.Errorf("without %s: %d", name, got)
			}
		})
	}
}
