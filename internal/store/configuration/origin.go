package configuration

import (
	"context"
	"database/sql"

	"bailiwick"
	"bailiwick/internal/store"
)

// Origin says which change a version came from. A version without one was
// made with the tenant, or by the program itself.
type Origin struct {
	Version    int64
	Proposal   bailiwick.ID
	Number     int64
	Author     bailiwick.UserID
	Reviewer   bailiwick.UserID
	Solo       bool  // not reviewed by a second person (R14.13)
	RollbackOf int64 // version that it goes back to; 0 = none
}

const qInsertOrigin = `INSERT INTO configuration_origins (version, proposal, number, author, reviewer, solo, rollback_of)
VALUES ($1, $2, $3, $4, $5, $6, $7)`

// InsertOrigin notes where a version came from.
func InsertOrigin(ctx context.Context, tx store.TenantTx, o Origin) error {
	_, err := tx.Exec(ctx, qInsertOrigin, o.Version, o.Proposal, o.Number, o.Author, o.Reviewer, o.Solo, o.RollbackOf)
	return wrap("insert origin", err)
}

const qOrigins = `SELECT version, proposal, number, author, reviewer, solo, rollback_of FROM configuration_origins
WHERE version < $1 ORDER BY version DESC LIMIT $2`

// Origins returns up to limit origins of versions below before, newest first.
func Origins(ctx context.Context, tx store.TenantTx, before int64, limit int) ([]Origin, error) {
	return collect(ctx, tx, "list origins", qOrigins, func(rows *sql.Rows) (o Origin, err error) {
		return o, rows.Scan(&o.Version, &o.Proposal, &o.Number, &o.Author, &o.Reviewer, &o.Solo, &o.RollbackOf)
	}, before, int64(limit))
}

const qInForceAt = `SELECT version, digest FROM configurations WHERE created <= $1 ORDER BY version DESC LIMIT 1`

// InForceAt returns number and digest of the version that was in force at an
// instant (Unix microseconds); store.ErrNoRows before the first.
func InForceAt(ctx context.Context, tx store.TenantTx, at int64) (version int64, digest []byte, err error) {
	err = tx.QueryRow(ctx, qInForceAt, at).Scan(&version, &digest)
	return version, digest, wrap("configuration in force", err)
}
