// Package importrun holds the SQL of imports: how far a run got and what each
// of its rows became, by which it is resumed and undone.
package importrun

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// Run is one run of an import. Times are Unix microseconds.
type Run struct {
	ID                bailiwick.ImportID
	TypeNo            int64
	User              bailiwick.UserID
	Digest            []byte // MAC of the source and its mapping: only the same may be resumed
	Source            bailiwick.Sealed
	State             string
	Started, Finished int64
	Total, Done       int64 // rows of the source, and those dealt with
	Created, Changed  int64
	Skipped, Rejected int64
	Kind              string // "import" or "bulk"
}

const qInsert = `INSERT INTO import_runs (id, type_no, user_id, digest, source, state, started, finished, total_rows,
	done_rows, created, changed, skipped, rejected, kind) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`

// Insert adds a run.
func Insert(ctx context.Context, tx store.TenantTx, r *Run) error {
	_, err := tx.Exec(ctx, qInsert, r.ID, r.TypeNo, r.User, r.Digest, r.Source, r.State, r.Started, r.Finished, r.Total,
		r.Done, r.Created, r.Changed, r.Skipped, r.Rejected, r.kind())
	return err
}

// kind is Kind, or "import" where none is given.
func (r *Run) kind() string {
	if r.Kind == "" {
		return "import"
	}
	return r.Kind
}

const qUpdate = `UPDATE import_runs SET state = $2, finished = $3, done_rows = $4, created = $5, changed = $6, skipped = $7,
	rejected = $8 WHERE id = $1`

// Update stores how far a run is.
func Update(ctx context.Context, tx store.TenantTx, r *Run) error {
	_, err := tx.Exec(ctx, qUpdate, r.ID, r.State, r.Finished, r.Done, r.Created, r.Changed, r.Skipped, r.Rejected)
	return err
}

const qGet = `SELECT id, type_no, user_id, digest, source, state, started, finished, total_rows, done_rows, created, changed,
	skipped, rejected, kind FROM import_runs WHERE id = $1`

// Get returns a run; store.ErrNoRows if there is none.
func Get(ctx context.Context, tx store.TenantTx, id bailiwick.ImportID) (*Run, error) {
	return scanRun(tx.QueryRow(ctx, qGet, id))
}

const qList = `SELECT id, type_no, user_id, digest, source, state, started, finished, total_rows, done_rows, created, changed,
	skipped, rejected, kind FROM import_runs WHERE kind = 'import' ORDER BY id DESC LIMIT $1`

// List returns the newest runs.
func List(ctx context.Context, tx store.TenantTx, limit int) ([]*Run, error) {
	rows, err := tx.Query(ctx, qList, int64(limit))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []*Run
	for rows.Next() {
		r, err := scanRun(rows)
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

func scanRun(s scanner) (*Run, error) {
	var r Run
	err := s.Scan(&r.ID, &r.TypeNo, &r.User, &r.Digest, &r.Source, &r.State, &r.Started, &r.Finished, &r.Total, &r.Done,
		&r.Created, &r.Changed, &r.Skipped, &r.Rejected, &r.Kind)
	return &r, err
}

// Row is what one row of the source became.
type Row struct {
	No       int64 // from 1
	RKey     int64
	Revision int64  // the revision that the row wrote
	Kind     string // "created" or "changed"
}

const qAddRow = `INSERT INTO import_rows (import_id, row_no, rkey, revision, kind) VALUES ($1, $2, $3, $4, $5)`

// AddRow records what a row became.
func AddRow(ctx context.Context, tx store.TenantTx, id bailiwick.ImportID, r Row) error {
	_, err := tx.Exec(ctx, qAddRow, id, r.No, r.RKey, r.Revision, r.Kind)
	return err
}

const qRows = `SELECT row_no, rkey, revision, kind FROM import_rows WHERE import_id = $1 AND row_no < $2 ORDER BY row_no DESC LIMIT $3`

// Rows returns rows of a run before a row number, last first.
func Rows(ctx context.Context, tx store.TenantTx, id bailiwick.ImportID, before int64, limit int) ([]Row, error) {
	rows, err := tx.Query(ctx, qRows, id, before, int64(limit))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		var r Row
		if err := rows.Scan(&r.No, &r.RKey, &r.Revision, &r.Kind); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}
