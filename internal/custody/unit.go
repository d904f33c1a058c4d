package custody

import (
	"context"
	"errors"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
	"bailiwick/internal/store/unit"
	"bailiwick/internal/store/user"
)

// placeUnit works out the organisational unit of the new revision, and judges
// whether the writer's roles reach where the record is put. A new record lies
// in the unit that was chosen, else in its owner's, else in the writer's.
func (w *writing) placeUnit(ctx context.Context) error {
	verb := access.VerbCreate
	if w.row != nil {
		w.unit, verb = w.row.Unit, access.VerbChange
		if w.draft.Unit == nil || *w.draft.Unit == w.unit {
			return nil
		}
		w.changed = true
	}
	switch {
	case w.draft.Unit != nil:
		w.unit = *w.draft.Unit
		if w.unit.IsZero() {
			break
		}
		tree, err := unit.Tree(ctx, w.tx)
		if err != nil {
			return err
		}
		if _, ok := tree[w.unit]; !ok {
			w.fail("unit", "no-such-unit", "There is no such organisational unit.")
			return nil
		}
	default:
		of, err := w.unitOfOwner(ctx)
		if err != nil {
			return err
		}
		w.unit = of
	}
	set := w.view.Scopes(w.lay.t.Key, verb)
	mine := !w.next.owner.IsZero() && w.next.owner == w.a.User()
	where := record.Where{Unit: w.unit, Entity: w.next.entity, Assigned: w.assignsMe()}
	switch {
	case set.All(), set.Has(access.ScopeOwn) && mine, w.within(set, where):
	case set == access.Scopes(access.ScopeOwn):
		w.fail(w.lay.t.OwnerField, "own", "Your role makes records of your own only.")
	default:
		w.fail("unit", "scope", "Your role does not reach records there: choose your own unit or one below it.")
	}
	return nil
}

// unitOfOwner is the unit that a new record lies in unless one is chosen.
func (w *writing) unitOfOwner(ctx context.Context) (bailiwick.UnitID, error) {
	if w.next.owner.IsZero() || w.next.owner == w.a.User() {
		return w.a.Unit(), nil
	}
	owner, err := user.Get(ctx, w.tx, w.next.owner)
	if errors.Is(err, store.ErrNoRows) || (err == nil && owner.Unit.IsZero()) {
		return w.a.Unit(), nil
	}
	return owner.Unit, err
}

// assignsMe reports whether a field that the draft fills in names the writer.
func (w *writing) assignsMe() bool {
	for _, fp := range w.lay.fields {
		if fp.f.Kind.Name() == linkUser && slices.Contains(schema.References(w.given[fp.f.Key]), w.a.User().ID) {
			return true
		}
	}
	return false
}
