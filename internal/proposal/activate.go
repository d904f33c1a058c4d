package proposal

import (
	"context"
	"errors"

	"bailiwick"
	"bailiwick/internal/store"
	kept "bailiwick/internal/store/proposal"
	"bailiwick/internal/tenant"
	"bailiwick/logformat"
)

// activate puts the approved change of an act into force: the version, and
// every other approved change marked as superseded. The caller writes row and
// entry.
func (s *Service) activate(c *call) error {
	next, err := s.Tenants.Apply(c.ctx, c.tx, c.a, tenant.Change{
		Document: c.p.Document, Base: c.p.Base, Proposal: c.p.ID.ID, Number: c.p.Number,
		Author: c.p.Author, Reviewer: c.p.Reviewer, Solo: c.p.Solo, RollbackOf: c.p.RollbackOf,
	})
	if err != nil {
		return err
	}
	c.p.State, c.p.Version, c.p.ActiveAt, c.p.Stale = Active, next.Version, next.Created, false
	if err := s.supersede(c, next.Version); err != nil {
		return err
	}
	if err := s.grantAsked(c, next); err != nil {
		return err
	}
	return s.tellActive(c)
}

// supersede marks the approved changes that were made from another version
// than the one in force, except the one of the act, and tells their authors.
func (s *Service) supersede(c *call, version int64) error {
	rows, err := kept.InState(c.ctx, c.tx, string(Approved))
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.ID == c.p.ID.ID || r.Base == version {
			continue
		}
		other := &call{ctx: c.ctx, tx: c.tx, a: c.a, cfg: c.cfg, view: c.view}
		if err := s.load(other, ProposalID{r.ID}); err != nil {
			return err
		}
		if err := s.giveBack(other, "base-moved"); err != nil {
			return err
		}
	}
	return nil
}

// giveBack returns an approved change to its author: it can no longer take
// effect as it was approved.
func (s *Service) giveBack(c *call, reason string) error {
	c.p.State, c.p.Reviewer, c.p.Decided, c.p.ActiveAt, c.p.Solo = Superseded, bailiwick.UserID{}, instant(0), instant(0), false
	if reason != "base-moved" {
		c.p.State = Draft
	}
	if err := s.put(c, logformat.ChangeReturned, logformat.Entry{Reason: reason}); err != nil {
		return err
	}
	return s.tellReturned(c)
}

// ActivateDue puts the approved changes of the actor's tenant whose time has
// come into force and returns how many. It is run by the job due-changes,
// looks at the present state only, and each change is one transaction: it can
// be stopped anywhere and run again.
//
// A change is judged anew. If another version has come into force, or the
// change would now lock everybody out, it goes back to its author.
func (s *Service) ActivateDue(ctx context.Context, job bailiwick.Actor) (int, error) {
	var due []ProposalID
	err := s.Store.View(ctx, job.Tenant(), func(tx store.TenantTx) error {
		rows, err := kept.InState(ctx, tx, string(Approved))
		if err != nil || len(rows) == 0 {
			return err
		}
		c, err := s.begin(ctx, tx, job)
		if err != nil {
			return err
		}
		due = due[:0]
		now := micros(s.Clock.Now())
		for _, r := range rows {
			if r.ActiveAt <= now || r.Base != c.cfg.Version {
				due = append(due, ProposalID{r.ID})
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	n := 0
	var failed []error
	for _, id := range due {
		done, err := s.activateOne(ctx, job, id)
		if err != nil {
			failed = append(failed, err) // one that cannot be judged now keeps no other back
		}
		if done && err == nil {
			n++
		}
	}
	return n, errors.Join(failed...)
}

// activateOne puts one change into force, or gives it back.
func (s *Service) activateOne(ctx context.Context, job bailiwick.Actor, id ProposalID) (done bool, err error) {
	err = s.Store.Update(ctx, job.Tenant(), func(tx store.TenantTx) error {
		done = false
		c, err := s.begin(ctx, tx, job)
		if err != nil {
			return err
		}
		if err := s.load(c, id); err != nil {
			return err
		}
		switch {
		case c.p.State != Approved: // somebody was faster
			return nil
		case c.p.Stale:
			return s.giveBack(c, "base-moved")
		case c.p.ActiveAt.After(s.Clock.Now()):
			return nil
		}
		// Judged before anything is written: a refusal must not leave half of it.
		if err := s.Tenants.CheckNext(ctx, tx, c.cfg, c.p.Document); err != nil {
			switch code := bailiwick.ErrorCode(err); code {
			case bailiwick.CodeInvalid, bailiwick.CodeTransition, bailiwick.CodeConflict:
				return s.giveBack(c, string(code))
			}
			return err // says nothing about the change: tried again
		}
		if err := s.activate(c); err != nil {
			return err
		}
		done = true
		return s.put(c, logformat.ChangeActivated, logformat.Entry{})
	})
	return done, err
}
