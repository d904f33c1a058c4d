package server

import (
	"context"
	"time"

	"bailiwick"
	"bailiwick/internal/outbox"
)

// tasks are the sources of "my day". Whoever makes people wait adds a line.
func (s *Server) tasks() []outbox.Source {
	return []outbox.Source{
		s.parts.Door.Tasks,
		s.parts.Identity.Tasks,
		s.parts.Proposals.Tasks,
		s.quarantineTasks,
	}
}

// endingSoon is how long before its end an exception is a task.
const endingSoon = 14 * 24 * time.Hour

// quarantineTasks are what lies in quarantine without a decision, and the
// decisions to keep something that end soon, for those who answer for privacy.
// The reference names record type and category, never a record.
func (s *Server) quarantineTasks(ctx context.Context, a bailiwick.Actor) ([]outbox.Task, error) {
	lines, kept, err := s.parts.Door.Quarantine(ctx, a)
	if bailiwick.ErrorCode(err) == bailiwick.CodeDenied {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []outbox.Task
	for _, l := range lines {
		if !l.Kept {
			out = append(out, outbox.Task{Kind: outbox.QuarantineDue, Ref: l.Type + "/" + string(l.Category), Path: "/quarantine", Due: l.Due})
		}
	}
	soon := s.parts.Clock.Now().Add(endingSoon)
	for _, e := range kept {
		if e.Ends.Before(soon) {
			out = append(out, outbox.Task{Kind: outbox.ExceptionEnding, Ref: e.Type + "/" + string(e.Category), Path: "/quarantine", Due: e.Ends})
		}
	}
	return out, nil
}
