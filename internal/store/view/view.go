// Package view holds the SQL of sealed views: queries that their author keeps
// for a day, sealed, so that an address need not hold the value filtered by.
package view

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

const qInsert = `INSERT INTO sealed_views (id, user_id, ends, sealed) VALUES ($1, $2, $3, $4)`

// Insert keeps a view until ends, in Unix microseconds.
func Insert(ctx context.Context, tx store.TenantTx, id bailiwick.ID, user bailiwick.UserID, ends int64, sealed bailiwick.Sealed) error {
	_, err := tx.Exec(ctx, qInsert, id, user, ends, sealed)
	return err
}

const qGet = `SELECT sealed FROM sealed_views WHERE id = $1 AND user_id = $2 AND ends > $3`

// Get returns a view of a user that has not ended; store.ErrNoRows if there is
// none.
func Get(ctx context.Context, tx store.TenantTx, id bailiwick.ID, user bailiwick.UserID, now int64) (bailiwick.Sealed, error) {
	var s bailiwick.Sealed
	err := tx.QueryRow(ctx, qGet, id, user, now).Scan(&s)
	return s, err
}

const qForget = `DELETE FROM sealed_views WHERE ends <= $1`

// Forget drops the views that have ended.
func Forget(ctx context.Context, tx store.TenantTx, now int64) error {
	_, err := tx.Exec(ctx, qForget, now)
	return err
}
