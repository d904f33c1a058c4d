package migrations

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed directory tenant
var files embed.FS

// Sequence is one of the two series of migrations.
type Sequence string

// The sequences.
const (
	Directory Sequence = "directory"
	Tenant    Sequence = "tenant"
)

// Table is the name of the sequence's table of applied versions.
func (s Sequence) Table() string { return string(s) + "_versions" }

// Latest is the highest version of the sequence; 0 if there is none. A
// database of a higher version was written by a newer program.
func (s Sequence) Latest() (int64, error) {
	names, err := fs.Glob(files, string(s)+"/*.sql")
	if err != nil {
		return 0, err
	}
	var last int64
	for _, name := range names {
		base := path.Base(name)
		digits, _, _ := strings.Cut(base, "_")
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || len(digits) != 4 || n == 0 {
			return 0, fmt.Errorf("migrations: %s is not named NNNN_noun.sql", base)
		}
		last = max(last, n)
	}
	return last, nil
}

// Up applies what is missing of the sequence. Each file runs in a transaction
// of its own, so an interrupted run continues where it stopped. On PostgreSQL
// an advisory lock makes concurrent runs wait for each other; db must then
// connect as the owner, directly and not through a pooler.
func (s Sequence) Up(ctx context.Context, db *sql.DB, d Dialect, appRole string) error {
	sources, err := s.Sources(d, appRole)
	if err != nil {
		return err
	}
	options := []goose.ProviderOption{
		goose.WithTableName(s.Table()),
		goose.WithDisableGlobalRegistry(true),
		goose.WithAllowOutofOrder(true),
	}
	dialect := goose.DialectSQLite3
	if d == PostgreSQL {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(dialect, db, sources, options...)
	if errors.Is(err, goose.ErrNoMigrations) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("migrations: %s: %w", s, err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrations: %s: %w", s, err)
	}
	return nil
}
