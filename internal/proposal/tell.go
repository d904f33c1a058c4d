package proposal

import (
	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/outbox"
)

// tell posts a notice about the proposal of the act, in its transaction. The
// one who acts knows already.
func (s *Service) tell(c *call, kind outbox.Kind, to ...bailiwick.UserID) error {
	n := outbox.Notice{Kind: kind, Outcome: decided(kind, c.p.State), Ref: c.p.Ref(), Path: c.p.Path(), At: s.Clock.Now()}
	for _, u := range to {
		if !u.IsZero() && (u != c.a.User() || kind == outbox.SoloChangeWaits) {
			n.To = append(n.To, u)
		}
	}
	if c.p.State == Approved {
		n.Due = c.p.ActiveAt
	}
	if n.To == nil {
		return nil
	}
	return outbox.Post(c.ctx, c.tx, n)
}

// decided is how a change was decided, by the state that it is in then.
func decided(kind outbox.Kind, s State) outbox.Outcome {
	if kind != outbox.ChangeDecided {
		return ""
	}
	switch s {
	case Approved:
		return outbox.Approved
	case Rejected:
		return outbox.Rejected
	case Withdrawn:
		return outbox.Withdrawn
	default:
		return outbox.Returned
	}
}

// askReview tells those who may approve, and did not edit, that a change waits
// for them.
func (s *Service) askReview(c *call) error {
	all, err := identity.Holders(c.ctx, c.tx, c.cfg, access.PermApprove)
	if err != nil {
		return err
	}
	var to []bailiwick.UserID
	for _, u := range all {
		if !c.p.EditedBy(u) {
			to = append(to, u)
		}
	}
	return s.tell(c, outbox.ReviewAsked, to...)
}

// tellScheduled tells the author when the change takes effect and, in solo
// mode, the owners that nobody else has looked at it (R14.13): whoever manages
// the users of the workspace.
func (s *Service) tellScheduled(c *call) error {
	if !c.p.Solo {
		return s.tell(c, outbox.ChangeDecided, c.p.Author)
	}
	owners, err := identity.Holders(c.ctx, c.tx, c.cfg, access.PermManageUsers)
	if err != nil {
		return err
	}
	return s.tell(c, outbox.SoloChangeWaits, owners...)
}

// tellDecided tells the author that the change was rejected or withdrawn.
func (s *Service) tellDecided(c *call) error { return s.tell(c, outbox.ChangeDecided, c.p.Author) }

// tellActive tells author and reviewer that the change is in force.
func (s *Service) tellActive(c *call) error {
	return s.tell(c, outbox.ChangeActive, c.p.Author, c.p.Reviewer)
}

// tellReturned tells the author that the change has to be worked on again.
func (s *Service) tellReturned(c *call) error { return s.tell(c, outbox.ChangeDecided, c.p.Author) }
