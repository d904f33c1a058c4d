package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"net/url"

	modernc "modernc.org/sqlite"
)

// mode is what a connection is for.
type mode uint8

const (
	reading mode = iota
	writing
)

// settings run on each new connection, in this order: page_size must come
// before the first write of a new file. 16 KiB pages hold a packed record
// without overflow pages, which cost more than half of a list's time.
var settings = []string{
	"PRAGMA busy_timeout = 5000",
	"PRAGMA page_size = 16384",
	"PRAGMA journal_mode = WAL",
	"PRAGMA synchronous = FULL",
	"PRAGMA foreign_keys = ON",
	"PRAGMA secure_delete = ON",
	"PRAGMA temp_store = MEMORY",
	"PRAGMA trusted_schema = OFF",
	"PRAGMA cache_size = -1024",
}

// connector opens connections to one file, which must exist.
type connector struct {
	path string
	mode mode
}

// Driver is part of driver.Connector.
func (c *connector) Driver() driver.Driver { return &modernc.Driver{} }

// Connect opens a connection with the settings above.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	lock := "deferred"
	if c.mode == writing {
		lock = "immediate"
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: c.path, RawQuery: "mode=rw&_txlock=" + lock}
	raw, err := c.Driver().Open(u.String())
	if err != nil {
		return nil, failure(err)
	}
	in, ok := raw.(inner)
	if !ok {
		raw.Close()
		return nil, fmt.Errorf("sqlite: the driver's connection lacks an interface")
	}
	k := &conn{in: in, mode: c.mode, cache: newStatements(cachedStatements)}
	all := settings
	if c.mode == reading {
		all = append(all[:len(all):len(all)], "PRAGMA query_only = ON")
	}
	for _, q := range all {
		if _, err := in.ExecContext(ctx, q, nil); err != nil {
			raw.Close()
			return nil, failure(err)
		}
	}
	return k, nil
}

// inner is what modernc's connection must be able to do.
type inner interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

// conn is a connection that takes PostgreSQL's parameters, keeps prepared
// statements, and fails with store.Failure.
type conn struct {
	in    inner
	mode  mode
	cache *statements
}

// Prepare is part of driver.Conn.
func (c *conn) Prepare(q string) (driver.Stmt, error) {
	s, err := c.in.Prepare(Numbered(q))
	return s, failure(err)
}

// Begin is part of driver.Conn; database/sql calls BeginTx.
func (c *conn) Begin() (driver.Tx, error) { return nil, driver.ErrSkip }

// Close ends the connection.
func (c *conn) Close() error {
	c.cache.close()
	return failure(c.in.Close())
}

// BeginTx starts a transaction with the lock of the connection's mode.
func (c *conn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	t, err := c.in.BeginTx(ctx, driver.TxOptions{})
	if err != nil {
		return nil, failure(err)
	}
	return tx{t}, nil
}

type tx struct{ in driver.Tx }

// Commit is part of driver.Tx.
func (t tx) Commit() error { return failure(t.in.Commit()) }

// Rollback is part of driver.Tx.
func (t tx) Rollback() error { return failure(t.in.Rollback()) }

// ResetSession is part of driver.SessionResetter.
func (c *conn) ResetSession(ctx context.Context) error { return c.in.ResetSession(ctx) }

// IsValid is part of driver.Validator.
func (c *conn) IsValid() bool { return c.in.IsValid() }

// uninterrupted removes the cancellation from what runs on a writing
// connection: SQLite answers the interruption of a write by rolling back the
// whole transaction, and with it the work of other callers in the group. The
// caller's context is looked at between statements instead.
func (c *conn) uninterrupted(ctx context.Context) (context.Context, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if c.mode == writing {
		return context.WithoutCancel(ctx), nil
	}
	return ctx, nil
}

// ExecContext runs a statement.
func (c *conn) ExecContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Result, error) {
	ctx, err := c.uninterrupted(ctx)
	if err != nil {
		return nil, err
	}
	s, err := c.cache.take(ctx, c.in, q)
	if err != nil {
		return nil, failure(err)
	}
	if s == nil { // more than one statement: a migration
		r, err := c.in.ExecContext(ctx, Numbered(q), args)
		return r, failure(err)
	}
	r, err := s.in.(driver.StmtExecContext).ExecContext(ctx, args)
	c.cache.put(s)
	return r, failure(err)
}

// QueryContext runs a query.
func (c *conn) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	ctx, err := c.uninterrupted(ctx)
	if err != nil {
		return nil, err
	}
	s, err := c.cache.take(ctx, c.in, q)
	if err != nil {
		return nil, failure(err)
	}
	if s == nil {
		r, err := c.in.QueryContext(ctx, Numbered(q), args)
		return r, failure(err)
	}
	r, err := s.in.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		c.cache.put(s)
		return nil, failure(err)
	}
	return &rows{in: r, s: s, cache: c.cache}, nil
}

// rows gives its statement back when it is closed.
type rows struct {
	in    driver.Rows
	s     *statement
	cache *statements
}

// Columns is part of driver.Rows.
func (r *rows) Columns() []string { return r.in.Columns() }

// Next is part of driver.Rows.
func (r *rows) Next(dest []driver.Value) error { return failure(r.in.Next(dest)) }

// Close is part of driver.Rows.
func (r *rows) Close() error {
	if r.s == nil {
		return nil
	}
	err := r.in.Close()
	r.cache.put(r.s)
	r.s = nil
	return failure(err)
}
