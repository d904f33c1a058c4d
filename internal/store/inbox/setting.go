package inbox

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

const qSettings = `SELECT kind, choice FROM notification_settings WHERE user_id = $1`

// Settings returns what a user chose, by kind.
func Settings(ctx context.Context, tx store.TenantTx, u bailiwick.UserID) (map[string]string, error) {
	rows, err := tx.Query(ctx, qSettings, u)
	if err != nil {
		return nil, wrap("notification settings", err)
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var kind, choice string
		if err := rows.Scan(&kind, &choice); err != nil {
			return nil, wrap("notification settings", err)
		}
		out[kind] = choice
	}
	return out, wrap("notification settings", rows.Err())
}

const qSetting = `SELECT choice FROM notification_settings WHERE user_id = $1 AND kind = $2`

// Setting returns what a user chose for a kind; store.ErrNoRows if nothing.
func Setting(ctx context.Context, tx store.TenantTx, u bailiwick.UserID, kind string) (choice string, err error) {
	err = tx.QueryRow(ctx, qSetting, u, kind).Scan(&choice)
	return choice, wrap("notification setting", err)
}

const qSet = `INSERT INTO notification_settings (user_id, kind, choice) VALUES ($1, $2, $3)
ON CONFLICT (tenant_id, user_id, kind) DO UPDATE SET choice = excluded.choice`

// Set writes what a user chose for a kind.
func Set(ctx context.Context, tx store.TenantTx, u bailiwick.UserID, kind, choice string) error {
	_, err := tx.Exec(ctx, qSet, u, kind, choice)
	return wrap("set notification setting", err)
}
