package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bailiwick"
	"bailiwick/internal/store"
)

// start says how a transaction starts. It travels to the connection in the
// context of BeginTx, because database/sql has no other way.
type start struct {
	tenant   string // empty: the directory
	lock     int64  // advisory lock of a writer; 0: none
	readOnly bool
}

type startKey struct{}

// fresh is how long an idle connection is trusted to be alive.
const fresh = time.Second

// connector opens sessions for database/sql.
type connector struct {
	config *pgx.ConnConfig
	clock  bailiwick.Clock
}

// Driver is part of driver.Connector.
func (c *connector) Driver() driver.Driver { return nil }

// Connect opens a session.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	in, err := pgx.ConnectConfig(ctx, c.config.Copy())
	if err != nil {
		return nil, failure(err)
	}
	return &session{in: in, base: context.WithoutCancel(ctx), clock: c.clock, used: c.clock.Now()}, nil
}

// session is a connection that saves the round trips of a transaction. BEGIN
// and what belongs to it wait for the first statement and are sent with it. The
// end of a reader is sent without waiting for the answer, which is read before
// the connection's next use; a reader has nothing to lose by that.
type session struct {
	in     *pgx.Conn
	base   context.Context // for what database/sql asks without a context
	clock  bailiwick.Clock
	used   time.Time
	now    start
	begun  bool                      // whether the server knows of the transaction
	later  []waiting                 // statements that travel with the next one, or with the commit
	failed error                     // what spoilt the transaction
	ending *pgconn.MultiResultReader // the unread answer to the end of a reader
}

// Prepare is part of driver.Conn; statements are prepared by pgx itself.
func (s *session) Prepare(string) (driver.Stmt, error) {
	return nil, errors.New("postgres: the driver keeps its own prepared statements")
}

// Begin is part of driver.Conn; database/sql calls BeginTx.
func (s *session) Begin() (driver.Tx, error) { return nil, errNoStart }

// Close disconnects.
func (s *session) Close() error {
	_ = s.settle()
	return failure(s.in.Close(s.base))
}

// Ping asks the server.
func (s *session) Ping(ctx context.Context) error {
	if err := s.settle(); err != nil {
		return err
	}
	return failure(s.in.Ping(ctx))
}

// IsValid is part of driver.Validator.
func (s *session) IsValid() bool { return !s.in.IsClosed() }

// ResetSession refuses to reuse a connection that is dead or still within a
// transaction.
func (s *session) ResetSession(ctx context.Context) error {
	if s.settle() != nil || s.in.IsClosed() || s.in.PgConn().TxStatus() != 'I' {
		return driver.ErrBadConn
	}
	if now := s.clock.Now(); now.Sub(s.used) > fresh {
		if s.in.Ping(ctx) != nil {
			return driver.ErrBadConn
		}
	}
	s.used = s.clock.Now()
	return nil
}

// settle reads the answer to the end of the last reader.
func (s *session) settle() error {
	if s.ending == nil {
		return nil
	}
	err := s.ending.Close()
	s.ending = nil
	return failure(err)
}

// BeginTx notes how the transaction is to start.
func (s *session) BeginTx(ctx context.Context, _ driver.TxOptions) (driver.Tx, error) {
	how, ok := ctx.Value(startKey{}).(start)
	if !ok {
		return nil, errNoStart
	}
	if err := s.settle(); err != nil {
		return nil, driver.ErrBadConn
	}
	s.now, s.begun, s.failed, s.later = how, false, nil, nil
	return (*transaction)(s), nil
}

const (
	qBeginRead  = "begin isolation level repeatable read read only"
	qBeginWrite = "begin isolation level read committed read write"
	qTenant     = "select set_config('app.tenant', $1, true)"
	qLock       = "select pg_advisory_xact_lock($1)"
)

// opening returns the statements that start the transaction, for the batch of
// its first statement.
func (s *session) opening() *pgx.Batch {
	b := &pgx.Batch{}
	if s.now.readOnly {
		b.Queue(qBeginRead)
	} else {
		b.Queue(qBeginWrite)
	}
	if s.now.tenant != "" {
		b.Queue(qTenant, s.now.tenant)
	}
	if s.now.lock != 0 {
		b.Queue(qLock, s.now.lock)
	}
	return b
}

// waiting is a statement of TenantTx.Later.
type waiting struct {
	q      string
	args   []any
	failed func(error) error
}

// maxWaiting bounds what waits, and with it the size of a batch.
const maxWaiting = 500

// first sends the statement together with what starts the transaction and what
// waits for it, and returns the results positioned at the statement's.
func (s *session) first(ctx context.Context, q string, args ...any) (pgx.BatchResults, error) {
	b := &pgx.Batch{}
	if !s.begun {
		b = s.opening()
	}
	opening, later := b.Len(), s.later
	for _, w := range later {
		b.Queue(w.q, w.args...)
	}
	b.Queue(q, args...)
	s.begun, s.later = true, nil
	r := s.in.SendBatch(ctx, b)
	for i := range opening + len(later) {
		if _, err := r.Exec(); err != nil {
			_ = r.Close()
			if err = failure(err); i >= opening {
				err = later[i-opening].failed(err)
			}
			return nil, err
		}
	}
	return r, nil
}

// lazy reports whether the next statement does not travel alone.
func (s *session) lazy() bool { return s.now != start{} && (!s.begun || len(s.later) > 0) }

// ready refuses statements of a transaction that an earlier one has spoilt,
// with the error of that one.
func (s *session) ready() error {
	if s.failed != nil {
		return s.failed
	}
	return s.settle()
}

// note remembers the first failure of a transaction.
func (s *session) note(err error) error {
	err = failure(err)
	if err != nil && s.failed == nil {
		s.failed = err
	}
	return err
}

// ExecContext runs a statement.
func (s *session) ExecContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Result, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	if failed, ok := store.IsLater(ctx); ok && !s.now.readOnly && len(s.later) < maxWaiting {
		s.later = append(s.later, waiting{q, plain(args), failed})
		return driver.RowsAffected(0), nil
	}
	if !s.lazy() {
		tag, err := s.in.Exec(ctx, q, plain(args)...)
		return driver.RowsAffected(tag.RowsAffected()), s.note(err)
	}
	r, err := s.first(ctx, q, plain(args)...)
	if err != nil {
		return nil, s.note(err)
	}
	tag, err := r.Exec()
	return driver.RowsAffected(tag.RowsAffected()), s.note(errors.Join(err, r.Close()))
}

// QueryContext runs a query.
func (s *session) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	if !s.lazy() {
		r, err := s.in.Query(ctx, q, plain(args)...)
		return newRows(s, r, nil, err)
	}
	b, err := s.first(ctx, q, plain(args)...)
	if err != nil {
		return nil, s.note(err)
	}
	r, err := b.Query()
	return newRows(s, r, b, err)
}

func plain(args []driver.NamedValue) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = a.Value
	}
	return out
}

// transaction is a session within a transaction.
type transaction session

// Commit ends the transaction. The answer of a writer is waited for.
func (t *transaction) Commit() error {
	s := (*session)(t)
	if s.failed == nil && len(s.later) > 0 {
		return s.commitWithRest()
	}
	how := s.now
	s.now, s.later = start{}, nil
	if !s.begun {
		return nil
	}
	if how.readOnly && s.failed == nil {
		return s.end()
	}
	tag, err := s.in.Exec(s.base, "commit")
	switch {
	case s.failed != nil:
		return s.failed
	case err == nil && tag.String() == "ROLLBACK":
		return errNotKept
	}
	return failure(err)
}

// commitWithRest sends the statements that still wait and the commit together.
// If one of them fails, the server skips the commit.
func (s *session) commitWithRest() error {
	r, err := s.first(s.base, "commit")
	s.now = start{}
	if err != nil {
		_ = s.end()
		return err
	}
	tag, err := r.Exec()
	if err = errors.Join(err, r.Close()); err == nil && tag.String() == "ROLLBACK" {
		return errNotKept
	}
	return failure(err)
}

// Rollback undoes the transaction.
func (t *transaction) Rollback() error {
	s := (*session)(t)
	s.now, s.failed, s.later = start{}, nil, nil
	if !s.begun || s.in.IsClosed() {
		return nil
	}
	return s.end()
}

// end sends a rollback and leaves the answer unread. The connection is given
// back at once; whoever takes it reads the answer first.
func (s *session) end() error {
	if s.in.PgConn().TxStatus() == 'I' {
		return nil
	}
	s.ending = s.in.PgConn().Exec(s.base, "rollback")
	return nil
}
