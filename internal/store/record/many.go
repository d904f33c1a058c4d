package record

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

const partFull = `SELECT r.rkey, r.id, r.revision, r.state, r.cset, r.owner_id, r.legal_entity_id, r.created_at, r.updated_at,
	r.deleted_at, r.changed_by, r.change_kind, r.import_id, r.packed, r.unit_id FROM records r WHERE `

// ByIDs returns the records that there are of the given identifiers, in no
// order. At most MaxMany identifiers.
func ByIDs(ctx context.Context, tx store.TenantTx, ids []bailiwick.ID) ([]*Row, error) {
	return many(ctx, tx, `r.id IN `, "", ids)
}

// OfPersons returns the records that are the given persons, in no order. At
// most MaxMany persons.
func OfPersons(ctx context.Context, tx store.TenantTx, ids []bailiwick.ID) ([]*Row, error) {
	return many(ctx, tx, `r.rkey IN (SELECT s.self_rkey FROM subjects s WHERE s.id IN `, ")", ids)
}

// MaxMany bounds a look-up of many.
const MaxMany = 10_000

func many(ctx context.Context, tx store.TenantTx, before, after string, ids []bailiwick.ID) ([]*Row, error) {
	var out []*Row
	for ids = ids[:min(len(ids), MaxMany)]; len(ids) > 0; {
		n := min(len(ids), 500)
		var s statement
		s.add(partFull, before)
		list(&s, ids[:n])
		s.add(after)
		ids = ids[n:]
		rows, err := tx.Query(ctx, s.text.String(), s.args...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			r, err := scanRow(rows)
			if err != nil {
				rows.Close()
				return nil, err
			}
			out = append(out, r)
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
		rows.Close()
	}
	return out, nil
}
