package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"bailiwick"
	"bailiwick/internal/server"
	"bailiwick/internal/store"
	"bailiwick/internal/store/cell"
	"bailiwick/internal/store/postgres"
	"bailiwick/internal/store/sqlite"
)

// withCells puts the cells of the configuration beside the installation's own
// store. None is opened yet.
func withCells(c server.Config, home store.Driver) (store.Driver, error) {
	specs, err := c.CellSpecs()
	if err != nil {
		return nil, errors.Join(err, home.Close())
	}
	var cells []cell.Cell
	for _, s := range specs {
		cells = append(cells, cell.Cell{Name: s.Name, Region: s.Region, Open: func(ctx context.Context) (store.Driver, error) {
			if s.Dir() == "" {
				return postgres.Open(ctx, postgres.Options{AppURL: s.Place})
			}
			return openDir(ctx, s)
		}})
	}
	return cell.Route(home, cells, bailiwick.SystemClock{}), nil
}

// marker is the file that says which cell a directory is. Without it the
// directory is not used: it may be the empty mount point of a disk that is not
// there, or another cell's.
const marker = "cell"

func markerText(s server.CellSpec) string { return s.Name + " " + s.Region + "\n" }

// locked is an engine whose directory is for this process alone.
type locked struct {
	store.Driver
	unlock func() error
}

// Close closes the engine, then lets others in.
func (l locked) Close() error { return errors.Join(l.Driver.Close(), l.unlock()) }

func openDir(ctx context.Context, s server.CellSpec) (store.Driver, error) {
	text, err := os.ReadFile(filepath.Join(s.Dir(), marker))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("its directory has not been prepared: is its disk there? For a new cell run \"bailiwick migrate\"")
	case err != nil:
		return nil, fmt.Errorf("its directory cannot be read: %w", err)
	case string(text) != markerText(s):
		return nil, fmt.Errorf("its directory is that of the cell %q", strings.TrimSpace(string(text)))
	}
	unlock, err := lock(s.Dir())
	if err != nil {
		return nil, err
	}
	d, err := sqlite.Open(ctx, sqlite.Options{Dir: filepath.Join(s.Dir(), "store")})
	if err != nil {
		return nil, errors.Join(err, unlock())
	}
	return locked{d, unlock}, nil
}

// prepareCells brings the cells in databases to this version and marks the
// directories of new cells in files. It reports whether there are such.
func prepareCells(inv *invocation) (files bool, err error) {
	specs, err := inv.config.CellSpecs()
	if err != nil {
		return false, err
	}
	for _, s := range specs {
		if s.Dir() != "" {
			files = true
			err = prepareDir(s)
		} else if owner := inv.config.CellOwner(s.Name); owner != "" {
			err = migrateDatabase(inv.ctx, s.Place, owner)
		} else {
			err = errors.New("migrate needs its owner: give it with --cell-owners")
		}
		if err != nil {
			return false, fmt.Errorf("the cell %s: %w", s.Name, err)
		}
	}
	return files, nil
}

func prepareDir(s server.CellSpec) error {
	if err := os.MkdirAll(s.Dir(), 0o700); err != nil {
		return fmt.Errorf("its directory cannot be made: %w", err)
	}
	path := filepath.Join(s.Dir(), marker)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err // prepared earlier; opening compares
	}
	return os.WriteFile(path, []byte(markerText(s)), 0o600)
}

// migrateDatabase brings a database to this version.
func migrateDatabase(ctx context.Context, app, owner string) error {
	u, err := url.Parse(app)
	if err != nil || u.User.Username() == "" {
		return errors.New("the URL must name the app role, as in postgres://app@host/database")
	}
	return postgres.Migrate(ctx, owner, u.User.Username())
}

// cellFindings says of every cell whether it can be used.
func cellFindings(inv *invocation, h *house) []finding {
	var out []finding
	for _, c := range h.parts.Store.Cells(inv.ctx) {
		switch {
		case errors.Is(c.Err, errInUse):
			out = append(out, finding{skipped, "the cell " + c.Name + " is in use by another process and was not looked at"})
		case c.Err != nil:
			out = append(out, finding{bad, "the cell " + c.Name + " cannot be used: " + sentence(c.Err)})
		default:
			out = append(out, finding{fine, "the cell " + c.Name + " in " + c.Region + " can be used (" + c.Engine + ")"})
		}
	}
	return out
}
