package record_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
	"bailiwick/internal/store/storetest"
)

func id(n byte) bailiwick.ID { return bailiwick.ID{0: 1, 15: n} }

// fill stores ten records of type 1 and one of type 2. Record n has country
// set n%3+1 and owner n%2, the number n and the text of n%2 in fields 7 and 8.
func fill(ctx context.Context, tx store.TenantTx) error {
	for n := int64(1); n <= 11; n++ {
		typ := int64(1)
		if n == 11 {
			typ = 2
		}
		seq, err := record.NextSeq(ctx, tx, typ)
		if err != nil {
			return err
		}
		r := record.Row{
			RKey: record.Key(typ, seq), ID: bailiwick.RecordID{ID: id(byte(n))}, Revision: 1, CSet: n%3 + 1, Entity: bailiwick.EntityID{ID: id(1)},
			Owner: bailiwick.UserID{ID: id(byte(1 + n%2))}, CreatedAt: n, UpdatedAt: n, Kind: "created", Packed: []byte{byte(n)},
		}
		if n%3 == 0 {
			r.Unit = bailiwick.UnitID{ID: id(1)}
		}
		if n == 3 {
			r.Entity = bailiwick.EntityID{ID: id(3)}
		}
		if err := record.SetUsers(ctx, tx, r.RKey, 12, []bailiwick.ID{id(byte(n))}); err != nil {
			return err
		}
		if err := record.Insert(ctx, tx, &r); err != nil {
			return err
		}
		if err := record.AddInt(ctx, tx, 7, n, r.RKey); err != nil {
			return err
		}
		if err := record.AddText(ctx, tx, 8, fmt.Sprint(n%2), r.RKey); err != nil {
			return err
		}
		if err := record.AddTerms(ctx, tx, 9, [][]byte{{byte(n % 2)}, {9}, {8}}, r.RKey); err != nil {
			return err
		}
		if err := record.SetLinks(ctx, tx, r.RKey, 10, []bailiwick.ID{id(byte(n))}); err != nil {
			return err
		}
		if err := record.SetSlots(ctx, tx, r.RKey, []record.SubjectRow{{Slot: 0, Subject: bailiwick.SubjectID{ID: id(byte(n))}, CSet: 1, Field: 11}}); err != nil {
			return err
		}
	}
	return nil
}

type selectCase struct {
	name string
	sel  record.Select
	want []byte
}

var reachCases = []selectCase{
	{"of entities", record.Select{TypeNo: 1, Of: []record.EntityRows{{Entities: []bailiwick.ID{id(3)}}, {Entities: []bailiwick.ID{id(1), id(2)}, CSets: []int64{1}}}}, []byte{9, 6, 3}},
	{"no rows of an entity", record.Select{TypeNo: 1, Of: []record.EntityRows{{Entities: []bailiwick.ID{id(1)}, CSets: []int64{}}}}, nil},
	{"a text of an entity", sel(record.Test{Kind: record.InTexts, Field: 8, Texts: []string{"1"}, Of: []record.EntityRows{{Entities: []bailiwick.ID{id(3)}}}}), []byte{3}},
	{"nobody's", record.Select{TypeNo: 1, Reach: []record.Reach{{}}}, nil},
	{"a unit", record.Select{TypeNo: 1, Reach: []record.Reach{{Units: []bailiwick.ID{id(1), id(9)}}}}, []byte{9, 6, 3}},
	{"assigned", record.Select{TypeNo: 1, Reach: []record.Reach{{Assigned: bailiwick.UserID{ID: id(4)}}}}, []byte{4}},
	{"an entity", record.Select{TypeNo: 1, Reach: []record.Reach{{Entity: bailiwick.EntityID{ID: id(3)}}}}, []byte{3}},
	{"one of several scopes", record.Select{TypeNo: 1, Reach: []record.Reach{{Entity: bailiwick.EntityID{ID: id(3)}, Assigned: bailiwick.UserID{ID: id(4)}}}}, []byte{4, 3}},
	{"within two reaches", record.Select{TypeNo: 1, Reach: []record.Reach{{Owner: bailiwick.UserID{ID: id(1)}}, {Units: []bailiwick.ID{id(1)}}}}, []byte{6}},
}

func TestSelect(t *testing.T) {
	one := id(3)
	cases := []selectCase{
		{"all", record.Select{TypeNo: 1}, []byte{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}},
		{"another type", record.Select{TypeNo: 2}, []byte{11}},
		{"deleted", record.Select{TypeNo: 1, State: record.Deleted}, nil},
		{"some country sets", record.Select{TypeNo: 1, CSets: []int64{1, 2, 7}}, []byte{10, 9, 7, 6, 4, 3, 1}},
		{"no country set", record.Select{TypeNo: 1, CSets: []int64{}}, nil},
		{"an owner", record.Select{TypeNo: 1, Reach: []record.Reach{{Owner: bailiwick.UserID{ID: id(1)}}}}, []byte{10, 8, 6, 4, 2}},
		{"an import", record.Select{TypeNo: 1, Import: bailiwick.ImportID{ID: id(1)}}, nil},
		{"after", record.Select{TypeNo: 1, After: record.Key(1, 8)}, []byte{10, 9}},
		{"before", record.Select{TypeNo: 1, Before: record.Key(1, 3)}, []byte{2, 1}},
		{"numbers", sel(record.Test{Kind: record.InInts, Field: 7, Ints: []int64{2, 3, 40}}), []byte{3, 2}},
		{"a range", sel(record.Test{Kind: record.InRange, Field: 7, Lo: 4, Hi: 5}), []byte{5, 4}},
		{"texts", sel(record.Test{Kind: record.InTexts, Field: 8, Texts: []string{"1"}}), []byte{9, 7, 5, 3, 1}},
		{"texts of some countries", sel(record.Test{Kind: record.InTexts, Field: 8, Texts: []string{"1"}, CSets: []int64{1}}), []byte{9, 3}},
		{"not in an index", sel(record.Test{Kind: record.HasInt, Field: 99, Not: true, CSets: []int64{1}}), []byte{9, 6, 3}},
		{"a token", sel(record.Test{Kind: record.HasTerm, Field: 9, Term: []byte{1}}), []byte{9, 7, 5, 3, 1}},
		{"a link", sel(record.Test{Kind: record.Linked, Field: 10, Term: one[:]}), []byte{3}},
		{"a person", sel(record.Test{Kind: record.Involves, Field: 11, Term: one[:]}), []byte{3}},
		{"has a text", sel(record.Test{Kind: record.HasText, Field: 8}), []byte{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}},
		{"country sets alone", sel(record.Test{Kind: record.OfCSets, CSets: []int64{1}}), []byte{9, 6, 3}},
		{"one of none", record.Select{TypeNo: 1, All: []record.Condition{{}}}, nil},
		{"one of two", sel(record.Test{Kind: record.InInts, Field: 7, Ints: []int64{2}}, record.Test{Kind: record.InInts, Field: 7, Ints: []int64{5}}), []byte{5, 2}},
		{"both of two", record.Select{TypeNo: 1, All: []record.Condition{
			{{Kind: record.InRange, Field: 7, Lo: 3, Hi: 9}}, {{Kind: record.InTexts, Field: 8, Texts: []string{"0"}}}}}, []byte{8, 6, 4}},
	}
	cases = append(cases, reachCases...)
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		tenant := bailiwick.TenantID{ID: id(1)}
		if err := s.CreateTenant(ctx, tenant); err != nil {
			t.Fatal(err)
		}
		if err := s.Update(ctx, tenant, func(tx store.TenantTx) error { return fill(ctx, tx) }); err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				err := s.View(ctx, tenant, func(tx store.TenantTx) error {
					rows, err := record.Rows(ctx, tx, &c.sel, true, 100, nil)
					if err != nil {
						return err
					}
					var got []byte
					for _, r := range rows {
						got = append(got, r.Bytes...)
					}
					if !slices.Equal(got, c.want) {
						t.Errorf("rows %v, want %v", got, c.want)
					}
					n, err := record.Count(ctx, tx, &c.sel)
					if err != nil || n != int64(len(c.want)) {
						t.Errorf("count %d, want %d: %v", n, len(c.want), err)
					}
					groups, err := record.Groups(ctx, tx, &c.sel, []record.GroupBy{{Field: 8}, {Field: 99, IsInt: true}}, 10)
					total := int64(0)
					for _, g := range groups {
						total += g.Count
					}
					if err != nil || total != n {
						t.Errorf("groups hold %d of %d: %v", total, n, err)
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
			})
		}
	})
}

func sel(tests ...record.Test) record.Select {
	return record.Select{TypeNo: 1, All: []record.Condition{tests}}
}

func TestRevisions(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		tenant := bailiwick.TenantID{ID: id(1)}
		if err := s.CreateTenant(ctx, tenant); err != nil {
			t.Fatal(err)
		}
		err := s.Update(ctx, tenant, func(tx store.TenantTx) error {
			r := record.Row{RKey: record.Key(1, 1), ID: bailiwick.RecordID{ID: id(1)}, Revision: 1, Entity: bailiwick.EntityID{ID: id(1)}, Kind: "created", Packed: []byte("one")}
			if err := record.Insert(ctx, tx, &r); err != nil {
				return err
			}
			r.Revision, r.Kind, r.Packed = 2, "changed", []byte("two")
			if ok, err := record.Replace(ctx, tx, &r); err != nil || !ok {
				t.Fatal(ok, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Update(ctx, tenant, func(tx store.TenantTx) error {
			earlier, err := record.Revisions(ctx, tx, record.Key(1, 1), 10)
			if err != nil || len(earlier) != 1 || string(earlier[0].Packed) != "one" || earlier[0].Kind != "created" {
				t.Errorf("earlier revisions %+v: %v", earlier, err)
			}
			rows, err := record.ByIDs(ctx, tx, []bailiwick.ID{id(1), id(2), id(3)})
			if err != nil || len(rows) != 1 || string(rows[0].Packed) != "two" {
				t.Errorf("%d records: %v", len(rows), err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
