package identity

import (
	"context"
	"sync"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

func TestLinkIsRedeemedOnce(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		secret, err := w.SignInLink(ctx, w.acme, Operator(w.acme), w.owner.Actor.User(), time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.RedeemLink(ctx, w.beta, secret, Meta{})
		code(t, err, bailiwick.CodeExpired)
		var wg sync.WaitGroup
		errs := make([]error, 20)
		for i := range errs {
			wg.Go(func() { _, errs[i] = w.RedeemLink(ctx, w.acme, secret, Meta{}) })
		}
		wg.Wait()
		n := 0
		for _, err := range errs {
			if err == nil {
				n++
			} else {
				code(t, err, bailiwick.CodeExpired)
			}
		}
		if n != 1 {
			t.Errorf("redeemed %d times", n)
		}
	})
}

func TestLinkEnds(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		op, id := Operator(w.acme), w.owner.Actor.User()
		secret, err := w.SignInLink(ctx, w.acme, op, id, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		w.clock.add(time.Hour)
		_, err = w.PeekLink(ctx, w.acme, secret)
		code(t, err, bailiwick.CodeExpired)
		_, err = w.RedeemLink(ctx, w.acme, secret, Meta{})
		code(t, err, bailiwick.CodeExpired)
		for _, bad := range []string{"", "x", secret + "x", "bw_" + secret[3:]} {
			_, err = w.RedeemLink(ctx, w.acme, bad, Meta{})
			code(t, err, bailiwick.CodeExpired)
		}
		for _, life := range []time.Duration{0, -1, MaxLinkLife + 1} {
			_, err = w.SignInLink(ctx, w.acme, op, id, life)
			code(t, err, bailiwick.CodeInvalid)
		}
		_, err = w.SignInLink(ctx, w.acme, op, bailiwick.UserID{ID: bailiwick.ID{3}}, time.Hour)
		code(t, err, bailiwick.CodeNotFound)
	})
}

func TestFirstRun(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		_, err := w.FirstRunLink(ctx, w.acme, time.Hour)
		code(t, err, bailiwick.CodeTransition)
		old, err := w.FirstRunLink(ctx, w.beta, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		secret, err := w.FirstRunLink(ctx, w.beta, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		spec := UserSpec{Name: "Bea", Email: "bea@example.com", Roles: []bailiwick.Role{"member"}}
		_, err = w.RedeemFirstRun(ctx, w.beta, old, spec, goodPassword, Meta{})
		code(t, err, bailiwick.CodeExpired)
		_, err = w.RedeemFirstRun(ctx, w.beta, secret, UserSpec{Name: "Bea", Email: "no"}, goodPassword, Meta{})
		code(t, err, bailiwick.CodeInvalid)
		var wg sync.WaitGroup
		got := make([]SignedIn, 4)
		for i := range got {
			wg.Go(func() { got[i], _ = w.RedeemFirstRun(ctx, w.beta, secret, spec, goodPassword, Meta{}) })
		}
		wg.Wait()
		n := 0
		for _, in := range got {
			if in.Cookie != "" {
				n++
				if !in.Actor.HasRole(FirstRole) {
					t.Errorf("roles %v", in.Actor.Roles())
				}
			}
		}
		if n != 1 {
			t.Errorf("%d first users", n)
		}
	})
}
