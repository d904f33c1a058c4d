package identity

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/session"
)

// Authenticate recognises the user of a session cookie. Everything that is no
// living session of this tenant is CodeUnauthenticated.
func (s *Service) Authenticate(ctx context.Context, t bailiwick.TenantID, cookie string) (bailiwick.Actor, Session, error) {
	if !isSecret(cookie) {
		return bailiwick.Actor{}, Session{}, unauthenticated()
	}
	key, seen := recognisedKey(digest("session", t, cookie)), s.changes.Load()
	now := s.clock.Now()
	if e, ok := s.cache.get(key, seen, now); ok {
		return e.actor, e.session, nil
	}
	var r session.Row
	var h session.Holder
	err := s.store.View(ctx, t, func(tx store.TenantTx) (err error) {
		r, h, err = session.ByHash(ctx, tx, key[:])
		return err
	})
	if missing(err) || bailiwick.ErrorCode(err) == bailiwick.CodeNotFound {
		return bailiwick.Actor{}, Session{}, unauthenticated()
	}
	if err != nil {
		return bailiwick.Actor{}, Session{}, err
	}
	if h.Disabled != 0 || !now.Before(instant(r.Ends)) || !now.Before(instant(r.Seen).Add(SessionIdle)) {
		return bailiwick.Actor{}, Session{}, unauthenticated()
	}
	if now.Sub(instant(r.Seen)) >= seenStep {
		r.Seen = micros(now)
		// The session counts as used from the next request on if this fails.
		_ = s.store.Update(ctx, t, func(tx store.TenantTx) error { return session.Touch(ctx, tx, key[:], r.Seen) })
	}
	e := entry{actor: actorOf(t, r.User, r.ID, h), session: sessionOf(r, r.ID), changes: seen, until: now.Add(recognisedFor)}
	s.cache.put(key, e)
	return e.actor, e.session, nil
}

// AuthenticateToken recognises the user of an API token. Everything that is no
// living token of this tenant is CodeUnauthenticated.
func (s *Service) AuthenticateToken(ctx context.Context, t bailiwick.TenantID, bearer string) (bailiwick.Actor, error) {
	if !isToken(bearer) {
		return bailiwick.Actor{}, unauthenticated()
	}
	key, seen := recognisedKey(digest("token", t, bearer)), s.changes.Load()
	now := s.clock.Now()
	if e, ok := s.cache.get(key, seen, now); ok {
		return e.actor, nil
	}
	var r session.Token
	var h session.Holder
	err := s.store.View(ctx, t, func(tx store.TenantTx) (err error) {
		r, h, err = session.TokenByHash(ctx, tx, key[:])
		return err
	})
	if missing(err) || bailiwick.ErrorCode(err) == bailiwick.CodeNotFound {
		return bailiwick.Actor{}, unauthenticated()
	}
	if err != nil {
		return bailiwick.Actor{}, err
	}
	if h.Disabled != 0 || !now.Before(instant(r.Ends)) {
		return bailiwick.Actor{}, unauthenticated()
	}
	if now.Sub(instant(r.Used)) >= usedStep {
		// Last use is a help to its owner, no evidence: the request goes on if this fails.
		_ = s.store.Update(ctx, t, func(tx store.TenantTx) error { return session.TouchToken(ctx, tx, key[:], micros(now)) })
	}
	spec := actorSpec(t, r.User, r.ID, h)
	spec.Token, spec.Scopes = true, splitScopes(r.Scopes)
	e := entry{actor: bailiwick.NewActor(spec), changes: seen, until: now.Add(recognisedFor)}
	if ends := instant(r.Ends); ends.Before(e.until) {
		e.until = ends
	}
	s.cache.put(key, e)
	return e.actor, nil
}

// actorOf makes the actor of a user in a session.
func actorOf(t bailiwick.TenantID, u bailiwick.UserID, id bailiwick.SessionID, h session.Holder) bailiwick.Actor {
	return bailiwick.NewActor(actorSpec(t, u, id, h))
}

func actorSpec(t bailiwick.TenantID, u bailiwick.UserID, id bailiwick.SessionID, h session.Holder) bailiwick.ActorSpec {
	return bailiwick.ActorSpec{
		Kind: bailiwick.User, Tenant: t, User: u, Session: id, Roles: splitRoles(h.Roles), Country: h.Country,
		Entity: h.Entity, Unit: h.Unit, Purpose: bailiwick.ProvideService,
	}
}

// splitScopes never returns nil, which would mean every scope.
func splitScopes(s string) []bailiwick.Scope {
	out := []bailiwick.Scope{}
	for _, p := range strings.Fields(s) {
		out = append(out, bailiwick.Scope(p))
	}
	return out
}

func joinScopes(scopes []bailiwick.Scope) string {
	parts := make([]string, len(scopes))
	for i, s := range scopes {
		parts[i] = string(s)
	}
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), " ")
}

// recognisedFor is how long this process goes on without asking the store. A
// right that it takes away itself is gone at once (Service.update); one taken
// away by another process of the installation is gone after this time.
const recognisedFor = time.Second

// maxRecognised bounds the memory, at about 400 bytes each.
const maxRecognised = 20_000

// recognised remembers who was recognised a moment ago, by the hash of the
// secret, so that a page and its parts cost one look-up. Tenant and kind are
// part of the hash.
type recognised struct {
	mu sync.RWMutex
	m  map[[32]byte]entry
}

type entry struct {
	actor   bailiwick.Actor
	session Session
	changes uint64 // Service.changes before the store was asked
	until   time.Time
}

func recognisedKey(hash []byte) [32]byte { return [32]byte(hash) }

func (c *recognised) get(key [32]byte, changes uint64, now time.Time) (entry, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	e, ok := c.m[key]
	return e, ok && e.changes == changes && now.Before(e.until)
}

func (c *recognised) put(key [32]byte, e entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil || len(c.m) >= maxRecognised {
		c.m = make(map[[32]byte]entry)
	}
	c.m[key] = e
}
