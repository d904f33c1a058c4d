// Package sqlite is the driver of internal/store that keeps one SQLite file per
// tenant and one for the directory:
//
//	DIR/format               the version of this layout
//	DIR/directory.db         tenants and hosts
//	DIR/tenants/<id>.db      everything of one tenant
//
// Invariants:
//
//   - An acknowledged write survives loss of power (WAL, synchronous=FULL).
//   - Deleted content is overwritten (secure_delete), and temporary results
//     stay in memory, so that no copy is left elsewhere on the disk.
//   - A file is never closed while a transaction runs on it, and at most
//     MaxOpen files stay open when none runs.
//   - Each file has one writer at a time; what waits for it is committed as a
//     group, with one wait for the disk, see writer.go.
//   - A directory or file written by a newer program is refused, not touched.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/migrations"
)

// layout is the version of the directory layout above.
const layout = 1

// defaultMaxOpen keeps about 100 MB and 300 file descriptors at most.
const defaultMaxOpen = 100

// Options configure Open.
type Options struct {
	Dir     string          // data directory; made with mode 0700 if missing
	MaxOpen int             // tenant files kept open; 0 means 100
	Clock   bailiwick.Clock // nil means the machine's clock
}

type engine struct {
	dir       string
	clock     bailiwick.Clock
	directory *file
	tenants   *pool
}

// Open opens or makes a data directory and brings its directory.db up to date;
// the files of tenants follow when they are first used. It returns
// bailiwick.CodeUnavailable, with what to do, for a directory of a newer
// program. ctx bounds the opening only.
func Open(ctx context.Context, o Options) (store.Driver, error) {
	if o.MaxOpen <= 0 {
		o.MaxOpen = defaultMaxOpen
	}
	if o.Clock == nil {
		o.Clock = bailiwick.SystemClock{}
	}
	if err := os.MkdirAll(filepath.Join(o.Dir, "tenants"), 0o700); err != nil {
		return nil, fmt.Errorf("sqlite: data directory: %w", err)
	}
	if err := checkLayout(o.Dir); err != nil {
		return nil, err
	}
	if err := sweep(filepath.Join(o.Dir, "tenants"), o.Clock.Now()); err != nil {
		return nil, err
	}
	e := &engine{dir: o.Dir, clock: o.Clock}
	path := filepath.Join(o.Dir, "directory.db")
	d, err := openFile(ctx, path, migrations.Directory)
	if errors.Is(err, os.ErrNotExist) {
		if err = createFile(ctx, path, migrations.Directory, nil); err == nil {
			d, err = openFile(ctx, path, migrations.Directory)
		}
	}
	if err != nil {
		return nil, err
	}
	e.directory = d
	e.tenants = newPool(o.MaxOpen, func(ctx context.Context, id bailiwick.TenantID) (*file, error) {
		f, err := openFile(ctx, e.path(id), migrations.Tenant)
		if errors.Is(err, os.ErrNotExist) {
			return nil, store.ErrNoTenant
		}
		return f, err
	})
	return e, nil
}

// checkLayout refuses a directory of a newer layout and marks a new one.
func checkLayout(dir string) error {
	name := filepath.Join(dir, "format")
	b, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return os.WriteFile(name, []byte(strconv.Itoa(layout)+"\n"), 0o600)
	}
	if err != nil {
		return fmt.Errorf("sqlite: data directory: %w", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil || n != layout {
		return tooNew("The data directory")
	}
	return nil
}

func tooNew(what string) error {
	return &bailiwick.Error{
		Code:    bailiwick.CodeUnavailable,
		Message: what + " was written by a newer version of Bailiwick; start that version, or restore a backup made by this one.",
	}
}

func (e *engine) path(id bailiwick.TenantID) string {
	return filepath.Join(e.dir, "tenants", id.String()+".db")
}

// Engine names the engine.
func (e *engine) Engine() string { return "sqlite" }

// CreateTenant makes the tenant's file under another name and renames it when
// it is complete, so that a file under its own name is always whole.
func (e *engine) CreateTenant(ctx context.Context, id bailiwick.TenantID) error {
	f, err := e.tenants.acquire(ctx, id)
	if err == nil {
		e.tenants.release(f)
		return nil
	}
	if !errors.Is(err, store.ErrNoTenant) {
		return err
	}
	return createFile(ctx, e.path(id), migrations.Tenant, func(ctx context.Context, f *file) error {
		return f.update(ctx, func(c store.Conn) error {
			_, err := c.ExecContext(ctx, qMarkCreated, e.clock.Now().UnixMicro())
			return err
		})
	})
}

const qMarkCreated = `INSERT INTO tenant_stores (slot, created_at) VALUES (1, $1)`

// View runs f on a reading connection of the tenant's file.
func (e *engine) View(ctx context.Context, id bailiwick.TenantID, f func(store.Conn) error) error {
	t, err := e.tenants.acquire(ctx, id)
	if err != nil {
		return err
	}
	defer e.tenants.release(t)
	return t.view(ctx, f)
}

// Update runs f as a member of the next group of the tenant's file.
func (e *engine) Update(ctx context.Context, id bailiwick.TenantID, f func(store.Conn) error) error {
	t, err := e.tenants.acquire(ctx, id)
	if err != nil {
		return err
	}
	defer e.tenants.release(t)
	return t.update(ctx, f)
}

// ViewDirectory runs f on a reading connection of the directory.
func (e *engine) ViewDirectory(ctx context.Context, f func(store.Conn) error) error {
	return e.directory.view(ctx, f)
}

// UpdateDirectory runs f as a member of the directory's next group.
func (e *engine) UpdateDirectory(ctx context.Context, f func(store.Conn) error) error {
	return e.directory.update(ctx, f)
}

// Ping reads the directory.
func (e *engine) Ping(ctx context.Context) error {
	return e.directory.view(ctx, func(c store.Conn) error {
		var one int64
		return c.QueryRowContext(ctx, "SELECT 1").Scan(&one)
	})
}

// Close waits for what runs and closes every file.
func (e *engine) Close() error {
	return errors.Join(e.tenants.close(), e.directory.close())
}
