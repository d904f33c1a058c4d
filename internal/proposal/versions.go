package proposal

import (
	"context"
	"errors"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/configuration"
	"bailiwick/internal/tenant"
)

// Version is a version of the configuration and where it came from.
type Version struct {
	Version    int64
	Created    time.Time // when it came into force
	Author     bailiwick.UserID
	Proposal   ProposalID // zero for one that was made with the tenant
	Number     int64      // of the change
	Reviewer   bailiwick.UserID
	Solo       bool  // not reviewed by a second person (R14.13)
	RollbackOf int64 // version that it goes back to; 0 = none
	Document   tenant.Document
}

// Versions returns up to limit (at most 200, 50 for 0) versions below before,
// newest first and without documents; before 0 starts at the newest. It is for
// those who may see changes, see Get.
func (s *Service) Versions(ctx context.Context, a bailiwick.Actor, before int64, limit int) (out []Version, err error) {
	if before <= 0 {
		before = 1<<63 - 1
	}
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, 200)
	err = s.Store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		c, err := s.begin(ctx, tx, a)
		if err != nil {
			return err
		}
		if err := c.need(readers...); err != nil {
			return err
		}
		rows, err := configuration.List(ctx, tx, before, limit)
		if err != nil {
			return err
		}
		origins, err := configuration.Origins(ctx, tx, before, limit)
		if err != nil {
			return err
		}
		of := make(map[int64]configuration.Origin, len(origins))
		for _, o := range origins {
			of[o.Version] = o
		}
		out = make([]Version, 0, len(rows))
		for _, r := range rows {
			out = append(out, versionOf(r, of[r.Version]))
		}
		return nil
	})
	return out, err
}

// Version returns one version with its document; NotFound.
func (s *Service) Version(ctx context.Context, a bailiwick.Actor, version int64) (v Version, err error) {
	err = s.Store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		c, err := s.begin(ctx, tx, a)
		if err != nil {
			return err
		}
		if err := c.need(readers...); err != nil {
			return err
		}
		row, err := configuration.Get(ctx, tx, version)
		if errors.Is(err, store.ErrNoRows) {
			return bailiwick.NotFound()
		}
		if err != nil {
			return err
		}
		origins, err := configuration.Origins(ctx, tx, version+1, 1)
		if err != nil {
			return err
		}
		v = versionOf(row, configuration.Origin{})
		if len(origins) == 1 && origins[0].Version == version {
			v = versionOf(row, origins[0])
		}
		v.Document, err = tenant.DecodeDocument(row.Document, row.Digest)
		return err
	})
	return v, err
}

func versionOf(r configuration.Row, o configuration.Origin) Version {
	return Version{
		Version: r.Version, Created: instant(r.Created), Author: r.Author, Proposal: ProposalID{o.Proposal}, Number: o.Number,
		Reviewer: o.Reviewer, Solo: o.Solo, RollbackOf: o.RollbackOf,
	}
}
