package importrun

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// Reject is a sealed part of the rows that a run refused.
type Reject struct {
	No     int64 // number of the first row of the batch, from 1
	Size   int64 // bytes of the clear content
	Ends   int64 // when it is deleted, in Unix microseconds
	Sealed bailiwick.Sealed
}

const qAddReject = `INSERT INTO import_rejects (import_id, row_no, size, ends, sealed) VALUES ($1, $2, $3, $4, $5)`

// AddReject keeps a part of the refused rows of a run.
func AddReject(ctx context.Context, tx store.TenantTx, id bailiwick.ImportID, r Reject) error {
	_, err := tx.Exec(ctx, qAddReject, id, r.No, r.Size, r.Ends, r.Sealed)
	return err
}

const qRejectSize = `SELECT COALESCE(SUM(size), 0) FROM import_rejects WHERE import_id = $1`

// RejectSize is how many bytes of refused rows are kept of a run.
func RejectSize(ctx context.Context, tx store.TenantTx, id bailiwick.ImportID) (int64, error) {
	var n int64
	err := tx.QueryRow(ctx, qRejectSize, id).Scan(&n)
	return n, err
}

const qRejects = `SELECT row_no, size, ends, sealed FROM import_rejects WHERE import_id = $1 AND ends > $2 ORDER BY row_no`

// Rejects returns what is kept of the refused rows of a run and has not ended,
// in the order of the source.
func Rejects(ctx context.Context, tx store.TenantTx, id bailiwick.ImportID, now int64) ([]Reject, error) {
	rows, err := tx.Query(ctx, qRejects, id, now)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Reject
	for rows.Next() {
		var r Reject
		if err := rows.Scan(&r.No, &r.Size, &r.Ends, &r.Sealed); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

const qForgetRejects = `DELETE FROM import_rejects WHERE ends <= $1`

// ForgetRejects deletes the refused rows whose time is over.
func ForgetRejects(ctx context.Context, tx store.TenantTx, now int64) error {
	_, err := tx.Exec(ctx, qForgetRejects, now)
	return err
}
