// Package unit reads and writes the organisational units of a tenant. Names
// pass through it sealed.
package unit

import (
	"context"
	"fmt"

	"bailiwick"
	"bailiwick/internal/store"
)

// Row is a unit.
type Row struct {
	ID      bailiwick.UnitID
	Parent  bailiwick.UnitID // zero for a unit at the top
	Name    bailiwick.Sealed
	Created int64 // Unix microseconds
}

const qInsert = `INSERT INTO units (id, parent, name, created) VALUES ($1, $2, $3, $4)`

// Insert adds a unit.
func Insert(ctx context.Context, tx store.TenantTx, r Row) error {
	_, err := tx.Exec(ctx, qInsert, r.ID, r.Parent, r.Name, r.Created)
	return wrap("insert unit", err)
}

const qUpdate = `UPDATE units SET parent = $2, name = $3 WHERE id = $1`

// Update writes parent and name of a unit.
func Update(ctx context.Context, tx store.TenantTx, r Row) error {
	_, err := tx.Exec(ctx, qUpdate, r.ID, r.Parent, r.Name)
	return wrap("update unit", err)
}

const qDelete = `DELETE FROM units WHERE id = $1`

// Delete removes a unit, which must be in no use.
func Delete(ctx context.Context, tx store.TenantTx, id bailiwick.UnitID) error {
	_, err := tx.Exec(ctx, qDelete, id)
	return wrap("delete unit", err)
}

const qAll = `SELECT id, parent, name, created FROM units ORDER BY id`

// All returns every unit, oldest first.
func All(ctx context.Context, tx store.TenantTx) ([]Row, error) {
	rows, err := tx.Query(ctx, qAll)
	if err != nil {
		return nil, wrap("units", err)
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		var r Row
		if err := rows.Scan(&r.ID, &r.Parent, &r.Name, &r.Created); err != nil {
			return nil, wrap("units", err)
		}
		out = append(out, r)
	}
	return out, wrap("units", rows.Err())
}

const qTree = `SELECT id, parent FROM units`

// Tree returns the parent of every unit; zero for those at the top.
func Tree(ctx context.Context, tx store.TenantTx) (map[bailiwick.UnitID]bailiwick.UnitID, error) {
	rows, err := tx.Query(ctx, qTree)
	if err != nil {
		return nil, wrap("tree of units", err)
	}
	defer rows.Close()
	out := make(map[bailiwick.UnitID]bailiwick.UnitID)
	for rows.Next() {
		var id, parent bailiwick.UnitID
		if err := rows.Scan(&id, &parent); err != nil {
			return nil, wrap("tree of units", err)
		}
		out[id] = parent
	}
	return out, wrap("tree of units", rows.Err())
}

// Below returns a unit of the tree and every unit below it; nothing for one
// that is not in the tree.
func Below(tree map[bailiwick.UnitID]bailiwick.UnitID, top bailiwick.UnitID) map[bailiwick.UnitID]bool {
	out := make(map[bailiwick.UnitID]bool)
	if _, ok := tree[top]; !ok || top.IsZero() {
		return out
	}
	for id := range tree {
		at := id
		for range len(tree) + 1 { // no longer than the tree is deep, whatever is stored
			if at == top {
				out[id] = true
				break
			}
			at = tree[at]
		}
	}
	return out
}

const qUsers = `SELECT count(*) FROM users WHERE unit = $1`

const qRecords = `SELECT rkey FROM records WHERE unit_id = $1 LIMIT 1`

// Used reports whether users or records, deleted ones included, are of a unit.
func Used(ctx context.Context, tx store.TenantTx, id bailiwick.UnitID) (bool, error) {
	var n int64
	if err := tx.QueryRow(ctx, qUsers, id).Scan(&n); err != nil || n > 0 {
		return n > 0, wrap("users of unit", err)
	}
	rows, err := tx.Query(ctx, qRecords, id)
	if err != nil {
		return false, wrap("records of unit", err)
	}
	defer rows.Close()
	return rows.Next(), wrap("records of unit", rows.Err())
}

// wrap names the query that failed; nil stays nil.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
