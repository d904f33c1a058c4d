// Package factor reads and writes what a user proves beside the password:
// one-time codes, passkeys and recovery codes, and the challenges that wait for
// them. Secrets and labels pass through it sealed.
package factor

import (
	"context"
	"fmt"

	"bailiwick"
	"bailiwick/internal/store"
)

// Row is a factor of a user. Times are Unix microseconds, zero for never.
type Row struct {
	ID      bailiwick.ID
	User    bailiwick.UserID
	Kind    string           // "totp", "passkey" or "recovery"
	Lookup  []byte           // hash by which it is found; nil = by its user only
	Secret  bailiwick.Sealed // key of the codes, or the credential; empty for a recovery code
	Label   bailiwick.Sealed // what the user calls it; empty if nothing
	Created int64
	Used    int64
	Step    int64 // the last time step whose code was accepted
}

const columns = `id, user_id, kind, lookup, secret, label, created, used, step`

const qInsert = `INSERT INTO factors (` + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// Insert adds a factor; a lookup that is there is a store.Failure of kind
// Unique.
func Insert(ctx context.Context, tx store.TenantTx, r Row) error {
	_, err := tx.Exec(ctx, qInsert, r.ID, r.User, r.Kind, r.Lookup, r.Secret, r.Label, r.Created, r.Used, r.Step)
	return wrap("insert factor", err)
}

const qOfUser = `SELECT ` + columns + ` FROM factors WHERE user_id = $1 ORDER BY id`

// OfUser returns the factors of a user, oldest first.
func OfUser(ctx context.Context, tx store.TenantTx, id bailiwick.UserID) ([]Row, error) {
	rows, err := tx.Query(ctx, qOfUser, id)
	if err != nil {
		return nil, wrap("factors of user", err)
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, wrap("factors of user", err)
		}
		out = append(out, r)
	}
	return out, wrap("factors of user", rows.Err())
}

const qByLookup = `SELECT ` + columns + ` FROM factors WHERE lookup = $1`

// ByLookup returns the factor of a hash; store.ErrNoRows if there is none.
func ByLookup(ctx context.Context, tx store.TenantTx, lookup []byte) (Row, error) {
	r, err := scan(tx.QueryRow(ctx, qByLookup, lookup))
	return r, wrap("factor by hash", err)
}

const qUse = `UPDATE factors SET used = $2, step = $3, secret = $4 WHERE id = $1 AND step < $3`

// Use records that a factor was proved at a time step above every earlier one,
// with its new secret. It reports whether that was so: of several who present
// the same code exactly one gets true.
func Use(ctx context.Context, tx store.TenantTx, id bailiwick.ID, used, step int64, secret bailiwick.Sealed) (bool, error) {
	n, err := tx.Exec(ctx, qUse, id, used, step, secret)
	return n == 1, wrap("use factor", err)
}

const qDelete = `DELETE FROM factors WHERE id = $1 AND user_id = $2`

// Delete removes a factor of a user; it reports whether there was one.
func Delete(ctx context.Context, tx store.TenantTx, id bailiwick.ID, u bailiwick.UserID) (bool, error) {
	n, err := tx.Exec(ctx, qDelete, id, u)
	return n == 1, wrap("delete factor", err)
}

const qDeleteKind = `DELETE FROM factors WHERE user_id = $1 AND kind = $2`

// DeleteKind removes the factors of a kind of a user.
func DeleteKind(ctx context.Context, tx store.TenantTx, u bailiwick.UserID, kind string) error {
	_, err := tx.Exec(ctx, qDeleteKind, u, kind)
	return wrap("delete factors of a kind", err)
}

const qDeleteOfUser = `DELETE FROM factors WHERE user_id = $1`

// DeleteOfUser removes every factor of a user and returns how many there were.
func DeleteOfUser(ctx context.Context, tx store.TenantTx, u bailiwick.UserID) (int64, error) {
	n, err := tx.Exec(ctx, qDeleteOfUser, u)
	return n, wrap("delete factors of user", err)
}

type scanner interface {
	Scan(dest ...any) error // any: as in database/sql
}

func scan(s scanner) (r Row, err error) {
	err = s.Scan(&r.ID, &r.User, &r.Kind, &r.Lookup, &r.Secret, &r.Label, &r.Created, &r.Used, &r.Step)
	return r, err
}

// wrap names the query that failed; nil stays nil.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
