package identity

import (
	"bytes"
	"context"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/user"
	"bailiwick/internal/tenant"
)

// Holders returns the users who may sign in and whose roles hold a permission
// under a configuration, in the order of their identifiers: whom to tell that
// something waits for them.
func Holders(ctx context.Context, tx store.TenantTx, cfg *tenant.Configuration, perm access.Permission) ([]bailiwick.UserID, error) {
	all, err := user.Roles(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []bailiwick.UserID
	for id, roles := range all {
		holds := slices.ContainsFunc(splitRoles(roles), func(key bailiwick.Role) bool {
			r := cfg.Role(key)
			return r != nil && slices.Contains(r.Admin, perm)
		})
		if holds {
			out = append(out, id)
		}
	}
	slices.SortFunc(out, func(a, b bailiwick.UserID) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return out, nil
}
