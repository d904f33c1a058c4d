// Package inbox reads and writes what users are told on the screen, and what
// each chose to be told how. A row names a kind, a reference and a path, never
// a value.
package inbox

import (
	"context"
	"errors"
	"fmt"

	"bailiwick"
	"bailiwick/internal/store"
)

// Row is one line of a user's inbox. Times are Unix microseconds, zero for
// none.
type Row struct {
	ID      bailiwick.ID
	User    bailiwick.UserID
	Kind    string
	Ref     string
	Path    string
	Due     int64
	Created int64
	Seen    int64
}

const columns = `id, user_id, kind, ref, path, due, created, seen`

const qInsert = `INSERT INTO inbox (` + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// Insert adds a line.
func Insert(ctx context.Context, tx store.TenantTx, r Row) error {
	_, err := tx.Exec(ctx, qInsert, r.ID, r.User, r.Kind, r.Ref, r.Path, r.Due, r.Created, r.Seen)
	return wrap("insert inbox line", err)
}

const qList = `SELECT ` + columns + ` FROM inbox WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`

// List returns up to limit lines of a user with an identifier below before,
// newest first.
func List(ctx context.Context, tx store.TenantTx, u bailiwick.UserID, before bailiwick.ID, limit int) ([]Row, error) {
	rows, err := tx.Query(ctx, qList, u, before.Bytes(), int64(limit))
	if err != nil {
		return nil, wrap("list inbox", err)
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		var r Row
		if err := rows.Scan(&r.ID, &r.User, &r.Kind, &r.Ref, &r.Path, &r.Due, &r.Created, &r.Seen); err != nil {
			return nil, wrap("list inbox", err)
		}
		out = append(out, r)
	}
	return out, wrap("list inbox", rows.Err())
}

const qUnread = `SELECT count(*) FROM (SELECT id FROM inbox WHERE user_id = $1 AND seen = 0 LIMIT $2) AS unread`

// Unread counts the lines that a user has not seen, up to most.
func Unread(ctx context.Context, tx store.TenantTx, u bailiwick.UserID, most int) (n int64, err error) {
	err = tx.QueryRow(ctx, qUnread, u, int64(most)).Scan(&n)
	return n, wrap("count unread", err)
}

const qSee = `UPDATE inbox SET seen = $3 WHERE user_id = $1 AND id = $2 AND seen = 0`

// See marks one line of a user as seen at the instant now. It reports whether
// it was unseen.
func See(ctx context.Context, tx store.TenantTx, u bailiwick.UserID, id bailiwick.ID, now int64) (bool, error) {
	n, err := tx.Exec(ctx, qSee, u, id, now)
	return n == 1, wrap("see inbox line", err)
}

const qHas = `SELECT count(*) FROM inbox WHERE user_id = $1 AND id = $2`

// Has reports whether a user's inbox has a line.
func Has(ctx context.Context, tx store.TenantTx, u bailiwick.UserID, id bailiwick.ID) (bool, error) {
	var n int64
	err := tx.QueryRow(ctx, qHas, u, id).Scan(&n)
	return n > 0, wrap("find inbox line", err)
}

const qSeeAll = `UPDATE inbox SET seen = $3 WHERE user_id = $1 AND id <= $2 AND seen = 0`

// SeeAll marks the lines of a user up to an identifier as seen.
func SeeAll(ctx context.Context, tx store.TenantTx, u bailiwick.UserID, upTo bailiwick.ID, now int64) error {
	_, err := tx.Exec(ctx, qSeeAll, u, upTo, now)
	return wrap("see inbox", err)
}

const qDropOld = `DELETE FROM inbox WHERE created < $1`

// DropOld deletes the lines made before an instant.
func DropOld(ctx context.Context, tx store.TenantTx, before int64) error {
	_, err := tx.Exec(ctx, qDropOld, before)
	return wrap("drop old inbox lines", err)
}

const qOldestKept = `SELECT id FROM inbox WHERE user_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2`

const qDropBelow = `DELETE FROM inbox WHERE user_id = $1 AND id < $2`

// Bound keeps the newest most lines of a user and deletes the others.
func Bound(ctx context.Context, tx store.TenantTx, u bailiwick.UserID, most int) error {
	var oldest bailiwick.ID
	err := tx.QueryRow(ctx, qOldestKept, u, int64(most-1)).Scan(&oldest)
	if errors.Is(err, store.ErrNoRows) { // fewer than most
		return nil
	}
	if err != nil {
		return wrap("bound inbox", err)
	}
	_, err = tx.Exec(ctx, qDropBelow, u, oldest)
	return wrap("bound inbox", err)
}

// wrap names the query that failed; nil stays nil.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
