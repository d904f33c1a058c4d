package identity

import (
	"context"
	"fmt"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

func TestSessionEnds(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, w *world, in SignedIn){
		"idle": func(t *testing.T, w *world, _ SignedIn) { w.clock.add(SessionIdle) },
		"life": func(t *testing.T, w *world, in SignedIn) {
			for passed := time.Duration(0); passed < SessionLife; passed += SessionIdle / 2 {
				if !w.living(t, w.acme, in.Cookie) {
					t.Fatalf("ended after %v though it was used", passed)
				}
				w.clock.add(SessionIdle / 2)
			}
		},
		"sign-out": func(t *testing.T, w *world, in SignedIn) {
			code(t, w.SignOut(context.Background(), in.Actor), "")
			code(t, w.SignOut(context.Background(), in.Actor), "") // twice is no error
		},
		"sign-out everywhere": func(t *testing.T, w *world, in SignedIn) {
			other := w.signIn(t, in.Actor.User())
			n, err := w.SignOutEverywhere(context.Background(), other.Actor)
			if err != nil || n != 2 {
				t.Errorf("ended %d, %v", n, err)
			}
		},
		"disabled": func(t *testing.T, w *world, in SignedIn) {
			code(t, w.DisableUser(context.Background(), w.owner.Actor, in.Actor.User()), "")
		},
		"roles": func(t *testing.T, w *world, in SignedIn) {
			ch := UserChange{Roles: &[]bailiwick.Role{"auditor"}}
			code(t, w.ChangeUser(context.Background(), w.owner.Actor, in.Actor.User(), ch), "")
		},
		"address": func(t *testing.T, w *world, in SignedIn) {
			email := "other@example.com"
			code(t, w.ChangeUser(context.Background(), w.owner.Actor, in.Actor.User(), UserChange{Email: &email}), "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Engines(t, func(t *testing.T, s *store.Store) {
				w := newWorld(t, s)
				in := w.user(t, "Ben Example", "ben@example.com", "member")
				if !w.living(t, w.acme, in.Cookie) { // also fills the cache of this process
					t.Fatal("a fresh session is not accepted")
				}
				end(t, w, in)
				if w.living(t, w.acme, in.Cookie) {
					t.Error("still accepted")
				}
			})
		})
	}
}

func TestSessionOfAnotherTenant(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		for _, bad := range []string{"", "x", w.owner.Cookie[:42], w.owner.Cookie + "A", w.owner.Cookie[:42] + "="} {
			if w.living(t, w.acme, bad) {
				t.Errorf("accepted %q", bad)
			}
		}
		if w.living(t, w.beta, w.owner.Cookie) || w.living(t, bailiwick.TenantID{}, w.owner.Cookie) {
			t.Error("accepted by another tenant")
		}
		// Neither is the row worth anything where it is copied to.
		if string(digest("session", w.acme, w.owner.Cookie)) == string(digest("session", w.beta, w.owner.Cookie)) {
			t.Error("the stored hash is not bound to the tenant")
		}
		c := Caller{Actor: w.owner.Actor}
		c.Tenant.ID = w.beta
		_, err := c.Must()
		code(t, err, bailiwick.CodeUnauthenticated)
	})
}

func TestSessionsAreBounded(t *testing.T) {
	s := storetest.SQLite(t)
	w := newWorld(t, s)
	var last SignedIn
	for range MaxSessions + 3 {
		w.clock.add(time.Second)
		last = w.signIn(t, w.owner.Actor.User())
	}
	list, err := w.Sessions(context.Background(), last.Actor)
	if err != nil || len(list) != MaxSessions || !list[len(list)-1].Current || list[0].Current {
		t.Errorf("%d sessions, %v", len(list), err)
	}
	if w.living(t, w.acme, w.owner.Cookie) {
		t.Error("the oldest did not give way")
	}
	code(t, w.EndSession(context.Background(), last.Actor, list[0].ID), "")
	code(t, w.EndSession(context.Background(), last.Actor, list[0].ID), bailiwick.CodeNotFound)
}

func TestTokens(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		in := w.user(t, "Ben Example", "ben@example.com", "member")
		spec := TokenSpec{Label: "nightly job", Scopes: []bailiwick.Scope{bailiwick.ScopeWrite, bailiwick.ScopeRead}, Life: time.Hour}
		made, secret, err := w.CreateToken(ctx, in.Actor, in.Actor.User(), spec)
		if err != nil || made.Label.Reveal() != "nightly job" || made.Ends.Sub(made.Created) != time.Hour {
			t.Fatalf("made %v, %v", made, err)
		}
		a, err := w.AuthenticateToken(ctx, w.acme, secret)
		if err != nil || !a.Token() || a.User() != in.Actor.User() || !a.InScope(bailiwick.ScopeRead) || a.InScope(bailiwick.ScopeAdmin) {
			t.Fatalf("actor %v, %v", a, err)
		}
		_, err = w.AuthenticateToken(ctx, w.beta, secret)
		code(t, err, bailiwick.CodeUnauthenticated)
		if w.living(t, w.acme, secret) {
			t.Error("a token is accepted as a cookie")
		}
		_, err = w.AuthenticateToken(ctx, w.acme, in.Cookie)
		code(t, err, bailiwick.CodeUnauthenticated)

		_, _, err = w.CreateToken(ctx, a, a.User(), spec)
		code(t, err, bailiwick.CodeDenied) // a token without the scope
		_, _, err = w.CreateToken(ctx, w.owner.Actor, in.Actor.User(), spec)
		code(t, err, bailiwick.CodeDenied) // for somebody else
		for _, bad := range []TokenSpec{
			{Label: "x", Life: time.Hour}, {Label: "x", Scopes: []bailiwick.Scope{"all"}, Life: time.Hour},
			{Label: "", Scopes: spec.Scopes, Life: time.Hour}, {Label: "x", Scopes: spec.Scopes}, {Label: "x", Scopes: spec.Scopes, Life: MaxTokenLife + 1},
		} {
			_, _, err = w.CreateToken(ctx, in.Actor, in.Actor.User(), bad)
			code(t, err, bailiwick.CodeInvalid)
		}
		list, err := w.Tokens(ctx, in.Actor, in.Actor.User())
		if err != nil || len(list) != 1 || list[0].ID != made.ID || list[0].Used.IsZero() {
			t.Errorf("list %v, %v", list, err)
		}
		w.clock.add(time.Hour)
		_, err = w.AuthenticateToken(ctx, w.acme, secret)
		code(t, err, bailiwick.CodeUnauthenticated)

		// Revoked by the manager, and ended with the user.
		made, secret, err = w.CreateToken(ctx, Operator(w.acme), in.Actor.User(), spec)
		code(t, err, "")
		other := w.user(t, "Cem", "cem@example.com", "member")
		code(t, w.RevokeToken(ctx, other.Actor, in.Actor.User(), made.ID), bailiwick.CodeDenied)
		if _, err = w.AuthenticateToken(ctx, w.acme, secret); err != nil {
			t.Fatal(err)
		}
		code(t, w.RevokeToken(ctx, w.owner.Actor, in.Actor.User(), made.ID), "")
		_, err = w.AuthenticateToken(ctx, w.acme, secret)
		code(t, err, bailiwick.CodeUnauthenticated)
		_, secret, _ = w.CreateToken(ctx, Operator(w.acme), in.Actor.User(), spec)
		code(t, w.DisableUser(ctx, w.owner.Actor, in.Actor.User()), "")
		_, err = w.AuthenticateToken(ctx, w.acme, secret)
		code(t, err, bailiwick.CodeUnauthenticated)
		_, _, err = w.CreateToken(ctx, Operator(w.acme), in.Actor.User(), spec)
		code(t, err, bailiwick.CodeTransition)
	})
}

func TestSweep(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		id := w.owner.Actor.User()
		in := w.signIn(t, id)
		_, token, err := w.CreateToken(ctx, in.Actor, id, TokenSpec{Label: "x", Scopes: bailiwick.Scopes(), Life: 30 * 24 * time.Hour})
		code(t, err, "")
		w.clock.add(SessionIdle)
		fresh := w.signIn(t, id)
		code(t, w.Sweep(ctx, w.acme), "")
		if !w.living(t, w.acme, fresh.Cookie) {
			t.Error("a living session was swept")
		}
		if _, err := w.AuthenticateToken(ctx, w.acme, token); err != nil {
			t.Errorf("a living token was swept: %v", err)
		}
		err = s.View(ctx, w.acme, func(tx store.TenantTx) error {
			var n int64
			err := tx.QueryRow(ctx, `SELECT count(*) FROM sessions`).Scan(&n)
			if n != 1 {
				t.Errorf("%d sessions left, want the living one", n)
			}
			return err
		})
		code(t, err, "")
	})
}

// BenchmarkAuthenticate measures what every request pays before its handler:
// with what this process remembers, and without.
func BenchmarkAuthenticate(b *testing.B) {
	ctx, w := context.Background(), newWorld(b, storetest.SQLite(b))
	b.Run("remembered", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := w.Authenticate(ctx, w.acme, w.owner.Cookie); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("stored", func(b *testing.B) {
		for b.Loop() {
			w.changes.Add(1)
			if _, _, err := w.Authenticate(ctx, w.acme, w.owner.Cookie); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkFind measures a picker's search over as many users as are scanned.
func BenchmarkFind(b *testing.B) {
	ctx, w := context.Background(), newWorld(b, storetest.SQLite(b))
	err := w.store.Update(ctx, w.acme, func(tx store.TenantTx) error {
		m, err := w.managedBy(ctx, tx, Operator(w.acme))
		if err != nil {
			return err
		}
		for i := range MaxScan - 1 {
			spec := UserSpec{Name: fmt.Sprintf("Person Number%d", i), Email: fmt.Sprintf("p%d@example.com", i), Roles: []bailiwick.Role{"member"}}
			if _, err := w.insertUser(ctx, tx, m, Operator(w.acme), spec, ""); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if got, err := w.Find(ctx, w.owner.Actor, "number4999", 10); err != nil || len(got) != 0 {
			b.Fatal(len(got), err)
		}
	}
}
