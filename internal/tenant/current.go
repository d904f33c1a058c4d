package tenant

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/configuration"
)

// Configuration returns the version in force for the transaction's tenant,
// compiled for this instant. It reads the number of the version each time, so
// that a new one holds from the next request on, in every process (R14.9).
func (r *Registry) Configuration(ctx context.Context, tx store.TenantTx) (*Configuration, error) {
	c, _, err := r.Head(ctx, tx)
	return c, err
}

// Head is Configuration with the number of the tenant's newest country set, by
// which custody knows whether it knows them all.
func (r *Registry) Head(ctx context.Context, tx store.TenantTx) (*Configuration, int64, error) {
	version, digest, lastSet, err := configuration.Head(ctx, tx)
	if errors.Is(err, store.ErrNoRows) {
		return nil, 0, bailiwick.NotFound() // half made: not served
	}
	if err != nil {
		return nil, 0, err
	}
	c, err := r.version(ctx, tx, version, digest)
	return c, lastSet, err
}

// At is Configuration for a caller that read number and digest of the version
// in force in the same transaction, with something else.
func (r *Registry) At(ctx context.Context, tx store.TenantTx, version int64, digest []byte) (*Configuration, error) {
	return r.version(ctx, tx, version, digest)
}

// Version returns an earlier version, compiled for the rules that would be in
// force now; NotFound if there is none.
func (r *Registry) Version(ctx context.Context, tx store.TenantTx, version int64) (*Configuration, error) {
	row, err := configuration.Get(ctx, tx, version)
	if errors.Is(err, store.ErrNoRows) {
		return nil, bailiwick.NotFound()
	}
	if err != nil {
		return nil, err
	}
	return r.version(ctx, tx, version, row.Digest)
}

func (r *Registry) version(ctx context.Context, tx store.TenantTx, version int64, digest []byte) (*Configuration, error) {
	key := compiledKey{tenant: tx.Tenant(), version: version}
	if copy(key.digest[:], digest) != len(key.digest) {
		return nil, errStored
	}
	now := r.clock.Now()
	c := r.compiled.get(key)
	if c != nil && (c.next.IsZero() || now.Before(c.next)) {
		return c, nil
	}
	c, err := r.compile(ctx, tx, version, now)
	if err != nil {
		return nil, fmt.Errorf("configuration %d: %w", version, err)
	}
	r.compiled.put(key, c)
	return c, nil
}

// compile reads a version from the store and makes it ready for use at now.
func (r *Registry) compile(ctx context.Context, tx store.TenantTx, version int64, now time.Time) (*Configuration, error) {
	row, err := configuration.Get(ctx, tx, version)
	if err != nil {
		return nil, err
	}
	d, err := DecodeDocument(row.Document, row.Digest)
	if err != nil {
		return nil, err
	}
	c, err := r.assemble(ctx, tx, d, version, now)
	if err != nil {
		return nil, err
	}
	c.Created, c.Author = time.UnixMicro(row.Created).UTC(), row.Author
	return c, nil
}

// assemble makes a document ready for use at now.
func (r *Registry) assemble(ctx context.Context, tx store.TenantTx, d Document, version int64, now time.Time) (*Configuration, error) {
	p, err := d.parse()
	if err != nil {
		return nil, err
	}
	m, err := p.matrix(version, now, d)
	if err != nil {
		return nil, err
	}
	n, err := loadNumbers(ctx, tx)
	if err != nil {
		return nil, err
	}
	c := &Configuration{
		Version: version, Packs: p.packs, Types: p.types, Matrix: m, Entities: d.Entities, Settings: d.Settings,
		document: d, numbers: n,
	}
	c.next, _ = m.NextChange(now)
	return c, nil
}

// apps names the application of every record type.
func apps(packs []*schema.Pack) map[string]string {
	out := make(map[string]string)
	for _, p := range packs {
		for _, t := range p.Types {
			out[t.Key] = p.Key
		}
	}
	return out
}

// matrix compiles the rules of a document for an instant.
func (p *parsed) matrix(version int64, at time.Time, d Document) (*access.Matrix, error) {
	policy := access.Policy{
		Version: version, Categories: d.Overlay.CategoryTree(), Rules: p.rules, Roles: p.roles, Apps: apps(p.packs),
		Agreements: []string{}, Entities: []string{},
	}
	for _, x := range d.Agreements {
		policy.Agreements = append(policy.Agreements, x.Key)
	}
	for _, e := range d.Entities {
		policy.Entities = append(policy.Entities, e.Key)
	}
	m, err := access.Compile(policy, at)
	if err != nil {
		return nil, unreadable("rules", err)
	}
	return m, nil
}
