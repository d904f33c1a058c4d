package record

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// The states of a record.
const (
	Live    int64 = 0
	Deleted int64 = 1
)

// SeqBits is how many bits of a row key count records within their type.
const SeqBits = 40

// Key makes the row key of the record with number seq of a type.
func Key(typeNo, seq int64) int64 { return typeNo<<SeqBits | seq }

// Seq is the number of a record within its type, as in its reference.
func Seq(rkey int64) int64 { return rkey & (1<<SeqBits - 1) }

// TypeNo is the number of a record's type.
func TypeNo(rkey int64) int64 { return rkey >> SeqBits }

// Row is one record as it is stored.
type Row struct {
	RKey      int64
	ID        bailiwick.RecordID
	Revision  int64
	State     int64
	CSet      int64 // country set of the person that a record of a Self type is; 0 elsewhere
	Owner     bailiwick.UserID
	Entity    bailiwick.EntityID
	Unit      bailiwick.UnitID // organisational unit; zero = none
	CreatedAt int64            // Unix microseconds, as all times here
	UpdatedAt int64
	DeletedAt int64 // 0 for a live record
	By        bailiwick.UserID
	Kind      string // "created", "changed", "deleted", "restored", "imported", "undone"
	Import    bailiwick.ImportID
	Packed    []byte
}

const qNextSeq = `INSERT INTO record_counters (type_no, last) VALUES ($1, 1)
	ON CONFLICT (tenant_id, type_no) DO UPDATE SET last = record_counters.last + 1 RETURNING last`

// NextSeq gives out the next number of a type.
func NextSeq(ctx context.Context, tx store.TenantTx, typeNo int64) (int64, error) {
	var seq int64
	err := tx.QueryRow(ctx, qNextSeq, typeNo).Scan(&seq)
	return seq, err
}

const qInsert = `INSERT INTO records (rkey, id, revision, state, cset, owner_id, legal_entity_id,
	created_at, updated_at, deleted_at, changed_by, change_kind, import_id, packed, unit_id)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`

// Insert adds a record.
func Insert(ctx context.Context, tx store.TenantTx, r *Row) error {
	return tx.Later(ctx, nil, qInsert, r.RKey, r.ID, r.Revision, r.State, r.CSet, r.Owner, r.Entity,
		r.CreatedAt, r.UpdatedAt, nullable(r.DeletedAt), r.By, r.Kind, r.Import, r.Packed, r.Unit)
}

const qKeepRevision = `INSERT INTO record_revisions (rkey, revision, changed_at, changed_by, change_kind, import_id, packed)
	SELECT rkey, revision, updated_at, changed_by, change_kind, import_id, packed FROM records WHERE rkey = $1`

const qReplace = `UPDATE records SET revision = $2, state = $3, cset = $4, owner_id = $5, updated_at = $6,
	deleted_at = $7, changed_by = $8, change_kind = $9, import_id = $10, packed = $11
	WHERE rkey = $1 AND revision = $12`

// Replace keeps the present revision of a record among the earlier ones and
// puts r, whose revision must be one higher, in its place. It reports whether
// the record was still at that revision.
func Replace(ctx context.Context, tx store.TenantTx, r *Row) (bool, error) {
	if err := tx.Later(ctx, nil, qKeepRevision, r.RKey); err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, qReplace, r.RKey, r.Revision, r.State, r.CSet, r.Owner, r.UpdatedAt,
		nullable(r.DeletedAt), r.By, r.Kind, r.Import, r.Packed, r.Revision-1)
	return n == 1, err
}

const qRewrite = `UPDATE records SET cset = $2, packed = $3 WHERE rkey = $1`

// Rewrite changes the country set and the packed bytes of a record without a
// new revision: for a change of a person's country that reaches the records of
// others.
func Rewrite(ctx context.Context, tx store.TenantTx, rkey, cset int64, packed []byte) error {
	return tx.Later(ctx, nil, qRewrite, rkey, cset, packed)
}

const qByID = `SELECT rkey, id, revision, state, cset, owner_id, legal_entity_id, created_at, updated_at,
	deleted_at, changed_by, change_kind, import_id, packed, unit_id FROM records WHERE id = $1`

// ByID returns a record; store.ErrNoRows if there is none.
func ByID(ctx context.Context, tx store.TenantTx, id bailiwick.RecordID) (*Row, error) {
	return scanRow(tx.QueryRow(ctx, qByID, id))
}

const qByKey = `SELECT rkey, id, revision, state, cset, owner_id, legal_entity_id, created_at, updated_at,
	deleted_at, changed_by, change_kind, import_id, packed, unit_id FROM records WHERE rkey = $1`

// ByKey returns a record; store.ErrNoRows if there is none.
func ByKey(ctx context.Context, tx store.TenantTx, rkey int64) (*Row, error) {
	return scanRow(tx.QueryRow(ctx, qByKey, rkey))
}

const qAfter = `SELECT rkey, id, revision, state, cset, owner_id, legal_entity_id, created_at, updated_at,
	deleted_at, changed_by, change_kind, import_id, packed, unit_id FROM records WHERE rkey > $1 ORDER BY rkey LIMIT $2`

// After returns the next records after a key, of every type and state, at most
// limit.
func After(ctx context.Context, tx store.TenantTx, rkey int64, limit int) ([]*Row, error) {
	rows, err := tx.Query(ctx, qAfter, rkey, int64(limit))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []*Row
	for rows.Next() {
		r, err := scanRow(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

type scanner interface {
	Scan(dest ...any) error // any: as database/sql
}

func scanRow(s scanner) (*Row, error) {
	var r Row
	var deleted *int64
	err := s.Scan(&r.RKey, &r.ID, &r.Revision, &r.State, &r.CSet, &r.Owner, &r.Entity, &r.CreatedAt, &r.UpdatedAt,
		&deleted, &r.By, &r.Kind, &r.Import, &r.Packed, &r.Unit)
	if err != nil {
		return nil, err
	}
	if deleted != nil {
		r.DeletedAt = *deleted
	}
	return &r, nil
}

func nullable(t int64) *int64 {
	if t == 0 {
		return nil
	}
	return &t
}
