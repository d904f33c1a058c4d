package identity

import (
	"context"
	"slices"

	"bailiwick"
	"bailiwick/internal/outbox"
	"bailiwick/internal/store"
	"bailiwick/internal/store/factor"
	"bailiwick/internal/store/session"
	"bailiwick/internal/store/user"
	"bailiwick/internal/tenant"
	"bailiwick/logformat"
)

// UserChange is what shall become of a user; nil keeps what is there.
type UserChange struct {
	Name    *string
	Email   *string
	Roles   *[]bailiwick.Role
	Country *bailiwick.Country
	Entity  *bailiwick.EntityID
	Unit    *bailiwick.UnitID // zero = of none
}

// ChangeUser changes a user. Other roles or another address end the user's
// sessions and links in the same step (R8.4). The actor must manage users and
// cover what the user could and shall be able to do. Another country waits for
// a second person (R8.6), see ConfirmCountry. It returns CodeDenied,
// NotFound, CodeInvalid, or CodeTransition if nobody who manages users would
// be left.
func (s *Service) ChangeUser(ctx context.Context, by bailiwick.Actor, id bailiwick.UserID, ch UserChange) error {
	return s.update(ctx, by.Tenant(), func(tx store.TenantTx) error {
		m, err := s.managedBy(ctx, tx, by)
		if err != nil {
			return err
		}
		c := m.c
		r, err := getUser(ctx, tx, id)
		if err != nil {
			return err
		}
		was := r
		if err := m.mayTake(r); err != nil {
			return err
		}
		if ch.Roles != nil {
			roles, err := checkRoles(c, *ch.Roles)
			if err != nil {
				return err
			}
			r.Roles = joinRoles(roles)
		}
		declared, err := s.replace(ctx, tx, c, by, &r, ch)
		if err != nil {
			return err
		}
		if ch.Unit != nil {
			if r.Unit = *ch.Unit; r.Unit != was.Unit {
				if err := checkUnit(ctx, tx, r.Unit); err != nil {
					return err
				}
			}
		}
		if err := m.mayMake(r); err != nil {
			return err
		}
		if ch.Name != nil || ch.Email != nil {
			if err := s.redescribe(ctx, tx, &r, ch); err != nil {
				return err
			}
			if err := s.handle(ctx, tx, by, id); err != nil {
				return err
			}
		}
		if _, err := user.Update(ctx, tx, r); err != nil {
			return err
		}
		if r.Roles != was.Roles || !slices.Equal(r.Lookup, was.Lookup) {
			if err := endAccess(ctx, tx, id, false); err != nil {
				return err
			}
		}
		if !slices.Equal(r.Lookup, was.Lookup) { // mail goes to the new address: the inbox is where the person sees it
			told := outbox.Notice{Kind: outbox.SignInChanged, To: []bailiwick.UserID{id}, Path: "/account", At: s.clock.Now()}
			if err := outbox.Post(ctx, tx, told); err != nil {
				return err
			}
		}
		if err := keepManager(ctx, tx, c, was.Roles); err != nil {
			return err
		}
		if declared {
			ch.Country = nil // it has an entry of its own
			if len(ch.fields()) == 0 {
				return nil
			}
		}
		e := logformat.Entry{Kind: logformat.UserChanged, Object: userObject(id), Fields: ch.fields()}
		if ch.Roles != nil {
			e.Before, e.After = codes(splitRoles(was.Roles)), codes(splitRoles(r.Roles))
		}
		return s.record(ctx, tx, by, e)
	})
}

// replace puts another legal entity and country into a row. A country that one
// user gives another waits for a second person and is reported as declared.
func (s *Service) replace(ctx context.Context, tx store.TenantTx, c *tenant.Configuration, by bailiwick.Actor, r *user.Row, ch UserChange) (declared bool, err error) {
	if ch.Country == nil && ch.Entity == nil {
		return false, nil
	}
	if ch.Entity != nil {
		r.Entity = *ch.Entity
	}
	country := r.Country
	if ch.Country != nil {
		country = *ch.Country
	}
	source, e, err := checkPlace(c, country, r.Entity)
	if err != nil {
		return false, err
	}
	r.Entity = e
	switch {
	case country == r.Country:
		return false, nil
	case by.Kind() == bailiwick.User:
		return true, s.declare(ctx, tx, c, by, r.ID, country)
	}
	r.Country, r.CountrySource = country, source
	_, err = user.Undeclare(ctx, tx, r.ID)
	return false, err
}

// fields names what a change touches.
func (ch UserChange) fields() []string {
	var out []string
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"name", ch.Name != nil}, {"email", ch.Email != nil}, {"roles", ch.Roles != nil},
		{"country", ch.Country != nil}, {"entity", ch.Entity != nil}, {"unit", ch.Unit != nil},
	} {
		if f.set {
			out = append(out, f.name)
		}
	}
	return out
}

// redescribe seals name and address anew, one of them as it was.
func (s *Service) redescribe(ctx context.Context, tx store.TenantTx, r *user.Row, ch UserChange) error {
	p, err := s.openProfile(ctx, tx.Tenant(), *r)
	if err != nil {
		return err
	}
	if ch.Name != nil {
		p.Name = *ch.Name
	}
	if ch.Email != nil {
		p.Email = *ch.Email
	}
	return s.describe(ctx, tx, r, p.Name, p.Email)
}

// DisableUser keeps a user from signing in and ends sessions, links and API
// tokens in the same step (R8.4). What the user owns stays. Errors are those
// of ChangeUser; a disabled user is no error.
func (s *Service) DisableUser(ctx context.Context, by bailiwick.Actor, id bailiwick.UserID) error {
	return s.able(ctx, by, id, logformat.UserDisabled)
}

// EnableUser lets a disabled user sign in again, with the password they had.
func (s *Service) EnableUser(ctx context.Context, by bailiwick.Actor, id bailiwick.UserID) error {
	return s.able(ctx, by, id, logformat.UserEnabled)
}

func (s *Service) able(ctx context.Context, by bailiwick.Actor, id bailiwick.UserID, kind logformat.Kind) error {
	return s.update(ctx, by.Tenant(), func(tx store.TenantTx) error {
		m, err := s.managedBy(ctx, tx, by)
		if err != nil {
			return err
		}
		r, err := getUser(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := m.mayTake(r); err != nil {
			return err
		}
		if (r.Disabled != 0) == (kind == logformat.UserDisabled) {
			return nil
		}
		lost := r.Roles
		r.Disabled = 0
		if kind == logformat.UserDisabled {
			r.Disabled = micros(s.clock.Now())
			if err := endAccess(ctx, tx, id, true); err != nil {
				return err
			}
		}
		if _, err := user.Update(ctx, tx, r); err != nil {
			return err
		}
		if err := keepManager(ctx, tx, m.c, lost); err != nil {
			return err
		}
		return s.record(ctx, tx, by, logformat.Entry{Kind: kind, Object: userObject(id)})
	})
}

// endAccess ends sessions, links and sign-ins that are half done of a user, and
// API tokens too if asked.
func endAccess(ctx context.Context, tx store.TenantTx, id bailiwick.UserID, tokens bool) error {
	if _, err := session.DeleteOfUser(ctx, tx, id); err != nil {
		return err
	}
	if err := factor.DeleteChallengesOfUser(ctx, tx, id); err != nil {
		return err
	}
	if tokens {
		if _, err := session.DeleteTokensOfUser(ctx, tx, id); err != nil {
			return err
		}
	}
	return session.DeleteLinksOfUser(ctx, tx, id)
}
