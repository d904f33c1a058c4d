package server

import "bailiwick/internal/outbox"

// tasks are the sources of "my day". Whoever makes people wait adds a line.
func (s *Server) tasks() []outbox.Source {
	return []outbox.Source{
		s.parts.Door.Tasks,
		s.parts.Identity.Tasks,
		s.parts.Proposals.Tasks,
	}
}
