package proposal

import (
	"context"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/store"
)

// Standing is how an actor stands to the approval of a change (R14.10,
// R14.13), for pages that offer only what would not be refused.
type Standing struct {
	May  bool // may approve now, as a second person or alone
	Solo bool // would approve a change of their own, in solo mode: it waits SoloWait
	// Others says that there is somebody else who may approve changes, so that
	// solo mode, if chosen, lets nobody approve their own.
	Others bool
	// Lacks is the role that could do more than anybody who made the change or
	// the actor: somebody who holds those rights has to approve. Empty = none.
	Lacks bailiwick.Role
}

// Standing tells how the actor stands to the approval of a change; only one
// that is submitted, and not stale, can be approved. Errors as for Get.
func (s *Service) Standing(ctx context.Context, a bailiwick.Actor, id ProposalID) (out Standing, err error) {
	err = s.Store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		out = Standing{}
		c, err := s.begin(ctx, tx, a)
		if err != nil {
			return err
		}
		if err := c.need(readers...); err != nil {
			return err
		}
		if err := s.load(c, id); err != nil {
			return err
		}
		if out.Others, err = others(c); err != nil {
			return err
		}
		if c.p.State != Submitted || c.p.Stale || !c.view.Has(access.PermApprove) {
			return nil
		}
		if c.p.EditedBy(a.User()) {
			if !c.soloMode() || out.Others {
				return nil
			}
			out.Solo = true
		}
		err = s.authority(c)
		if role, ok := lacking(err); ok {
			out.Solo, out.Lacks = false, role
			return nil
		}
		out.May = err == nil
		return err
	})
	return out, err
}

// OthersApprove reports whether somebody else than the actor may approve
// changes; CodeDenied for who may not look at changes.
func (s *Service) OthersApprove(ctx context.Context, a bailiwick.Actor) (yes bool, err error) {
	err = s.Store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		c, err := s.begin(ctx, tx, a)
		if err != nil {
			return err
		}
		if err := c.need(readers...); err != nil {
			return err
		}
		yes, err = others(c)
		return err
	})
	return yes, err
}

// others reports whether somebody else than the actor may approve.
func others(c *call) (bool, error) {
	all, err := identity.Holders(c.ctx, c.tx, c.cfg, access.PermApprove)
	return slices.ContainsFunc(all, func(u bailiwick.UserID) bool { return u != c.a.User() }), err
}

// soloMode reports whether the workspace has chosen solo mode, or the change
// itself chooses it.
func (c *call) soloMode() bool { return c.cfg.Settings.SoloMode || c.p.Document.Settings.SoloMode }
