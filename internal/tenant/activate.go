package tenant

import (
	"context"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/configuration"
	"bailiwick/internal/store/entity"
	"bailiwick/internal/store/user"
)

// Activate writes a document as the next version of the tenant's configuration
// and with it the entry of the activity record. The version holds from the
// commit of tx on. The actor needs the permission "configure" under the
// version in force.
//
// It returns CodeDenied, CodeInvalid with what is wrong with the document, or
// CodeTransition if the document would leave nobody able to configure or to
// manage users (the lock-out guard of R14.10), or would drop a legal entity.
func (r *Registry) Activate(ctx context.Context, tx store.TenantTx, a bailiwick.Actor, d Document) (*Configuration, error) {
	if a.Tenant() != tx.Tenant() {
		return nil, bailiwick.NotFound()
	}
	now, err := r.Configuration(ctx, tx)
	if err != nil {
		return nil, err
	}
	if !now.Matrix.View(a).Has(access.PermConfigure) || !a.InScope(bailiwick.ScopeAdmin) {
		return nil, bailiwick.Denied("Your roles do not include this.")
	}
	for _, e := range now.Entities {
		if !slices.ContainsFunc(d.Entities, func(n Entity) bool { return n.Key == e.Key }) {
			return nil, &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "A legal entity cannot be dropped: records belong to it."}
		}
	}
	p, err := d.parse()
	if err != nil {
		return nil, err
	}
	if err := d.Overlay.Keeps(now.document.Overlay); err != nil {
		return nil, overlayError(err)
	}
	if err := now.keepStored(ctx, tx, p.types); err != nil {
		return nil, err
	}
	next, err := r.write(ctx, tx, a, a.User(), now.Version+1, d)
	if err != nil {
		return nil, err
	}
	return next, keepHolders(ctx, tx, next)
}

// keepHolders is the lock-out guard: somebody who may sign in must hold a role
// that may configure and one that may manage users. A tenant without users is
// opened by its first-run link and passes.
func keepHolders(ctx context.Context, tx store.TenantTx, c *Configuration) error {
	held, err := user.Roles(ctx, tx)
	if err != nil || len(held) == 0 {
		return err
	}
	missing := map[access.Permission]bool{access.PermConfigure: true, access.PermManageUsers: true}
	for _, roles := range held {
		for _, key := range strings.Fields(roles) {
			if role := c.Role(bailiwick.Role(key)); role != nil {
				for _, p := range role.Admin {
					if p != access.PermManageUsers || role.Manages == access.ScopeNone { // who manages a part cannot open the rest
						delete(missing, p)
					}
				}
			}
		}
	}
	if len(missing) > 0 {
		return lockedOut()
	}
	return nil
}

func lockedOut() *bailiwick.Error {
	return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "Nobody would be left who can configure the workspace and manage its users."}
}

// write stores a checked document as a version.
func (r *Registry) write(ctx context.Context, tx store.TenantTx, a bailiwick.Actor, by bailiwick.UserID, version int64, d Document) (*Configuration, error) {
	now := r.clock.Now()
	p, err := d.parse()
	if err != nil {
		return nil, err
	}
	m, err := p.matrix(version, now, d)
	if err != nil {
		return nil, err
	}
	for _, want := range []access.Permission{access.PermConfigure, access.PermManageUsers} {
		if !slices.ContainsFunc(m.Roles(), func(r access.RoleDef) bool { return slices.Contains(r.Admin, want) }) {
			return nil, lockedOut()
		}
	}
	if d.Entities, err = r.identify(ctx, tx, d.Entities); err != nil {
		return nil, err
	}
	document, digest, err := d.Encode()
	if err != nil {
		return nil, err
	}
	if err := allocate(ctx, tx, p.types); err != nil {
		return nil, err
	}
	err = configuration.Insert(ctx, tx, configuration.Row{
		Version: version, Digest: digest, Author: by, Created: now.UnixMicro(), Document: document,
	})
	if err != nil {
		return nil, err
	}
	if err := r.recordVersion(ctx, tx, a, version, digest); err != nil {
		return nil, err
	}
	return r.version(ctx, tx, version, digest)
}

// identify gives every legal entity the identifier of its key, a new one if
// the key is new.
func (r *Registry) identify(ctx context.Context, tx store.TenantTx, in []Entity) ([]Entity, error) {
	rows, err := entity.List(ctx, tx)
	if err != nil {
		return nil, err
	}
	ids := make(map[string]bailiwick.EntityID, len(rows))
	for _, row := range rows {
		ids[row.Key] = row.ID
	}
	out := slices.Clone(in)
	for i := range out {
		id, ok := ids[out[i].Key]
		if !ok {
			now := r.clock.Now()
			raw, err := bailiwick.NewID(now, nil)
			if err != nil {
				return nil, err
			}
			id = bailiwick.EntityID{ID: raw}
			if err := entity.Insert(ctx, tx, entity.Row{ID: id, Key: out[i].Key, Created: now.UnixMicro()}); err != nil {
				return nil, err
			}
		}
		if !out[i].ID.IsZero() && out[i].ID != id {
			return nil, invalid(fieldError("entities", "identifier", "A legal entity has the identifier of another."))
		}
		out[i].ID = id
	}
	return out, nil
}
