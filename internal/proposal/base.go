package proposal

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/tenant"
)

// Base returns the document in force, against which a change that the actor
// may read is edited: what was never in force can be taken out of the change
// again, everything else is hidden or retired. Errors are those of Get.
func (s *Service) Base(ctx context.Context, a bailiwick.Actor, id ProposalID) (tenant.Document, error) {
	if _, err := s.Get(ctx, a, id); err != nil {
		return tenant.Document{}, err
	}
	var d tenant.Document
	err := s.Store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		c, err := s.begin(ctx, tx, a)
		if err == nil {
			d = c.cfg.Document()
		}
		return err
	})
	return d, err
}
