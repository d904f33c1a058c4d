package record

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// ReferenceSlot is the first slot of plain references: persons whom a record
// names without being about them.
const ReferenceSlot = 4096

// SubjectRow ties a record to a person.
type SubjectRow struct {
	RKey    int64
	Slot    int64
	Subject bailiwick.SubjectID
	CSet    int64
	Field   int64 // FieldKey of the reference, 0 for the record's own person
}

const (
	qDropSlots      = `DELETE FROM record_subjects WHERE rkey = $1 AND slot < 4096`
	qDropReferences = `DELETE FROM record_subjects WHERE rkey = $1 AND slot >= 4096 AND field = $2`
	qAddSubject     = `INSERT INTO record_subjects (rkey, slot, subject_id, cset, field) VALUES ($1, $2, $3, $4, $5)`
)

// SetSlots replaces the persons whom a record is about.
func SetSlots(ctx context.Context, tx store.TenantTx, rkey int64, subjects []SubjectRow) error {
	if err := tx.Later(ctx, nil, qDropSlots, rkey); err != nil {
		return err
	}
	return addSubjects(ctx, tx, rkey, subjects)
}

// SetReferences replaces the plain references of one field.
func SetReferences(ctx context.Context, tx store.TenantTx, rkey, field int64, subjects []SubjectRow) error {
	if err := tx.Later(ctx, nil, qDropReferences, rkey, field); err != nil {
		return err
	}
	return addSubjects(ctx, tx, rkey, subjects)
}

func addSubjects(ctx context.Context, tx store.TenantTx, rkey int64, subjects []SubjectRow) error {
	for _, s := range subjects {
		if err := tx.Later(ctx, nil, qAddSubject, rkey, s.Slot, s.Subject, s.CSet, s.Field); err != nil {
			return err
		}
	}
	return nil
}

const qRecordsOfSubject = `SELECT rkey, slot, cset, field FROM record_subjects WHERE subject_id = $1 ORDER BY rkey, slot`

// OfSubject returns the rows that tie records to a person.
func OfSubject(ctx context.Context, tx store.TenantTx, id bailiwick.SubjectID) ([]SubjectRow, error) {
	rows, err := tx.Query(ctx, qRecordsOfSubject, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []SubjectRow
	for rows.Next() {
		s := SubjectRow{Subject: id}
		if err := rows.Scan(&s.RKey, &s.Slot, &s.CSet, &s.Field); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

const qMoveSubject = `UPDATE record_subjects SET cset = $2 WHERE subject_id = $1`

// MoveSubject gives a person another country set in every record.
func MoveSubject(ctx context.Context, tx store.TenantTx, id bailiwick.SubjectID, cset int64) error {
	return tx.Later(ctx, nil, qMoveSubject, id, cset)
}
