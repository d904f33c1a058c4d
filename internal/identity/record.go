package identity

import (
	"context"
	"strings"

	"bailiwick"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/logformat"
)

// record appends an entry of the activity record in the transaction of the
// act, under the configuration in force. Entries name users by identifier only.
func (s *Service) record(ctx context.Context, tx store.TenantTx, a bailiwick.Actor, e logformat.Entry) error {
	c, err := s.tenants.Configuration(ctx, tx)
	if err != nil {
		return err
	}
	by := ledger.By(a)
	e.ActorKind, e.Actor, e.ActorCountry, e.ActorRoles, e.Session = by.ActorKind, by.Actor, by.ActorCountry, by.ActorRoles, by.Session
	e.Purpose, e.ConfigVersion = string(bailiwick.ProvideService), c.Version
	if e.Outcome == "" {
		e.Outcome = logformat.Done
	}
	_, err = s.ledger.Append(ctx, tx, e)
	return err
}

// userObject is a user as the object of an entry; the zero user is "some".
func userObject(id bailiwick.UserID) logformat.Object {
	return logformat.Object{Type: "user", Record: logformat.ID(id.ID)}
}

func tokenObject(id bailiwick.SessionID) logformat.Object {
	return logformat.Object{Type: "token", Record: logformat.ID(id.ID)}
}

// codes joins role keys so that they fit a code of the activity record: cut
// where they would not, for the whole list is in the store.
func codes(roles []bailiwick.Role) string {
	const room = 50
	s := strings.ReplaceAll(joinRoles(roles), " ", "/")
	return s[:min(len(s), room)]
}
