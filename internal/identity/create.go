package identity

import (
	"context"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/user"
	"bailiwick/logformat"
)

// CreateUser makes a user without a password: a link lets them in. It returns
// CodeDenied, or CodeInvalid with the field and the rule; an address that is
// taken breaks the rule "taken".
func (s *Service) CreateUser(ctx context.Context, t bailiwick.TenantID, by bailiwick.Actor, spec UserSpec) (bailiwick.UserID, error) {
	var id bailiwick.UserID
	err := s.update(ctx, t, func(tx store.TenantTx) error {
		m, err := s.managedBy(ctx, tx, by)
		if err != nil {
			return err
		}
		id, err = s.insertUser(ctx, tx, m, by, spec, "")
		return err
	})
	return id, err
}

// InvitationLife is how long an invitation can be accepted.
const InvitationLife = 7 * 24 * time.Hour

// Invite makes a user and the secret of a link by which the user sets a
// password: see SetPasswordByLink. Errors are those of CreateUser, and the
// rule "required" of roles if there is none: who is invited without a role
// would get in and find nothing.
func (s *Service) Invite(ctx context.Context, t bailiwick.TenantID, by bailiwick.Actor, spec UserSpec) (bailiwick.UserID, string, error) {
	var id bailiwick.UserID
	var secret string
	err := s.update(ctx, t, func(tx store.TenantTx) error {
		m, err := s.managedBy(ctx, tx, by)
		if err != nil {
			return err
		}
		if len(spec.Roles) == 0 {
			return invalid("roles", "required", "Choose at least one role.")
		}
		if id, err = s.insertUser(ctx, tx, m, by, spec, ""); err != nil {
			return err
		}
		if secret, err = s.insertLink(ctx, tx, LinkSetPassword, id, InvitationLife); err != nil {
			return err
		}
		return s.record(ctx, tx, by, logformat.Entry{Kind: logformat.Invited, Object: userObject(id)})
	})
	if err != nil {
		return bailiwick.UserID{}, "", err
	}
	return id, secret, nil
}

// insertUser checks a spec and writes the user and its entry. phc is the
// password's hash, or empty.
func (s *Service) insertUser(ctx context.Context, tx store.TenantTx, m *managed, by bailiwick.Actor, spec UserSpec, phc string) (bailiwick.UserID, error) {
	none := bailiwick.UserID{}
	roles, err := checkRoles(m.c, spec.Roles)
	if err != nil {
		return none, err
	}
	raw, err := s.newID()
	if err != nil {
		return none, err
	}
	r := user.Row{ID: bailiwick.UserID{ID: raw}, Roles: joinRoles(roles), Country: spec.Country, Unit: spec.Unit, Created: micros(s.clock.Now())}
	if r.CountrySource, r.Entity, err = checkPlace(m.c, spec.Country, spec.Entity); err != nil {
		return none, err
	}
	if err := checkUnit(ctx, tx, r.Unit); err != nil {
		return none, err
	}
	if err := m.mayMake(r); err != nil {
		return none, err
	}
	if err := s.describe(ctx, tx, &r, spec.Name, spec.Email); err != nil {
		return none, err
	}
	if phc != "" {
		if err := s.setPassword(ctx, tx.Tenant(), &r, phc); err != nil {
			return none, err
		}
	}
	// From which country somebody looks is not for one person to say (R8.6).
	declared := by.Kind() == bailiwick.User && r.Country != bailiwick.UnknownCountry
	if declared {
		r.Country, r.CountrySource = bailiwick.UnknownCountry, CountryUnknown
	}
	if err := user.Insert(ctx, tx, r); err != nil {
		return none, err
	}
	err = s.record(ctx, tx, by, logformat.Entry{Kind: logformat.UserCreated, Object: userObject(r.ID), Detail: "roles:" + codes(roles)})
	if err == nil {
		err = s.handle(ctx, tx, by, r.ID)
	}
	if err == nil && declared {
		err = s.declare(ctx, tx, m.c, by, r.ID, spec.Country)
	}
	return r.ID, err
}

// describe checks and seals name and address into a row, and refuses an
// address that is another user's.
func (s *Service) describe(ctx context.Context, tx store.TenantTx, r *user.Row, name, email string) error {
	name, err := checkName(name)
	if err != nil {
		return err
	}
	shown, folded, err := parseEmail(email)
	if err != nil {
		return err
	}
	if r.Lookup, err = s.lookup(ctx, tx.Tenant(), folded); err != nil {
		return err
	}
	other, err := user.ByLookup(ctx, tx, r.Lookup)
	if err != nil && !missing(err) {
		return err
	}
	if err == nil && other.ID != r.ID {
		return invalid("email", "taken", "Another user has this e-mail address.")
	}
	r.Profile, err = s.sealProfile(ctx, tx.Tenant(), r.ID, profile{Name: name, Email: shown})
	return err
}
