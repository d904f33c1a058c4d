package custody

import (
	"context"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
	"bailiwick/internal/store/unit"
)

// placing is what scopes of roles need besides the owner of a record: the
// units that the viewer reaches, and where the records of the request lie. It
// is made only for viewers whose roles have such scopes, and is shared by the
// sights of one request. What was not learned is not reached.
type placing struct {
	units  map[bailiwick.UnitID]bool // the viewer's own and those below it
	places map[int64]record.Where    // by row key
}

// placingOf prepares a viewer; nil for one whose roles go by owner or have no
// limit.
func placingOf(ctx context.Context, tx store.TenantTx, a bailiwick.Actor, v *access.View) (*placing, error) {
	if !v.ByPlace() {
		return nil, nil
	}
	p := &placing{places: map[int64]record.Where{}}
	if a.Unit().IsZero() {
		return p, nil
	}
	tree, err := unit.Tree(ctx, tx)
	if err != nil {
		return nil, err
	}
	p.units = unit.Below(tree, a.Unit())
	return p, nil
}

// learn reads where records lie, for the judgement of may. It costs nothing
// for viewers whose roles do not ask.
func (s *sight) learn(ctx context.Context, tx store.TenantTx, rows ...*record.Row) error {
	if s.placing == nil {
		return nil
	}
	var keys []int64
	for _, r := range rows {
		keys = append(keys, r.RKey)
	}
	return s.learnKeys(ctx, tx, keys)
}

func (s *sight) learnKeys(ctx context.Context, tx store.TenantTx, keys []int64) error {
	if s.placing == nil {
		return nil
	}
	keys = slices.DeleteFunc(slices.Clone(keys), func(k int64) bool {
		_, ok := s.placing.places[k]
		return ok
	})
	if len(keys) == 0 {
		return nil
	}
	more, err := record.Places(ctx, tx, keys, s.a.User())
	for k, w := range more {
		s.placing.places[k] = w
	}
	return err
}

// learnPage is learn for the rows of a list, outside of its transaction.
func (l *listing) learnPage(ctx context.Context) error {
	if l.placing == nil || len(l.rows) == 0 {
		return nil
	}
	keys := make([]int64, len(l.rows))
	for i, r := range l.rows {
		keys[i] = r.RKey
	}
	return unavailable(l.door.store.View(ctx, l.a.Tenant(), func(tx store.TenantTx) error {
		return l.learnKeys(ctx, tx, keys)
	}))
}

// may reports whether a verb may be used on a record, which learn has seen.
func (s *sight) may(verb access.Verb, row *record.Row) bool {
	return s.reaches(s.view.Scopes(s.lay.t.Key, verb), row.RKey, row.Owner)
}

// reaches reports whether one of the scopes reaches a record.
func (s *sight) reaches(set access.ScopeSet, rkey int64, owner bailiwick.UserID) bool {
	if set.All() || (set.Has(access.ScopeOwn) && !owner.IsZero() && owner == s.a.User()) {
		return true
	}
	if set == 0 || s.placing == nil {
		return false
	}
	where, ok := s.placing.places[rkey]
	return ok && s.within(set, where)
}

// within reports whether one of the scopes other than own reaches a place.
func (s *sight) within(set access.ScopeSet, where record.Where) bool {
	return (set.Has(access.ScopeAssigned) && where.Assigned) ||
		(set.Has(access.ScopeUnit) && s.placing != nil && s.placing.units[where.Unit]) ||
		(set.Has(access.ScopeEntity) && !where.Entity.IsZero() && where.Entity == s.a.Entity())
}

// reach returns the limit that the scopes of a verb set on a selection: nil
// for none. It is false for a verb that the viewer may not use at all.
func (s *sight) reach(verb access.Verb) ([]record.Reach, bool) {
	set := s.view.Scopes(s.lay.t.Key, verb)
	switch {
	case set == 0:
		return nil, false
	case set.All():
		return nil, true
	}
	var r record.Reach
	if set.Has(access.ScopeOwn) {
		r.Owner = s.a.User()
	}
	if set.Has(access.ScopeAssigned) {
		r.Assigned = s.a.User()
	}
	if set.Has(access.ScopeUnit) && s.placing != nil {
		for u := range s.placing.units {
			r.Units = append(r.Units, u.ID)
		}
		slices.SortFunc(r.Units, func(a, b bailiwick.ID) int { return slices.Compare(a[:], b[:]) })
	}
	if set.Has(access.ScopeEntity) {
		r.Entity = s.a.Entity()
	}
	return []record.Reach{r}, true
}
