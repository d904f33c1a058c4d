package server

import (
	"context"
	"log/slog"
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
		say(w, http.StatusOK, s.cellsDown(ctx))
	})
	mux.Handle("GET /metrics", s.metrics.handler())
	return mux
}

// cellsDown says "ready", and which cells cannot be reached. The server stays
// ready then: it serves the workspaces of all others, and would not, if it were
// taken out of service for one.
func (s *Server) cellsDown(ctx context.Context) string {
	text := "ready"
	for _, c := range s.parts.Store.Cells(ctx) {
		s.metrics.cell(c.Name, c.Err == nil)
		if c.Err != nil {
			s.log.LogAttrs(ctx, slog.LevelWarn, "a cell cannot be reached", slog.String("cell", c.Name), errAttr(c.Err))
			text += "\nthe cell " + c.Name + " cannot be reached"
		}
	}
	return text
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}
