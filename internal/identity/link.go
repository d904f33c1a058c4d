package identity

import (
	"context"
	"time"

	"bailiwick"
	"bailiwick/internal/outbox"
	"bailiwick/internal/store"
	"bailiwick/internal/store/session"
	"bailiwick/internal/store/user"
	"bailiwick/logformat"
)

// LinkKind is what a one-time link is good for.
type LinkKind string

// The kinds of links.
const (
	LinkSignIn      LinkKind = "sign-in"
	LinkSetPassword LinkKind = "set-password" // an invitation, or a way back for who forgot
	LinkFirstRun    LinkKind = "first-run"    // makes the first user of a tenant
)

// MaxLinkLife is the longest time for which a link can be used.
const MaxLinkLife = 7 * 24 * time.Hour

// SignInLink makes the secret of a link that signs a user in once. The actor
// must be allowed to manage the user and everything the user may do. It
// returns CodeDenied, NotFound, CodeTransition for a disabled user and
// CodeInvalid for a life of nothing or more than MaxLinkLife.
func (s *Service) SignInLink(ctx context.Context, t bailiwick.TenantID, by bailiwick.Actor, id bailiwick.UserID, life time.Duration) (string, error) {
	return s.makeLink(ctx, t, by, id, LinkSignIn, life)
}

// PasswordLink makes the secret of a link by which a user sets a new password.
// Errors are those of SignInLink.
func (s *Service) PasswordLink(ctx context.Context, t bailiwick.TenantID, by bailiwick.Actor, id bailiwick.UserID, life time.Duration) (string, error) {
	return s.makeLink(ctx, t, by, id, LinkSetPassword, life)
}

func (s *Service) makeLink(ctx context.Context, t bailiwick.TenantID, by bailiwick.Actor, id bailiwick.UserID, kind LinkKind, life time.Duration) (string, error) {
	var secret string
	err := s.store.Update(ctx, t, func(tx store.TenantTx) error {
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
		if r.Disabled != 0 {
			return disabled()
		}
		if secret, err = s.insertLink(ctx, tx, kind, id, life); err != nil {
			return err
		}
		if by.Kind() == bailiwick.User && by.User() != id {
			// Whoever holds the link can act as the user: no secret from the user.
			told := outbox.Notice{Kind: outbox.SignInChanged, To: []bailiwick.UserID{id}, Path: "/account", At: s.clock.Now()}
			if err := outbox.Post(ctx, tx, told); err != nil {
				return err
			}
		}
		if err := s.handle(ctx, tx, by, id); err != nil {
			return err
		}
		return s.record(ctx, tx, by, logformat.Entry{Kind: logformat.LinkCreated, Object: userObject(id), Detail: string(kind)})
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// insertLink writes a new link and clears out those that have ended.
func (s *Service) insertLink(ctx context.Context, tx store.TenantTx, kind LinkKind, id bailiwick.UserID, life time.Duration) (string, error) {
	if life <= 0 || life > MaxLinkLife {
		return "", invalid("life", "range", "A link lives at most seven days.")
	}
	secret, err := newSecret()
	if err != nil {
		return "", err
	}
	now := s.clock.Now()
	if err := session.DeleteEndedLinks(ctx, tx, micros(now)); err != nil {
		return "", err
	}
	return secret, session.InsertLink(ctx, tx, session.Link{
		Hash: digest("link", tx.Tenant(), secret), Kind: string(kind), User: id, Created: micros(now), Ends: micros(now.Add(life)),
	})
}

// PeekLink says what a link is good for without using it up, for the page on
// which its holder confirms: mail scanners open links, people press buttons.
// It returns CodeExpired for a link that was used, has ended or never was.
func (s *Service) PeekLink(ctx context.Context, t bailiwick.TenantID, secret string) (LinkKind, error) {
	if !isSecret(secret) {
		return "", expiredLink()
	}
	var l session.Link
	err := s.store.View(ctx, t, func(tx store.TenantTx) (err error) {
		l, err = session.LinkByHash(ctx, tx, digest("link", t, secret))
		return err
	})
	if missing(err) || (err == nil && l.Ends <= micros(s.clock.Now())) {
		return "", expiredLink()
	}
	return LinkKind(l.Kind), err
}

// RedeemLink signs in the user of a sign-in link and uses the link up: of
// several who redeem it exactly one gets in. It returns CodeExpired for every
// link that does not let anyone in.
func (s *Service) RedeemLink(ctx context.Context, t bailiwick.TenantID, secret string, m Meta) (SignedIn, error) {
	return s.redeem(ctx, t, LinkSignIn, secret, m, nil)
}

// redeem uses up a link and signs its user in. prepare changes the user's row
// first, if it is not nil.
func (s *Service) redeem(ctx context.Context, t bailiwick.TenantID, kind LinkKind, secret string, m Meta, prepare func(store.TenantTx, *user.Row) error) (SignedIn, error) {
	if !isSecret(secret) {
		return SignedIn{}, expiredLink()
	}
	var in SignedIn
	err := s.update(ctx, t, func(tx store.TenantTx) error {
		hash := digest("link", t, secret)
		l, err := session.LinkByHash(ctx, tx, hash)
		if missing(err) {
			return expiredLink()
		}
		if err != nil {
			return err
		}
		took, err := session.TakeLink(ctx, tx, hash, string(kind), micros(s.clock.Now()))
		if err != nil {
			return err
		}
		if !took {
			return expiredLink()
		}
		r, err := user.Get(ctx, tx, l.User)
		if err != nil {
			return err
		}
		if r.Disabled != 0 {
			return expiredLink()
		}
		if prepare != nil {
			if err := prepare(tx, &r); err != nil {
				return err
			}
		}
		in, err = s.letIn(ctx, tx, r, m, "link")
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	return in, nil
}

// getUser returns a user; NotFound if there is none.
func getUser(ctx context.Context, tx store.TenantTx, id bailiwick.UserID) (user.Row, error) {
	r, err := user.Get(ctx, tx, id)
	if missing(err) {
		return r, bailiwick.NotFound()
	}
	return r, err
}

func disabled() *bailiwick.Error {
	return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "The user is disabled."}
}
