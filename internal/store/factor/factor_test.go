package factor_test

import (
	"context"
	"errors"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/entity"
	"bailiwick/internal/store/factor"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/store/user"
)

var (
	ada = bailiwick.UserID{ID: bailiwick.ID{1}}
	ben = bailiwick.UserID{ID: bailiwick.ID{2}}
)

// people makes a tenant with two users and returns how to change it.
func people(t *testing.T, s *store.Store) func(func(context.Context, store.TenantTx)) {
	t.Helper()
	ctx, id := context.Background(), storetest.NewTenant(t, s)
	do := func(f func(context.Context, store.TenantTx)) {
		t.Helper()
		if err := s.Update(ctx, id, func(tx store.TenantTx) error { f(ctx, tx); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	do(func(ctx context.Context, tx store.TenantTx) {
		e := bailiwick.EntityID{ID: bailiwick.ID{42}}
		must(t, entity.Insert(ctx, tx, entity.Row{ID: e, Key: "de"}))
		for _, u := range []bailiwick.UserID{ada, ben} {
			must(t, user.Insert(ctx, tx, user.Row{ID: u, Lookup: u.Bytes(), Profile: bailiwick.SealedBytes([]byte{1}), Entity: e}))
		}
	})
	return do
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestFactors(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		people(t, s)(func(ctx context.Context, tx store.TenantTx) {
			key, passkey := bailiwick.SealedBytes([]byte("key")), bailiwick.SealedBytes([]byte("passkey"))
			must(t, factor.Insert(ctx, tx, factor.Row{ID: bailiwick.ID{1}, User: ada, Kind: "totp", Secret: key, Created: 5, Step: 7}))
			must(t, factor.Insert(ctx, tx, factor.Row{ID: bailiwick.ID{2}, User: ada, Kind: "passkey", Lookup: []byte{9}, Secret: passkey, Label: key}))
			must(t, factor.Insert(ctx, tx, factor.Row{ID: bailiwick.ID{3}, User: ben, Kind: "recovery", Lookup: []byte{8}}))

			for _, step := range []struct {
				step int64
				want bool
			}{{7, false}, {8, true}, {8, false}} {
				used, err := factor.Use(ctx, tx, bailiwick.ID{1}, 6, step.step, key)
				if err != nil || used != step.want {
					t.Errorf("use at step %d: %v, %v", step.step, used, err)
				}
			}
			rows, err := factor.OfUser(ctx, tx, ada)
			if err != nil || len(rows) != 2 || rows[0].Step != 8 || rows[0].Used != 6 || rows[0].Lookup != nil || string(rows[1].Secret.Ciphertext()) != "passkey" {
				t.Errorf("factors %+v, %v", rows, err)
			}
			if r, err := factor.ByLookup(ctx, tx, []byte{9}); err != nil || r.User != ada {
				t.Errorf("by hash: %+v, %v", r, err)
			}
			if _, err := factor.ByLookup(ctx, tx, []byte{1}); !errors.Is(err, store.ErrNoRows) {
				t.Errorf("by a hash that is not there: %v", err)
			}
			if did, err := factor.Delete(ctx, tx, bailiwick.ID{3}, ada); err != nil || did {
				t.Errorf("a factor of another user was deleted: %v, %v", did, err)
			}
			must(t, factor.DeleteKind(ctx, tx, ada, "totp"))
			if n, err := factor.DeleteOfUser(ctx, tx, ada); err != nil || n != 1 {
				t.Errorf("%d factors deleted, %v", n, err)
			}
			if did, err := factor.Delete(ctx, tx, bailiwick.ID{3}, ben); err != nil || !did {
				t.Errorf("delete: %v, %v", did, err)
			}
		})
	})
}

func TestFactorTwice(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, id := context.Background(), storetest.NewTenant(t, s)
		err := s.Update(ctx, id, func(tx store.TenantTx) error {
			return factor.Insert(ctx, tx, factor.Row{ID: bailiwick.ID{1}, User: ada, Kind: "totp"})
		})
		if store.FailureKind(err) != store.ForeignKey {
			t.Errorf("a factor of nobody: %v", err)
		}
	})
}

func TestChallenges(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		people(t, s)(func(ctx context.Context, tx store.TenantTx) {
			data := bailiwick.SealedBytes([]byte("data"))
			for n, c := range []factor.Challenge{
				{Hash: []byte{1}, ID: bailiwick.ID{1}, Kind: "second", User: ada, Data: data, Created: 1, Ends: 100},
				{Hash: []byte{2}, ID: bailiwick.ID{2}, Kind: "passkey-sign-in", Data: data, Ends: 50},
				{Hash: []byte{3}, ID: bailiwick.ID{3}, Kind: "totp", User: ben, Data: data, Ends: 100},
			} {
				if err := factor.InsertChallenge(ctx, tx, c); err != nil {
					t.Fatalf("challenge %d: %v", n, err)
				}
			}
			c, err := factor.ChallengeByHash(ctx, tx, []byte{1})
			if err != nil || c.User != ada || c.Kind != "second" || c.Ends != 100 || string(c.Data.Ciphertext()) != "data" {
				t.Errorf("challenge %+v, %v", c, err)
			}
			if _, err := factor.ChallengeByHash(ctx, tx, []byte{7}); !errors.Is(err, store.ErrNoRows) {
				t.Errorf("a challenge that is not there: %v", err)
			}
			for _, x := range []struct {
				hash byte
				kind string
				now  int64
				want bool
			}{{1, "totp", 1, false}, {1, "second", 100, false}, {1, "second", 99, true}, {1, "second", 99, false}} {
				took, err := factor.TakeChallenge(ctx, tx, []byte{x.hash}, x.kind, x.now)
				if err != nil || took != x.want {
					t.Errorf("take %+v: %v, %v", x, took, err)
				}
			}
			count := func(kind string, want int64) {
				t.Helper()
				if n, err := factor.CountChallenges(ctx, tx, kind); err != nil || n != want {
					t.Errorf("%d challenges of kind %s, %v; want %d", n, kind, err, want)
				}
			}
			count("passkey-sign-in", 1)
			must(t, factor.DropChallenges(ctx, tx, 50))
			count("passkey-sign-in", 0)
			count("totp", 1)
			must(t, factor.DeleteChallengesOfUser(ctx, tx, ben))
			count("totp", 0)
		})
	})
}
