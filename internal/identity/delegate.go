package identity

import (
	"context"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/unit"
	"bailiwick/internal/store/user"
	"bailiwick/internal/tenant"
)

// managed is whom an actor manages: everybody, or the users of the actor's
// unit and those below it, or those of the actor's legal entity. Others do not
// exist for the actor.
type managed struct {
	c     *tenant.Configuration
	by    bailiwick.Actor
	set   access.ScopeSet
	below map[bailiwick.UnitID]bool // the actor's unit and those below it
}

// managedBy is manage with the limits of the actor's roles.
func (s *Service) managedBy(ctx context.Context, tx store.TenantTx, by bailiwick.Actor) (*managed, error) {
	c, err := s.manage(ctx, tx, by)
	if err != nil {
		return nil, err
	}
	m := &managed{c: c, by: by}
	if isOperator(by) {
		m.set = access.Scopes(access.ScopeAll)
		return m, nil
	}
	m.set = c.Matrix.View(by).Manages()
	if by.Unit().IsZero() {
		return m, nil
	}
	tree, err := unit.Tree(ctx, tx)
	if err != nil {
		return nil, err
	}
	m.below = unit.Below(tree, by.Unit())
	return m, nil
}

// has reports whether a user exists for the actor.
func (m *managed) has(r user.Row) bool {
	return m.set.All() || (m.set.Has(access.ScopeUnit) && m.below[r.Unit]) ||
		(m.set.Has(access.ScopeEntity) && r.Entity == m.by.Entity())
}

// mayTake judges what the actor is about to act on: NotFound for a user out of
// reach, CodeDenied for one who can do more than the actor.
func (m *managed) mayTake(r user.Row) error {
	if !m.has(r) {
		return bailiwick.NotFound()
	}
	return m.covers(r)
}

// mayMake judges what a user shall become: CodeInvalid where the actor does
// not reach, CodeDenied for more than the actor can do.
func (m *managed) mayMake(r user.Row) error {
	if !m.has(r) {
		if m.set.Has(access.ScopeUnit) {
			return invalid("unit", "scope", "Choose your own organisational unit or one below it.")
		}
		return invalid("entity", "scope", "Choose your own legal entity.")
	}
	return m.covers(r)
}

// covers is mayHandle for roles in the hands of a user: a scope that goes by
// unit or legal entity reaches more in another place than in the actor's own.
func (m *managed) covers(r user.Row) error {
	roles := splitRoles(r.Roles)
	if err := mayHandle(m.c, m.by, roles); err != nil {
		return err
	}
	if isOperator(m.by) {
		return nil
	}
	v := m.c.Matrix.View(m.by)
	elsewhere := func(scope access.TypeScope, held access.ScopeSet) bool {
		switch {
		case held.All():
			return false
		case scope == access.ScopeUnit:
			return !r.Unit.IsZero() && !m.below[r.Unit]
		case scope == access.ScopeEntity:
			return r.Entity != m.by.Entity()
		}
		return false
	}
	for _, key := range roles {
		role := m.c.Role(key)
		if role == nil {
			continue
		}
		more := elsewhere(role.Manages, v.Manages())
		for _, g := range role.Types {
			for _, verb := range g.Verbs {
				more = more || elsewhere(g.Scope, v.Scopes(g.Type, verb))
			}
		}
		if more {
			return bailiwick.Denied("The role can do more than your own.")
		}
	}
	return nil
}

// checkUnit reports a unit that there is not; zero = of none.
func checkUnit(ctx context.Context, tx store.TenantTx, id bailiwick.UnitID) error {
	if id.IsZero() {
		return nil
	}
	tree, err := unit.Tree(ctx, tx)
	if err != nil {
		return err
	}
	if _, ok := tree[id]; !ok {
		return invalid("unit", "unknown", "There is no such organisational unit.")
	}
	return nil
}
