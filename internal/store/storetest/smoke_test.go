package storetest

import (
	"context"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
)

func TestSmoke(t *testing.T) {
	Engines(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		id, err := bailiwick.NewID(bailiwick.SystemClock{}.Now(), nil)
		if err != nil {
			t.Fatal(err)
		}
		tenant := bailiwick.TenantID{ID: id}
		if err := s.View(ctx, tenant, func(store.TenantTx) error { return nil }); bailiwick.ErrorCode(err) != bailiwick.CodeNotFound {
			t.Fatalf("view of unknown tenant: %v", err)
		}
		if err := s.CreateTenant(ctx, tenant); err != nil {
			t.Fatal(err)
		}
		if err := s.CreateTenant(ctx, tenant); err != nil {
			t.Fatal(err)
		}
		var n int64
		if err := s.View(ctx, tenant, func(tx store.TenantTx) error {
			return tx.QueryRow(ctx, "SELECT count(*) FROM tenant_stores").Scan(&n)
		}); err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
	})
}
