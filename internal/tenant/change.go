package tenant

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/configuration"
	"bailiwick/internal/store/user"
)

// Change is a document that was decided about and is to be the next version.
// Internal/proposal makes it; nobody else asks for one.
type Change struct {
	Document   Document
	Base       int64        // version that it was made from and judged against
	Proposal   bailiwick.ID // what it was as long as it was on its way
	Number     int64
	Author     bailiwick.UserID
	Reviewer   bailiwick.UserID
	Solo       bool  // not reviewed by a second person (R14.13)
	RollbackOf int64 // version that it goes back to; 0 = none
}

// Apply writes a decided change as the next version, with its origin and the
// entry of the activity record. by is who or what puts it into force: the
// person who approved it, or the job that does so at its time; what either may
// do is judged by whoever made the Change.
//
// It returns CodeConflict if another version than the change's base is in
// force, CodeInvalid with what is wrong with the document, or CodeTransition
// if the document would leave nobody able to go on (the lock-out guard of
// R14.10), drops a legal entity, or watches conduct without an agreement
// (R14.12).
func (r *Registry) Apply(ctx context.Context, tx store.TenantTx, by bailiwick.Actor, c Change) (*Configuration, error) {
	now, err := r.Configuration(ctx, tx)
	if err != nil {
		return nil, err
	}
	if now.Version != c.Base {
		return nil, BaseMoved()
	}
	if err := r.CheckNext(ctx, tx, now, c.Document); err != nil {
		return nil, err
	}
	next, err := r.write(ctx, tx, by, c.Author, now.Version+1, c.Document)
	if err != nil {
		return nil, err
	}
	err = configuration.InsertOrigin(ctx, tx, configuration.Origin{
		Version: next.Version, Proposal: c.Proposal, Number: c.Number, Author: c.Author, Reviewer: c.Reviewer, Solo: c.Solo, RollbackOf: c.RollbackOf,
	})
	return next, err
}

// BaseMoved is the answer to a change that was made from another version than
// the one in force.
func BaseMoved() *bailiwick.Error {
	return &bailiwick.Error{Code: bailiwick.CodeConflict, Message: "Another change has taken effect since this one was made. Bring it onto the version in force and simulate it again."}
}

// CheckNext refuses a document that could not be put into force in the place
// of the configuration now: one that is wrong in itself, drops a legal entity,
// locks everybody out (R14.10) or watches conduct without an agreement
// (R14.12). Errors are those of Apply.
func (r *Registry) CheckNext(ctx context.Context, tx store.TenantTx, now *Configuration, d Document) error {
	next, err := r.Draft(ctx, tx, d)
	if err != nil {
		return err
	}
	for _, e := range now.Entities {
		if !slices.ContainsFunc(d.Entities, func(n Entity) bool { return n.Key == e.Key }) {
			return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "A legal entity cannot be dropped: records belong to it."}
		}
	}
	if err := d.Overlay.Keeps(now.document.Overlay); err != nil {
		return overlayError(err)
	}
	if err := now.keepStored(ctx, tx, next.Types); err != nil {
		return err
	}
	if err := next.checkConduct(now); err != nil {
		return err
	}
	return keepGoverned(ctx, tx, next)
}

// Draft compiles a document as if it were the next version, without writing
// anything: what simulating and checking it work with. Types and fields that
// are new have no numbers. Errors are those of a document that is wrong.
func (r *Registry) Draft(ctx context.Context, tx store.TenantTx, d Document) (*Configuration, error) {
	version, _, err := configuration.Current(ctx, tx)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return nil, err
	}
	return r.assemble(ctx, tx, d, version+1, r.clock.Now())
}

// AsOf returns the configuration that was in force at an instant, compiled for
// the rules that were in force then; NotFound before the first version.
func (r *Registry) AsOf(ctx context.Context, tx store.TenantTx, at time.Time) (*Configuration, error) {
	version, _, err := configuration.InForceAt(ctx, tx, at.UnixMicro())
	if errors.Is(err, store.ErrNoRows) {
		return nil, bailiwick.NotFound()
	}
	if err != nil {
		return nil, err
	}
	return r.compile(ctx, tx, version, at)
}

// keepGoverned is the lock-out guard: of those who may sign in, one must be
// able to manage users, one to change the configuration, and another one to
// approve that, unless the workspace has chosen solo mode. A tenant without
// users is opened by its first-run link and passes.
func keepGoverned(ctx context.Context, tx store.TenantTx, c *Configuration) error {
	held, err := user.Roles(ctx, tx)
	if err != nil || len(held) == 0 {
		return err
	}
	var manage, configure, approve, both int
	for _, roles := range held {
		may := make(map[access.Permission]bool)
		for _, key := range strings.Fields(roles) {
			if role := c.Role(bailiwick.Role(key)); role != nil {
				for _, p := range role.Admin {
					may[p] = may[p] || p != access.PermManageUsers || role.Manages == access.ScopeNone
				}
			}
		}
		count := func(n *int, yes bool) {
			if yes {
				*n++
			}
		}
		count(&manage, may[access.PermManageUsers])
		count(&configure, may[access.PermConfigure])
		count(&approve, may[access.PermApprove])
		count(&both, may[access.PermApprove] && may[access.PermConfigure])
	}
	switch {
	case manage == 0 || configure == 0 || approve == 0:
		return lockedOut()
	case !c.Settings.SoloMode && configure == 1 && approve == 1 && both == 1:
		return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "One person alone would be left to make and to approve changes. Give a second person the right to approve, or choose solo mode in the same change."}
	}
	return nil
}
