// Package entry reads and writes the tables of the activity record. It offers
// no way to change or delete an entry, and the database would refuse one.
package entry

import (
	"context"
	"database/sql"
	"fmt"

	"bailiwick"
	"bailiwick/internal/store"
)

// Row is an entry as it is stored: its encoding, and the parts of it that
// queries select by.
type Row struct {
	ID      bailiwick.EntryID
	Kind    string
	Outcome string
	Actor   string
	Record  bailiwick.RecordID // zero if the entry is about no record
	Body    []byte             // logformat's encoding
}

const (
	qInsert = `INSERT INTO ledger_entries (id, kind, outcome, actor, record_id, body) VALUES ($1, $2, $3, $4, $5, $6)`

	qInsertPending = `INSERT INTO ledger_pending (entry_id) VALUES ($1)`
)

// Insert appends an entry and notes that it has no leaf in the tree yet. A
// failure that shows only later is reported through failed.
func Insert(ctx context.Context, tx store.TenantTx, r Row, failed func(error) error) error {
	err := tx.Later(ctx, failed, qInsert, r.ID, r.Kind, r.Outcome, r.Actor, r.Record, r.Body)
	if err != nil {
		return err
	}
	return tx.Later(ctx, failed, qInsertPending, r.ID)
}

const qByRecord = `SELECT id, body FROM ledger_entries WHERE record_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`

// ByRecord returns at most limit entries about a record before the given one,
// newest first. Of each Row only ID and Body are set.
func ByRecord(ctx context.Context, tx store.TenantTx, record bailiwick.RecordID, before bailiwick.EntryID, limit int) ([]Row, error) {
	return read(ctx, tx, qByRecord, record, before, int64(limit))
}

// Selection is which entries Page returns; an empty part selects by nothing.
type Selection struct {
	Kind    string
	Outcome string
	Actor   string
	Record  bailiwick.RecordID
	From    bailiwick.EntryID // the first
	Before  bailiwick.EntryID // the last is before this one
}

// With and without a record are two queries, so that each has a plain plan.
const (
	qPage = `SELECT id, body FROM ledger_entries
WHERE id >= $1 AND id < $2 AND ($3 = '' OR kind = $3) AND ($4 = '' OR outcome = $4) AND ($5 = '' OR actor = $5)
ORDER BY id DESC LIMIT $6`

	qRecordPage = `SELECT id, body FROM ledger_entries
WHERE record_id = $7 AND id >= $1 AND id < $2 AND ($3 = '' OR kind = $3) AND ($4 = '' OR outcome = $4) AND ($5 = '' OR actor = $5)
ORDER BY id DESC LIMIT $6`
)

// Page returns at most limit of the selected entries, newest first. Of each
// Row only ID and Body are set.
func Page(ctx context.Context, tx store.TenantTx, s Selection, limit int) ([]Row, error) {
	args := []any{s.From.Bytes(), s.Before, s.Kind, s.Outcome, s.Actor, int64(limit)}
	if s.Record.IsZero() {
		return read(ctx, tx, qPage, args...)
	}
	return read(ctx, tx, qRecordPage, append(args, s.Record)...)
}

func read(ctx context.Context, tx store.TenantTx, q string, args ...any) ([]Row, error) {
	rows, err := tx.Query(ctx, q, args...)
	if err != nil {
		return nil, fmt.Errorf("read entries: %w", err)
	}
	defer func(r *sql.Rows) { _ = r.Close() }(rows)
	var out []Row
	for rows.Next() {
		var r Row
		if err := rows.Scan(&r.ID, &r.Body); err != nil {
			return nil, fmt.Errorf("read entries: %w", err)
		}
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read entries: %w", err)
	}
	return out, nil
}
