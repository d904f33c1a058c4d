package keystore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // driver "pgx"
	_ "modernc.org/sqlite"             // driver "sqlite"
)

// FileName is the name of the SQLite keystore within its directory.
const FileName = "keys.db"

// Open opens the keystore that a specification names: "file:DIR" for SQLite,
// "postgres://..." for PostgreSQL. The file or the tables are made if they are
// not there. It returns ErrNewer for a keystore of a newer program.
func Open(ctx context.Context, spec string) (*Store, error) {
	dir, isFile, err := parseSpec(spec)
	if err != nil {
		return nil, err
	}
	if isFile {
		return OpenSQLite(ctx, dir)
	}
	return OpenPostgres(ctx, spec)
}

// OpenSQLite opens or makes the keystore file in dir; the directory gets mode
// 0700 when it is made, the file 0600.
func OpenSQLite(ctx context.Context, dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("keystore: %w", err)
	}
	path, err := filepath.Abs(filepath.Join(dir, FileName))
	if err != nil {
		return nil, fmt.Errorf("keystore: %w", err)
	}
	// SQLite would make the file under the umask; its log files copy the mode.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keystore: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("keystore: %w", err)
	}
	// secure_delete overwrites what is deleted: a shredded key must not stay
	// readable in a free page.
	dsn := (&url.URL{Scheme: "file", Path: path, RawQuery: "_txlock=immediate" +
		"&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=secure_delete(ON)&_pragma=foreign_keys(ON)"}).String()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("keystore: %w", err)
	}
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(4)
	return start(ctx, &Store{db: db, sqlite: true})
}

// OpenPostgres opens the keystore in a PostgreSQL database of its own and
// makes its tables. A database that holds the data's tables is refused.
func OpenPostgres(ctx context.Context, dsn string) (*Store, error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, errors.New("keystore: the PostgreSQL address cannot be read")
	}
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	var n int
	if err := db.QueryRowContext(ctx, qDataTables).Scan(&n); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("keystore: the PostgreSQL database does not answer: %w", err)
	}
	if n > 0 {
		_ = db.Close()
		return nil, ErrNotApart
	}
	return start(ctx, &Store{db: db})
}

// qDataTables counts the tables of the data store: a keystore beside them
// would be in every backup of the data.
const qDataTables = `SELECT count(*) FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p') AND relname = 'ledger_entries'`

func start(ctx context.Context, s *Store) (*Store, error) {
	if err := s.migrate(ctx); err != nil {
		_ = s.db.Close()
		return nil, err
	}
	return s, nil
}

// parseSpec tells a directory from a PostgreSQL address.
func parseSpec(spec string) (dir string, isFile bool, err error) {
	switch {
	case strings.HasPrefix(spec, "file:"):
		dir = strings.TrimPrefix(strings.TrimPrefix(spec, "file:"), "//")
		if dir == "" {
			return "", false, errors.New("keystore: file: must be followed by a directory")
		}
		return dir, true, nil
	case strings.HasPrefix(spec, "postgres://"), strings.HasPrefix(spec, "postgresql://"):
		return "", false, nil
	default:
		return "", false, errors.New("keystore: give file:DIR or postgres://HOST/DATABASE")
	}
}
