package storetest

import (
	"context"
	"testing"

	"bailiwick/internal/store"
	"bailiwick/internal/store/sqlite"
)

func TestSQLite(t *testing.T) {
	Run(t, func(t testing.TB) *store.Store {
		d, err := sqlite.Open(context.Background(), sqlite.Options{Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		return opened(t, d)
	})
}

func TestPostgres(t *testing.T) {
	Run(t, func(t testing.TB) *store.Store { return opened(t, postgresDriver(t, ProbeDatabase(t))) })
}
