package record_test

import (
	"errors"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/configuration"
	"bailiwick/internal/store/record"
	"bailiwick/internal/store/storetest"
)

// TestHeadAndByID: one query says what the two that it stands for say, with a
// record and without one.
func TestHeadAndByID(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		tenant := bailiwick.TenantID{ID: id(1)}
		if err := s.CreateTenant(t.Context(), tenant); err != nil {
			t.Fatal(err)
		}
		there, owner := bailiwick.RecordID{ID: id(2)}, bailiwick.UserID{ID: id(3)}
		err := s.Update(t.Context(), tenant, func(tx store.TenantTx) error {
			if _, _, err := record.HeadAndByID(t.Context(), tx, there); !errors.Is(err, store.ErrNoRows) {
				t.Errorf("without a configuration: %v", err)
			}
			for v := range int64(2) {
				c := configuration.Row{Version: v + 1, Digest: []byte{byte(v), 31: 1}, Document: []byte("{}")}
				if err := configuration.Insert(t.Context(), tx, c); err != nil {
					return err
				}
			}
			return record.Insert(t.Context(), tx, &record.Row{RKey: record.Key(1, 1), ID: there, Revision: 1, Owner: owner,
				Entity: bailiwick.EntityID{ID: id(1)}, Kind: "created", Packed: []byte("one")})
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.View(t.Context(), tenant, func(tx store.TenantTx) error {
			version, digest, last, err := configuration.Head(t.Context(), tx)
			if err != nil {
				return err
			}
			want, err := record.ByID(t.Context(), tx, there)
			if err != nil {
				return err
			}
			for _, who := range []bailiwick.RecordID{there, {ID: id(9)}, {}} {
				h, row, err := record.HeadAndByID(t.Context(), tx, who)
				if err != nil || h.Version != version || string(h.Digest) != string(digest) || h.LastSet != last {
					t.Errorf("head %+v: %v", h, err)
				}
				if (row != nil) != (who == there) {
					t.Fatalf("a record for %v: %v", who, row != nil)
				}
				if row != nil && (row.RKey != want.RKey || row.ID != want.ID || row.Owner != want.Owner || row.State != want.State ||
					row.CSet != want.CSet || string(row.Packed) != string(want.Packed)) {
					t.Errorf("record %+v, want %+v", row, want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
