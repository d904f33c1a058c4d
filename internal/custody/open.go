package custody

import (
	"context"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
	"bailiwick/logformat"
)

// Open returns one record as the viewer may see it, deleted ones included for
// those who may restore them. Reasons are in the language lang; empty = the
// tenant's. Reading a category that is not ordinary is recorded first.
// CodeNotFound for a record that is hidden or absent.
func (d *Door) Open(ctx context.Context, a bailiwick.Actor, typ string, id bailiwick.RecordID, lang string) (Record, error) {
	s, row, err := d.lookAt(ctx, a, typ, id, lang)
	if err != nil {
		return Record{}, err
	}
	return s.openRow(ctx, row)
}

// lookAt finds a record that the viewer may open.
func (d *Door) lookAt(ctx context.Context, a bailiwick.Actor, typ string, id bailiwick.RecordID, lang string) (s *sight, row *record.Row, err error) {
	err = d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		if s, row, err = d.sightOn(ctx, tx, a, typ, id, lang); err != nil {
			return err
		}
		if row == nil {
			return bailiwick.NotFound()
		}
		if err = s.learn(ctx, tx, row); err == nil && !s.exists(row) {
			err = bailiwick.NotFound()
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	if !a.InScope(bailiwick.ScopeRead) {
		return nil, nil, s.refuse(ctx, id, "scope", nil, nil, errRefused())
	}
	return s, row, nil
}

// openRow is show for a page: with what does not apply now hidden, and
// references resolved.
func (s *sight) openRow(ctx context.Context, row *record.Row) (Record, error) {
	out, err := s.show(ctx, row)
	if err != nil {
		return Record{}, err
	}
	hideByCondition(out.Cells)
	if err := s.resolve(ctx, access.Access, []Record{out}); err != nil {
		return Record{}, err
	}
	return out, nil
}

// show opens what the viewer may see of a row, after it has been recorded
// where it must be.
func (s *sight) show(ctx context.Context, row *record.Row) (Record, error) {
	var r revealed
	if err := r.decode(row.Packed); err != nil {
		return Record{}, unavailable(err)
	}
	var note reading
	note.add(s, &r.packed, s.wanted(access.Access, &r, s.lay.fields))
	if err := note.record(ctx, s, logformat.RecordRead); err != nil {
		return Record{}, err
	}
	var o opener
	if err := s.openWanted(ctx, access.Access, &r, &o); err != nil {
		return Record{}, err
	}
	out := s.render(access.Access, row.RKey, &r, s.lay.fields, make([]Cell, len(s.lay.fields)))
	out.Unit = row.Unit
	return out, nil
}
