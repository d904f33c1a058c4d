package tenant

import (
	"context"
	"errors"
	"slices"

	"bailiwick"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/configuration"
	"bailiwick/internal/store/directory"
)

// Create makes a tenant: its place in the directory, its keys, its store and
// the first version of its configuration with the first entry of its activity
// record; only then it is served.
//
// Each step may be repeated. If the machine stops in between, the tenant stays
// in state Preparing, which no host reaches, and Create with the same slug
// takes it up where it stood. The steps, and what is left if power fails after
// each:
//
//  1. directory row "preparing": a name without a store
//  2. keys: keys that open nothing
//  3. store: an empty store
//  4. configuration and entry, in one transaction: a tenant that is complete
//  5. directory row "active": a tenant that is served
//
// It returns CodeInvalid for a spec that breaks a rule and for a slug that is
// or was another tenant's. Nothing is written for a spec that is refused.
func (r *Registry) Create(ctx context.Context, s Spec) (Tenant, error) {
	d, err := r.check(&s)
	if err != nil {
		return Tenant{}, err
	}
	row, err := r.reserve(ctx, s)
	if err != nil {
		return Tenant{}, err
	}
	if err := r.vault.CreateTenant(ctx, row.ID); err != nil {
		return Tenant{}, err
	}
	if err := r.store.CreateTenant(ctx, row.ID); err != nil {
		return Tenant{}, err
	}
	err = r.store.Update(ctx, row.ID, func(tx store.TenantTx) error {
		if _, _, err := configuration.Current(ctx, tx); !errors.Is(err, store.ErrNoRows) {
			return err // nil: an earlier attempt came this far
		}
		if err := r.recordCreation(ctx, tx); err != nil {
			return err
		}
		_, err := r.write(ctx, tx, bailiwick.Actor{}, bailiwick.UserID{}, 1, d)
		return err
	})
	if err != nil {
		return Tenant{}, err
	}
	var won bool
	err = r.store.UpdateDirectory(ctx, func(tx store.DirectoryTx) (err error) {
		won, err = directory.Activate(ctx, tx, row)
		return err
	})
	if err != nil {
		return Tenant{}, err
	}
	if !won {
		return Tenant{}, taken() // somebody created the same slug at the same time
	}
	return r.BySlug(ctx, s.Slug)
}

// check fills in the defaults of a spec and refuses what is wrong with it.
func (r *Registry) check(s *Spec) (Document, error) {
	if _, err := ParseSlug(s.Slug); err != nil {
		return Document{}, err
	}
	var fields []bailiwick.FieldError
	if !isName(s.Name) {
		fields = append(fields, fieldError("name", "name", "The name is 1 to 200 printable characters."))
	}
	if (s.Region != "" && !isLabel(s.Region)) || (s.Cell != "" && !isLabel(s.Cell)) {
		fields = append(fields, fieldError("region", "label", "Region and cell are lower-case letters, digits and hyphens."))
	}
	if fields != nil {
		return Document{}, invalid(fields...)
	}
	files, err := r.choose(s.Packs)
	if err != nil {
		return Document{}, err
	}
	d := Document{Packs: files, Rules: string(s.Rules), Entities: s.Entities, Settings: s.Settings.withDefaults(), Agreements: s.Agreements}
	p, err := d.parse()
	if err != nil {
		return Document{}, err
	}
	_, err = p.matrix(1, r.clock.Now(), d)
	return d, err
}

// choose returns the shipped packs of the given keys, all of them for nil.
func (r *Registry) choose(keys []string) ([]PackFile, error) {
	var out []PackFile
	found := make(map[string]bool)
	for _, f := range r.shipped {
		p, err := schema.Parse(f.Name, f.Data)
		if err != nil {
			return nil, err
		}
		if keys == nil || slices.Contains(keys, p.Key) {
			found[p.Key] = true
			out = append(out, PackFile{Name: f.Name, YAML: string(f.Data)})
		}
	}
	for _, k := range keys {
		if !found[k] {
			return nil, invalid(fieldError("packs", "unknown", "There is no such application."))
		}
	}
	return out, nil
}

// reserve takes the slug, or finds the tenant that an interrupted creation
// left behind.
func (r *Registry) reserve(ctx context.Context, s Spec) (directory.Row, error) {
	now := r.clock.Now()
	id, err := bailiwick.NewID(now, nil)
	if err != nil {
		return directory.Row{}, err
	}
	var row directory.Row
	err = r.store.UpdateDirectory(ctx, func(tx store.DirectoryTx) error {
		var err error
		row, err = directory.BySlug(ctx, tx, s.Slug)
		switch {
		case err == nil && State(row.State) != Preparing:
			return taken()
		case err == nil && (row.Cell != s.Cell || row.Cell != "" && row.Region != s.Region):
			return begun() // what was written of it is in that cell
		case err == nil:
			row.Name, row.Region, row.Cell = s.Name, s.Region, s.Cell
			return nil
		case !errors.Is(err, store.ErrNoRows):
			return err
		}
		row = directory.Row{
			ID: bailiwick.TenantID{ID: id}, Slug: s.Slug, Name: s.Name, State: string(Preparing),
			Region: s.Region, Cell: s.Cell, Created: now.UnixMicro(),
		}
		return directory.Insert(ctx, tx, row)
	})
	if store.IsUnique(err) { // a host that is kept from an earlier tenant
		return directory.Row{}, taken()
	}
	return row, err
}

func begun() *bailiwick.Error {
	return invalid(fieldError("cell", "begun", "The making of this workspace was begun in another cell, or without one; finish it there."))
}

func taken() *bailiwick.Error {
	return invalid(fieldError("slug", "taken", "The slug is or was another customer's."))
}
