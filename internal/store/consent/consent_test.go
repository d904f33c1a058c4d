package consent_test

import (
	"context"
	"errors"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/consent"
	"bailiwick/internal/store/storetest"
)

// TestConsents holds that a consent stands until it is withdrawn, for its
// person and category alone.
func TestConsents(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, tenant := context.Background(), storetest.NewTenant(t, s)
		ada, ben := bailiwick.SubjectID{ID: bailiwick.ID{1}}, bailiwick.SubjectID{ID: bailiwick.ID{2}}
		add := func(tx store.TenantTx, id byte, who bailiwick.SubjectID, category string) error {
			return consent.Insert(ctx, tx, consent.Consent{ID: bailiwick.ID{id}, Subject: who, Category: category, Given: int64(id), User: bailiwick.UserID{ID: bailiwick.ID{7}}, Sealed: bailiwick.SealedBytes([]byte("s"))})
		}
		err := s.Update(ctx, tenant, func(tx store.TenantTx) error {
			return errors.Join(add(tx, 1, ada, "health"), add(tx, 2, ada, "religion"), add(tx, 3, ben, "health"))
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Update(ctx, tenant, func(tx store.TenantTx) error {
			for _, want := range []int64{1, 0} {
				if n, err := consent.Withdraw(ctx, tx, ada, "health", 9, bailiwick.UserID{ID: bailiwick.ID{7}}); err != nil || n != want {
					t.Error(n, err)
				}
			}
			got := ""
			err := consent.Standing(ctx, tx, []bailiwick.SubjectID{ada, ben}, func(who bailiwick.SubjectID, c string) { got += string('0'+who.ID[0]) + c })
			if err != nil || (got != "1religion2health" && got != "2health1religion") {
				t.Error(got, err)
			}
			n := 0
			if err := consent.AllStanding(ctx, tx, func(bailiwick.SubjectID, string) { n++ }); err != nil || n != 2 {
				t.Error(n, err)
			}
			if all, err := consent.OfSubject(ctx, tx, ada, 10); err != nil || len(all) != 2 || all[0].Category != "religion" || all[1].Withdrawn != 9 {
				t.Error(all, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
