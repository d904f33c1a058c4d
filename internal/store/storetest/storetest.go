// Package storetest is the conformance suite that every driver of
// internal/store passes, and what gives other packages' tests a store of each
// engine. It is used by tests only.
package storetest

import (
	"context"
	"strings"
	"testing"

	"bailiwick/internal/store"
	"bailiwick/internal/store/migrations"
	"bailiwick/internal/store/pgtest"
	"bailiwick/internal/store/postgres"
	"bailiwick/internal/store/sqlite"
)

// Engines runs test on a new, empty store of each engine, as the subtests
// "sqlite" and "postgres". The second skips where there is no PostgreSQL,
// unless BAILIWICK_REQUIRE names it. A query that the engines would understand
// differently fails the test when it is run.
func Engines(t *testing.T, test func(*testing.T, *store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// SQLite returns a new, empty store in a directory of the test.
func SQLite(t testing.TB) *store.Store {
	t.Helper()
	d, err := sqlite.Open(context.Background(), sqlite.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatalf("storetest: %v", err)
	}
	return opened(t, &linted{Driver: d, t: t})
}

// Postgres returns a new, empty store in a database of the test.
func Postgres(t testing.TB) *store.Store {
	t.Helper()
	return PostgresAt(t, Database(t))
}

// PostgresAt returns a store in a database that Database returned.
func PostgresAt(t testing.TB, db pgtest.Database) *store.Store {
	t.Helper()
	return opened(t, &linted{Driver: postgresDriver(t, db), t: t})
}

func postgresDriver(t testing.TB, db pgtest.Database) store.Driver {
	t.Helper()
	d, err := postgres.Open(context.Background(), postgres.Options{AppURL: db.AppURL, MaxConns: 8})
	if err != nil {
		t.Fatalf("storetest: %v", err)
	}
	return d
}

// Database returns a migrated database of the test, for tests that need its
// URLs.
func Database(t testing.TB) pgtest.Database {
	t.Helper()
	return pgtest.Migrated(t, schemaText(t), func(db pgtest.Database) error {
		return postgres.Migrate(context.Background(), db.OwnerURL, pgtest.App)
	})
}

// schemaText is all the text of the migrations, by which a template database
// is known to be of this schema.
func schemaText(t testing.TB) string {
	t.Helper()
	var b strings.Builder
	for _, s := range []migrations.Sequence{migrations.Directory, migrations.Tenant} {
		text, err := s.Text(migrations.PostgreSQL, pgtest.App)
		if err != nil {
			t.Fatalf("storetest: %v", err)
		}
		b.WriteString(text)
	}
	return b.String()
}

func opened(t testing.TB, d store.Driver) *store.Store {
	s := store.New(d)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("storetest: close: %v", err)
		}
	})
	return s
}
