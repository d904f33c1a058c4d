package server

import (
	"context"

	"bailiwick"
	"bailiwick/internal/outbox"
	"bailiwick/internal/tenant"
)

// mailJobs are the jobs of what people are told.
func (s *Server) mailJobs() []Job {
	p := s.parts
	return []Job{
		{Name: "mail", Does: "Hands the mail that waits to the mail server, at most 100 a workspace and minute; without a mail server drops it.",
			Interval: eachMoment, each: s.deliver},
		{Name: "old-notices", Does: "Deletes lines of inboxes that are older than 90 days.",
			Interval: hourly, each: func(ctx context.Context, t tenant.Tenant) error { return p.Outbox.Sweep(ctx, t.ID) }},
	}
}

// deliver hands over the mail of one workspace.
func (s *Server) deliver(ctx context.Context, t tenant.Tenant) error {
	n, err := s.parts.Outbox.Deliver(ctx, outbox.Delivery{
		Tenant: t.ID, Base: s.TenantURL(t.Slug), Mailer: s.mailer,
		Addressee: func(ctx context.Context, u bailiwick.UserID) (outbox.Addressee, error) {
			return s.parts.Identity.Addressee(ctx, t.ID, u)
		},
	})
	for outcome, count := range map[string]int{"sent": n.Sent, "retried": n.Retried, "given-up": n.GivenUp, "outdated": n.Outdated} {
		s.metrics.mail.WithLabelValues(outcome).Add(float64(count))
	}
	return err
}
