package tenant

import (
	"context"

	"bailiwick"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/logformat"
)

// maker is the name under which the platform itself makes a tenant.
const maker = "tenant-create"

// author begins an entry for whoever changes the configuration; a nobody is
// the platform making a tenant.
func author(a bailiwick.Actor) logformat.Entry {
	e := ledger.By(a)
	if a.Kind() == bailiwick.Nobody {
		e.ActorKind, e.Actor, e.Purpose = bailiwick.Job.String(), maker, string(bailiwick.ProvideService)
	}
	return e
}

func (r *Registry) recordCreation(ctx context.Context, tx store.TenantTx) error {
	e := author(bailiwick.Actor{})
	e.Kind, e.Outcome = logformat.TenantCreated, logformat.Done
	e.Object = logformat.Object{Type: "tenant", Record: logformat.ID(tx.Tenant().ID)}
	_, err := r.ledger.Append(ctx, tx, e)
	return err
}

// recordVersion names the new version and the digest of its document, so that
// the record shows which configuration was in force.
func (r *Registry) recordVersion(ctx context.Context, tx store.TenantTx, a bailiwick.Actor, version int64, digest []byte) error {
	e := author(a)
	e.Kind, e.Outcome = logformat.Configured, logformat.Done
	e.Object, e.ConfigVersion = logformat.Object{Type: "configuration"}, version
	copy(e.Root[:], digest)
	_, err := r.ledger.Append(ctx, tx, e)
	return err
}
