package server

import (
	"context"
	"net/http"
	"time"
)

// adminHandler answers operators and their monitoring on a listener of its
// own; none of it exists on the public one.
func (s *Server) adminHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if s.draining.Load() {
			say(w, http.StatusServiceUnavailable, "stopping")
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
		defer cancel()
		if err := s.parts.Store.Ping(ctx); err != nil {
			s.log.LogAttrs(ctx, levelOf(http.StatusServiceUnavailable), "not ready", errAttr(err))
			say(w, http.StatusServiceUnavailable, "the database cannot be reached")
			return
		}
		if err := s.parts.Vault.Ping(ctx); err != nil { // without keys nothing can be shown or saved
			s.log.LogAttrs(ctx, levelOf(http.StatusServiceUnavailable), "not ready", errAttr(err))
			say(w, http.StatusServiceUnavailable, "the keystore cannot be reached")
			return
		}
		say(w, http.StatusOK, "ready")
	})
	mux.Handle("GET /metrics", s.metrics.handler())
	return mux
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}
