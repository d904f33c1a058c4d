package identity

import (
	"context"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/unit"
	"bailiwick/internal/vault"
	"bailiwick/logformat"
)

// Limits of organisational units.
const (
	MaxUnits     = 5_000
	MaxUnitDepth = 20
)

// Unit is an organisational unit of the tenant, such as a department. Roles
// whose scope is "unit" reach the records of the holder's unit and of all
// below it.
type Unit struct {
	ID     bailiwick.UnitID
	Parent bailiwick.UnitID // zero at the top
	Name   bailiwick.Personal
	Depth  int // 0 at the top
}

// Units returns the tree as a list: each unit before those below it, siblings
// by name. Every user may ask; what lies in a unit is not told.
func (s *Service) Units(ctx context.Context, a bailiwick.Actor) ([]Unit, error) {
	if a.Kind() != bailiwick.User {
		return nil, unauthenticated()
	}
	var rows []unit.Row
	err := s.store.View(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		rows, err = unit.All(ctx, tx)
		return err
	})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	under := map[bailiwick.UnitID][]Unit{}
	for _, r := range rows {
		b, err := s.vault.OpenSecret(ctx, a.Tenant(), vault.UserProfile, r.ID.ID, r.Name)
		if err != nil {
			return nil, err
		}
		under[r.Parent] = append(under[r.Parent], Unit{ID: r.ID, Parent: r.Parent, Name: bailiwick.Personal(b)})
	}
	out := make([]Unit, 0, len(rows))
	var visit func(parent bailiwick.UnitID, depth int)
	visit = func(parent bailiwick.UnitID, depth int) {
		all := under[parent]
		slices.SortStableFunc(all, func(x, y Unit) int {
			return strings.Compare(schema.Fold(x.Name.Reveal()), schema.Fold(y.Name.Reveal()))
		})
		for _, u := range all {
			u.Depth = depth
			out = append(out, u)
			if depth < MaxUnitDepth {
				visit(u.ID, depth+1)
			}
		}
	}
	visit(bailiwick.UnitID{}, 0)
	return out, nil
}

// UnitChange is what shall become of a unit; nil keeps what is there.
type UnitChange struct {
	Name   *string
	Parent *bailiwick.UnitID // zero = to the top
}

// AddUnit makes a unit below parent, or at the top. The actor must manage all
// users. It returns CodeDenied, or CodeInvalid with field and rule.
func (s *Service) AddUnit(ctx context.Context, by bailiwick.Actor, name string, parent bailiwick.UnitID) (bailiwick.UnitID, error) {
	raw, err := s.newID()
	if err != nil {
		return bailiwick.UnitID{}, err
	}
	id := bailiwick.UnitID{ID: raw}
	err = s.update(ctx, by.Tenant(), func(tx store.TenantTx) error {
		tree, err := s.treeFor(ctx, tx, by)
		if err != nil {
			return err
		}
		if len(tree) >= MaxUnits {
			return invalid("name", "count", "A workspace has at most 5,000 organisational units.")
		}
		r := unit.Row{ID: id, Parent: parent, Created: micros(s.clock.Now())}
		if err := fitsTree(tree, id, parent); err != nil {
			return err
		}
		if r.Name, err = s.sealUnit(ctx, tx, id, name); err != nil {
			return err
		}
		if err := unit.Insert(ctx, tx, r); err != nil {
			return err
		}
		return s.record(ctx, tx, by, logformat.Entry{Kind: logformat.UnitChanged, Object: unitObject(id), Detail: "added"})
	})
	return id, err
}

// ChangeUnit renames or moves a unit with all below it. Errors are those of
// AddUnit, and NotFound.
func (s *Service) ChangeUnit(ctx context.Context, by bailiwick.Actor, id bailiwick.UnitID, ch UnitChange) error {
	return s.update(ctx, by.Tenant(), func(tx store.TenantTx) error {
		tree, err := s.treeFor(ctx, tx, by)
		if err != nil {
			return err
		}
		r, err := unitRow(ctx, tx, id)
		if err != nil {
			return err
		}
		detail := "renamed"
		if ch.Parent != nil && *ch.Parent != r.Parent {
			if err := fitsTree(tree, id, *ch.Parent); err != nil {
				return err
			}
			r.Parent, detail = *ch.Parent, "moved"
		}
		if ch.Name != nil {
			if r.Name, err = s.sealUnit(ctx, tx, id, *ch.Name); err != nil {
				return err
			}
		}
		if err := unit.Update(ctx, tx, r); err != nil {
			return err
		}
		return s.record(ctx, tx, by, logformat.Entry{Kind: logformat.UnitChanged, Object: unitObject(id), Detail: detail})
	})
}

// DropUnit removes a unit that is not used: CodeTransition while users,
// records (deleted ones included) or other units are of it. NotFound,
// CodeDenied.
func (s *Service) DropUnit(ctx context.Context, by bailiwick.Actor, id bailiwick.UnitID) error {
	return s.update(ctx, by.Tenant(), func(tx store.TenantTx) error {
		tree, err := s.treeFor(ctx, tx, by)
		if err != nil {
			return err
		}
		if _, ok := tree[id]; !ok {
			return bailiwick.NotFound()
		}
		used, err := unit.Used(ctx, tx, id)
		if err != nil {
			return err
		}
		for _, parent := range tree {
			used = used || parent == id
		}
		if used {
			return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "The organisational unit is in use: by users, by records, also deleted ones, or by units below it."}
		}
		if err := unit.Delete(ctx, tx, id); err != nil {
			return err
		}
		return s.record(ctx, tx, by, logformat.Entry{Kind: logformat.UnitChanged, Object: unitObject(id), Detail: "removed"})
	})
}

// treeFor returns the tree for an actor who may change it: a unit decides what
// people reach, so only who manages all users may.
func (s *Service) treeFor(ctx context.Context, tx store.TenantTx, by bailiwick.Actor) (map[bailiwick.UnitID]bailiwick.UnitID, error) {
	c, err := s.manage(ctx, tx, by)
	if err != nil {
		return nil, err
	}
	if !isOperator(by) && !c.Matrix.View(by).Manages().Covers(access.Scopes(access.ScopeAll)) {
		return nil, bailiwick.Denied("Your roles do not include this.")
	}
	return unit.Tree(ctx, tx)
}

// fitsTree reports why a unit cannot lie below parent.
func fitsTree(tree map[bailiwick.UnitID]bailiwick.UnitID, id, parent bailiwick.UnitID) error {
	if parent.IsZero() {
		return nil
	}
	if _, ok := tree[parent]; !ok {
		return invalid("parent", "unknown", "There is no such organisational unit.")
	}
	below := unit.Below(tree, id)
	if below[parent] {
		return invalid("parent", "circle", "A unit cannot lie below itself.")
	}
	deepest := 1
	for u := range below {
		n := 1
		for at := u; at != id; at = tree[at] {
			n++
		}
		deepest = max(deepest, n)
	}
	for at := parent; !at.IsZero(); at = tree[at] {
		deepest++
	}
	if deepest > MaxUnitDepth {
		return invalid("parent", "depth", "Units lie at most 20 deep.")
	}
	return nil
}

func unitRow(ctx context.Context, tx store.TenantTx, id bailiwick.UnitID) (unit.Row, error) {
	all, err := unit.All(ctx, tx)
	if err != nil {
		return unit.Row{}, err
	}
	i := slices.IndexFunc(all, func(r unit.Row) bool { return r.ID == id })
	if i < 0 {
		return unit.Row{}, bailiwick.NotFound()
	}
	return all[i], nil
}

func (s *Service) sealUnit(ctx context.Context, tx store.TenantTx, id bailiwick.UnitID, typed string) (bailiwick.Sealed, error) {
	name, err := checkName(typed)
	if err != nil {
		return bailiwick.Sealed{}, err
	}
	return s.vault.SealSecret(ctx, tx.Tenant(), vault.UserProfile, id.ID, []byte(name))
}

// unitObject is a unit as the object of an entry.
func unitObject(id bailiwick.UnitID) logformat.Object {
	return logformat.Object{Type: "unit", Record: logformat.ID(id.ID)}
}
