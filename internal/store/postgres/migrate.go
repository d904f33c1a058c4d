package postgres

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"bailiwick/internal/store/migrations"
)

// Migrate brings the database to the schema of this program, as the owner of
// the tables, and gives the app role what it needs. Concurrent runs wait for
// each other. It is a step of its own (bailiwick migrate): the program that
// serves knows the app role's URL only. ownerURL must lead to the server
// directly, not through a pooler; appRole must exist.
func Migrate(ctx context.Context, ownerURL, appRole string) error {
	config, err := pgx.ParseConfig(ownerURL)
	if err != nil {
		return unavailable("The owner's database URL cannot be read; it looks like postgres://owner:password@host:5432/database.", nil)
	}
	db := stdlib.OpenDB(*config)
	err = migrate(ctx, db, appRole)
	return errors.Join(err, db.Close())
}

func migrate(ctx context.Context, db *sql.DB, appRole string) error {
	if err := db.PingContext(ctx); err != nil {
		return unavailable("The database cannot be reached as the owner; check the owner's database URL.", failure(err))
	}
	var exists bool
	if err := db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)", appRole).Scan(&exists); err != nil {
		return failure(err)
	}
	if !exists {
		return unavailable("The app role does not exist; create it with CREATE ROLE ... LOGIN, and name it to migrate.", nil)
	}
	for _, s := range []migrations.Sequence{migrations.Directory, migrations.Tenant} {
		if err := s.Up(ctx, db, migrations.PostgreSQL, appRole); err != nil {
			return err
		}
	}
	return grantVersions(ctx, db, appRole)
}

// grantLock is the key of the advisory lock under which runs of Migrate grant
// one after another: two GRANTs on a table at the same moment fail.
const grantLock = 0x6261696c6977 // "bailiw"

// grantVersions lets the app role see whether the schema is its own. The role's
// name was checked by the migrations' macros, but a database that was up to date
// may not have rendered any, so it is quoted.
func grantVersions(ctx context.Context, db *sql.DB, appRole string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return failure(err)
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", int64(grantLock)); err != nil {
		return failure(err)
	}
	for _, s := range []migrations.Sequence{migrations.Directory, migrations.Tenant} {
		var exists bool
		if err := tx.QueryRowContext(ctx, "SELECT to_regclass($1) IS NOT NULL", s.Table()).Scan(&exists); err != nil {
			return failure(err)
		}
		if !exists {
			continue
		}
		if _, err := tx.ExecContext(ctx, "GRANT SELECT ON "+s.Table()+" TO "+pgx.Identifier{appRole}.Sanitize()); err != nil {
			return failure(err)
		}
	}
	return failure(tx.Commit())
}
