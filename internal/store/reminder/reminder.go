// Package reminder holds the SQL of what people were reminded of.
package reminder

import (
	"context"

	"bailiwick/internal/store"
)

const qOnce = `INSERT INTO reminders (kind, ref, due) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, kind, ref, due) DO NOTHING`

// Once notes a reminder of something that is due, in Unix microseconds; false if it
// was noted before.
func Once(ctx context.Context, tx store.TenantTx, kind, ref string, due int64) (bool, error) {
	n, err := tx.Exec(ctx, qOnce, kind, ref, due)
	return n == 1, err
}

const qForget = `DELETE FROM reminders WHERE due < $1`

// Forget drops the notes of what was due before an instant.
func Forget(ctx context.Context, tx store.TenantTx, before int64) error {
	_, err := tx.Exec(ctx, qForget, before)
	return err
}
