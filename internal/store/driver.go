package store

import (
	"context"
	"database/sql"

	"bailiwick"
)

// Conn is what a driver hands to a running transaction. *sql.Tx is one.
type Conn interface {
	ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error) // any: values of database/sql
	QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row
}

// Driver is an engine. Callers hold a Store instead; only cmd and tests make a
// driver. Package storetest holds the tests that every driver must pass.
//
// A driver MUST:
//
//   - accept queries with parameters $1, $2 ... in any order and number of use;
//   - run f in View on one unchanging state, and refuse every write in it;
//   - run the functions of Update on one tenant one after another, and return
//     nil only when the effect is durable;
//   - undo all that f did if f returns an error, panics or ends its goroutine,
//     and undo nothing that another function did;
//   - call f on the goroutine of the caller, at most once per call;
//   - return ErrNoTenant from View and Update of a tenant that was not created;
//   - return the error of f unwrapped, and its own errors as *Failure or as
//     *bailiwick.Error, free of the values of rows;
//   - return ErrClosed from everything after Close.
type Driver interface {
	Engine() string
	CreateTenant(ctx context.Context, id bailiwick.TenantID) error
	View(ctx context.Context, id bailiwick.TenantID, f func(Conn) error) error
	Update(ctx context.Context, id bailiwick.TenantID, f func(Conn) error) error
	ViewDirectory(ctx context.Context, f func(Conn) error) error
	UpdateDirectory(ctx context.Context, f func(Conn) error) error
	Ping(ctx context.Context) error
	Close() error
}
