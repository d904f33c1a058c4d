package custody

import (
	"context"
	"errors"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
)

// find returns a record that exists for the viewer: of the type, of a visible
// country set and within the scopes of the verb open. Everything else
// is the same NotFound. A deleted record exists for those who may delete it.
func (s *sight) find(ctx context.Context, tx store.TenantTx, id bailiwick.RecordID) (*record.Row, error) {
	if id.IsZero() {
		return nil, bailiwick.NotFound()
	}
	row, err := record.ByID(ctx, tx, id)
	if errors.Is(err, store.ErrNoRows) {
		return nil, bailiwick.NotFound()
	}
	if err != nil {
		return nil, err
	}
	if err := s.learn(ctx, tx, row); err != nil {
		return nil, err
	}
	if !s.exists(row) {
		return nil, bailiwick.NotFound()
	}
	return row, nil
}

// exists reports whether a stored record, which learn has seen, is there for
// the viewer.
func (s *sight) exists(row *record.Row) bool {
	s.enter(packedEntity(row.Packed))
	return record.TypeNo(row.RKey) == s.lay.no && s.visible(row.CSet) && s.may(access.VerbOpen, row) &&
		(row.State == record.Live || s.may(access.VerbDelete, row))
}
