package view

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// Named is a list that somebody has named.
type Named struct {
	ID      bailiwick.ID
	TypeNo  int64
	Owner   bailiwick.UserID
	Roles   string // with whom it is shared: keys joined by commas, "" = nobody
	Version int64  // 1, and one more with every change
	Sealed  bailiwick.Sealed
}

const qInsertNamed = `INSERT INTO named_views (id, type_no, owner_id, roles, version, sealed) VALUES ($1, $2, $3, $4, $5, $6)`

// InsertNamed adds a named view.
func InsertNamed(ctx context.Context, tx store.TenantTx, n *Named) error {
	_, err := tx.Exec(ctx, qInsertNamed, n.ID, n.TypeNo, n.Owner, n.Roles, n.Version, n.Sealed)
	return err
}

const qReplaceNamed = `UPDATE named_views SET roles = $2, version = $3, sealed = $4 WHERE id = $1 AND version = $3 - 1`

// ReplaceNamed stores a changed view; false if it is not at the version before.
func ReplaceNamed(ctx context.Context, tx store.TenantTx, n *Named) (bool, error) {
	res, err := tx.Exec(ctx, qReplaceNamed, n.ID, n.Roles, n.Version, n.Sealed)
	return res == 1, err
}

const qDropNamed = `DELETE FROM named_views WHERE id = $1`

// DropNamed deletes a named view.
func DropNamed(ctx context.Context, tx store.TenantTx, id bailiwick.ID) error {
	_, err := tx.Exec(ctx, qDropNamed, id)
	return err
}

const qNamed = `SELECT id, type_no, owner_id, roles, version, sealed FROM named_views WHERE id = $1`

// GetNamed returns a named view; store.ErrNoRows if there is none.
func GetNamed(ctx context.Context, tx store.TenantTx, id bailiwick.ID) (*Named, error) {
	var n Named
	err := tx.QueryRow(ctx, qNamed, id).Scan(&n.ID, &n.TypeNo, &n.Owner, &n.Roles, &n.Version, &n.Sealed)
	return &n, err
}

const qNamedOfType = `SELECT id, type_no, owner_id, roles, version, sealed FROM named_views
	WHERE type_no = $1 AND (owner_id = $2 OR roles <> '') ORDER BY CASE WHEN owner_id = $2 THEN 0 ELSE 1 END, id LIMIT $3`

// NamedOfType returns the views of a type that are a user's own or are shared
// with somebody, the user's own first, oldest first.
func NamedOfType(ctx context.Context, tx store.TenantTx, typeNo int64, user bailiwick.UserID, limit int) ([]Named, error) {
	rows, err := tx.Query(ctx, qNamedOfType, typeNo, user, int64(limit))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Named
	for rows.Next() {
		var n Named
		if err := rows.Scan(&n.ID, &n.TypeNo, &n.Owner, &n.Roles, &n.Version, &n.Sealed); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}
