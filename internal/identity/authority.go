package identity

import (
	"context"
	"maps"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/user"
	"bailiwick/internal/tenant"
)

// manage returns the configuration in force if an actor may manage the users
// of the transaction's tenant: the operator, or a user with the permission
// "manage-users".
func (s *Service) manage(ctx context.Context, tx store.TenantTx, by bailiwick.Actor) (*tenant.Configuration, error) {
	if by.Kind() == bailiwick.Nobody || by.Tenant() != tx.Tenant() {
		return nil, unauthenticated()
	}
	c, err := s.tenants.Configuration(ctx, tx)
	if err != nil {
		return nil, err
	}
	if isOperator(by) {
		return c, nil
	}
	if by.Kind() != bailiwick.User || !by.InScope(bailiwick.ScopeAdmin) || !c.Matrix.View(by).Has(access.PermManageUsers) {
		return nil, bailiwick.Denied("Your roles do not include this.")
	}
	return c, nil
}

// mayHandle refuses to give, take or act on roles that can do more than the
// actor: else whoever manages users could make themselves an owner, or sign in
// as one with a link.
//
// More means a verb, a scope or a permission that the actor lacks. What a role
// sees of a record is for the rules and is not compared: an owner may appoint
// the payroll people without seeing a salary.
func mayHandle(c *tenant.Configuration, by bailiwick.Actor, roles []bailiwick.Role) error {
	if isOperator(by) {
		return nil
	}
	v := c.Matrix.View(by)
	for _, key := range roles {
		if r := c.Role(key); r != nil && !Covers(v, r) {
			return bailiwick.Denied("The role can do more than your own.")
		}
	}
	return nil
}

// Powers is what somebody may do with the workspace and with records of each
// type.
type Powers interface {
	Has(access.Permission) bool
	Manages() access.ScopeSet
	Scopes(typeOrApp string, verb access.Verb) access.ScopeSet
}

// Covers reports whether whoever has powers may do all that a role lets do.
func Covers(v Powers, r *access.RoleDef) bool {
	for _, p := range r.Admin {
		if !v.Has(p) {
			return false
		}
	}
	if slices.Contains(r.Admin, access.PermManageUsers) {
		of := r.Manages
		if of == access.ScopeNone {
			of = access.ScopeAll
		}
		if !v.Manages().Covers(access.Scopes(of)) {
			return false
		}
	}
	for _, g := range r.Types {
		for _, verb := range g.Verbs {
			if !v.Scopes(g.Type, verb).Covers(access.Scopes(g.Scope)) {
				return false
			}
		}
	}
	return true
}

// keepManager refuses a change after which nobody who may sign in could manage
// all users, or by which the last who may configure the workspace, or approve
// that, gives it up (R14.10). lost are the roles that the changed user could
// use before. It runs after the change, in its transaction.
func keepManager(ctx context.Context, tx store.TenantTx, c *tenant.Configuration, lost string) error {
	held, err := user.Roles(ctx, tx)
	if err != nil {
		return err
	}
	all := slices.Collect(maps.Values(held))
	if !anyHolds(c, all, access.PermManageUsers) {
		return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "Nobody would be left who can manage users."}
	}
	for _, p := range []access.Permission{access.PermConfigure, access.PermApprove} {
		if anyHolds(c, []string{lost}, p) && !anyHolds(c, all, p) {
			return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "Nobody would be left who can configure the workspace, or approve that."}
		}
	}
	return nil
}

// anyHolds reports whether one of the sets of roles has a permission, that on
// users without limits.
func anyHolds(c *tenant.Configuration, held []string, p access.Permission) bool {
	for _, roles := range held {
		for _, key := range splitRoles(roles) {
			r := c.Role(key)
			if r != nil && slices.Contains(r.Admin, p) && (p != access.PermManageUsers || r.Manages == access.ScopeNone) {
				return true
			}
		}
	}
	return false
}
