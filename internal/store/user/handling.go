package user

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

const qHandle = `INSERT INTO handlings (user_id, handled_by, handled) VALUES ($1, $2, $3)
ON CONFLICT (tenant_id, user_id, handled_by) DO UPDATE SET handled = excluded.handled`

// Handle notes that somebody had a hand in how a user signs in. The time is in
// Unix microseconds.
func Handle(ctx context.Context, tx store.TenantTx, id, by bailiwick.UserID, handled int64) error {
	_, err := tx.Exec(ctx, qHandle, id, by, handled)
	return wrap("note handling", err)
}

const qHandlers = `SELECT handled_by FROM handlings WHERE user_id = $1 AND handled > $2 ORDER BY handled_by`

// Handlers returns who had a hand in how a user signs in after the instant
// since.
func Handlers(ctx context.Context, tx store.TenantTx, id bailiwick.UserID, since int64) ([]bailiwick.UserID, error) {
	rows, err := tx.Query(ctx, qHandlers, id, since)
	if err != nil {
		return nil, wrap("handlers of user", err)
	}
	defer rows.Close()
	var out []bailiwick.UserID
	for rows.Next() {
		var by bailiwick.UserID
		if err := rows.Scan(&by); err != nil {
			return nil, wrap("handlers of user", err)
		}
		out = append(out, by)
	}
	return out, wrap("handlers of user", rows.Err())
}

const qDropHandlings = `DELETE FROM handlings WHERE handled <= $1`

// DropHandlings removes what no longer counts.
func DropHandlings(ctx context.Context, tx store.TenantTx, until int64) error {
	_, err := tx.Exec(ctx, qDropHandlings, until)
	return wrap("drop handlings", err)
}
