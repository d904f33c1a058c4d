package main

import (
	"log/slog"
	"net"

	"bailiwick/internal/server"
)

type serveCommand struct{}

// Run serves until a signal ends it.
func (serveCommand) Run(inv *invocation) error {
	fresh := untouched(&inv.config)
	h, err := open(inv)
	if err != nil {
		return err
	}
	if fresh { // a misspelt --data looks the same
		inv.log.Warn("a new installation was made: if there was one already, --data is wrong", slog.String("data", inv.config.DataDir()))
	}
	for _, w := range h.warnings {
		inv.log.Warn(w)
	}
	for _, c := range h.parts.Store.Cells(inv.ctx) {
		if c.Err != nil { // its workspaces wait for it; all others do not
			inv.log.Warn("a cell cannot be used", slog.String("cell", c.Name), slog.String("error", sentence(c.Err)))
		}
	}
	s, err := server.New(inv.config, h.parts)
	if err != nil {
		_ = h.Close()
		return err
	}
	err = s.Run(inv.ctx, func(a net.Addr) {
		inv.log.Info("ready", slog.String("listen", a.String()), slog.String("base", s.BaseURL()), slog.String("engine", h.parts.Store.Engine()))
	})
	if cerr := h.Close(); err == nil {
		err = cerr
	}
	return err
}
