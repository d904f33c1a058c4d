package record

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// Revision is one revision of a record, present or earlier.
type Revision struct {
	Revision int64
	At       int64
	By       bailiwick.UserID
	Kind     string
	Import   bailiwick.ImportID
	Packed   []byte
}

const qRevisions = `SELECT revision, changed_at, changed_by, change_kind, import_id, packed
	FROM record_revisions WHERE rkey = $1 ORDER BY revision DESC LIMIT $2`

// Revisions returns the earlier revisions of a record, newest first.
func Revisions(ctx context.Context, tx store.TenantTx, rkey int64, limit int) ([]Revision, error) {
	rows, err := tx.Query(ctx, qRevisions, rkey, int64(limit))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Revision
	for rows.Next() {
		var r Revision
		if err := rows.Scan(&r.Revision, &r.At, &r.By, &r.Kind, &r.Import, &r.Packed); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

const qRevisionPacked = `SELECT packed FROM record_revisions WHERE rkey = $1 AND revision = $2`

// RevisionPacked returns the bytes of one earlier revision; store.ErrNoRows if
// there is none.
func RevisionPacked(ctx context.Context, tx store.TenantTx, rkey, revision int64) ([]byte, error) {
	var b []byte
	err := tx.QueryRow(ctx, qRevisionPacked, rkey, revision).Scan(&b)
	return b, err
}

const qRewriteRevision = `UPDATE record_revisions SET packed = $3 WHERE rkey = $1 AND revision = $2`

// RewriteRevision replaces the packed row of an earlier revision: what may not
// be kept is taken out of the history too (R14.9). Nothing else rewrites one.
func RewriteRevision(ctx context.Context, tx store.TenantTx, rkey, revision int64, packed []byte) error {
	_, err := tx.Exec(ctx, qRewriteRevision, rkey, revision, packed)
	return err
}
