package user_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/entity"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/store/user"
)

func row(n byte, e bailiwick.EntityID) user.Row {
	return user.Row{
		ID: bailiwick.UserID{ID: bailiwick.ID{n}}, Lookup: []byte{n}, Profile: bailiwick.SealedBytes([]byte{n, n}),
		Roles: "auditor member", Country: "DE", CountrySource: "declared", Entity: e, Created: int64(n),
	}
}

var sealed = cmp.Comparer(func(a, b bailiwick.Sealed) bool { return string(a.Ciphertext()) == string(b.Ciphertext()) })

func TestUsers(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, id := context.Background(), storetest.NewTenant(t, s)
		e := bailiwick.EntityID{ID: bailiwick.ID{42}}
		update := func(f func(tx store.TenantTx) error) error { return s.Update(ctx, id, f) }
		insert := func(r user.Row) error {
			return update(func(tx store.TenantTx) error { return user.Insert(ctx, tx, r) })
		}
		if err := insert(row(1, e)); store.FailureKind(err) != store.ForeignKey {
			t.Errorf("a user of no legal entity: %v", err)
		}
		entities := []entity.Row{{ID: e, Key: "de", Created: 1}}
		if err := update(func(tx store.TenantTx) error { return entity.Insert(ctx, tx, entities[0]) }); err != nil {
			t.Fatal(err)
		}
		if err := update(func(tx store.TenantTx) error {
			return entity.Insert(ctx, tx, entity.Row{ID: bailiwick.EntityID{ID: bailiwick.ID{43}}, Key: "de"})
		}); !store.IsUnique(err) {
			t.Errorf("a second identifier of a legal entity: %v", err)
		}
		for n := byte(1); n <= 3; n++ {
			if err := insert(row(n, e)); err != nil {
				t.Fatal(err)
			}
		}
		taken := row(4, e)
		taken.Lookup = []byte{1}
		if err := insert(taken); !store.IsUnique(err) {
			t.Errorf("an address twice: %v", err)
		}
		changed := row(2, e)
		changed.Disabled, changed.Password, changed.PasswordSet = 9, bailiwick.SealedBytes([]byte("x")), 8
		for r, want := range map[byte]bool{2: true, 9: false} {
			x := changed
			if r != 2 {
				x = row(r, e)
			}
			var did bool
			err := update(func(tx store.TenantTx) (err error) {
				did, err = user.Update(ctx, tx, x)
				return err
			})
			if err != nil || did != want {
				t.Errorf("update of %d: %v, %v", r, did, err)
			}
		}
		err := s.View(ctx, id, func(tx store.TenantTx) error {
			if got, err := entity.List(ctx, tx); err != nil || !cmp.Equal(got, entities) {
				t.Errorf("entities %v, %v", got, err)
			}
			got, err := user.Get(ctx, tx, changed.ID)
			if diff := cmp.Diff(changed, got, sealed); err != nil || diff != "" {
				t.Errorf("get, %v (-want +got):\n%s", err, diff)
			}
			if got, err = user.ByLookup(ctx, tx, []byte{3}); err != nil || got.ID != row(3, e).ID {
				t.Errorf("by lookup: %v, %v", got.ID, err)
			}
			if _, err = user.Get(ctx, tx, row(9, e).ID); !errors.Is(err, store.ErrNoRows) {
				t.Errorf("a user that is not: %v", err)
			}
			list, err := user.List(ctx, tx, row(1, e).ID, 1)
			if err != nil || len(list) != 1 || list[0].ID != changed.ID {
				t.Errorf("list after the first: %v, %v", list, err)
			}
			if n, err := user.Count(ctx, tx); err != nil || n != 3 {
				t.Errorf("count %d, %v", n, err)
			}
			roles, err := user.Roles(ctx, tx)
			if len(roles) != 2 || roles[row(1, e).ID] != "auditor member" {
				t.Errorf("roles %v", roles)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestDeclarations(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, id := context.Background(), storetest.NewTenant(t, s)
		e := bailiwick.EntityID{ID: bailiwick.ID{42}}
		err := s.Update(ctx, id, func(tx store.TenantTx) error {
			if err := entity.Insert(ctx, tx, entity.Row{ID: e, Key: "de", Created: 1}); err != nil {
				return err
			}
			for n := byte(1); n <= 2; n++ {
				if err := user.Insert(ctx, tx, row(n, e)); err != nil {
					return err
				}
			}
			first := user.Declaration{User: row(1, e).ID, Country: "US", By: row(2, e).ID, Declared: 5}
			second := user.Declaration{User: row(2, e).ID, Country: "FR", By: row(1, e).ID, Declared: 4}
			for _, d := range []user.Declaration{{User: first.User, Country: "GB", By: first.By, Declared: 1}, first, second} {
				if err := user.Declare(ctx, tx, d); err != nil {
					return err
				}
			}
			got, err := user.Declared(ctx, tx, first.User)
			if err != nil || got != first {
				t.Errorf("declared %+v, %v", got, err)
			}
			all, err := user.Declarations(ctx, tx, 10)
			if err != nil || !cmp.Equal(all, []user.Declaration{second, first}) {
				t.Errorf("declarations %+v, %v", all, err)
			}
			for _, want := range []bool{true, false} {
				if did, err := user.Undeclare(ctx, tx, first.User); err != nil || did != want {
					t.Errorf("undeclare: %v, %v", did, err)
				}
			}
			_, err = user.Declared(ctx, tx, first.User)
			if !errors.Is(err, store.ErrNoRows) {
				t.Errorf("after it was decided: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestHandlings(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, id := context.Background(), storetest.NewTenant(t, s)
		e := bailiwick.EntityID{ID: bailiwick.ID{42}}
		err := s.Update(ctx, id, func(tx store.TenantTx) error {
			if err := entity.Insert(ctx, tx, entity.Row{ID: e, Key: "de", Created: 1}); err != nil {
				return err
			}
			for n := byte(1); n <= 3; n++ {
				if err := user.Insert(ctx, tx, row(n, e)); err != nil {
					return err
				}
			}
			one, two, three := row(1, e).ID, row(2, e).ID, row(3, e).ID
			for _, h := range []struct {
				by bailiwick.UserID
				at int64
			}{{two, 5}, {three, 6}, {two, 9}} {
				if err := user.Handle(ctx, tx, one, h.by, h.at); err != nil {
					return err
				}
			}
			for since, want := range map[int64][]bailiwick.UserID{4: {two, three}, 6: {two}, 9: nil} {
				if got, err := user.Handlers(ctx, tx, one, since); err != nil || !cmp.Equal(got, want) {
					t.Errorf("after %d: %v, %v", since, got, err)
				}
			}
			if err := user.DropHandlings(ctx, tx, 6); err != nil {
				return err
			}
			got, err := user.Handlers(ctx, tx, one, 0)
			if !cmp.Equal(got, []bailiwick.UserID{two}) {
				t.Errorf("after dropping: %v", got)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
