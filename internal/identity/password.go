package identity

import (
	"context"

	"bailiwick"
	"bailiwick/internal/outbox"
	"bailiwick/internal/store"
	"bailiwick/internal/store/session"
	"bailiwick/internal/store/user"
	"bailiwick/internal/vault"
	"bailiwick/logformat"
)

// SetPasswordByLink accepts an invitation, or ends a forgotten password: it
// uses the link up, sets the password, ends the user's other sessions and
// signs the user in. It returns CodeInvalid for the password, leaving the link
// as it is, and CodeExpired.
func (s *Service) SetPasswordByLink(ctx context.Context, t bailiwick.TenantID, secret, password string, m Meta) (SignedIn, error) {
	if err := checkPassword(password, ""); err != nil {
		return SignedIn{}, err
	}
	// Only holders of a living link may make the machine hash.
	if kind, err := s.PeekLink(ctx, t, secret); err != nil {
		return SignedIn{}, err
	} else if kind != LinkSetPassword {
		return SignedIn{}, expiredLink()
	}
	phc, err := s.hash(ctx, password)
	if err != nil {
		return SignedIn{}, err
	}
	return s.redeem(ctx, t, LinkSetPassword, secret, m, func(tx store.TenantTx, r *user.Row) error {
		p, err := s.openProfile(ctx, t, *r)
		if err != nil {
			return err
		}
		if err := checkPassword(password, p.Email); err != nil {
			return err // the link stays: the transaction ends
		}
		return s.replacePassword(ctx, tx, r, phc)
	})
}

// SetPassword changes the actor's own password. All sessions end and a new one
// begins. The present password is needed if there is one, and guesses of it
// count like those of a sign-in. API tokens stay: they are revoked one by one.
func (s *Service) SetPassword(ctx context.Context, a bailiwick.Actor, present, password string, m Meta) (SignedIn, error) {
	if err := person(a); err != nil {
		return SignedIn{}, err
	}
	if err := checkPassword(password, ""); err != nil {
		return SignedIn{}, err
	}
	r, err := s.reprove(ctx, a, present, m)
	if err != nil {
		return SignedIn{}, err
	}
	p, err := s.openProfile(ctx, a.Tenant(), r)
	if err != nil {
		return SignedIn{}, err
	}
	if err := checkPassword(password, p.Email); err != nil {
		return SignedIn{}, err
	}
	phc, err := s.hash(ctx, password)
	if err != nil {
		return SignedIn{}, err
	}
	was := r.PasswordSet
	var in SignedIn
	err = s.update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		r, err := getUser(ctx, tx, a.User())
		if err != nil {
			return err
		}
		if r.PasswordSet != was || r.Disabled != 0 {
			return unauthenticated()
		}
		if err := s.replacePassword(ctx, tx, &r, phc); err != nil {
			return err
		}
		if err := s.forgetGuesses(ctx, tx, r.Lookup); err != nil {
			return err
		}
		in, err = s.openSession(ctx, tx, r, m, "password")
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	return in, nil
}

// replacePassword writes a new password, with the end of all that the old one
// opened.
func (s *Service) replacePassword(ctx context.Context, tx store.TenantTx, r *user.Row, phc string) error {
	had := !r.Password.IsZero()
	if err := s.setPassword(ctx, tx.Tenant(), r, phc); err != nil {
		return err
	}
	if _, err := user.Update(ctx, tx, *r); err != nil {
		return err
	}
	if _, err := session.DeleteOfUser(ctx, tx, r.ID); err != nil {
		return err
	}
	if err := session.DeleteLinksOfUser(ctx, tx, r.ID); err != nil {
		return err
	}
	if had { // who accepts an invitation knows
		told := outbox.Notice{Kind: outbox.SignInChanged, To: []bailiwick.UserID{r.ID}, Path: "/account", At: s.clock.Now()}
		if err := outbox.Post(ctx, tx, told); err != nil {
			return err
		}
	}
	a := actorOf(tx.Tenant(), r.ID, bailiwick.SessionID{}, session.Holder{Roles: r.Roles, Country: r.Country, Entity: r.Entity, Unit: r.Unit})
	return s.record(ctx, tx, a, logformat.Entry{Kind: logformat.PasswordChanged, Object: userObject(r.ID)})
}

// setPassword seals a hash into a row.
func (s *Service) setPassword(ctx context.Context, t bailiwick.TenantID, r *user.Row, phc string) (err error) {
	r.Password, err = s.vault.SealSecret(ctx, t, vault.Credential, r.ID.ID, []byte(phc))
	r.PasswordSet = max(micros(s.clock.Now()), r.PasswordSet+1) // a change always shows
	return err
}

// passwordFits judges a password against a user's. A row without one, the zero
// row included, costs the same work and fits nothing.
func (s *Service) passwordFits(ctx context.Context, t bailiwick.TenantID, r user.Row, password string) (bool, error) {
	var phc string
	if !r.Password.IsZero() {
		b, err := s.vault.OpenSecret(ctx, t, vault.Credential, r.ID.ID, r.Password)
		if err != nil {
			return false, err
		}
		phc = string(b)
	}
	return s.fits(ctx, phc, password)
}

// person refuses everybody but a signed-in user: an API token does not change
// how its owner signs in.
func person(a bailiwick.Actor) error {
	if a.Kind() != bailiwick.User {
		return unauthenticated()
	}
	if a.Token() {
		return bailiwick.Denied("Sign in for this: an API token cannot do it.")
	}
	return nil
}
