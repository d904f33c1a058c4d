package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"net/url"

	modernc "modernc.org/sqlite"

	"bailiwick/internal/store"
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
		return nil, errors.New("sqlite: the driver's connection lacks an interface")
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
// statements, and fails with store.Failure. As in PostgreSQL, a failed
// statement spoils its transaction: every later one fails likewise, so that a
// function that ignores a failure cannot commit half of its work.
type conn struct {
	in     inner
	mode   mode
	cache  *statements
	failed *store.Failure // of this transaction or turn
}

// The statements around a writer's turn, which conn knows.
const (
	qSavepoint = "SAVEPOINT turn"
	qUndo      = "ROLLBACK TO turn"
	qRelease   = "RELEASE turn"
)

// note remembers a failure.
func (c *conn) note(err error) error {
	err = failure(err)
	var f *store.Failure
	if c.failed == nil && errors.As(err, &f) {
		c.failed = f
	}
	return err
}

// admit refuses statements of a spoilt transaction.
func (c *conn) admit(q string) error {
	if q == qSavepoint || q == qUndo {
		c.failed = nil
	}
	if c.failed != nil {
		return c.failed
	}
	return nil
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
	c.failed = nil
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
	ctx, s, err := c.statement(ctx, q)
	if err != nil {
		return nil, err
	}
	if s == nil { // more than one statement: a migration
		r, err := c.in.ExecContext(ctx, Numbered(q), args)
		return r, c.note(err)
	}
	r, err := s.exec(ctx, args)
	c.cache.put(s)
	return r, c.note(err)
}

// QueryContext runs a query.
func (c *conn) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	ctx, s, err := c.statement(ctx, q)
	if err != nil {
		return nil, err
	}
	if s == nil {
		r, err := c.in.QueryContext(ctx, Numbered(q), args)
		if err != nil {
			return nil, c.note(err)
		}
		return &rows{in: r, c: c}, nil
	}
	r, err := s.query(ctx, args)
	if err != nil {
		c.cache.put(s)
		return nil, c.note(err)
	}
	return &rows{in: r, c: c, s: s}, nil
}

// statement prepares what q needs to run.
func (c *conn) statement(ctx context.Context, q string) (context.Context, *statement, error) {
	if err := c.admit(q); err != nil {
		return nil, nil, err
	}
	ctx, err := c.uninterrupted(ctx)
	if err != nil {
		return nil, nil, err
	}
	s, err := c.cache.take(ctx, c.in, q)
	return ctx, s, c.note(err)
}

// rows gives its statement back when it is closed.
type rows struct {
	in driver.Rows
	c  *conn
	s  *statement // nil if it is not kept
}

// Columns is part of driver.Rows.
func (r *rows) Columns() []string { return r.in.Columns() }

// Next is part of driver.Rows.
func (r *rows) Next(dest []driver.Value) error {
	if err := r.in.Next(dest); err != nil {
		return r.c.note(err)
	}
	for i, v := range dest {
		// The driver returns a nil slice for an empty blob; NULL is a nil value.
		if b, ok := v.([]byte); ok && b == nil {
			dest[i] = []byte{}
		}
	}
	return nil
}

// Close is part of driver.Rows.
func (r *rows) Close() error {
	if r.in == nil {
		return nil
	}
	err := r.in.Close()
	if r.s != nil {
		r.c.cache.put(r.s)
	}
	r.in = nil
	return failure(err)
}
