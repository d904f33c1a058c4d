package scenario

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"bailiwick"
	"bailiwick/internal/server"
	"bailiwick/internal/store"
	"bailiwick/internal/store/postgres"
	"bailiwick/internal/store/sqlite"
	"bailiwick/internal/vault"
	"bailiwick/internal/vault/keystore"
)

// Open opens the data and the keys that a configuration names, in the places
// where the program has them, so that a test can prepare an installation for
// the program and look at what the program has left. close must be called
// before the program is started on it.
func Open(t testing.TB, c server.Config, log *Log) (parts server.Parts, closeAll func()) {
	t.Helper()
	ctx := context.Background()
	if err := os.MkdirAll(c.DataDir(), 0o700); err != nil {
		t.Fatal(err)
	}
	var driver store.Driver
	var err error
	if c.Database != "" {
		driver, err = postgres.Open(ctx, postgres.Options{AppURL: c.Database})
	} else {
		driver, err = sqlite.Open(ctx, sqlite.Options{Dir: filepath.Join(c.DataDir(), "store")})
	}
	if err != nil {
		t.Fatal(err)
	}
	keys, err := keystore.Open(ctx, c.KeystoreSpec())
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(ctx, vault.Options{Keystore: keys, Keeper: vault.NewFileKeeper(c.RootKeyFile())})
	if err != nil {
		t.Fatal(err)
	}
	data := store.New(driver)
	return server.Furnish(data, v, bailiwick.SystemClock{}, log.logger()), func() {
		if err := errors.Join(keys.Close(), data.Close()); err != nil {
			t.Errorf("closing: %v", err)
		}
	}
}

// Prepared is a World without a server: a place to make workspaces and users
// in before the program starts.
func Prepared(parts server.Parts) *World {
	return &World{Parts: parts, Log: &Log{}, people: map[string]*Person{}, client: newClient()}
}
