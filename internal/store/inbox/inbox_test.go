package inbox_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/entity"
	"bailiwick/internal/store/inbox"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/store/user"
)

var (
	anna = bailiwick.UserID{ID: bailiwick.ID{1}}
	ben  = bailiwick.UserID{ID: bailiwick.ID{2}}
	last = bailiwick.ID{255}
)

func people(ctx context.Context, tx store.TenantTx) error {
	e := bailiwick.EntityID{ID: bailiwick.ID{42}}
	if err := entity.Insert(ctx, tx, entity.Row{ID: e, Key: "de"}); err != nil {
		return err
	}
	for _, u := range []bailiwick.UserID{anna, ben} {
		if err := user.Insert(ctx, tx, user.Row{ID: u, Lookup: u.Bytes(), Profile: bailiwick.SealedBytes([]byte("p")), CountrySource: "none", Entity: e}); err != nil {
			return err
		}
	}
	return nil
}

func line(n byte, u bailiwick.UserID) inbox.Row {
	return inbox.Row{ID: bailiwick.ID{n}, User: u, Kind: "review-asked", Ref: "CHG-1", Path: "/proposals/CHG-1", Due: 9, Created: int64(n)}
}

func TestInbox(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, id := context.Background(), storetest.NewTenant(t, s)
		update := func(f func(tx store.TenantTx) error) {
			t.Helper()
			if err := s.Update(ctx, id, f); err != nil {
				t.Fatal(err)
			}
		}
		expect := func(u bailiwick.UserID, unread int64, want ...inbox.Row) {
			t.Helper()
			update(func(tx store.TenantTx) error {
				got, err := inbox.List(ctx, tx, u, last, 10)
				if err != nil {
					return err
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("list (-want +got):\n%s", diff)
				}
				n, err := inbox.Unread(ctx, tx, u, 10)
				if n != unread {
					t.Errorf("%d unread, want %d", n, unread)
				}
				return err
			})
		}
		update(func(tx store.TenantTx) error {
			if err := people(ctx, tx); err != nil {
				return err
			}
			for _, r := range []inbox.Row{line(1, anna), line(2, anna), line(3, ben), line(4, anna)} {
				if err := inbox.Insert(ctx, tx, r); err != nil {
					return err
				}
			}
			return nil
		})
		expect(anna, 3, line(4, anna), line(2, anna), line(1, anna))
		update(func(tx store.TenantTx) error {
			for _, c := range []struct {
				u    bailiwick.UserID
				id   byte
				want bool
			}{{anna, 2, true}, {anna, 2, false}, {anna, 3, false}} {
				ok, err := inbox.See(ctx, tx, c.u, bailiwick.ID{c.id}, 77)
				if err != nil {
					return err
				}
				if ok != c.want {
					t.Errorf("see %d: %v", c.id, ok)
				}
			}
			for u, want := range map[bailiwick.UserID]bool{anna: true, ben: false} {
				if has, err := inbox.Has(ctx, tx, u, bailiwick.ID{2}); err != nil || has != want {
					t.Errorf("has: %v, %v", has, err)
				}
			}
			n, err := inbox.Unread(ctx, tx, anna, 1)
			if n != 1 {
				t.Errorf("unread up to 1: %d", n)
			}
			if err != nil {
				return err
			}
			return inbox.SeeAll(ctx, tx, anna, bailiwick.ID{2}, 88)
		})
		one, two := line(1, anna), line(2, anna)
		one.Seen, two.Seen = 88, 77
		expect(anna, 1, line(4, anna), two, one)
		update(func(tx store.TenantTx) error { return inbox.Bound(ctx, tx, anna, 3) })
		expect(anna, 1, line(4, anna), two, one)
		update(func(tx store.TenantTx) error { return inbox.Bound(ctx, tx, anna, 2) })
		expect(anna, 1, line(4, anna), two)
		update(func(tx store.TenantTx) error { return inbox.DropOld(ctx, tx, 4) })
		expect(anna, 1, line(4, anna))
		expect(ben, 0)
	})
}

func TestSettings(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, id := context.Background(), storetest.NewTenant(t, s)
		err := s.Update(ctx, id, func(tx store.TenantTx) error {
			if err := people(ctx, tx); err != nil {
				return err
			}
			if _, err := inbox.Setting(ctx, tx, anna, "x"); !errors.Is(err, store.ErrNoRows) {
				t.Errorf("nothing chosen: %v", err)
			}
			for _, c := range [][2]string{{"x", "off"}, {"y", "mail"}, {"x", "inbox"}} {
				if err := inbox.Set(ctx, tx, anna, c[0], c[1]); err != nil {
					return err
				}
			}
			got, err := inbox.Settings(ctx, tx, anna)
			if err != nil {
				return err
			}
			if diff := cmp.Diff(map[string]string{"x": "inbox", "y": "mail"}, got); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
			one, err := inbox.Setting(ctx, tx, anna, "x")
			if one != "inbox" {
				t.Errorf("x is %q", one)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
