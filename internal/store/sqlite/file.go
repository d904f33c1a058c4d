package sqlite

import (
	"container/list"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/migrations"
)

// readers bounds the reading connections of a file, and so its memory.
const readers = 4

// file is an open database file.
type file struct {
	read  *sql.DB
	write *writer

	// owned by the pool
	tenant bailiwick.TenantID
	place  *list.Element
	users  int
}

// openFile opens an existing file, bringing it up to date first. The error is
// os.ErrNotExist if there is none, and bailiwick.CodeUnavailable if a newer
// program wrote it.
func openFile(ctx context.Context, path string, s migrations.Sequence) (*file, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	w := sql.OpenDB(&connector{path: path, mode: writing})
	w.SetMaxOpenConns(1)
	if err := upgrade(ctx, w, s); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	r := sql.OpenDB(&connector{path: path, mode: reading})
	r.SetMaxOpenConns(readers)
	r.SetMaxIdleConns(readers)
	r.SetConnMaxIdleTime(30 * time.Second)
	return &file{read: r, write: startWriter(ctx, w)}, nil
}

// upgrade applies missing migrations. user_version repeats the highest applied
// one, so that a file that is up to date costs one cheap query.
func upgrade(ctx context.Context, db *sql.DB, s migrations.Sequence) error {
	latest, err := s.Latest()
	if err != nil {
		return err
	}
	var have int64
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have); err != nil {
		return err
	}
	if have > latest {
		return tooNew("The data of this workspace")
	}
	if have == latest {
		return nil
	}
	if err := s.Up(ctx, db, migrations.SQLite, ""); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", latest))
	return err
}

// createFile makes a file: it is migrated and filled by fill under a temporary
// name, and gets its own when it is complete and on the disk. A file that
// somebody else completed in the meantime is kept.
func createFile(ctx context.Context, path string, s migrations.Sequence, fill func(context.Context, *file) error) error {
	dir, err := os.MkdirTemp(filepath.Dir(path), unfinished)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	defer os.RemoveAll(dir)
	temp := filepath.Join(dir, "new.db")
	if err := os.WriteFile(temp, nil, 0o600); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	f, err := openFile(ctx, temp, s)
	if err != nil {
		return err
	}
	if fill != nil {
		err = fill(ctx, f)
	}
	// Closing the last connection folds the write-ahead log into the file.
	if err := errors.Join(err, f.close()); err != nil {
		return err
	}
	if err := place(temp, path); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

// place gives a complete file its name, unless somebody else has been faster.
// A file system without hard links has a moment between looking and renaming;
// there, two programs must not create tenants in one directory at once.
func place(temp, path string) error {
	err := os.Link(temp, path)
	if err == nil || errors.Is(err, os.ErrExist) {
		return nil
	}
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	return os.Rename(temp, path)
}

// unfinished begins the names of directories in which files are made.
const unfinished = "new-"

// sweep removes what an interrupted creation left behind an hour ago or more;
// somebody else may still be at work on the younger ones.
func sweep(dir string, now time.Time) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && e.IsDir() && strings.HasPrefix(e.Name(), unfinished) && now.Sub(info.ModTime()) > time.Hour {
			err = os.RemoveAll(filepath.Join(dir, e.Name()))
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("sqlite: %w", err)
		}
	}
	return nil
}

// syncDir makes a new directory entry durable.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// view runs f in a deferred transaction on a connection that cannot write.
func (f *file) view(ctx context.Context, fn func(store.Conn) error) error {
	t, err := f.read.BeginTx(ctx, nil)
	if err != nil {
		return closedError(err)
	}
	defer t.Rollback() // a reader has nothing to commit
	return fn(t)
}

func (f *file) update(ctx context.Context, fn func(store.Conn) error) error {
	return f.write.do(ctx, fn)
}

func (f *file) close() error {
	return errors.Join(f.read.Close(), f.write.close())
}

// closedError translates database/sql's word for a closed handle.
func closedError(err error) error {
	if err != nil && err.Error() == "sql: database is closed" {
		return store.ErrClosed
	}
	return err
}
