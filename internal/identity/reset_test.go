package identity

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/outbox"
	"bailiwick/internal/store"
	"bailiwick/internal/store/message"
	"bailiwick/internal/store/storetest"
)

// waiting returns the mails of acme for new passwords.
func (w *world) waiting(t *testing.T) []message.Row {
	t.Helper()
	ctx := context.Background()
	var rows []message.Row
	err := w.store.View(ctx, w.acme, func(tx store.TenantTx) (err error) {
		rows, err = message.Due(ctx, tx, micros(w.clock.Now()), 100)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestResetIsAlike holds that known, unknown, disabled and mistyped leave the
// same rows and entries, and that only the first has an addressee.
func TestResetIsAlike(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		ctx, box := context.Background(), outbox.New(s, w.vault, w.clock)
		off := w.user(t, "Bela", "bela@example.com", "member")
		if err := w.DisableUser(ctx, w.owner.Actor, off.Actor.User()); err != nil {
			t.Fatal(err)
		}
		before := len(w.kinds(t))
		for i, email := range []string{ownerEmail, "nobody@example.com", "bela@example.com", "no address"} {
			if err := w.AskReset(ctx, w.acme, box, email, Meta{}); err != nil {
				t.Fatal(err)
			}
			w.clock.add(time.Second)
			rows := w.waiting(t)
			if len(rows) != i+1 || len(w.kinds(t)) != before+i+1 {
				t.Fatalf("%q left %d rows and %d entries", email, len(rows), len(w.kinds(t))-before)
			}
			if got := rows[i]; got.User.IsZero() != (i > 0) || got.Body.IsZero() || len(got.Body.Ciphertext()) != len(rows[0].Body.Ciphertext()) {
				t.Errorf("%q: the row is %+v", email, got)
			}
		}
	})
}

// TestResetIsLimited: by account and by network address, known or not.
func TestResetIsLimited(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		ctx, box := context.Background(), outbox.New(s, w.vault, w.clock)
		ask := func(email string, m Meta) bailiwick.Code {
			return bailiwick.ErrorCode(w.AskReset(ctx, w.acme, box, email, m))
		}
		for _, email := range []string{ownerEmail, "nobody@example.com"} {
			for range ResetsPerAccount {
				if err := w.AskReset(ctx, w.acme, box, email, Meta{}); err != nil {
					t.Fatal(err)
				}
			}
			if got := ask(email, Meta{}); got != bailiwick.CodeLimited {
				t.Errorf("%s: %s", email, got)
			}
		}
		from := Meta{Address: netip.MustParseAddr("192.0.2.7")}
		for i := range ResetsPerAddress {
			if err := w.AskReset(ctx, w.acme, box, string(rune('a'+i))+"@example.com", from); err != nil {
				t.Fatal(err)
			}
		}
		if got := ask("z@example.com", from); got != bailiwick.CodeLimited {
			t.Errorf("one network address too often: %s", got)
		}
		w.clock.add(GuessWindow + time.Second)
		if err := w.AskReset(ctx, w.acme, box, ownerEmail, from); err != nil {
			t.Errorf("a quarter of an hour later: %v", err)
		}
		// A limit on links is none on signing in.
		if _, err := w.SignIn(ctx, w.acme, ownerEmail, "wrong wrong wrong", Meta{}); bailiwick.ErrorCode(err) != bailiwick.CodeUnauthenticated {
			t.Errorf("sign-in: %v", err)
		}
	})
}

// TestHolders: those who may sign in and hold the permission.
func TestHolders(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		ctx := context.Background()
		desk := w.user(t, "Dora", "dora@example.com", "desk")
		off := w.user(t, "Emil", "emil@example.com", "desk")
		w.user(t, "Fred", "fred@example.com", "member")
		if err := w.DisableUser(ctx, w.owner.Actor, off.Actor.User()); err != nil {
			t.Fatal(err)
		}
		err := w.store.View(ctx, w.acme, func(tx store.TenantTx) error {
			c, err := w.tenants.Configuration(ctx, tx)
			if err != nil {
				return err
			}
			got, err := Holders(ctx, tx, c, "manage-users")
			want := map[bailiwick.UserID]bool{w.owner.Actor.User(): true, desk.Actor.User(): true}
			for _, u := range got {
				delete(want, u)
			}
			if len(got) != 2 || len(want) != 0 {
				t.Errorf("%d holders, %d missing", len(got), len(want))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
