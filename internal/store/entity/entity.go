// Package entity gives identifiers to the legal entities of a tenant, by the
// key that a configuration names them by. Their names and seats are part of
// the configuration; an identifier stays when they change and is never reused,
// because stored records name it.
package entity

import (
	"context"
	"fmt"

	"bailiwick"
	"bailiwick/internal/store"
)

// Row is one legal entity that ever was. Created is in Unix microseconds.
type Row struct {
	ID      bailiwick.EntityID
	Key     string
	Created int64
}

const qInsert = `INSERT INTO entities (id, key, created) VALUES ($1, $2, $3)`

// Insert gives an identifier to a key; a key that has one is a store.Failure
// of kind Unique.
func Insert(ctx context.Context, tx store.TenantTx, r Row) error {
	if _, err := tx.Exec(ctx, qInsert, r.ID, r.Key, r.Created); err != nil {
		return fmt.Errorf("insert entity: %w", err)
	}
	return nil
}

const qList = `SELECT id, key, created FROM entities ORDER BY key`

// List returns every legal entity by key.
func List(ctx context.Context, tx store.TenantTx) ([]Row, error) {
	rows, err := tx.Query(ctx, qList)
	if err != nil {
		return nil, fmt.Errorf("list entities: %w", err)
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		var r Row
		if err := rows.Scan(&r.ID, &r.Key, &r.Created); err != nil {
			return nil, fmt.Errorf("list entities: %w", err)
		}
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list entities: %w", err)
	}
	return out, nil
}
