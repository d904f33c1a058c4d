package custody

import (
	"context"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
	"bailiwick/logformat"
)

// Delete moves a record to the "Deleted" list, from where it can be restored,
// if revision is the present one. CodeNotFound for a record that is hidden,
// absent or deleted already; CodeDenied if the actor may not delete it;
// CodeConflict for another revision; CodeEvidence.
func (d *Door) Delete(ctx context.Context, a bailiwick.Actor, typ string, id bailiwick.RecordID, revision int64) error {
	_, err := d.turn(ctx, a, typ, id, turning{state: record.Deleted, kind: "deleted", entry: logformat.RecordDeleted, revision: revision})
	return err
}

// Restore takes a record back from the "Deleted" list and returns it; to a token
// that does not read, its reference and revision only. CodeNotFound for a
// record that is hidden, absent or not deleted; CodeDenied; CodeEvidence.
func (d *Door) Restore(ctx context.Context, a bailiwick.Actor, typ string, id bailiwick.RecordID) (Record, error) {
	out, err := d.turn(ctx, a, typ, id, turning{state: record.Live, kind: "restored", entry: logformat.RecordRestored})
	if err != nil || !a.InScope(bailiwick.ScopeRead) {
		return out, err
	}
	return d.Open(ctx, a, typ, id, "")
}

// turning is a change of a record's state.
type turning struct {
	state    int64
	kind     string
	entry    logformat.Kind
	revision int64 // that must be the present one; 0 = any
	imported bailiwick.ImportID
}

// turn changes the state of a record, and returns its reference and revision.
func (d *Door) turn(ctx context.Context, a bailiwick.Actor, typ string, id bailiwick.RecordID, to turning) (Record, error) {
	var s *sight
	var out Record
	err := d.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		if s, err = d.sightOf(ctx, tx, a, typ, "", false); err != nil {
			return err
		}
		row, err := s.find(ctx, tx, id)
		if err != nil {
			return err
		}
		switch {
		case row.State == to.state:
			return bailiwick.NotFound()
		case !s.may(access.VerbDelete, row) || !a.InScope(bailiwick.ScopeDelete):
			return errRefused()
		case to.revision != 0 && row.Revision != to.revision:
			return &bailiwick.Error{Code: bailiwick.CodeConflict, Message: "Somebody changed the record since you read it."}
		}
		out = Record{ID: row.ID, Ref: s.ref(row.RKey), Type: s.lay.t, Revision: row.Revision + 1, Entity: row.Entity}
		return s.turnRow(ctx, tx, row, to)
	})
	if e, ok := err.(*bailiwick.Error); ok && e.Code == bailiwick.CodeDenied && s != nil {
		return Record{}, s.refuse(ctx, id, to.kind, nil, nil, e)
	}
	if err != nil {
		return Record{}, unavailable(err)
	}
	return out, nil
}

// turnRow writes the new state as a revision of its own, blocks untouched.
func (s *sight) turnRow(ctx context.Context, tx store.TenantTx, row *record.Row, to turning) error {
	var p packed
	if err := p.decode(row.Packed); err != nil {
		return unavailable(err)
	}
	before, after := "live", "deleted"
	p.revision++
	p.updated, p.deleted = s.door.clock.Now().UnixMicro(), 0
	if to.state == record.Deleted {
		p.deleted = p.updated
	} else {
		before, after = after, before
	}
	next := *row
	next.Revision, next.State, next.UpdatedAt, next.DeletedAt = p.revision, to.state, p.updated, p.deleted
	next.By, next.Kind, next.Import, next.Packed = s.a.User(), to.kind, to.imported, p.append(nil)
	ok, err := record.Replace(ctx, tx, &next)
	if err != nil {
		return err
	}
	if !ok {
		return &bailiwick.Error{Code: bailiwick.CodeConflict, Message: "Somebody changed the record since you read it."}
	}
	e := s.entry(to.entry)
	e.Object.Record, e.Revision, e.Before, e.After = logformat.ID(row.ID.ID), p.revision, before, after
	e.Import = logformat.ID(to.imported.ID)
	if e.Subjects, err = s.door.pseudonyms(ctx, s.a.Tenant(), &p); err != nil {
		return err
	}
	_, err = s.door.ledger.Append(ctx, tx, e)
	return err
}
