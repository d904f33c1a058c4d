// Package message reads and writes mail on its way, one row per addressee. A
// row is deleted when its mail was handed over or given up; a secret in it is
// sealed.
package message

import (
	"context"
	"fmt"

	"bailiwick"
	"bailiwick/internal/store"
)

// Row is one mail to one user. Times are Unix microseconds, zero for none.
type Row struct {
	ID       bailiwick.ID
	User     bailiwick.UserID // zero = a decoy, which is never sent
	Kind     string
	Ref      string
	Path     string
	Due      int64
	Body     bailiwick.Sealed // secret of a link; empty for most kinds
	Created  int64
	Attempts int64 // begun so far
	Next     int64 // not tried before
}

const columns = `id, user_id, kind, ref, path, due, body, created, attempts, next`

const qInsert = `INSERT INTO outbox_messages (` + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

// Insert adds a mail.
func Insert(ctx context.Context, tx store.TenantTx, r Row) error {
	_, err := tx.Exec(ctx, qInsert, r.ID, r.User, r.Kind, r.Ref, r.Path, r.Due, r.Body, r.Created, r.Attempts, r.Next)
	return wrap("insert message", err)
}

const qDue = `SELECT ` + columns + ` FROM outbox_messages WHERE next <= $1 ORDER BY next, id LIMIT $2`

// Due returns up to limit mails that may be tried at the instant now, the
// longest waiting first.
func Due(ctx context.Context, tx store.TenantTx, now int64, limit int) ([]Row, error) {
	rows, err := tx.Query(ctx, qDue, now, int64(limit))
	if err != nil {
		return nil, wrap("due messages", err)
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		var r Row
		if err := rows.Scan(&r.ID, &r.User, &r.Kind, &r.Ref, &r.Path, &r.Due, &r.Body, &r.Created, &r.Attempts, &r.Next); err != nil {
			return nil, wrap("due messages", err)
		}
		out = append(out, r)
	}
	return out, wrap("due messages", rows.Err())
}

const qClaim = `UPDATE outbox_messages SET attempts = attempts + 1, next = $4 WHERE id = $1 AND attempts = $2 AND next <= $3`

// Claim begins an attempt at the instant now: until then nobody else tries. It
// reports whether the mail was still there, due and as the caller read it, so
// that of several claimants one gets it.
func Claim(ctx context.Context, tx store.TenantTx, r Row, now, until int64) (bool, error) {
	n, err := tx.Exec(ctx, qClaim, r.ID, r.Attempts, now, until)
	return n == 1, wrap("claim message", err)
}

const qLater = `UPDATE outbox_messages SET next = $3 WHERE id = $1 AND attempts = $2`

// Later ends a failed attempt: the mail is tried again at next. attempts names
// the attempt, so that an outlived claimant changes nothing.
func Later(ctx context.Context, tx store.TenantTx, id bailiwick.ID, attempts, next int64) error {
	_, err := tx.Exec(ctx, qLater, id, attempts, next)
	return wrap("put off message", err)
}

const qDelete = `DELETE FROM outbox_messages WHERE id = $1`

// Delete removes a mail that was handed over or given up. It reports whether
// it was there.
func Delete(ctx context.Context, tx store.TenantTx, id bailiwick.ID) (bool, error) {
	n, err := tx.Exec(ctx, qDelete, id)
	return n == 1, wrap("delete message", err)
}

const qDeleteAll = `DELETE FROM outbox_messages`

// DeleteAll removes every mail, for an installation that sends none.
func DeleteAll(ctx context.Context, tx store.TenantTx) (int64, error) {
	n, err := tx.Exec(ctx, qDeleteAll)
	return n, wrap("delete messages", err)
}

const qDeleteKind = `DELETE FROM outbox_messages WHERE user_id = $1 AND kind = $2`

// DeleteKind removes a user's waiting mails of a kind, which a newer one
// replaces.
func DeleteKind(ctx context.Context, tx store.TenantTx, u bailiwick.UserID, kind string) error {
	_, err := tx.Exec(ctx, qDeleteKind, u, kind)
	return wrap("delete messages of a kind", err)
}

const qCountOfUser = `SELECT count(*) FROM outbox_messages WHERE user_id = $1`

// CountOfUser counts the mails that wait for a user.
func CountOfUser(ctx context.Context, tx store.TenantTx, u bailiwick.UserID) (n int64, err error) {
	err = tx.QueryRow(ctx, qCountOfUser, u).Scan(&n)
	return n, wrap("count messages of user", err)
}

// wrap names the query that failed; nil stays nil.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
