// Package directory reads and writes the tables of the directory: which
// tenants there are and by which host each is reached.
//
// A label is written once and never given to another tenant, also after the
// tenant is gone (R8.1).
package directory

import (
	"context"
	"fmt"

	"bailiwick"
	"bailiwick/internal/store"
)

// Row is a tenant of the directory. Created is in Unix microseconds.
type Row struct {
	ID      bailiwick.TenantID
	Slug    string
	Name    string
	State   string
	Region  string
	Cell    string
	Created int64
}

const qInsert = `INSERT INTO tenants (id, slug, name, state, region, cell, created)
VALUES ($1, $2, $3, 'preparing', $4, $5, $6)`

const qInsertHost = `INSERT INTO hosts (label, tenant, since) VALUES ($1, $2, $3)`

// Insert adds a tenant that is being prepared, and its host. A slug or host
// that was ever used is a store.Failure of kind Unique.
func Insert(ctx context.Context, tx store.DirectoryTx, r Row) error {
	if _, err := tx.Exec(ctx, qInsert, r.ID, r.Slug, r.Name, r.Region, r.Cell, r.Created); err != nil {
		return fmt.Errorf("insert tenant: %w", err)
	}
	if _, err := tx.Exec(ctx, qInsertHost, r.Slug, r.ID, r.Created); err != nil {
		return fmt.Errorf("insert host: %w", err)
	}
	return nil
}

const qActivate = `UPDATE tenants SET state = 'active', name = $2, region = $3, cell = $4
WHERE id = $1 AND state = 'preparing'`

// Activate makes a prepared tenant one that is served and writes its final
// name and place. It reports whether the tenant was waiting for that.
func Activate(ctx context.Context, tx store.DirectoryTx, r Row) (bool, error) {
	n, err := tx.Exec(ctx, qActivate, r.ID, r.Name, r.Region, r.Cell)
	if err != nil {
		return false, fmt.Errorf("activate tenant: %w", err)
	}
	return n == 1, nil
}

const qBySlug = `SELECT id, slug, name, state, region, cell, created FROM tenants WHERE slug = $1`

// BySlug returns the tenant of a slug whatever its state; store.ErrNoRows if
// there is none.
func BySlug(ctx context.Context, tx store.DirectoryTx, slug string) (Row, error) {
	var r Row
	err := tx.QueryRow(ctx, qBySlug, slug).Scan(&r.ID, &r.Slug, &r.Name, &r.State, &r.Region, &r.Cell, &r.Created)
	return r, wrap("tenant by slug", err)
}

const qByID = `SELECT id, slug, name, state, region, cell, created FROM tenants WHERE id = $1`

// ByID returns a tenant whatever its state; store.ErrNoRows if there is none.
func ByID(ctx context.Context, tx store.DirectoryTx, id bailiwick.TenantID) (Row, error) {
	var r Row
	err := tx.QueryRow(ctx, qByID, id).Scan(&r.ID, &r.Slug, &r.Name, &r.State, &r.Region, &r.Cell, &r.Created)
	return r, wrap("tenant by id", err)
}

const qByHost = `SELECT t.id, t.slug, t.name, t.state, t.region, t.cell, t.created
FROM hosts h JOIN tenants t ON t.id = h.tenant
WHERE h.label = $1 AND h.released IS NULL AND t.state = 'active'`

// ByHost returns the active tenant reached by a label; store.ErrNoRows if
// there is none.
func ByHost(ctx context.Context, tx store.DirectoryTx, label string) (Row, error) {
	var r Row
	err := tx.QueryRow(ctx, qByHost, label).Scan(&r.ID, &r.Slug, &r.Name, &r.State, &r.Region, &r.Cell, &r.Created)
	return r, wrap("tenant by host", err)
}

const qList = `SELECT id, slug, name, state, region, cell, created FROM tenants ORDER BY slug`

// List returns every tenant by slug, half made ones included.
func List(ctx context.Context, tx store.DirectoryTx) ([]Row, error) {
	rows, err := tx.Query(ctx, qList)
	if err != nil {
		return nil, fmt.Errorf("list tenants: %w", err)
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		var r Row
		if err := rows.Scan(&r.ID, &r.Slug, &r.Name, &r.State, &r.Region, &r.Cell, &r.Created); err != nil {
			return nil, fmt.Errorf("list tenants: %w", err)
		}
		out = append(out, r)
	}
	return out, wrap("list tenants", rows.Err())
}

// wrap names the query that failed; nil stays nil.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
