package tenant

import (
	"context"
	"errors"
	"sync"
	"time"

	"bailiwick"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/internal/store/directory"
	"bailiwick/internal/vault"
	"bailiwick/packs"
)

// Registry knows every tenant. It is safe for concurrent use.
type Registry struct {
	store    *store.Store
	vault    *vault.Vault
	ledger   *ledger.Ledger
	clock    bailiwick.Clock
	shipped  []packs.File
	compiled *compiled

	regions sync.Map // bailiwick.TenantID -> string; as many as tenants are written to

	mu    sync.RWMutex
	hosts map[string]known // by label; known tenants only, so that strangers cannot fill it
}

// known is a tenant that was found by host, and until when that is believed:
// another process of the installation may have changed it.
type known struct {
	tenant Tenant
	until  time.Time
}

const (
	hostTTL  = 30 * time.Second
	maxHosts = 10_000
)

// New makes a registry. shipped are the packs that new tenants choose from.
func New(s *store.Store, v *vault.Vault, l *ledger.Ledger, c bailiwick.Clock, shipped []packs.File) *Registry {
	return &Registry{store: s, vault: v, ledger: l, clock: c, shipped: shipped, compiled: newCompiled(), hosts: make(map[string]known)}
}

// ByHost returns the tenant that a request's Host names below the base domain,
// such as "acme.example.com:8443" below "example.com". Everything that names no
// served tenant is bailiwick.NotFound after one look-up in the directory,
// whatever the reason (R8.1). base is in lower case without a port.
func (r *Registry) ByHost(ctx context.Context, host, base string) (Tenant, error) {
	label, ok := Label(host, base)
	if !ok {
		label = noLabel
	}
	now := r.clock.Now()
	r.mu.RLock()
	k, ok := r.hosts[label]
	r.mu.RUnlock()
	if ok && now.Before(k.until) {
		return k.tenant, nil
	}
	row, err := r.lookup(ctx, func(tx store.DirectoryTx) (directory.Row, error) { return directory.ByHost(ctx, tx, label) })
	if err != nil {
		if bailiwick.ErrorCode(err) == bailiwick.CodeNotFound {
			r.forget(label)
		}
		return Tenant{}, err
	}
	t := fromRow(row)
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.hosts) >= maxHosts {
		clear(r.hosts)
	}
	r.hosts[label] = known{t, now.Add(hostTTL)}
	return t, nil
}

func (r *Registry) forget(label string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.hosts, label)
}

// BySlug returns a tenant whatever its state, for operators; NotFound if there
// is none.
func (r *Registry) BySlug(ctx context.Context, slug string) (Tenant, error) {
	row, err := r.lookup(ctx, func(tx store.DirectoryTx) (directory.Row, error) { return directory.BySlug(ctx, tx, slug) })
	if err != nil {
		return Tenant{}, err
	}
	return fromRow(row), nil
}

// List returns every tenant by slug, for operators. Those in state Preparing
// were left half made: Create with the same slug finishes them.
func (r *Registry) List(ctx context.Context) ([]Tenant, error) {
	var out []Tenant
	err := r.store.ViewDirectory(ctx, func(tx store.DirectoryTx) error {
		rows, err := directory.List(ctx, tx)
		out = make([]Tenant, 0, len(rows))
		for _, row := range rows {
			out = append(out, fromRow(row))
		}
		return err
	})
	return out, err
}

// Region is the hosting region of a tenant, which never changes; empty where
// none was chosen. NotFound for a tenant that there is not.
func (r *Registry) Region(ctx context.Context, id bailiwick.TenantID) (string, error) {
	if v, ok := r.regions.Load(id); ok {
		return v.(string), nil
	}
	row, err := r.lookup(ctx, func(tx store.DirectoryTx) (directory.Row, error) { return directory.ByID(ctx, tx, id) })
	if err != nil {
		return "", err
	}
	r.regions.Store(id, row.Region)
	return row.Region, nil
}

// lookup runs one directory query; no row is NotFound.
func (r *Registry) lookup(ctx context.Context, q func(store.DirectoryTx) (directory.Row, error)) (row directory.Row, err error) {
	err = r.store.ViewDirectory(ctx, func(tx store.DirectoryTx) (err error) {
		row, err = q(tx)
		return err
	})
	if errors.Is(err, store.ErrNoRows) {
		return directory.Row{}, bailiwick.NotFound()
	}
	return row, err
}

func fromRow(r directory.Row) Tenant {
	return Tenant{
		ID: r.ID, Slug: r.Slug, Name: r.Name, State: State(r.State), Region: r.Region, Cell: r.Cell,
		Created: time.UnixMicro(r.Created).UTC(),
	}
}
