package custody

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/idempotency"
	"bailiwick/internal/store/importrun"
	"bailiwick/internal/store/view"
)

// Sweep deletes what has ended by itself in a tenant: sealed views, refused
// rows of imports and Idempotency-Keys whose time is over. Neither is answered any more without
// it; it keeps them from lying around where nobody makes new ones. It opens no
// content, is idempotent and writes no entry, for nobody does anything.
func (d *Door) Sweep(ctx context.Context, t bailiwick.TenantID) error {
	now := d.clock.Now()
	return d.store.Update(ctx, t, func(tx store.TenantTx) error {
		if err := view.Forget(ctx, tx, now.UnixMicro()); err != nil {
			return err
		}
		if err := importrun.ForgetRejects(ctx, tx, now.UnixMicro()); err != nil {
			return err
		}
		return idempotency.Forget(ctx, tx, now.Add(-keyTime).UnixMicro())
	})
}
