package identity

import (
	"context"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/inbox"
	"bailiwick/internal/store/storetest"
)

// TestGovernedAfterUserChanges: no change of users leaves nobody who can
// configure the workspace, or approve that (R14.10).
func TestGovernedAfterUserChanges(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		w.user(t, "Ben", "ben@example.com", "desk")
		id := w.owner.Actor.User()
		roles := []bailiwick.Role{"member"}
		code(t, w.ChangeUser(ctx, w.owner.Actor, id, UserChange{Roles: &roles}), bailiwick.CodeTransition)
		code(t, w.DisableUser(ctx, w.owner.Actor, id), bailiwick.CodeTransition)
		w.user(t, "Cleo", "cleo@example.com", "privacy")
		code(t, w.ChangeUser(ctx, w.owner.Actor, id, UserChange{Roles: &roles}), "")
	})
}

// TestLinkIsTold: a user is told of a link that somebody else made to sign in
// as the user.
func TestLinkIsTold(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		other := w.user(t, "Cleo", "cleo@example.com", "privacy").Actor
		unread := func() (n int64) {
			err := s.View(ctx, w.acme, func(tx store.TenantTx) (err error) {
				n, err = inbox.Unread(ctx, tx, other.User(), 10)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		was := unread()
		if _, err := w.SignInLink(ctx, w.acme, w.owner.Actor, other.User(), time.Hour); err != nil {
			t.Fatal(err)
		}
		if n := unread(); n != was+1 {
			t.Errorf("%d lines in the inbox, %d before", n, was)
		}
	})
}

// TestHalfSignInEnds: a sign-in that waits for its second factor ends with the
// sessions of the user.
func TestHalfSignInEnds(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		key, _ := w.enrol(t)
		w.clock.add(time.Minute)
		other := w.user(t, "Cleo", "cleo@example.com", "owner").Actor
		second, id := w.half(t), w.owner.Actor.User()
		code(t, w.DisableUser(ctx, other, id), "")
		code(t, w.EnableUser(ctx, other, id), "")
		_, err := w.ProveSecond(ctx, w.acme, second, w.codeNow(t, key), Meta{})
		code(t, err, bailiwick.CodeExpired)
	})
}
