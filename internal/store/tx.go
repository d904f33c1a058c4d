package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"sync/atomic"

	"bailiwick"
)

// TenantTx runs queries on the rows of one tenant. It is valid until the
// function it was given to returns, for one goroutine. The zero TenantTx
// answers every call with ErrClosed.
//
// Arguments and results are int64, string, []byte, bool, nil and what
// implements driver.Valuer or sql.Scanner over these; times are stored as
// int64 microseconds. Rows must be closed before the next query: PostgreSQL
// answers one at a time.
type TenantTx struct {
	t  *transaction
	id bailiwick.TenantID
}

// Tenant is the tenant whose rows are reached.
func (t TenantTx) Tenant() bailiwick.TenantID { return t.id }

// Exec runs a statement and returns the number of rows it changed.
func (t TenantTx) Exec(ctx context.Context, q string, args ...any) (int64, error) { // any: values of database/sql
	return t.t.exec(ctx, q, args)
}

// Query runs a query; the rows are closed for the caller at the latest when
// the transaction ends.
func (t TenantTx) Query(ctx context.Context, q string, args ...any) (*sql.Rows, error) { // any: values of database/sql
	return t.t.query(ctx, q, args)
}

// QueryRow runs a query for one row; Scan returns ErrNoRows if there is none.
// Every Row must be scanned.
func (t TenantTx) QueryRow(ctx context.Context, q string, args ...any) *sql.Row { // any: values of database/sql
	return t.t.queryRow(ctx, q, args)
}

// DirectoryTx runs queries on the directory: tenants, hosts, staff. It reaches
// no content of a customer. Otherwise it is like TenantTx.
type DirectoryTx struct {
	t *transaction
}

// Exec runs a statement and returns the number of rows it changed.
func (t DirectoryTx) Exec(ctx context.Context, q string, args ...any) (int64, error) { // any: values of database/sql
	return t.t.exec(ctx, q, args)
}

// Query runs a query; the rows are closed for the caller at the latest when
// the transaction ends.
func (t DirectoryTx) Query(ctx context.Context, q string, args ...any) (*sql.Rows, error) { // any: values of database/sql
	return t.t.query(ctx, q, args)
}

// QueryRow runs a query for one row; Scan returns ErrNoRows if there is none.
// Every Row must be scanned.
func (t DirectoryTx) QueryRow(ctx context.Context, q string, args ...any) *sql.Row { // any: values of database/sql
	return t.t.queryRow(ctx, q, args)
}

// transaction is what both kinds are made of.
type transaction struct {
	c    Conn
	done atomic.Bool
	rows []*sql.Rows
}

func runTenant(c Conn, id bailiwick.TenantID, f func(TenantTx) error) error {
	t := &transaction{c: c}
	defer t.end()
	return f(TenantTx{t, id})
}

func runDirectory(c Conn, f func(DirectoryTx) error) error {
	t := &transaction{c: c}
	defer t.end()
	return f(DirectoryTx{t})
}

// end makes the transaction unusable and closes what was left open, so that a
// forgotten Close cannot hold up the commit or the next function of a group.
func (t *transaction) end() {
	t.done.Store(true)
	for _, r := range t.rows {
		r.Close()
	}
}

func (t *transaction) closed() bool { return t == nil || t.done.Load() }

func (t *transaction) exec(ctx context.Context, q string, args []any) (int64, error) {
	if t.closed() {
		return 0, ErrClosed
	}
	r, err := t.c.ExecContext(ctx, q, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (t *transaction) query(ctx context.Context, q string, args []any) (*sql.Rows, error) {
	if t.closed() {
		return nil, ErrClosed
	}
	r, err := t.c.QueryContext(ctx, q, args...)
	if err == nil {
		t.rows = append(t.rows, r)
	}
	return r, err
}

func (t *transaction) queryRow(ctx context.Context, q string, args []any) *sql.Row {
	if t.closed() {
		return failedRow(ctx, ErrClosed)
	}
	return t.c.QueryRowContext(ctx, q, args...)
}

// failedRow makes a Row whose Scan returns err. database/sql has no
// constructor for one, so a database that cannot be connected to makes it.
func failedRow(ctx context.Context, err error) *sql.Row {
	db := sql.OpenDB(unconnected{err})
	defer db.Close()
	return db.QueryRowContext(context.WithoutCancel(ctx), "")
}

type unconnected struct{ err error }

func (u unconnected) Connect(context.Context) (driver.Conn, error) { return nil, u.err }
func (u unconnected) Driver() driver.Driver                        { return nil }
