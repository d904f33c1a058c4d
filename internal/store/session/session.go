package session

import (
	"context"
	"fmt"

	"bailiwick"
	"bailiwick/internal/store"
)

// Row is a signed-in session. Times are Unix microseconds.
type Row struct {
	Hash    []byte
	ID      bailiwick.SessionID
	User    bailiwick.UserID
	Created int64
	Seen    int64
	Ends    int64
}

// Holder is what of a user decides about a request.
type Holder struct {
	Roles    string
	Country  bailiwick.Country
	Entity   bailiwick.EntityID
	Unit     bailiwick.UnitID
	Disabled int64
}

const qInsert = `INSERT INTO sessions (hash, id, user_id, created, seen, ends) VALUES ($1, $2, $3, $4, $5, $6)`

// Insert adds a session.
func Insert(ctx context.Context, tx store.TenantTx, r Row) error {
	_, err := tx.Exec(ctx, qInsert, r.Hash, r.ID, r.User, r.Created, r.Seen, r.Ends)
	return wrap("insert session", err)
}

const qByHash = `SELECT s.id, s.user_id, s.created, s.seen, s.ends, u.roles, u.country, u.entity, u.unit, u.disabled
FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.hash = $1`

// ByHash returns the session of a secret and its user; store.ErrNoRows if
// there is none. The caller judges whether it has ended.
func ByHash(ctx context.Context, tx store.TenantTx, hash []byte) (Row, Holder, error) {
	r, h := Row{Hash: hash}, Holder{}
	err := tx.QueryRow(ctx, qByHash, hash).Scan(&r.ID, &r.User, &r.Created, &r.Seen, &r.Ends,
		&h.Roles, (*string)(&h.Country), &h.Entity, &h.Unit, &h.Disabled)
	return r, h, wrap("session by hash", err)
}

const qOfUser = `SELECT hash, id, user_id, created, seen, ends FROM sessions WHERE user_id = $1 ORDER BY id`

// OfUser returns the sessions of a user, oldest first.
func OfUser(ctx context.Context, tx store.TenantTx, id bailiwick.UserID) ([]Row, error) {
	rows, err := tx.Query(ctx, qOfUser, id)
	if err != nil {
		return nil, wrap("sessions of user", err)
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		var r Row
		if err := rows.Scan(&r.Hash, &r.ID, &r.User, &r.Created, &r.Seen, &r.Ends); err != nil {
			return nil, wrap("sessions of user", err)
		}
		out = append(out, r)
	}
	return out, wrap("sessions of user", rows.Err())
}

const qTouch = `UPDATE sessions SET seen = $2 WHERE hash = $1 AND seen < $2`

// Touch records that a session was used.
func Touch(ctx context.Context, tx store.TenantTx, hash []byte, seen int64) error {
	_, err := tx.Exec(ctx, qTouch, hash, seen)
	return wrap("touch session", err)
}

const qDelete = `DELETE FROM sessions WHERE hash = $1`

// Delete ends a session; it reports whether there was one.
func Delete(ctx context.Context, tx store.TenantTx, hash []byte) (bool, error) {
	n, err := tx.Exec(ctx, qDelete, hash)
	return n == 1, wrap("delete session", err)
}

const qDeleteOfUser = `DELETE FROM sessions WHERE user_id = $1`

// DeleteOfUser ends every session of a user and returns their number.
func DeleteOfUser(ctx context.Context, tx store.TenantTx, id bailiwick.UserID) (int64, error) {
	n, err := tx.Exec(ctx, qDeleteOfUser, id)
	return n, wrap("delete sessions of user", err)
}

const qDeleteEnded = `DELETE FROM sessions WHERE user_id = $1 AND (ends <= $2 OR seen <= $3)`

// DeleteEnded removes the sessions of a user that ended by now or were last
// used before idle.
func DeleteEnded(ctx context.Context, tx store.TenantTx, id bailiwick.UserID, now, idle int64) error {
	_, err := tx.Exec(ctx, qDeleteEnded, id, now, idle)
	return wrap("delete ended sessions", err)
}

const qDeleteAllEnded = `DELETE FROM sessions WHERE ends <= $1 OR seen <= $2`

// DeleteAllEnded is DeleteEnded for every user of the tenant.
func DeleteAllEnded(ctx context.Context, tx store.TenantTx, now, idle int64) error {
	_, err := tx.Exec(ctx, qDeleteAllEnded, now, idle)
	return wrap("delete all ended sessions", err)
}

// wrap names the query that failed; nil stays nil.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
