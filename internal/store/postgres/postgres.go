// Package postgres is the driver of internal/store that keeps all tenants in
// one PostgreSQL database, apart from each other by row-level security.
//
// The program connects as an app role that owns nothing. Each transaction
// names its tenant in the setting app.tenant before its first statement; the
// policy of every tenant table compares with it, and fails when it is not set.
// A directory transaction never sets it.
//
// Invariants:
//
//   - Open refuses a role that row-level security does not bind.
//   - The setting is local to a transaction, so a pooled connection cannot
//     carry it to the next.
//   - A transaction costs one round trip more than its statements: BEGIN, the
//     setting and the lock travel with the first statement, see session.go.
//   - Writers of one tenant take an advisory lock before anything else and run
//     one after another, as on SQLite, so that no write skew is possible
//     without serializable transactions and their repetitions.
package postgres

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/migrations"
)

// defaultMaxConns suits a server of PostgreSQL's default max_connections.
const defaultMaxConns = 16

// Options configure Open.
type Options struct {
	AppURL   string          // connection URL of the app role; pgx's parameters are understood
	MaxConns int             // connections at most; 0 means 16
	Clock    bailiwick.Clock // nil means the machine's clock
}

type engine struct {
	db    *sql.DB
	clock bailiwick.Clock
	known sync.Map // bailiwick.TenantID: tenants seen to exist; they are never uncreated
}

// Open connects as the app role and checks that the database protects what it
// should. It returns bailiwick.CodeUnavailable, with what to do, if the
// database cannot be reached, if the role is bound by no row-level security, or
// if the schema is of another version of the program.
func Open(ctx context.Context, o Options) (store.Driver, error) {
	config, err := pgx.ParseConfig(o.AppURL)
	if err != nil {
		// The error of pgx can quote the URL, and with it the password.
		return nil, unavailable("The database URL cannot be read; it looks like postgres://user:password@host:5432/database.", nil)
	}
	if o.MaxConns <= 0 {
		o.MaxConns = defaultMaxConns
	}
	if o.Clock == nil {
		o.Clock = bailiwick.SystemClock{}
	}
	db := sql.OpenDB(&connector{config: config, clock: o.Clock})
	db.SetMaxOpenConns(o.MaxConns)
	db.SetMaxIdleConns(o.MaxConns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	db.SetConnMaxLifetime(time.Hour)
	if err := check(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &engine{db: db, clock: o.Clock}, nil
}

func unavailable(message string, err error) error {
	return &bailiwick.Error{Code: bailiwick.CodeUnavailable, Message: message, Err: err}
}

// check refuses a role above the policies and a schema of another version.
func check(ctx context.Context, db *sql.DB) error {
	var above, owner bool
	if err := db.QueryRowContext(ctx, qRole).Scan(&above, &owner); err != nil {
		return unavailable("The database cannot be reached; check the database URL and that PostgreSQL is running.", err)
	}
	if above || owner {
		return unavailable("The database role of the program may bypass row-level security (it is a superuser, has BYPASSRLS, or owns the tables); "+
			"create a plain role for it, name it with --database, and use the owner for migrate only.", nil)
	}
	for _, s := range []migrations.Sequence{migrations.Directory, migrations.Tenant} {
		want, err := s.Latest()
		if err != nil {
			return err
		}
		have, err := version(ctx, db, s)
		switch {
		case err != nil:
			return unavailable("The database has not been prepared for this role; run bailiwick migrate first.", err)
		case have < want:
			return unavailable("The database is of an older version; run bailiwick migrate first.", nil)
		case have > want:
			return unavailable("The database was migrated by a newer version of Bailiwick; start that version.", nil)
		}
	}
	return nil
}

const qRole = `SELECT r.rolsuper OR r.rolbypassrls,
 EXISTS (SELECT 1 FROM pg_class c WHERE c.relname = 'tenant_stores' AND pg_has_role(c.relowner, 'MEMBER'))
 FROM pg_roles r WHERE r.rolname = current_user`

// version is the highest applied migration of a sequence.
func version(ctx context.Context, db *sql.DB, s migrations.Sequence) (int64, error) {
	var have int64
	err := db.QueryRowContext(ctx, "SELECT COALESCE(max(version_id), 0) FROM "+s.Table()).Scan(&have)
	return have, err
}

// Engine names the engine.
func (e *engine) Engine() string { return "postgres" }

// CreateTenant writes the row that says that the tenant has a store.
func (e *engine) CreateTenant(ctx context.Context, id bailiwick.TenantID) error {
	err := e.run(ctx, tenantWrite(id), func(c store.Conn) error {
		_, err := c.ExecContext(ctx, qMarkCreated, e.clock.Now().UnixMicro())
		return err
	})
	if err == nil {
		e.known.Store(id, true)
	}
	return err
}

const qMarkCreated = `INSERT INTO tenant_stores (slot, created_at) VALUES (1, $1) ON CONFLICT (tenant_id, slot) DO NOTHING`

// exists returns ErrNoTenant for a tenant without a store. It asks the database
// once per tenant.
func (e *engine) exists(ctx context.Context, id bailiwick.TenantID) error {
	if _, ok := e.known.Load(id); ok {
		return nil
	}
	var n int64
	err := e.run(ctx, tenantRead(id), func(c store.Conn) error {
		return c.QueryRowContext(ctx, qCountStores).Scan(&n)
	})
	if err == nil && n == 0 {
		err = store.ErrNoTenant
	}
	if err == nil {
		e.known.Store(id, true)
	}
	return err
}

const qCountStores = `SELECT count(*) FROM tenant_stores WHERE slot = 1`

// View runs f in a repeatable-read, read-only transaction of the tenant.
func (e *engine) View(ctx context.Context, id bailiwick.TenantID, f func(store.Conn) error) error {
	if err := e.exists(ctx, id); err != nil {
		return err
	}
	return e.run(ctx, tenantRead(id), f)
}

// Update runs f as the only writer of the tenant.
func (e *engine) Update(ctx context.Context, id bailiwick.TenantID, f func(store.Conn) error) error {
	if err := e.exists(ctx, id); err != nil {
		return err
	}
	return e.run(ctx, tenantWrite(id), f)
}

// ViewDirectory runs f in a transaction without a tenant.
func (e *engine) ViewDirectory(ctx context.Context, f func(store.Conn) error) error {
	return e.run(ctx, start{readOnly: true}, f)
}

// UpdateDirectory runs f as the only writer of the directory.
func (e *engine) UpdateDirectory(ctx context.Context, f func(store.Conn) error) error {
	return e.run(ctx, start{lock: lockKey([]byte("directory"))}, f)
}

// run runs f in a transaction.
func (e *engine) run(ctx context.Context, s start, f func(store.Conn) error) error {
	t, err := e.db.BeginTx(context.WithValue(ctx, startKey{}, s), &sql.TxOptions{ReadOnly: s.readOnly})
	if err != nil {
		return closedError(err)
	}
	defer t.Rollback() // without effect after Commit
	if err := f(t); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return t.Commit()
}

// Ping asks the server.
func (e *engine) Ping(ctx context.Context) error { return closedError(e.db.PingContext(ctx)) }

// Close waits for what runs and disconnects.
func (e *engine) Close() error { return e.db.Close() }

// closedError translates database/sql's word for a closed handle.
func closedError(err error) error {
	if err != nil && err.Error() == "sql: database is closed" {
		return store.ErrClosed
	}
	return err
}

func tenantRead(id bailiwick.TenantID) start {
	return start{tenant: id.String(), readOnly: true}
}

func tenantWrite(id bailiwick.TenantID) start {
	return start{tenant: id.String(), lock: lockKey(id.ID[:])}
}

// lockKey is the advisory lock of a tenant. Two tenants with the same key would
// wait for each other and lose nothing.
func lockKey(name []byte) int64 {
	h := sha256.Sum256(append([]byte("bailiwick write lock "), name...))
	return int64(binary.BigEndian.Uint64(h[:8]) | 1)
}

var errNoStart = errors.New("postgres: a transaction must be started by the engine")
