package directory_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/directory"
	"bailiwick/internal/store/storetest"
)

func TestTenants(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		row := directory.Row{ID: bailiwick.TenantID{ID: bailiwick.ID{1}}, Slug: "acme", Name: "Acme Übersee", Region: "eu", Created: 5}
		update := func(f func(store.DirectoryTx) error) error { return s.UpdateDirectory(ctx, f) }
		if err := update(func(tx store.DirectoryTx) error { return directory.Insert(ctx, tx, row) }); err != nil {
			t.Fatal(err)
		}
		err := s.ViewDirectory(ctx, func(tx store.DirectoryTx) error {
			got, err := directory.ByID(ctx, tx, row.ID)
			if err != nil || got.Region != "eu" || got.Slug != "acme" {
				t.Errorf("by id: %+v %v", got, err)
			}
			if _, err := directory.ByID(ctx, tx, bailiwick.TenantID{ID: bailiwick.ID{9}}); !errors.Is(err, store.ErrNoRows) {
				t.Errorf("a tenant that there is not: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		again := row
		again.ID = bailiwick.TenantID{ID: bailiwick.ID{2}}
		if err := update(func(tx store.DirectoryTx) error { return directory.Insert(ctx, tx, again) }); !store.IsUnique(err) {
			t.Errorf("a second tenant of the slug: %v", err)
		}
		byHost := func(label string) (r directory.Row, err error) {
			err = s.ViewDirectory(ctx, func(tx store.DirectoryTx) (err error) {
				r, err = directory.ByHost(ctx, tx, label)
				return err
			})
			return r, err
		}
		if _, err := byHost("acme"); !errors.Is(err, store.ErrNoRows) {
			t.Errorf("a tenant that is being prepared is found by host: %v", err)
		}
		for i, want := range []bool{true, false} { // the second time there is nothing left to do
			var got bool
			err := update(func(tx store.DirectoryTx) (err error) {
				got, err = directory.Activate(ctx, tx, row)
				return err
			})
			if err != nil || got != want {
				t.Errorf("activation %d: %v, %v", i, got, err)
			}
		}
		row.State = "active"
		got, err := byHost("acme")
		if diff := cmp.Diff(row, got); err != nil || diff != "" {
			t.Errorf("by host, %v (-want +got):\n%s", err, diff)
		}
		if _, err := byHost("ACME"); !errors.Is(err, store.ErrNoRows) {
			t.Errorf("labels are compared without regard to case: %v", err)
		}
		err = s.ViewDirectory(ctx, func(tx store.DirectoryTx) error {
			one, err := directory.BySlug(ctx, tx, "acme")
			if err != nil || one != row {
				t.Errorf("by slug: %+v, %v", one, err)
			}
			all, err := directory.List(ctx, tx)
			if diff := cmp.Diff([]directory.Row{row}, all); diff != "" {
				t.Errorf("list (-want +got):\n%s", diff)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
