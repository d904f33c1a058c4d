package configuration_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/configuration"
	"bailiwick/internal/store/storetest"
)

func TestVersions(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, id := context.Background(), storetest.NewTenant(t, s)
		err := s.View(ctx, id, func(tx store.TenantTx) error {
			_, _, err := configuration.Current(ctx, tx)
			return err
		})
		if !errors.Is(err, store.ErrNoRows) {
			t.Errorf("before the first: %v", err)
		}
		rows := []configuration.Row{
			{Version: 1, Digest: []byte{1}, Created: 10, Document: []byte("{}")},
			{Version: 2, Digest: []byte{2}, Author: bailiwick.UserID{ID: bailiwick.ID{7}}, Created: 20, Document: []byte(`{"a":1}`)},
		}
		for _, r := range append(rows, rows[1]) {
			err = s.Update(ctx, id, func(tx store.TenantTx) error { return configuration.Insert(ctx, tx, r) })
		}
		if !store.IsUnique(err) {
			t.Errorf("a version written twice: %v", err)
		}
		err = s.View(ctx, id, func(tx store.TenantTx) error {
			version, digest, err := configuration.Current(ctx, tx)
			if err != nil || version != 2 || digest[0] != 2 {
				t.Errorf("current: %d, %v", version, err)
			}
			got, err := configuration.Get(ctx, tx, 2)
			if diff := cmp.Diff(rows[1], got); err != nil || diff != "" {
				t.Errorf("get, %v (-want +got):\n%s", err, diff)
			}
			list, err := configuration.List(ctx, tx, 2, 10)
			if len(list) != 1 || list[0].Version != 1 || list[0].Document != nil {
				t.Errorf("list: %+v", list)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestNumbers(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, id := context.Background(), storetest.NewTenant(t, s)
		insert := func(typ, field configuration.Number) error {
			return s.Update(ctx, id, func(tx store.TenantTx) error {
				if typ.Number != 0 {
					if err := configuration.InsertType(ctx, tx, typ); err != nil {
						return err
					}
				}
				return configuration.InsertField(ctx, tx, field)
			})
		}
		field := configuration.Number{Type: 1, Number: 1, Key: "affected.injury"}
		if err := insert(configuration.Number{Number: 1, Key: "incident"}, field); err != nil {
			t.Fatal(err)
		}
		none := configuration.Number{}
		for name, f := range map[string]configuration.Number{
			"number reused": {Type: 1, Number: 1, Key: "other"},
			"key again":     {Type: 1, Number: 2, Key: "affected.injury"},
			"no type":       {Type: 2, Number: 1, Key: "x"},
			"zero":          {Type: 1, Number: 0, Key: "x"},
			"too high":      {Type: 1, Number: 1 << 16, Key: "x"},
		} {
			if err := insert(none, f); store.FailureKind(err) == store.Other {
				t.Errorf("%s: %v", name, err)
			}
		}
		err := s.View(ctx, id, func(tx store.TenantTx) error {
			types, err := configuration.Types(ctx, tx)
			if diff := cmp.Diff([]configuration.Number{{Number: 1, Key: "incident"}}, types); err != nil || diff != "" {
				t.Errorf("types, %v (-want +got):\n%s", err, diff)
			}
			fields, err := configuration.Fields(ctx, tx)
			if diff := cmp.Diff([]configuration.Number{field}, fields); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
