// Package basis holds the SQL of bases: on what ground an application holds a
// category for a legal entity (R14.14).
package basis

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// Basis is one record. Sealed is bound to ID; Created is Unix microseconds.
type Basis struct {
	Pack     string
	Entity   bailiwick.EntityID
	Category string
	ID       bailiwick.ID
	User     bailiwick.UserID
	Created  int64
	Sealed   bailiwick.Sealed
}

const qSet = `INSERT INTO bases (pack, entity, category, id, user_id, created, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)
	ON CONFLICT (tenant_id, pack, entity, category) DO UPDATE SET id = $4, user_id = $5, created = $6, sealed = $7`

// Set records a basis in the place of an earlier one.
func Set(ctx context.Context, tx store.TenantTx, b Basis) error {
	_, err := tx.Exec(ctx, qSet, b.Pack, b.Entity, b.Category, b.ID, b.User, b.Created, b.Sealed)
	return err
}

const qCategories = `SELECT category FROM bases WHERE pack = $1 AND entity = $2`

// Categories returns the categories for which an application has a basis for a
// legal entity.
func Categories(ctx context.Context, tx store.TenantTx, pack string, entity bailiwick.EntityID) ([]string, error) {
	rows, err := tx.Query(ctx, qCategories, pack, entity)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var c string
		if err := rows.Scan(&c); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

const qList = `SELECT pack, entity, category, id, user_id, created, sealed FROM bases ORDER BY pack, entity, category LIMIT $1`

// List returns bases, at most limit.
func List(ctx context.Context, tx store.TenantTx, limit int) ([]Basis, error) {
	rows, err := tx.Query(ctx, qList, int64(limit))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Basis
	for rows.Next() {
		var b Basis
		if err := rows.Scan(&b.Pack, &b.Entity, &b.Category, &b.ID, &b.User, &b.Created, &b.Sealed); err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, rows.Err()
}
