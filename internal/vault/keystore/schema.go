package keystore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// ErrNewer is returned by the opening of a keystore that a newer program has
// written.
var ErrNewer = errors.New("the keystore was written by a newer version of this program: install that version, or restore the keystore that belongs to this one")

// migrations are the versions of the keystore, oldest first; never edited,
// only added to. The macros name the types of the two engines.
var migrations = []string{
	`CREATE TABLE keystore_facts (
		name  {{text}} NOT NULL PRIMARY KEY,
		value {{bytes}} NOT NULL
	){{strict}};
	CREATE TABLE tenant_keks (
		tenant_id  {{bytes}} NOT NULL,
		epoch      {{int}} NOT NULL,
		wrapped    {{bytes}} NOT NULL,
		created_at {{int}} NOT NULL,
		PRIMARY KEY (tenant_id, epoch)
	){{strict}};
	CREATE TABLE tenant_keys (
		tenant_id  {{bytes}} NOT NULL,
		purpose    {{text}} NOT NULL,
		version    {{int}} NOT NULL,
		epoch      {{int}} NOT NULL,
		wrapped    {{bytes}} NOT NULL,
		created_at {{int}} NOT NULL,
		PRIMARY KEY (tenant_id, purpose, version)
	){{strict}};
	CREATE TABLE subject_keys (
		tenant_id  {{bytes}} NOT NULL,
		subject_id {{bytes}} NOT NULL,
		version    {{int}} NOT NULL,
		epoch      {{int}} NOT NULL,
		wrapped    {{bytes}} NOT NULL,
		created_at {{int}} NOT NULL,
		PRIMARY KEY (tenant_id, subject_id)
	){{strict}};
	CREATE TABLE erasure_journal (
		tenant_id {{bytes}} NOT NULL,
		id        {{bytes}} NOT NULL,
		act       {{text}} NOT NULL,
		object_id {{bytes}} NOT NULL,
		at        {{int}} NOT NULL,
		PRIMARY KEY (tenant_id, id)
	){{strict}};
	CREATE INDEX erasure_journal_object ON erasure_journal (tenant_id, object_id, act)`,
}

const (
	qVersionTable  = `CREATE TABLE IF NOT EXISTS keystore_version (version BIGINT NOT NULL)`
	qVersion       = `SELECT COALESCE(max(version), 0) FROM keystore_version`
	qInsertVersion = `INSERT INTO keystore_version (version) VALUES ($1)`
	qMigrationLock = `SELECT pg_advisory_xact_lock(7021894402)`
)

// migrate brings the keystore to the newest version, or refuses one that is
// newer. Two programs that start at once take turns.
func (s *Store) migrate(ctx context.Context) error {
	return s.update(ctx, func(tx *sql.Tx) error {
		if !s.sqlite {
			if _, err := s.exec(ctx, tx, qMigrationLock); err != nil {
				return err
			}
		}
		if _, err := s.exec(ctx, tx, qVersionTable); err != nil {
			return err
		}
		var at int
		if err := tx.QueryRowContext(ctx, qVersion).Scan(&at); err != nil {
			return fmt.Errorf("keystore: %w", err)
		}
		if at > len(migrations) {
			return ErrNewer
		}
		for v := at; v < len(migrations); v++ {
			for _, ddl := range strings.Split(s.render(migrations[v]), ";") {
				if _, err := s.exec(ctx, tx, ddl); err != nil {
					return err
				}
			}
			if _, err := s.exec(ctx, tx, qInsertVersion, v+1); err != nil {
				return err
			}
		}
		return nil
	})
}

// render replaces the macros of a migration.
func (s *Store) render(ddl string) string {
	if s.sqlite {
		return strings.NewReplacer("{{text}}", "TEXT", "{{bytes}}", "BLOB", "{{int}}", "INTEGER",
			"{{strict}}", " STRICT, WITHOUT ROWID").Replace(ddl)
	}
	return strings.NewReplacer("{{text}}", `TEXT COLLATE "C"`, "{{bytes}}", "BYTEA", "{{int}}", "BIGINT",
		"{{strict}}", "").Replace(ddl)
}
