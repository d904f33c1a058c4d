package proposal

import (
	"context"
	"errors"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/configuration"
	kept "bailiwick/internal/store/proposal"
	"bailiwick/internal/tenant"
	"bailiwick/logformat"
)

// Start opens a draft that holds the configuration in force. The actor needs
// PermConfigure. CodeInvalid for a title that is not 1 to 200 printable
// characters.
func (s *Service) Start(ctx context.Context, a bailiwick.Actor, title string) (Proposal, error) {
	return s.start(ctx, a, title, func(c *call) (tenant.Document, int64, error) {
		d, err := c.cfg.Document().Clone()
		return d, 0, err
	})
}

// Rollback opens a draft that holds the document of an earlier version. It is
// simulated and approved as any other change and then becomes a new version;
// NotFound if there is no such version, CodeInvalid if it is the one in force.
// Legal entities that came later are kept: records belong to them.
func (s *Service) Rollback(ctx context.Context, a bailiwick.Actor, version int64, title string) (Proposal, error) {
	return s.start(ctx, a, title, func(c *call) (tenant.Document, int64, error) {
		if version == c.cfg.Version {
			return tenant.Document{}, 0, invalid("version", "in-force", "This version is the one in force.")
		}
		row, err := configuration.Get(ctx, c.tx, version)
		if errors.Is(err, store.ErrNoRows) {
			return tenant.Document{}, 0, bailiwick.NotFound()
		}
		if err != nil {
			return tenant.Document{}, 0, err
		}
		d, err := tenant.DecodeDocument(row.Document, row.Digest)
		if err != nil {
			return tenant.Document{}, 0, err
		}
		d.Overlay = d.Overlay.Carry(c.cfg.Document().Overlay)
		had := make(map[string]bool)
		for _, e := range d.Entities {
			had[e.Key] = true
		}
		for _, e := range c.cfg.Entities {
			if !had[e.Key] {
				d.Entities = append(d.Entities, e)
			}
		}
		return d, version, nil
	})
}

// start writes a new draft.
func (s *Service) start(ctx context.Context, a bailiwick.Actor, title string, document func(*call) (tenant.Document, int64, error)) (Proposal, error) {
	title, err := checkTitle(title)
	if err != nil {
		return Proposal{}, err
	}
	id, err := bailiwick.NewID(s.Clock.Now(), nil)
	if err != nil {
		return Proposal{}, err
	}
	var p Proposal
	err = s.Store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		c, err := s.begin(ctx, tx, a)
		if err != nil {
			return err
		}
		if err := c.need(access.PermConfigure); err != nil {
			return err
		}
		now := s.Clock.Now()
		c.p = Proposal{
			ID: ProposalID{id}, Title: title, State: Draft, Base: c.cfg.Version, Revision: 1,
			Author: a.User(), LastEditor: a.User(), Editors: []bailiwick.UserID{a.User()}, Created: now, Updated: now,
		}
		if c.p.Number, err = kept.Next(ctx, tx); err != nil {
			return err
		}
		if c.p.Document, c.p.RollbackOf, err = document(c); err != nil {
			return err
		}
		c.row = &kept.Row{ID: id, Number: c.p.Number, Author: a.User(), Created: micros(now), RollbackOf: c.p.RollbackOf}
		if err := s.toRow(c); err != nil {
			return err
		}
		if err := kept.Insert(ctx, tx, c.row); err != nil {
			return err
		}
		if err := kept.AddEditor(ctx, tx, id, a.User(), micros(now)); err != nil {
			return err
		}
		p = c.p
		detail := ""
		if p.RollbackOf != 0 {
			detail = "rollback"
		}
		return s.record(c, logformat.ChangeStarted, logformat.Entry{Detail: detail, Count: p.RollbackOf})
	})
	return p, err
}
