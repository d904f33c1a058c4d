package custody

import (
	"context"
	"errors"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/importrun"
	"bailiwick/internal/store/record"
	"bailiwick/logformat"
)

// UndoImport takes back what an import wrote: records that it made go to
// "Deleted", records that it changed get their former values back. What
// somebody changed since, or what the actor neither imported nor may delete,
// stays as it is and is reported; what is hidden from the actor stays too. It
// can be repeated after an interruption. CodeDenied without the permission to
// import; CodeNotFound, also for a type that the actor cannot import;
// CodeTransition for a run that is still at work.
func (d *Door) UndoImport(ctx context.Context, a bailiwick.Actor, id bailiwick.ImportID) (UndoResult, error) {
	u := &undoing{door: d, a: a, id: id}
	for before := int64(1) << 62; ; {
		next, err := u.batch(ctx, before)
		if err != nil {
			return UndoResult{}, unavailable(err)
		}
		if next == 0 {
			return u.out, nil
		}
		before = next
	}
}

type undoing struct {
	door *Door
	a    bailiwick.Actor
	id   bailiwick.ImportID
	own  bool // whether it is the actor's own import
	s    *sight
	out  UndoResult
}

// batch undoes rows before a row number, last first, in one transaction. It
// returns the number of the last row dealt with, 0 at the end.
func (u *undoing) batch(ctx context.Context, before int64) (int64, error) {
	var next int64
	had := u.out
	err := u.door.store.Update(ctx, u.a.Tenant(), func(tx store.TenantTx) error {
		u.out, next = had, 0
		run, err := importrun.Get(ctx, tx, u.id)
		if errors.Is(err, store.ErrNoRows) {
			return bailiwick.NotFound()
		}
		if err != nil {
			return err
		}
		if err := u.admit(ctx, tx, run); err != nil {
			return err
		}
		rows, err := importrun.Rows(ctx, tx, u.id, before, importBatch)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := u.row(ctx, tx, r); err != nil {
				return err
			}
			next = r.No
		}
		if len(rows) == importBatch {
			return nil
		}
		next = 0
		run.State = string(ImportUndone)
		if err := importrun.Update(ctx, tx, run); err != nil {
			return err
		}
		e := u.s.entry(logformat.ImportUndone)
		e.Import, e.Count = logformat.ID(u.id.ID), int64(u.out.Deleted+u.out.Reverted)
		_, err = u.door.ledger.Append(ctx, tx, e)
		return err
	})
	return next, err
}

// admit judges who undoes what.
func (u *undoing) admit(ctx context.Context, tx store.TenantTx, run *importrun.Run) error {
	cfg, err := u.door.tenants.Configuration(ctx, tx)
	if err != nil {
		return err
	}
	t := cfg.TypeByNo(run.TypeNo)
	if t == nil || u.a.Kind() == bailiwick.Nobody {
		return bailiwick.NotFound()
	}
	if u.s, err = u.door.sightOf(ctx, tx, u.a, t.Key, "", false); err != nil {
		return err
	}
	u.own = !run.User.IsZero() && run.User == u.a.User()
	if run.Kind == bulkKind {
		return u.admitBulk(run)
	}
	switch {
	case !u.s.view.Has(access.PermImport) || !u.a.InScope(bailiwick.ScopeImport):
		return errRefused()
	case !importsType(u.s.view, t.Key):
		return bailiwick.NotFound()
	case run.State == string(ImportRunning) && run.Done == 0 && run.Total > 0:
		return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "The import has not written anything yet."}
	}
	return nil
}

// admitBulk judges the undo of a change of many records: by who made it, as
// long as that person may change records of the type.
func (u *undoing) admitBulk(run *importrun.Run) error {
	_, changes := u.s.view.May(u.s.lay.t.Key, access.VerbChange)
	switch {
	case !u.own:
		return bailiwick.NotFound()
	case !changes || !u.a.InScope(bailiwick.ScopeWrite):
		return errRefused()
	case run.State == string(ImportRunning) && run.Done == 0:
		return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "The change has not written anything yet."}
	}
	return nil
}

// row undoes what one row of the source became.
func (u *undoing) row(ctx context.Context, tx store.TenantTx, r importrun.Row) error {
	row, err := record.ByKey(ctx, tx, r.RKey)
	if errors.Is(err, store.ErrNoRows) {
		return nil // erased since
	}
	if err != nil {
		return err
	}
	if row.Import == u.id && (row.Kind == "undone" || row.Kind == "deleted") {
		return nil // undone by an earlier call
	}
	if err := u.s.learn(ctx, tx, row); err != nil {
		return err
	}
	u.s.enter(row.Entity)
	switch {
	case !u.s.visible(row.CSet):
		return nil // does not exist for the actor, in the report neither
	case row.Revision != r.Revision || row.State != record.Live,
		r.Kind == "created" && !u.own && !u.s.may(access.VerbDelete, row):
		u.out.Left = append(u.out.Left, u.s.ref(r.RKey))
		return nil
	case r.Kind == "created":
		to := turning{state: record.Deleted, kind: "deleted", entry: logformat.RecordDeleted, imported: u.id}
		if err := u.s.turnRow(ctx, tx, row, to); err != nil {
			return err
		}
		u.out.Deleted++
		return nil
	}
	ok, err := u.revert(ctx, tx, row)
	if err != nil {
		return err
	}
	if ok {
		u.out.Reverted++
	} else {
		u.out.Left = append(u.out.Left, u.s.ref(r.RKey))
	}
	return nil
}

// revert saves the former values of a record as a new revision, under the
// actor's own right to fill them in. It is false where the matrix refuses that.
func (u *undoing) revert(ctx context.Context, tx store.TenantTx, row *record.Row) (bool, error) {
	b, err := record.RevisionPacked(ctx, tx, row.RKey, row.Revision-1)
	if err != nil {
		return false, err
	}
	var was, is revealed
	if err := errors.Join(was.decode(b), is.decode(row.Packed)); err != nil {
		return false, unavailable(err)
	}
	draft := &Draft{Type: u.s.lay.t.Key, ID: row.ID, Revision: row.Revision, Import: u.id, Fields: map[string]jsonRaw{}}
	u.s.wanted(access.Populate, &was, u.s.lay.fields)
	var o opener
	for i := range was.blocks {
		now := is.block(was.blocks[i].slot, was.blocks[i].category)
		was.want[i] = was.want[i] && (now == nil || now.revision != was.blocks[i].revision)
	}
	if err := u.s.openWanted(ctx, access.Populate, &was, &o); err != nil {
		return false, err
	}
	for _, fp := range u.s.lay.fields {
		slot, placed := slotOf(&was.packed, fp)
		if fp.isGroup() || fp.f.Computed() || !placed {
			continue
		}
		if !fp.f.Clear {
			before, after := was.block(slot, fp.cat), is.block(slot, fp.cat)
			if before == nil && after == nil || before != nil && after != nil && before.revision == after.revision {
				continue // the import left the block alone
			}
		}
		draft.Fields[fp.f.Key] = raw(was.value(fp, slot))
	}
	w, err := u.door.writingIn(ctx, tx, u.a, draft, row.ID, false)
	if err == nil {
		w.kind = "undone"
		err = w.prepare(ctx)
	}
	switch bailiwick.ErrorCode(err) {
	case "":
		w.changed = true // else the revision would tell that a field that is not seen was empty
		return true, w.write(ctx)
	case bailiwick.CodeNotPopulatable, bailiwick.CodeInvalid, bailiwick.CodeDenied, bailiwick.CodeNotFound:
		return false, nil
	}
	return false, err
}
