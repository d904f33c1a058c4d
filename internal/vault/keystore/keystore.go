package keystore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"

	"bailiwick"
)

// ErrShredded is returned when a key is asked for, or to be made, for a
// subject whose key has been destroyed.
var ErrShredded = errors.New("the key of this subject has been destroyed")

// ErrNoKey is returned when there is no such key and no trace of one.
var ErrNoKey = errors.New("the keystore has no such key")

// ErrStale is returned for keys wrapped under an epoch that has ended: wrap
// them again under the present one.
var ErrStale = errors.New("the epoch of the key has ended")

// MaxBatch is the largest number of subjects in one call.
const MaxBatch = 10_000

// inBatch is how many identifiers one statement names; well below the bounds
// of both engines on parameters.
const inBatch = 200

// Store is an open keystore. It is safe for concurrent use.
type Store struct {
	db      *sql.DB
	sqlite  bool
	write   sync.Mutex // SQLite has one writer; waiting here is fair, waiting there is not
	inserts queue      // SQLite: see InsertSubjects
	texts   sync.Map   // statement -> statement as this engine spells it
}

// KEK is a key-encryption key of a tenant for one epoch, wrapped by the root
// keeper. Rotation makes the next epoch, wraps the surviving keys anew and
// deletes the old one; with it dies whatever still lies in old pages, dead
// rows and archives.
type KEK struct {
	Epoch   int64
	Wrapped []byte
}

// TenantKey is a key of a tenant for one purpose, wrapped by the KEK of Epoch.
type TenantKey struct {
	Purpose string
	Version uint16
	Epoch   int64
	Wrapped []byte
}

// SubjectKey is the key of one subject, wrapped by the KEK of Epoch.
type SubjectKey struct {
	Subject bailiwick.SubjectID
	Version uint16
	Epoch   int64
	Wrapped []byte
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

// Ping reports whether the keystore answers.
func (s *Store) Ping(ctx context.Context) error { return s.db.PingContext(ctx) }

// Engine names the database below: "sqlite" or "postgres".
func (s *Store) Engine() string {
	if s.sqlite {
		return "sqlite"
	}
	return "postgres"
}

// text spells a statement for the engine: SQLite takes $1 for a name, not a
// number, so the parameters become ?1.
func (s *Store) text(q string) string {
	if !s.sqlite {
		return q
	}
	if t, ok := s.texts.Load(q); ok {
		return t.(string)
	}
	t := strings.ReplaceAll(q, "$", "?")
	if len(q) < 4096 {
		s.texts.Store(q, t)
	}
	return t
}

// update runs do in a transaction and commits it.
func (s *Store) update(ctx context.Context, do func(tx *sql.Tx) error) error {
	if s.sqlite {
		s.write.Lock()
		defer s.write.Unlock()
	}
	return s.commit(ctx, do)
}

// commit is update for a caller that holds the write lock.
func (s *Store) commit(ctx context.Context, do func(tx *sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("keystore: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := do(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("keystore: %w", err)
	}
	return nil
}

// exec runs one statement in a transaction.
func (s *Store) exec(ctx context.Context, tx *sql.Tx, q string, args ...any) (int64, error) {
	r, err := tx.ExecContext(ctx, s.text(q), args...)
	if err != nil {
		return 0, fmt.Errorf("keystore: %w", err)
	}
	n, err := r.RowsAffected()
	if err != nil {
		return 0, fmt.Errorf("keystore: %w", err)
	}
	return n, nil
}

// rows runs a query and hands each row to scan.
func (s *Store) rows(ctx context.Context, q querier, text string, scan func(*sql.Rows) error, args ...any) error {
	rows, err := q.QueryContext(ctx, s.text(text), args...)
	if err != nil {
		return fmt.Errorf("keystore: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return fmt.Errorf("keystore: %w", err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("keystore: %w", err)
	}
	return nil
}

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error)
}
