package proposal

import (
	"context"
	"slices"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/tenant"
	"bailiwick/logformat"
)

var approvers = []access.Permission{access.PermApprove}

// Submit asks for the approval of a draft. It must have been simulated in its
// present revision against the version in force (R14.10): CodeTransition
// otherwise, CodeConflict if another version has come into force since.
func (s *Service) Submit(ctx context.Context, a bailiwick.Actor, id ProposalID, revision int64) (Proposal, error) {
	return s.act(ctx, a, id, revision, configurers, logformat.ChangeSubmitted, func(c *call) (logformat.Entry, error) {
		if c.p.State != Draft {
			return logformat.Entry{}, illegal(c.p.State, "Only a draft is submitted.")
		}
		if err := s.fit(c); err != nil {
			return logformat.Entry{}, err
		}
		c.p.State = Submitted
		return logformat.Entry{}, s.askReview(c)
	})
}

// fit refuses a change that is stale, not simulated as it is, or that could
// not be put into force.
func (s *Service) fit(c *call) error {
	if c.p.Stale {
		return tenant.BaseMoved()
	}
	if !c.p.Simulated() {
		return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "Simulate the change as it now is first."}
	}
	return s.Tenants.CheckNext(c.ctx, c.tx, c.cfg, c.p.Document)
}

// Approve decides that a submitted change takes effect at an instant; the zero
// time or one that has passed means at once. Whoever approves holds
// PermApprove and is another human being than the author and those who edited,
// see identity.SecondPerson: CodeApproval otherwise (R14.10, R0.1).
//
// In solo mode the only person who may approve may approve a change of their
// own: it waits at least a day, the owner is told, and it stays marked as not
// reviewed by a second person (R14.13).
func (s *Service) Approve(ctx context.Context, a bailiwick.Actor, id ProposalID, revision int64, activeAt time.Time) (Proposal, error) {
	kind := logformat.ChangeApproved
	return s.act(ctx, a, id, revision, approvers, kind, func(c *call) (logformat.Entry, error) {
		if c.p.State != Submitted {
			return logformat.Entry{}, illegal(c.p.State, "Only a submitted change is approved.")
		}
		if err := s.fit(c); err != nil {
			return logformat.Entry{}, err
		}
		if err := s.authority(c); err != nil {
			return logformat.Entry{}, err
		}
		now := s.Clock.Now()
		if activeAt.After(now.Add(MaxAhead)) {
			return logformat.Entry{}, invalid("active_at", "range", "A change takes effect within 366 days.")
		}
		if activeAt.Before(now) {
			activeAt = now
		}
		var e logformat.Entry
		second, err := identity.SecondPerson(c.ctx, c.tx, now, a, append([]bailiwick.UserID{c.p.Author}, c.p.Editors...)...)
		if err != nil {
			return logformat.Entry{}, err
		}
		if !second {
			if err := s.solo(c); err != nil {
				return logformat.Entry{}, err
			}
			c.p.Solo, e.Detail = true, "solo"
			if least := now.Add(SoloWait); activeAt.Before(least) {
				activeAt = least
			}
		}
		c.p.State, c.p.Reviewer, c.p.Decided, c.p.ActiveAt = Approved, a.User(), now, activeAt
		if activeAt.After(now) {
			return e, s.tellScheduled(c)
		}
		// Approval and effect are two entries of one transaction.
		if err := s.put(c, kind, e); err != nil {
			return logformat.Entry{}, err
		}
		c.was, c.kind = Approved, logformat.ChangeActivated
		return logformat.Entry{}, s.activate(c)
	})
}

// solo refuses a person who edited the change, unless the workspace is in solo
// mode, or the change itself chooses it, and nobody else may approve.
func (s *Service) solo(c *call) error {
	refused := &bailiwick.Error{Code: bailiwick.CodeApproval, Message: "A second person has to approve: somebody who neither wrote nor edited the change, and whose account nobody of those had a hand in during the last 24 hours."}
	if !c.soloMode() {
		return refused
	}
	if more, err := others(c); err != nil {
		return err
	} else if more {
		return refused
	}
	return nil
}

// Reject turns a submitted change down, with a reason that its author reads.
// The actor needs PermApprove.
func (s *Service) Reject(ctx context.Context, a bailiwick.Actor, id ProposalID, revision int64, reason string) (Proposal, error) {
	reason = strings.TrimSpace(reason)
	if !printable(reason, 1, MaxReason) {
		return Proposal{}, invalid("reason", "required", "Say why, in 1 to 1,000 characters.")
	}
	return s.act(ctx, a, id, revision, approvers, logformat.ChangeRejected, func(c *call) (logformat.Entry, error) {
		if c.p.State != Submitted {
			return logformat.Entry{}, illegal(c.p.State, "Only a submitted change is rejected.")
		}
		c.p.State, c.p.Reviewer, c.p.Decided, c.p.Reason = Rejected, a.User(), s.Clock.Now(), reason
		return logformat.Entry{}, s.tellDecided(c)
	})
}

// Withdraw ends a change that has not taken effect: by who may configure, or
// by who may approve, such as the owner who was told of a change in solo mode.
func (s *Service) Withdraw(ctx context.Context, a bailiwick.Actor, id ProposalID, revision int64) (Proposal, error) {
	return s.act(ctx, a, id, revision, slices.Concat(configurers, approvers), logformat.ChangeWithdrawn, func(c *call) (logformat.Entry, error) {
		if !c.p.State.Open() {
			return logformat.Entry{}, illegal(c.p.State, "It cannot be withdrawn.")
		}
		c.p.State = Withdrawn
		return logformat.Entry{}, s.tellDecided(c)
	})
}
