package storetest

import (
	"testing"

	"bailiwick/internal/store"
)

func TestSQLite(t *testing.T) {
	Run(t, func(t testing.TB) *store.Store { return SQLite(t) })
}

func TestPostgres(t *testing.T) {
	Run(t, func(t testing.TB) *store.Store { return PostgresAt(t, ProbeDatabase(t)) })
}
