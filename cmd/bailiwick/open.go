package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"bailiwick"
	"bailiwick/internal/server"
	"bailiwick/internal/store"
	"bailiwick/internal/store/postgres"
	"bailiwick/internal/store/sqlite"
	"bailiwick/internal/vault"
	"bailiwick/internal/vault/keystore"
)

// house is everything that is open while a command runs.
type house struct {
	parts    server.Parts
	warnings []string
	close    []func() error // in order of opening
}

// Close closes in the reverse order of opening.
func (h *house) Close() error {
	var errs []error
	for i := len(h.close) - 1; i >= 0; i-- {
		errs = append(errs, h.close[i]())
	}
	return errors.Join(errs...)
}

// errInUse is that another process has the data directory open.
var errInUse = errors.New("in use by another process")

// untouched reports whether nothing of an installation is at the places that
// the configuration names.
func untouched(c *server.Config) bool {
	for _, path := range []string{c.RootKeyFile(), filepath.Join(c.DataDir(), "store"), filepath.Join(c.DataDir(), "keys")} {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return true
}

// openExisting is open for commands that look at an installation or change
// one: a misspelt --data must not silently make another.
func openExisting(inv *invocation) (*house, error) {
	c := &inv.config
	if err := c.Check(); err != nil {
		return nil, err
	}
	if !untouched(c) {
		return open(inv)
	}
	if c.Database != "" { // what is wrong with the database comes first
		driver, err := openDriver(inv.ctx, inv.config)
		if err != nil {
			return nil, err
		}
		if err := driver.Close(); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("there is no installation in %s: check --data, or make one with \"bailiwick tenant create\"", c.DataDir())
}

// open opens data and keys, made where there are none, and furnishes the
// rooms. Every refusal is a sentence that says what to do.
func open(inv *invocation) (h *house, err error) {
	c := inv.config
	if err := c.Check(); err != nil {
		return nil, err
	}
	h = &house{}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.Close())
		}
	}()
	if err := os.MkdirAll(c.DataDir(), 0o700); err != nil {
		return h, fmt.Errorf("the data directory cannot be made: %w", err)
	}
	if c.Database == "" {
		unlock, err := lock(c.DataDir())
		if err != nil {
			return h, err
		}
		h.close = append(h.close, unlock)
	}
	driver, err := openDriver(inv.ctx, c)
	if err != nil {
		return h, err
	}
	if driver, err = withCells(c, driver); err != nil {
		return h, err
	}
	data := store.New(driver)
	h.close = append(h.close, data.Close)
	keys, err := keystore.Open(inv.ctx, c.KeystoreSpec())
	if err != nil {
		return h, err
	}
	h.close = append(h.close, keys.Close)
	v, err := vault.Open(inv.ctx, vault.Options{Keystore: keys, Keeper: vault.NewFileKeeper(c.RootKeyFile())})
	if err != nil {
		return h, err
	}
	h.warnings = v.Warnings()
	h.parts = server.Furnish(data, v, bailiwick.SystemClock{}, inv.log)
	return h, nil
}

// openDriver chooses the engine: PostgreSQL if a database is named, SQLite
// files in the data directory otherwise.
func openDriver(ctx context.Context, c server.Config) (store.Driver, error) {
	if c.Database != "" {
		return postgres.Open(ctx, postgres.Options{AppURL: c.Database})
	}
	return sqlite.Open(ctx, sqlite.Options{Dir: filepath.Join(c.DataDir(), "store")})
}

// lock makes sure that one process at a time has a data directory open: SQLite
// would keep the files whole, but each process would miss the other's changes
// of users and rules for as long as it remembers them.
func lock(dir string) (unlock func() error, err error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the data directory cannot be used: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("the data directory %s is %w: stop it first, or choose another with --data", dir, errInUse)
	}
	return f.Close, nil // closing releases the lock
}
