package identity

import (
	"context"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/session"
	"bailiwick/internal/store/user"
	"bailiwick/logformat"
)

// Session is one browser in which a user is signed in.
type Session struct {
	ID      bailiwick.SessionID
	User    bailiwick.UserID
	Created time.Time
	Seen    time.Time // last use, to five minutes
	Ends    time.Time // when it ends however much it is used
	Current bool      // in a list: whether it is the one that asks
}

// How long sessions live, and how many a user has: the oldest gives way.
const (
	SessionIdle = 12 * time.Hour     // unused for this long, it ends
	SessionLife = 7 * 24 * time.Hour // it ends after this, used or not
	MaxSessions = 20

	seenStep = 5 * time.Minute // how coarsely use is recorded, to spare a write per request
)

// openSession begins a session with a fresh secret and writes the entry of the
// sign-in. The session that the browser had before ends, so that a secret
// planted before the sign-in is worth nothing after it.
func (s *Service) openSession(ctx context.Context, tx store.TenantTx, u user.Row, m Meta, how string) (SignedIn, error) {
	secret, err := newSecret()
	if err != nil {
		return SignedIn{}, err
	}
	raw, err := s.newID()
	if err != nil {
		return SignedIn{}, err
	}
	now := s.clock.Now()
	if isSecret(m.Previous) {
		if _, err := session.Delete(ctx, tx, digest("session", tx.Tenant(), m.Previous)); err != nil {
			return SignedIn{}, err
		}
	}
	if err := session.DeleteEnded(ctx, tx, u.ID, micros(now), micros(now.Add(-SessionIdle))); err != nil {
		return SignedIn{}, err
	}
	old, err := session.OfUser(ctx, tx, u.ID)
	if err != nil {
		return SignedIn{}, err
	}
	for i := 0; i <= len(old)-MaxSessions; i++ {
		if _, err := session.Delete(ctx, tx, old[i].Hash); err != nil {
			return SignedIn{}, err
		}
	}
	r := session.Row{
		Hash: digest("session", tx.Tenant(), secret), ID: bailiwick.SessionID{ID: raw}, User: u.ID,
		Created: micros(now), Seen: micros(now), Ends: micros(now.Add(SessionLife)),
	}
	if err := session.Insert(ctx, tx, r); err != nil {
		return SignedIn{}, err
	}
	a := actorOf(tx.Tenant(), u.ID, r.ID, session.Holder{Roles: u.Roles, Country: u.Country, Entity: u.Entity, Unit: u.Unit})
	err = s.record(ctx, tx, a, logformat.Entry{Kind: logformat.SignedIn, Object: userObject(u.ID), Detail: how})
	return SignedIn{Cookie: secret, Session: sessionOf(r, r.ID), Actor: a}, err
}

func sessionOf(r session.Row, current bailiwick.SessionID) Session {
	return Session{
		ID: r.ID, User: r.User, Created: instant(r.Created), Seen: instant(r.Seen), Ends: instant(r.Ends),
		Current: r.ID == current,
	}
}

// Sessions returns the living sessions of the actor, oldest first.
func (s *Service) Sessions(ctx context.Context, a bailiwick.Actor) ([]Session, error) {
	if a.Kind() != bailiwick.User {
		return nil, unauthenticated()
	}
	now := s.clock.Now()
	var out []Session
	err := s.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		rows, err := session.OfUser(ctx, tx, a.User())
		out = nil
		for _, r := range rows {
			if now.Before(instant(r.Ends)) && now.Before(instant(r.Seen).Add(SessionIdle)) {
				out = append(out, sessionOf(r, a.Session()))
			}
		}
		return err
	})
	return out, err
}

// SignOut ends the session that asks. A session that has ended is no error.
func (s *Service) SignOut(ctx context.Context, a bailiwick.Actor) error {
	err := s.EndSession(ctx, a, a.Session())
	if bailiwick.ErrorCode(err) == bailiwick.CodeNotFound {
		return nil
	}
	return err
}

// EndSession ends one of the actor's own sessions; NotFound if it is not one.
func (s *Service) EndSession(ctx context.Context, a bailiwick.Actor, id bailiwick.SessionID) error {
	if err := person(a); err != nil {
		return err
	}
	return s.update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		rows, err := session.OfUser(ctx, tx, a.User())
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.ID != id {
				continue
			}
			if _, err := session.Delete(ctx, tx, r.Hash); err != nil {
				return err
			}
			return s.record(ctx, tx, a, logformat.Entry{Kind: logformat.SignedOut, Object: userObject(a.User())})
		}
		return bailiwick.NotFound()
	})
}

// SignOutEverywhere ends every session of the actor, the one that asks
// included, and makes their sign-in links worthless. It returns how many
// sessions ended.
func (s *Service) SignOutEverywhere(ctx context.Context, a bailiwick.Actor) (int64, error) {
	if err := person(a); err != nil {
		return 0, err
	}
	var n int64
	err := s.update(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		if n, err = session.DeleteOfUser(ctx, tx, a.User()); err != nil {
			return err
		}
		if err := session.DeleteLinksOfUser(ctx, tx, a.User()); err != nil {
			return err
		}
		return s.record(ctx, tx, a, logformat.Entry{Kind: logformat.SignedOutAll, Object: userObject(a.User()), Count: n})
	})
	return n, err
}
