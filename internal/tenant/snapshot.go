package tenant

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// Snapshot returns the configuration in force of a tenant, for callers that
// hold no transaction: screens and commands. Whoever reads or writes records
// takes the configuration of the same transaction instead, see Configuration.
func (r *Registry) Snapshot(ctx context.Context, t bailiwick.TenantID) (c *Configuration, err error) {
	err = r.store.View(ctx, t, func(tx store.TenantTx) error {
		c, err = r.Configuration(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}
