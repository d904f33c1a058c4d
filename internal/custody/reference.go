package custody

import (
	"context"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store/record"
)

// checkReferences refuses references to records and persons that do not exist
// for the writer: the answer is the same for a hidden and an absent one. Those
// that were there before are not asked about again.
func (w *writing) checkReferences(ctx context.Context) error {
	for _, fp := range w.lay.fields {
		v, ok := w.given[fp.f.Key]
		if !ok || v.IsEmpty() || fp.gives || fp.isGroup() {
			continue
		}
		kind := fp.f.Kind.Name()
		if kind != linkRecord && kind != linkSubject {
			continue
		}
		if err := w.checkTargets(ctx, fp, kind, v); err != nil {
			return err
		}
	}
	return nil
}

func (w *writing) checkTargets(ctx context.Context, fp *fieldPlan, kind string, v schema.Value) error {
	ids := schema.References(v)
	find := record.ByIDs
	if kind == linkSubject {
		find = record.OfPersons
	}
	rows, err := find(ctx, w.tx, ids)
	if err != nil {
		return err
	}
	if err := w.learn(ctx, w.tx, rows...); err != nil {
		return err
	}
	on := w.on(fp.f.RefType)
	found := 0
	for _, row := range rows {
		if on != nil {
			on.enter(row.Entity)
		}
		if on == nil || row.State != record.Live || record.TypeNo(row.RKey) != on.lay.no || !on.visible(row.CSet) {
			continue
		}
		if on.may(access.VerbOpen, row) || on.may(access.VerbList, row) {
			found++
		}
	}
	if found < len(ids) && !w.unchanged(ctx, fp, v) {
		w.fail(fp.f.Key, "no-such-"+kind, "There is no such record here, or it is not visible to you.")
	}
	return nil
}

// unchanged reports whether a reference already has a value, as far as the
// writer may see that.
func (w *writing) unchanged(ctx context.Context, fp *fieldPlan, v schema.Value) bool {
	slot, ok := slotOf(&w.old.packed, fp)
	cset := w.csetOf(&w.old.packed, fp)
	if w.row == nil || !ok || !w.seesFull(fp, cset) {
		return false
	}
	stored, err := w.stored(ctx, fp, slot, cset)
	return err == nil && string(stored) == string(v)
}

// checkUsers refuses references to users that the workspace does not have. It
// runs outside of transactions, for users are another package's.
func (w *writing) checkUsers(ctx context.Context) error {
	if w.door.names == nil {
		return nil
	}
	var ids []bailiwick.UserID
	for _, fp := range w.lay.fields {
		if fp.f.Kind.Name() == linkUser {
			for _, id := range schema.References(w.given[fp.f.Key]) {
				ids = append(ids, bailiwick.UserID{ID: id})
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	names := w.door.names(ctx, w.a, ids)
	for _, fp := range w.lay.fields {
		if fp.f.Kind.Name() != linkUser {
			continue
		}
		for _, id := range schema.References(w.given[fp.f.Key]) {
			if _, ok := names[bailiwick.UserID{ID: id}]; !ok && id != w.a.User().ID {
				w.fail(fp.f.Key, "no-such-user", "There is no such user.")
			}
		}
	}
	if len(w.errs) > 0 {
		return w.wrong()
	}
	return nil
}
