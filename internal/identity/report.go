package identity

import (
	"context"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/user"
)

// Alike are users whom no rule and no role tells apart: of the same roles and
// the same country.
type Alike struct {
	Roles   []bailiwick.Role
	Country bailiwick.Country
	Users   []User // by name
}

// reporters may ask who sees what.
var reporters = []access.Permission{access.PermPrivacy, access.PermManageUsers, access.PermAudit}

// Groups returns the users who may sign in, those whom nothing tells apart
// together, for the reports on who sees what: for whoever holds one of the
// permissions privacy, manage-users and audit. Who manages the users of a part
// only sees that part. limited says that there are more than MaxScan.
// CodeDenied for others.
func (s *Service) Groups(ctx context.Context, a bailiwick.Actor) (groups []Alike, limited bool, err error) {
	var m *managed
	rows, limited, err := s.scan(ctx, a, func(tx store.TenantTx) error {
		c, err := s.tenants.Configuration(ctx, tx)
		if err != nil {
			return err
		}
		v := c.Matrix.View(a)
		if a.Kind() != bailiwick.User || a.Tenant() != tx.Tenant() || !slices.ContainsFunc(reporters, v.Has) {
			return bailiwick.Denied("Your roles do not include this.")
		}
		if !v.Has(access.PermPrivacy) && !v.Has(access.PermAudit) {
			m, err = s.managedBy(ctx, tx, a)
		}
		return err
	})
	if err != nil {
		return nil, false, err
	}
	rows = slices.DeleteFunc(rows, func(r user.Row) bool { return m != nil && !m.has(r) })
	users, err := s.match(ctx, a, rows, UserQuery{})
	if err != nil {
		return nil, false, err
	}
	at := map[string]int{}
	for _, u := range users {
		key := joinRoles(u.Roles) + "\x00" + string(u.Country)
		i, ok := at[key]
		if !ok {
			i = len(groups)
			at[key] = i
			groups = append(groups, Alike{Roles: u.Roles, Country: u.Country})
		}
		groups[i].Users = append(groups[i].Users, u)
	}
	slices.SortStableFunc(groups, func(x, y Alike) int {
		return strings.Compare(joinRoles(x.Roles)+"\x00"+string(x.Country), joinRoles(y.Roles)+"\x00"+string(y.Country))
	})
	return groups, limited, nil
}
