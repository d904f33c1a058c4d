// Package proposal reads and writes changes of a tenant's configuration that
// are on their way, who edited them and what simulating them showed.
package proposal

import (
	"context"
	"fmt"

	"bailiwick"
	"bailiwick/internal/store"
)

// Row is a proposal. Times are Unix microseconds, zero for never.
type Row struct {
	ID         bailiwick.ID
	Number     int64
	Title      bailiwick.Sealed
	State      string
	Base       int64 // version that the document was made from
	Revision   int64 // of the document, from 1
	Digest     []byte
	Document   []byte // empty in a list
	Author     bailiwick.UserID
	LastEditor bailiwick.UserID
	Reviewer   bailiwick.UserID // zero until decided
	Created    int64
	Updated    int64
	Decided    int64
	ActiveAt   int64
	Version    int64 // 0 until active
	Solo       bool
	Reason     bailiwick.Sealed // empty = none
	RollbackOf int64            // 0 = none
}

const columns = `id, number, title, state, base, revision, digest, author, last_editor, reviewer, created, updated,
decided, active_at, version, solo, reason, rollback_of`

const qInsert = `INSERT INTO proposals (` + columns + `, document) VALUES
($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`

// Insert adds a proposal.
func Insert(ctx context.Context, tx store.TenantTx, r *Row) error {
	_, err := tx.Exec(ctx, qInsert, r.ID, r.Number, r.Title, r.State, r.Base, r.Revision, r.Digest, r.Author, r.LastEditor,
		r.Reviewer, r.Created, r.Updated, r.Decided, r.ActiveAt, r.Version, r.Solo, r.Reason, r.RollbackOf, r.Document)
	return wrap("insert proposal", err)
}

const qUpdate = `UPDATE proposals SET title = $2, state = $3, base = $4, revision = $5, digest = $6, last_editor = $7,
reviewer = $8, updated = $9, decided = $10, active_at = $11, version = $12, solo = $13, reason = $14, document = $15
WHERE id = $1 AND revision = $16 AND state = $17`

// Update writes everything that may change, if revision and state are still
// the given ones; it reports whether they were.
func Update(ctx context.Context, tx store.TenantTx, r *Row, revision int64, state string) (bool, error) {
	n, err := tx.Exec(ctx, qUpdate, r.ID, r.Title, r.State, r.Base, r.Revision, r.Digest, r.LastEditor, r.Reviewer,
		r.Updated, r.Decided, r.ActiveAt, r.Version, r.Solo, r.Reason, r.Document, revision, state)
	return n == 1, wrap("update proposal", err)
}

const qGet = `SELECT ` + columns + `, document FROM proposals WHERE id = $1`

// Get returns a proposal; store.ErrNoRows if there is none.
func Get(ctx context.Context, tx store.TenantTx, id bailiwick.ID) (*Row, error) {
	var r Row
	err := tx.QueryRow(ctx, qGet, id).Scan(append(r.targets(), &r.Document)...)
	return &r, wrap("get proposal", err)
}

const qNext = `SELECT COALESCE(MAX(number), 0) + 1 FROM proposals`

// Next returns the number of the next proposal.
func Next(ctx context.Context, tx store.TenantTx) (n int64, err error) {
	err = tx.QueryRow(ctx, qNext).Scan(&n)
	return n, wrap("number of a proposal", err)
}

const qList = `SELECT ` + columns + ` FROM proposals WHERE number < $1 ORDER BY number DESC LIMIT $2`

// List returns up to limit proposals with a number below before, newest first,
// without their documents.
func List(ctx context.Context, tx store.TenantTx, before int64, limit int) ([]*Row, error) {
	return rows(ctx, tx, "list proposals", qList, before, int64(limit))
}

const qInState = `SELECT ` + columns + ` FROM proposals WHERE state = $1 ORDER BY active_at, number LIMIT 500`

// InState returns the proposals of a state, those that take effect first
// before the others, without their documents; at most 500.
func InState(ctx context.Context, tx store.TenantTx, state string) ([]*Row, error) {
	return rows(ctx, tx, "proposals of a state", qInState, state)
}

const qAddEditor = `INSERT INTO proposal_editors (proposal, user_id, since) VALUES ($1, $2, $3)
ON CONFLICT (tenant_id, proposal, user_id) DO NOTHING`

// AddEditor notes that a user changed a proposal.
func AddEditor(ctx context.Context, tx store.TenantTx, id bailiwick.ID, u bailiwick.UserID, at int64) error {
	_, err := tx.Exec(ctx, qAddEditor, id, u, at)
	return wrap("add editor", err)
}

const qEditors = `SELECT user_id FROM proposal_editors WHERE proposal = $1 ORDER BY since, user_id`

// Editors returns everybody who changed a proposal, its author among them.
func Editors(ctx context.Context, tx store.TenantTx, id bailiwick.ID) ([]bailiwick.UserID, error) {
	rows, err := tx.Query(ctx, qEditors, id)
	if err != nil {
		return nil, wrap("editors", err)
	}
	defer rows.Close()
	var out []bailiwick.UserID
	for rows.Next() {
		var u bailiwick.UserID
		if err := rows.Scan(&u); err != nil {
			return nil, wrap("editors", err)
		}
		out = append(out, u)
	}
	return out, wrap("editors", rows.Err())
}

func rows(ctx context.Context, tx store.TenantTx, what, q string, args ...any) ([]*Row, error) { // any: values of database/sql
	rows, err := tx.Query(ctx, q, args...)
	if err != nil {
		return nil, wrap(what, err)
	}
	defer rows.Close()
	var out []*Row
	for rows.Next() {
		var r Row
		if err := rows.Scan(r.targets()...); err != nil {
			return nil, wrap(what, err)
		}
		out = append(out, &r)
	}
	return out, wrap(what, rows.Err())
}

func (r *Row) targets() []any { // any: as database/sql
	return []any{&r.ID, &r.Number, &r.Title, &r.State, &r.Base, &r.Revision, &r.Digest, &r.Author, &r.LastEditor, &r.Reviewer,
		&r.Created, &r.Updated, &r.Decided, &r.ActiveAt, &r.Version, &r.Solo, &r.Reason, &r.RollbackOf}
}

// wrap names the query that failed; nil stays nil.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
