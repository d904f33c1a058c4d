package custody

import (
	"context"
	"maps"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
)

// Places returns the countries of the persons that the tenant's records are
// or were about, sorted; the unknown one is not among them. It tells of no
// person and is for those who hold PermConfigure, PermPrivacy or PermAudit:
// the columns of the matrix. CodeDenied for others.
func (d *Door) Places(ctx context.Context, a bailiwick.Actor) ([]bailiwick.Country, error) {
	found := map[bailiwick.Country]bool{}
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		cfg, last, err := d.tenants.Head(ctx, tx)
		if err != nil {
			return err
		}
		view := cfg.Matrix.View(a)
		if !view.Has(access.PermConfigure) && !view.Has(access.PermPrivacy) && !view.Has(access.PermAudit) {
			return bailiwick.Denied("Your roles do not include this.")
		}
		dict, err := d.dictionaryIn(ctx, tx, last, true)
		if err != nil {
			return err
		}
		for _, s := range dict.sets {
			for _, c := range s.countries {
				found[c] = c.Known()
			}
		}
		return nil
	})
	delete(found, bailiwick.UnknownCountry)
	return slices.DeleteFunc(slices.Sorted(maps.Keys(found)), func(c bailiwick.Country) bool { return !found[c] }), err
}
