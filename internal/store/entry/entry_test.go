package entry_test

import (
	"bytes"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/entry"
	"bailiwick/internal/store/storetest"
)

// TestEntries writes entries of two records and reads them in every way; the
// same identifiers in another tenant are not seen.
func TestEntries(t *testing.T) {
	id := func() bailiwick.ID {
		id, err := bailiwick.NewID(time.UnixMilli(1), nil)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	at := func(n byte) bailiwick.EntryID { return bailiwick.EntryID{ID: bailiwick.ID{n}} }
	one, two := bailiwick.RecordID{ID: id()}, bailiwick.RecordID{ID: id()}
	rows := []entry.Row{
		{ID: at(1), Kind: "record.created", Outcome: "done", Actor: "u", Record: one, Body: []byte("1")},
		{ID: at(2), Kind: "signin.failed", Outcome: "refused", Body: []byte("2")},
		{ID: at(3), Kind: "record.changed", Outcome: "done", Actor: "v", Record: one, Body: []byte("3")},
		{ID: at(4), Kind: "record.changed", Outcome: "done", Actor: "u", Record: two, Body: []byte("4")},
	}
	end := at(255)
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		home, other := bailiwick.TenantID{ID: id()}, bailiwick.TenantID{ID: id()}
		for _, tenant := range []bailiwick.TenantID{home, other} {
			if err := s.CreateTenant(ctx, tenant); err != nil {
				t.Fatal(err)
			}
			err := s.Update(ctx, tenant, func(tx store.TenantTx) error {
				for _, r := range rows {
					if tenant == other {
						r.Body = []byte("other")
					}
					if err := entry.Insert(ctx, tx, r, nil); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		err := s.Update(ctx, home, func(tx store.TenantTx) error { return entry.Insert(ctx, tx, rows[0], nil) })
		if !store.IsUnique(err) {
			t.Errorf("the same entry twice: %v", err)
		}
		err = s.View(ctx, home, func(tx store.TenantTx) error {
			got, err := entry.ByRecord(ctx, tx, one, end, 9)
			check(t, "by record", "31", got, err)
			got, err = entry.ByRecord(ctx, tx, one, at(3), 9)
			check(t, "by record, earlier", "1", got, err)
			for _, c := range []struct {
				want  string
				limit int
				s     entry.Selection
			}{
				{"4321", 9, entry.Selection{Before: end}},
				{"43", 2, entry.Selection{Before: end}},
				{"21", 9, entry.Selection{Before: at(3)}},
				{"432", 9, entry.Selection{From: at(2), Before: end}},
				{"43", 9, entry.Selection{Before: end, Kind: "record.changed"}},
				{"2", 9, entry.Selection{Before: end, Outcome: "refused"}},
				{"41", 9, entry.Selection{Before: end, Actor: "u"}},
				{"31", 9, entry.Selection{Before: end, Record: one}},
				{"3", 9, entry.Selection{Before: end, Record: one, Kind: "record.changed", Actor: "v", Outcome: "done"}},
				{"", 9, entry.Selection{}},
			} {
				got, err := entry.Page(ctx, tx, c.s, c.limit)
				check(t, "page", c.want, got, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// check compares the bodies of rows, in order, with want.
func check(t *testing.T, name, want string, got []entry.Row, err error) {
	t.Helper()
	var bodies [][]byte
	for _, r := range got {
		bodies = append(bodies, r.Body)
	}
	if b := bytes.Join(bodies, nil); err != nil || string(b) != want {
		t.Errorf("%s: %q, %v; want %q", name, b, err, want)
	}
}
