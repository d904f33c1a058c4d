package server

import (
	"context"

	"bailiwick"
	"bailiwick/internal/outbox"
)

// taskSource lists what waits for a person in one part of the house. For
// people whom the part does not concern it returns nothing, not an error.
type taskSource = func(ctx context.Context, a bailiwick.Actor) ([]outbox.Task, error)

// tasks are the sources of "my day". Whoever makes people wait adds a line.
func (s *Server) tasks() []func(ctx context.Context, a bailiwick.Actor) ([]outbox.Task, error) {
	return []taskSource{
		s.parts.Identity.Tasks,
	}
}
