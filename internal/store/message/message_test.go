package message_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/entity"
	"bailiwick/internal/store/message"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/store/user"
)

var anna = bailiwick.UserID{ID: bailiwick.ID{1}}

func mail(n byte, next int64) message.Row {
	return message.Row{ID: bailiwick.ID{n}, User: anna, Kind: "password-reset", Path: "/", Created: 5, Next: next}
}

var sealed = cmp.Comparer(func(a, b bailiwick.Sealed) bool { return string(a.Ciphertext()) == string(b.Ciphertext()) })

func TestMessages(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, id := context.Background(), storetest.NewTenant(t, s)
		err := s.Update(ctx, id, func(tx store.TenantTx) error {
			e := bailiwick.EntityID{ID: bailiwick.ID{42}}
			if err := entity.Insert(ctx, tx, entity.Row{ID: e, Key: "de"}); err != nil {
				return err
			}
			if err := user.Insert(ctx, tx, user.Row{ID: anna, Lookup: []byte{1}, Profile: bailiwick.SealedBytes([]byte("p")), CountrySource: "none", Entity: e}); err != nil {
				return err
			}
			one, two, three := mail(1, 20), mail(2, 10), mail(3, 99)
			one.Body, two.Kind = bailiwick.SealedBytes([]byte("s")), "import-done"
			for _, r := range []message.Row{one, two, three} {
				if err := message.Insert(ctx, tx, r); err != nil {
					return err
				}
			}
			due(ctx, t, tx, 30, two, one)
			claim := func(r message.Row, now int64, want bool) {
				t.Helper()
				got, err := message.Claim(ctx, tx, r, now, now+50)
				if err != nil || got != want {
					t.Errorf("claim: %v, %v", got, err)
				}
			}
			claim(one, 30, true)
			claim(one, 30, false) // as it was read before the other's claim
			claim(three, 30, false)
			due(ctx, t, tx, 30, two)
			if err := message.Later(ctx, tx, one.ID, 0, 31); err != nil { // of no living attempt
				return err
			}
			due(ctx, t, tx, 31, two)
			if err := message.Later(ctx, tx, one.ID, 1, 31); err != nil {
				return err
			}
			one.Attempts, one.Next = 1, 31
			due(ctx, t, tx, 31, two, one)
			return ending(ctx, t, tx, one)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func due(ctx context.Context, t *testing.T, tx store.TenantTx, now int64, want ...message.Row) {
	t.Helper()
	got, err := message.Due(ctx, tx, now, 10)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, sealed); diff != "" {
		t.Errorf("due at %d (-want +got):\n%s", now, diff)
	}
}

// ending deletes what is left, which is one, of the kind password-reset, two
// and three.
func ending(ctx context.Context, t *testing.T, tx store.TenantTx, one message.Row) error {
	for _, want := range []bool{true, false} {
		if got, err := message.Delete(ctx, tx, one.ID); err != nil || got != want {
			t.Errorf("delete: %v, %v", got, err)
		}
	}
	if n, err := message.CountOfUser(ctx, tx, anna); err != nil || n != 2 {
		t.Errorf("%d wait, %v", n, err)
	}
	if err := message.DeleteKind(ctx, tx, anna, "password-reset"); err != nil {
		return err
	}
	if n, err := message.DeleteAll(ctx, tx); err != nil || n != 1 {
		t.Errorf("%d deleted at the end, %v", n, err)
	}
	return nil
}
