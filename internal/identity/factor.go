package identity

import (
	"context"
	"time"

	"bailiwick"
	"bailiwick/internal/outbox"
	"bailiwick/internal/store"
	"bailiwick/internal/store/factor"
	"bailiwick/internal/store/session"
	"bailiwick/internal/store/user"
	"bailiwick/internal/vault"
	"bailiwick/logformat"
)

// FactorKind is what a user proves beside the password.
type FactorKind string

// The kinds of factors.
const (
	TOTP     FactorKind = "totp"     // a one-time code of an app (RFC 6238)
	Passkey  FactorKind = "passkey"  // a key that a device holds (WebAuthn); signs in without a password
	Recovery FactorKind = "recovery" // a code on paper that works once
)

// MaxPasskeys is how many passkeys one user has.
const MaxPasskeys = 10

// Factor is what a user can prove, without its secret.
type Factor struct {
	ID      bailiwick.ID
	Kind    FactorKind
	Label   bailiwick.Personal // what its owner calls it
	Created time.Time
	Used    time.Time // zero = never
}

// Factors returns the factors of the actor, oldest first, recovery codes
// included.
func (s *Service) Factors(ctx context.Context, a bailiwick.Actor) ([]Factor, error) {
	if a.Kind() != bailiwick.User {
		return nil, unauthenticated()
	}
	var rows []factor.Row
	err := s.store.View(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		rows, err = factor.OfUser(ctx, tx, a.User())
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []Factor
	for _, r := range rows {
		f := Factor{ID: r.ID, Kind: FactorKind(r.Kind), Created: instant(r.Created), Used: instant(r.Used)}
		if !r.Label.IsZero() {
			b, err := s.vault.OpenSecret(ctx, a.Tenant(), vault.UserProfile, r.ID, r.Label)
			if err != nil {
				return nil, err
			}
			f.Label = bailiwick.Personal(b)
		}
		out = append(out, f)
	}
	return out, nil
}

// RemoveFactor takes away one of the actor's own factors. The present password
// is needed as for a new one. With the last code or passkey the recovery codes
// go too. NotFound if it is not one.
func (s *Service) RemoveFactor(ctx context.Context, a bailiwick.Actor, present string, id bailiwick.ID, m Meta) error {
	if _, err := s.reprove(ctx, a, present, m); err != nil {
		return err
	}
	return s.update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		did, err := factor.Delete(ctx, tx, id, a.User())
		if err != nil {
			return err
		}
		if !did {
			return bailiwick.NotFound()
		}
		second, err := hasSecond(ctx, tx, a.User())
		if err != nil {
			return err
		}
		if !second {
			if err := factor.DeleteKind(ctx, tx, a.User(), string(Recovery)); err != nil {
				return err
			}
		}
		return s.factorChanged(ctx, tx, a, a.User(), logformat.FactorRemoved, "")
	})
}

// ResetFactors takes away every factor of a user who lost them, ends the user's
// sessions and tells the user. The actor must manage the user and everything
// that the user may do. It returns CodeDenied and NotFound; a user without
// factors is no error.
func (s *Service) ResetFactors(ctx context.Context, by bailiwick.Actor, id bailiwick.UserID) error {
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
		n, err := factor.DeleteOfUser(ctx, tx, id)
		if err != nil || n == 0 {
			return err
		}
		if err := factor.DeleteChallengesOfUser(ctx, tx, id); err != nil {
			return err
		}
		if _, err := session.DeleteOfUser(ctx, tx, id); err != nil {
			return err
		}
		if err := s.handle(ctx, tx, by, id); err != nil {
			return err
		}
		return s.factorChanged(ctx, tx, by, id, logformat.FactorRemoved, "reset")
	})
}

// factorChanged writes the entry of a changed factor and tells its owner.
func (s *Service) factorChanged(ctx context.Context, tx store.TenantTx, by bailiwick.Actor, id bailiwick.UserID, kind logformat.Kind, detail string) error {
	if err := s.record(ctx, tx, by, logformat.Entry{Kind: kind, Object: userObject(id), Detail: detail}); err != nil {
		return err
	}
	return outbox.Post(ctx, tx, outbox.Notice{
		Kind: outbox.SignInChanged, To: []bailiwick.UserID{id}, Path: "/account", At: s.clock.Now(),
	})
}

// hasSecond reports whether a user proves more than a password: recovery codes
// alone do not count.
func hasSecond(ctx context.Context, tx store.TenantTx, id bailiwick.UserID) (bool, error) {
	rows, err := factor.OfUser(ctx, tx, id)
	for _, r := range rows {
		if r.Kind != string(Recovery) {
			return true, err
		}
	}
	return false, err
}

// reprove judges the present password of the signed-in actor, if there is one,
// before something changes about how the actor signs in: whoever finds a
// browser open must not be able to settle in. Guesses count like those of a
// sign-in. It returns CodeUnauthenticated, CodeDenied for an API token,
// CodeLimited, and the rule "wrong" of the field "present"; else the user as
// judged.
func (s *Service) reprove(ctx context.Context, a bailiwick.Actor, present string, m Meta) (r user.Row, err error) {
	if err := person(a); err != nil {
		return r, err
	}
	err = s.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		if r, err = getUser(ctx, tx, a.User()); err != nil || r.Password.IsZero() {
			return err
		}
		return s.countGuess(ctx, tx, r.Lookup, m)
	})
	if err != nil || r.Password.IsZero() {
		return r, err
	}
	ok, err := s.passwordFits(ctx, a.Tenant(), r, present)
	if err != nil {
		return r, err
	}
	if ok {
		return r, s.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error { return s.forgetGuesses(ctx, tx, r.Lookup) })
	}
	if err := s.recordFailure(ctx, a.Tenant(), a, r.ID, "password"); err != nil {
		return r, err
	}
	return r, invalid("present", "wrong", "The present password is not right.")
}
