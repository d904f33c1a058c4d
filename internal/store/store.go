package store

import (
	"context"
	"database/sql"
	"errors"

	"bailiwick"
)

// ErrNoRows is what the Scan of a QueryRow returns when there is no row.
var ErrNoRows = sql.ErrNoRows

// ErrNoTenant is what a driver returns for a tenant that has no store. Callers
// of a Store never see it: View and Update turn it into bailiwick.NotFound, so
// that a missing tenant and a missing thing look the same.
var ErrNoTenant = errors.New("store: no such tenant")

// ErrClosed is returned by a transaction used after its function returned, by
// the zero transaction, and by a closed Store.
var ErrClosed = errors.New("store: transaction or store is closed")

// Store gives access to the stores of all tenants and to the directory. It is
// safe for concurrent use.
//
// The functions given to View and Update may run more than once: a conflict
// with another transaction repeats them. They must have no effect outside the
// transaction, must set what they return from scratch, and must not call Store
// themselves (a second Update of the same tenant would wait for the first).
type Store struct {
	d Driver
}

// New makes a store over a driver. Closing the store closes the driver.
func New(d Driver) *Store { return &Store{d: d} }

// Engine names the engine for operators: "sqlite" or "postgres".
func (s *Store) Engine() string { return s.d.Engine() }

// Ping reports whether the database can be reached; for readiness checks.
func (s *Store) Ping(ctx context.Context) error { return public(s.d.Ping(ctx)) }

// Close waits for running transactions and releases everything.
func (s *Store) Close() error { return s.d.Close() }

// CreateTenant makes the empty store of a tenant. It is idempotent, because
// the directory row that names the tenant cannot be committed together with
// it: whoever was interrupted between the two repeats both.
func (s *Store) CreateTenant(ctx context.Context, id bailiwick.TenantID) error {
	if id.IsZero() {
		return bailiwick.NotFound()
	}
	return public(retry(ctx, func() error { return s.d.CreateTenant(ctx, id) }))
}

// View runs f in a read-only transaction that sees one state of the tenant's
// store from its first query to its last. A tenant without a store is
// bailiwick.NotFound. Writing within f fails.
func (s *Store) View(ctx context.Context, id bailiwick.TenantID, f func(TenantTx) error) error {
	if id.IsZero() {
		return bailiwick.NotFound()
	}
	return public(retry(ctx, func() error {
		return s.d.View(ctx, id, func(c Conn) error { return runTenant(c, id, f) })
	}))
}

// Update runs f in a transaction that is the only writer of the tenant's
// store, and returns nil once what f did is durable. An error or panic of f
// undoes what f did and nothing else. A tenant without a store is
// bailiwick.NotFound. A context that ends before f has started drops f; one
// that ends later fails the next statement of f.
func (s *Store) Update(ctx context.Context, id bailiwick.TenantID, f func(TenantTx) error) error {
	if id.IsZero() {
		return bailiwick.NotFound()
	}
	return public(retry(ctx, func() error {
		return s.d.Update(ctx, id, func(c Conn) error { return runTenant(c, id, f) })
	}))
}

// ViewDirectory is View on the directory.
func (s *Store) ViewDirectory(ctx context.Context, f func(DirectoryTx) error) error {
	return public(retry(ctx, func() error {
		return s.d.ViewDirectory(ctx, func(c Conn) error { return runDirectory(c, f) })
	}))
}

// UpdateDirectory is Update on the directory.
func (s *Store) UpdateDirectory(ctx context.Context, f func(DirectoryTx) error) error {
	return public(retry(ctx, func() error {
		return s.d.UpdateDirectory(ctx, func(c Conn) error { return runDirectory(c, f) })
	}))
}

// public turns what a driver says into what callers branch on, and leaves the
// errors of the callers' own functions alone.
func public(err error) error {
	var f *Failure
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrNoTenant):
		return bailiwick.NotFound()
	case bailiwick.ErrorCode(err) != bailiwick.CodeInternal:
		return err
	case errors.As(err, &f) && (f.Kind == Busy || f.Kind == Conflict || f.Kind == Unreachable):
		return &bailiwick.Error{Code: bailiwick.CodeUnavailable, Message: "The database is busy or cannot be reached; try again.", Err: err}
	default:
		return err
	}
}
