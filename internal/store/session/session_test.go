package session_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/entity"
	"bailiwick/internal/store/session"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/store/user"
)

var (
	ada    = bailiwick.UserID{ID: bailiwick.ID{1}}
	ben    = bailiwick.UserID{ID: bailiwick.ID{2}}
	holder = session.Holder{Roles: "member", Country: "FR", Entity: bailiwick.EntityID{ID: bailiwick.ID{42}}}
)

// people makes a tenant with two users and returns how to change it.
func people(t *testing.T, s *store.Store) func(func(context.Context, store.TenantTx) error) {
	t.Helper()
	ctx, id := context.Background(), storetest.NewTenant(t, s)
	do := func(f func(context.Context, store.TenantTx) error) {
		t.Helper()
		if err := s.Update(ctx, id, func(tx store.TenantTx) error { return f(ctx, tx) }); err != nil {
			t.Fatal(err)
		}
	}
	do(func(ctx context.Context, tx store.TenantTx) error {
		if err := entity.Insert(ctx, tx, entity.Row{ID: holder.Entity, Key: "de"}); err != nil {
			return err
		}
		for _, u := range []bailiwick.UserID{ada, ben} {
			r := user.Row{ID: u, Lookup: u.Bytes(), Profile: bailiwick.SealedBytes([]byte{1}), Roles: holder.Roles, Country: holder.Country, Entity: holder.Entity}
			if err := user.Insert(ctx, tx, r); err != nil {
				return err
			}
		}
		return nil
	})
	return do
}

func sid(n byte) bailiwick.SessionID { return bailiwick.SessionID{ID: bailiwick.ID{n}} }

func TestSessions(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		do := people(t, s)
		do(func(ctx context.Context, tx store.TenantTx) error {
			for n := byte(1); n <= 4; n++ {
				u := ada
				if n == 4 {
					u = ben
				}
				r := session.Row{Hash: []byte{n}, ID: sid(n), User: u, Created: 1, Seen: 10 * int64(n), Ends: 100 * int64(n)}
				if err := session.Insert(ctx, tx, r); err != nil {
					return err
				}
			}
			got, h, err := session.ByHash(ctx, tx, []byte{2})
			want := session.Row{Hash: []byte{2}, ID: sid(2), User: ada, Created: 1, Seen: 20, Ends: 200}
			if diff := cmp.Diff(want, got); err != nil || diff != "" || h != holder {
				t.Errorf("by hash, %v, holder %+v (-want +got):\n%s", err, h, diff)
			}
			if _, _, err := session.ByHash(ctx, tx, []byte{9}); !errors.Is(err, store.ErrNoRows) {
				t.Errorf("a session that is not: %v", err)
			}
			for _, seen := range []int64{50, 40} { // never backwards
				if err := session.Touch(ctx, tx, []byte{2}, seen); err != nil {
					return err
				}
			}
			if got, _, err = session.ByHash(ctx, tx, []byte{2}); err != nil || got.Seen != 50 {
				t.Errorf("seen %d, %v", got.Seen, err)
			}
			if err := session.DeleteEnded(ctx, tx, ada, 100, 5); err != nil {
				return err
			}
			left, err := session.OfUser(ctx, tx, ada)
			if err != nil || len(left) != 2 || left[0].ID != sid(2) || left[1].ID != sid(3) {
				t.Errorf("left %v, %v", left, err)
			}
			for _, want := range []bool{true, false} {
				if did, err := session.Delete(ctx, tx, []byte{2}); err != nil || did != want {
					t.Errorf("delete %v, %v", did, err)
				}
			}
			if n, err := session.DeleteOfUser(ctx, tx, ada); err != nil || n != 1 {
				t.Errorf("deleted %d, %v", n, err)
			}
			if err := session.DeleteAllEnded(ctx, tx, 0, 40); err != nil {
				return err
			}
			left, err = session.OfUser(ctx, tx, ben)
			if len(left) != 0 {
				t.Errorf("of ben: %v", left)
			}
			return err
		})
	})
}

func TestTokens(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		do := people(t, s)
		do(func(ctx context.Context, tx store.TenantTx) error {
			tok := session.Token{Hash: []byte{1}, ID: sid(1), User: ada, Label: bailiwick.SealedBytes([]byte{5}), Scopes: "records:read", Created: 1, Ends: 100}
			other := tok
			other.Hash, other.ID, other.User, other.Ends = []byte{2}, sid(2), ben, 50
			for _, x := range []session.Token{tok, other} {
				if err := session.InsertToken(ctx, tx, x); err != nil {
					return err
				}
			}
			got, h, err := session.TokenByHash(ctx, tx, []byte{1})
			if err != nil || got.ID != tok.ID || got.Scopes != tok.Scopes || got.Ends != 100 || h != holder {
				t.Errorf("by hash: %+v %+v, %v", got, h, err)
			}
			if err := session.TouchToken(ctx, tx, []byte{1}, 7); err != nil {
				return err
			}
			list, err := session.TokensOfUser(ctx, tx, ada)
			if err != nil || len(list) != 1 || list[0].Used != 7 || string(list[0].Label.Ciphertext()) != "\x05" {
				t.Errorf("of user: %+v, %v", list, err)
			}
			if err := session.DeleteEndedTokens(ctx, tx, 50); err != nil {
				return err
			}
			if did, err := session.DeleteToken(ctx, tx, []byte{2}); err != nil || did {
				t.Errorf("the ended token was still there: %v", err)
			}
			if n, err := session.DeleteTokensOfUser(ctx, tx, ada); err != nil || n != 1 {
				t.Errorf("deleted %d, %v", n, err)
			}
			return nil
		})
	})
}

func TestLinks(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		do := people(t, s)
		do(func(ctx context.Context, tx store.TenantTx) error {
			for n, l := range []session.Link{
				{Kind: "sign-in", User: ada, Ends: 100}, {Kind: "set-password", User: ada, Ends: 50}, {Kind: "first-run", Ends: 100}, {Kind: "sign-in", User: ben, Ends: 100},
			} {
				l.Hash = []byte{byte(n)}
				if err := session.InsertLink(ctx, tx, l); err != nil {
					return err
				}
			}
			l, err := session.LinkByHash(ctx, tx, []byte{2})
			if err != nil || l.Kind != "first-run" || !l.User.IsZero() {
				t.Errorf("by hash: %+v, %v", l, err)
			}
			for _, c := range []struct {
				hash byte
				kind string
				now  int64
				want bool
			}{
				{0, "set-password", 1, false}, {0, "sign-in", 100, false}, {0, "sign-in", 99, true}, {0, "sign-in", 99, false}, {9, "sign-in", 1, false},
			} {
				if got, err := session.TakeLink(ctx, tx, []byte{c.hash}, c.kind, c.now); err != nil || got != c.want {
					t.Errorf("take %+v: %v, %v", c, got, err)
				}
			}
			left := func(hash byte) bool {
				_, err := session.LinkByHash(ctx, tx, []byte{hash})
				return err == nil
			}
			if err := session.DeleteEndedLinks(ctx, tx, 50); err != nil || left(1) || !left(2) {
				t.Errorf("ended: %v", err)
			}
			if err := session.DeleteLinksOfUser(ctx, tx, ben); err != nil || left(3) || !left(2) {
				t.Errorf("of user: %v", err)
			}
			err = session.DeleteLinksOfKind(ctx, tx, "first-run")
			if left(2) {
				t.Error("of kind")
			}
			return err
		})
	})
}

func TestGuesses(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		do := people(t, s)
		do(func(ctx context.Context, tx store.TenantTx) error {
			for n := int64(1); n <= 5; n++ {
				if err := session.InsertGuess(ctx, tx, []byte("a"), n*10, bailiwick.ID{byte(n)}); err != nil {
					return err
				}
			}
			if err := session.InsertGuess(ctx, tx, []byte("b"), 10, bailiwick.ID{1}); err != nil {
				return err
			}
			check := func(bucket string, since, wantN, wantFirst int64) {
				t.Helper()
				n, first, err := session.Guesses(ctx, tx, []byte(bucket), since)
				if err != nil || n != wantN || first != wantFirst {
					t.Errorf("guesses of %s since %d: %d from %d, %v", bucket, since, n, first, err)
				}
			}
			check("a", 20, 3, 30)
			check("c", 0, 0, 0)
			if err := session.DropGuesses(ctx, tx, 20); err != nil {
				return err
			}
			check("a", 0, 3, 30)
			check("b", 0, 0, 0)
			err := session.ForgetGuesses(ctx, tx, []byte("a"))
			check("a", 0, 0, 0)
			return err
		})
	})
}
