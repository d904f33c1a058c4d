// Package reason holds the SQL of stated reasons: what a viewer gave as the
// reason to see what a rule shows only for one (R14.2).
package reason

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// Reason meets one rule for one user until Ends. Sealed is bound to ID; times
// are Unix microseconds.
type Reason struct {
	ID            bailiwick.ID
	User          bailiwick.UserID
	Rule          string
	Created, Ends int64
	Sealed        bailiwick.Sealed
}

const qInsert = `INSERT INTO stated_reasons (id, user_id, rule, created, ends, sealed) VALUES ($1, $2, $3, $4, $5, $6)`

// Insert adds a reason.
func Insert(ctx context.Context, tx store.TenantTx, r Reason) error {
	_, err := tx.Exec(ctx, qInsert, r.ID, r.User, r.Rule, r.Created, r.Ends, r.Sealed)
	return err
}

const qStanding = `SELECT id, rule FROM stated_reasons WHERE user_id = $1 AND ends > $2 ORDER BY id`

// Standing calls f for the reasons of a user that have not ended.
func Standing(ctx context.Context, tx store.TenantTx, user bailiwick.UserID, at int64, f func(id bailiwick.ID, rule string)) error {
	rows, err := tx.Query(ctx, qStanding, user, at)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id bailiwick.ID
		var rule string
		if err := rows.Scan(&id, &rule); err != nil {
			return err
		}
		f(id, rule)
	}
	return rows.Err()
}

const qNewest = `SELECT id, user_id, rule, created, ends, sealed FROM stated_reasons ORDER BY id DESC LIMIT $1`

// Newest returns the newest reasons, at most limit.
func Newest(ctx context.Context, tx store.TenantTx, limit int) ([]Reason, error) {
	rows, err := tx.Query(ctx, qNewest, int64(limit))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Reason
	for rows.Next() {
		var r Reason
		if err := rows.Scan(&r.ID, &r.User, &r.Rule, &r.Created, &r.Ends, &r.Sealed); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}
