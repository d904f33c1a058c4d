package identity

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

func TestSignIn(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		in, err := w.SignIn(ctx, w.acme, "  ada.EXAMPLE@example.com", goodPassword, Meta{Previous: w.owner.Cookie})
		if err != nil {
			t.Fatal(err)
		}
		a, session, err := w.Authenticate(ctx, w.acme, in.Cookie)
		if err != nil || a.User() != w.owner.Actor.User() || !a.HasRole("owner") || a.Country() != "DE" || a.Entity().IsZero() || session.ID != in.Session.ID {
			t.Errorf("actor %v %v %v, %v", a.User(), a.Roles(), a.Country(), err)
		}
		if in.Cookie == w.owner.Cookie || w.living(t, w.acme, w.owner.Cookie) {
			t.Error("the session before the sign-in lives on in the same browser")
		}
		if w.living(t, w.beta, in.Cookie) {
			t.Error("a session of acme is accepted by beta")
		}
	})
}

// Every refusal is the same, whatever the cause: the same bytes, and the
// password is hashed each time.
func TestRefusalsAreAlike(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		w.user(t, "No Password", "none@example.com", "member")
		gone := w.user(t, "Gone", "gone@example.com", "member")
		if err := w.DisableUser(ctx, w.owner.Actor, gone.Actor.User()); err != nil {
			t.Fatal(err)
		}
		for name, try := range map[string][2]string{
			"wrong password":   {ownerEmail, "wrong horse battery"},
			"unknown address":  {"nobody@example.com", goodPassword},
			"without password": {"none@example.com", goodPassword},
			"disabled":         {"gone@example.com", goodPassword},
			"no address":       {"not an address", goodPassword},
			"empty":            {"", ""},
			"endless password": {ownerEmail, strings.Repeat("x", 1<<20)},
		} {
			in, err := w.SignIn(ctx, w.acme, try[0], try[1], Meta{})
			if err == nil || err.Error() != refusedSignIn().Error() || in.Cookie != "" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.SignIn(ctx, w.beta, ownerEmail, goodPassword, Meta{}); err == nil || err.Error() != refusedSignIn().Error() {
			t.Errorf("password of acme in beta: %v", err)
		}
		if got := w.kinds(t)[0]; got != "signin.failed" {
			t.Errorf("last entry %s", got)
		}
	})
}

func TestGuessesAreLimited(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		id := w.owner.Actor.User()
		link, err := w.SignInLink(ctx, w.acme, Operator(w.acme), id, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		// All at once, so that a check before the count would let more through.
		var wg sync.WaitGroup
		judged := make([]bool, 3*GuessesPerAccount)
		for i := range judged {
			wg.Go(func() {
				_, err := w.SignIn(ctx, w.acme, ownerEmail, "wrong horse battery", Meta{})
				judged[i] = bailiwick.ErrorCode(err) == bailiwick.CodeUnauthenticated
			})
		}
		wg.Wait()
		n := 0
		for _, j := range judged {
			if j {
				n++
			}
		}
		if n != GuessesPerAccount {
			t.Errorf("%d guesses judged, want %d", n, GuessesPerAccount)
		}
		_, err = w.SignIn(ctx, w.acme, ownerEmail, goodPassword, Meta{})
		code(t, err, bailiwick.CodeLimited)
		var l *LimitError
		if !errors.As(err, &l) || l.RetryAfter <= 0 || l.RetryAfter > GuessWindow+time.Second {
			t.Errorf("retry after: %v", l)
		}
		// The same number of guesses is allowed for an address nobody has.
		for range GuessesPerAccount {
			_, err := w.SignIn(ctx, w.acme, "nobody@example.com", "x", Meta{})
			code(t, err, bailiwick.CodeUnauthenticated)
		}
		_, err = w.SignIn(ctx, w.acme, "nobody@example.com", "x", Meta{})
		code(t, err, bailiwick.CodeLimited)

		if !w.living(t, w.acme, w.owner.Cookie) {
			t.Error("guesses of strangers end a session")
		}
		if _, err := w.RedeemLink(ctx, w.acme, link, Meta{}); err != nil {
			t.Errorf("guesses of strangers make a link worthless: %v", err)
		}
		w.clock.add(GuessWindow + time.Second)
		if _, err := w.SignIn(ctx, w.acme, ownerEmail, goodPassword, Meta{}); err != nil {
			t.Errorf("after the window: %v", err)
		}
	})
}

func TestGuessesOfAnAddressAreLimited(t *testing.T) {
	s := storetest.SQLite(t)
	ctx, w := context.Background(), newWorld(t, s)
	w.hashing = make(chan struct{}, 64)
	for i := range GuessesPerAddress {
		// Another host of the same /64 each time.
		m := Meta{Address: netip.MustParseAddr(fmt.Sprintf("2001:db8::%x", i+1))}
		err := w.store.Update(ctx, w.acme, func(tx store.TenantTx) error {
			return w.countGuess(ctx, tx, fmt.Appendf(nil, "account %d", i), m)
		})
		if err != nil {
			t.Fatal(i, err)
		}
	}
	_, err := w.SignIn(ctx, w.acme, ownerEmail, goodPassword, Meta{Address: netip.MustParseAddr("2001:db8::ffff")})
	code(t, err, bailiwick.CodeLimited)
	_, err = w.SignIn(ctx, w.acme, ownerEmail, goodPassword, Meta{Address: netip.MustParseAddr("2001:db8:1::1")})
	code(t, err, "")
}

func TestPasswordLife(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		id, secret, err := w.Invite(ctx, w.acme, w.owner.Actor, UserSpec{Name: "Ben", Email: "ben@example.com", Roles: []bailiwick.Role{"member"}})
		if err != nil {
			t.Fatal(err)
		}
		if kind, err := w.PeekLink(ctx, w.acme, secret); err != nil || kind != LinkSetPassword {
			t.Errorf("peek: %v, %v", kind, err)
		}
		_, err = w.SetPasswordByLink(ctx, w.acme, secret, "short", Meta{})
		code(t, err, bailiwick.CodeInvalid)
		_, err = w.RedeemLink(ctx, w.acme, secret, Meta{})
		code(t, err, bailiwick.CodeExpired) // of another kind
		_, err = w.SetPasswordByLink(ctx, w.beta, secret, goodPassword, Meta{})
		code(t, err, bailiwick.CodeExpired)
		first, err := w.SetPasswordByLink(ctx, w.acme, secret, goodPassword, Meta{})
		if err != nil || first.Actor.User() != id {
			t.Fatalf("accept: %v", err)
		}
		_, err = w.SetPasswordByLink(ctx, w.acme, secret, goodPassword, Meta{})
		code(t, err, bailiwick.CodeExpired)

		_, err = w.SetPassword(ctx, first.Actor, "wrong horse battery", "another good password", Meta{})
		code(t, err, bailiwick.CodeInvalid)
		second, err := w.SetPassword(ctx, first.Actor, goodPassword, "another good password", Meta{})
		if err != nil {
			t.Fatal(err)
		}
		if w.living(t, w.acme, first.Cookie) || !w.living(t, w.acme, second.Cookie) {
			t.Error("a new password keeps the old session or has no new one")
		}
		_, err = w.SignIn(ctx, w.acme, "ben@example.com", goodPassword, Meta{})
		code(t, err, bailiwick.CodeUnauthenticated)
		_, err = w.SignIn(ctx, w.acme, "ben@example.com", "another good password", Meta{})
		code(t, err, "")
	})
}
