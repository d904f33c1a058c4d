package cell

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/directory"
)

// maxPlaces bounds how many tenants' cells are remembered.
const maxPlaces = 10_000

// Cell is a place for the data of tenants.
type Cell struct {
	Name   string // as in the directory; lower-case label
	Region string // hosting region, as store-region rules name it
	// Open opens the engine there. Its context ends after the opening. It is
	// called again, not at the same time, after it failed.
	Open func(ctx context.Context) (store.Driver, error)
}

// router implements store.Driver.
type router struct {
	home  store.Driver
	dir   *store.Store // over home, for the directory
	cells map[string]*member
	order []string

	mu     sync.RWMutex
	places map[bailiwick.TenantID]place
}

// place is what the directory says about a tenant. It never changes for one
// that has a cell.
type place struct{ cell, region string }

// Route returns a driver that keeps the directory, and tenants without a cell,
// in home and every other tenant in its cell. Nothing is opened yet. Closing it
// closes home and the cells. Names of cells must differ.
func Route(home store.Driver, cells []Cell, clock bailiwick.Clock) store.Driver {
	r := &router{home: home, dir: store.New(home), cells: map[string]*member{}, places: map[bailiwick.TenantID]place{}}
	for _, c := range cells {
		r.cells[c.Name] = &member{Cell: c, clock: clock}
		r.order = append(r.order, c.Name)
	}
	return r
}

// Engine names the engine of the home store.
func (r *router) Engine() string { return r.home.Engine() }

// driver returns the engine that holds a tenant, ErrNoTenant for a tenant that
// the directory does not know.
func (r *router) driver(ctx context.Context, id bailiwick.TenantID) (store.Driver, error) {
	p, err := r.place(ctx, id)
	if err != nil {
		return nil, err
	}
	if p.cell == "" {
		return r.home, nil
	}
	m := r.cells[p.cell]
	if m == nil {
		return nil, unreachable(p.cell, errors.New("the cell is not configured here"))
	}
	if m.Region != p.region {
		return nil, unreachable(p.cell, fmt.Errorf("the cell is configured for the region %s and the workspace belongs into %q", m.Region, p.region))
	}
	return m.open(ctx)
}

func unreachable(cell string, err error) error {
	return &bailiwick.Error{Code: bailiwick.CodeUnavailable, Message: "The place of this workspace's data cannot be reached; try again later.",
		Err: fmt.Errorf("cell %s: %w", cell, err)}
}

// place asks the directory once per tenant.
func (r *router) place(ctx context.Context, id bailiwick.TenantID) (place, error) {
	r.mu.RLock()
	p, ok := r.places[id]
	r.mu.RUnlock()
	if ok {
		return p, nil
	}
	var row directory.Row
	err := r.dir.ViewDirectory(ctx, func(tx store.DirectoryTx) (err error) {
		row, err = directory.ByID(ctx, tx, id)
		return err
	})
	if errors.Is(err, store.ErrNoRows) {
		return place{}, store.ErrNoTenant
	}
	if err != nil {
		return place{}, err
	}
	p = place{row.Cell, row.Region}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.places) >= maxPlaces {
		clear(r.places)
	}
	r.places[id] = p
	return p, nil
}

// CreateTenant makes the tenant's store in the cell that the directory names.
func (r *router) CreateTenant(ctx context.Context, id bailiwick.TenantID) error {
	d, err := r.driver(ctx, id)
	if err != nil {
		return err
	}
	return d.CreateTenant(ctx, id)
}

// View runs f in the tenant's cell.
func (r *router) View(ctx context.Context, id bailiwick.TenantID, f func(store.Conn) error) error {
	d, err := r.driver(ctx, id)
	if err != nil {
		return err
	}
	return d.View(ctx, id, f)
}

// Update runs f in the tenant's cell.
func (r *router) Update(ctx context.Context, id bailiwick.TenantID, f func(store.Conn) error) error {
	d, err := r.driver(ctx, id)
	if err != nil {
		return err
	}
	return d.Update(ctx, id, f)
}

// ViewDirectory runs f in the home store.
func (r *router) ViewDirectory(ctx context.Context, f func(store.Conn) error) error {
	return r.home.ViewDirectory(ctx, f)
}

// UpdateDirectory runs f in the home store.
func (r *router) UpdateDirectory(ctx context.Context, f func(store.Conn) error) error {
	return r.home.UpdateDirectory(ctx, f)
}

// Ping asks the home store; Cells asks the cells.
func (r *router) Ping(ctx context.Context) error { return r.home.Ping(ctx) }

// Cells asks every cell at once whether it can be reached, opening it if need
// be.
func (r *router) Cells(ctx context.Context) []store.CellState {
	out := make([]store.CellState, len(r.order))
	var wg sync.WaitGroup
	for i, name := range r.order {
		wg.Go(func() {
			m := r.cells[name]
			out[i] = store.CellState{Name: name, Region: m.Region}
			d, err := m.check(ctx)
			if d != nil {
				out[i].Engine = d.Engine()
			}
			out[i].Err = err
		})
	}
	wg.Wait()
	return out
}

// Close closes the cells and the home store.
func (r *router) Close() error {
	var errs []error
	for _, name := range r.order {
		errs = append(errs, r.cells[name].close())
	}
	return errors.Join(append(errs, r.home.Close())...)
}
