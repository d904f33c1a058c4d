package proposal

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
	kept "bailiwick/internal/store/proposal"
)

// Get returns a change with its document, editors and last simulation, for
// those who may configure, approve, govern privacy or audit; NotFound,
// CodeDenied.
func (s *Service) Get(ctx context.Context, a bailiwick.Actor, id ProposalID) (p Proposal, err error) {
	err = s.Store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		c, err := s.begin(ctx, tx, a)
		if err != nil {
			return err
		}
		if err := c.need(readers...); err != nil {
			return err
		}
		err = s.load(c, id)
		p = c.p
		return err
	})
	return p, err
}

// List returns up to limit (at most 200, 50 for 0) changes with a number below
// before, newest first and without their documents; before 0 starts at the
// newest.
func (s *Service) List(ctx context.Context, a bailiwick.Actor, before int64, limit int) (out []Proposal, err error) {
	if before <= 0 {
		before = 1<<63 - 1
	}
	if limit <= 0 {
		limit = 50
	}
	err = s.Store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		c, err := s.begin(ctx, tx, a)
		if err != nil {
			return err
		}
		if err := c.need(readers...); err != nil {
			return err
		}
		rows, err := kept.List(ctx, tx, before, min(limit, 200))
		if err != nil {
			return err
		}
		out = out[:0]
		for _, r := range rows {
			p, err := s.fromRow(ctx, tx, r)
			if err != nil {
				return err
			}
			p.Stale = p.State.Open() && p.Base != c.cfg.Version
			out = append(out, p)
		}
		return nil
	})
	return out, err
}
