package postgres_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/pgtest"
	"bailiwick/internal/store/postgres"
)

func refused(t *testing.T, url, because string) {
	t.Helper()
	d, err := postgres.Open(context.Background(), postgres.Options{AppURL: url})
	if err == nil {
		d.Close()
		t.Fatalf("opened; want a refusal: %s", because)
	}
	if bailiwick.ErrorCode(err) != bailiwick.CodeUnavailable || !strings.Contains(err.Error(), because) {
		t.Errorf("%v; want %q", err, because)
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the error shows the password")
	}
}

func TestOpenRefuses(t *testing.T) {
	db := pgtest.New(t)
	ctx := context.Background()
	refused(t, db.AppURL, "run bailiwick migrate")
	if err := postgres.Migrate(ctx, db.OwnerURL, pgtest.App); err != nil {
		t.Fatal(err)
	}
	refused(t, db.AdminURL, "may bypass row-level security")
	refused(t, db.OwnerURL, "may bypass row-level security")
	refused(t, "postgres://x:hunter2@127.0.0.1:1/none?connect_timeout=2", "cannot be reached")
	refused(t, "postgres://x:hunter2@[bad", "cannot be read")
	for _, c := range []struct{ change, because string }{
		{"UPDATE tenant_versions SET version_id = 9000 WHERE version_id = (SELECT max(version_id) FROM tenant_versions)", "newer version"},
		{"DELETE FROM tenant_versions WHERE version_id = 9000", "older version"},
	} {
		if err := db.Exec(db.AdminURL, c.change); err != nil {
			t.Fatal(err)
		}
		refused(t, db.AppURL, c.because)
	}
}

// TestMigrateTwice: at the same time, and again.
func TestMigrateTwice(t *testing.T) {
	db := pgtest.New(t)
	ctx := context.Background()
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if err := postgres.Migrate(ctx, db.OwnerURL, pgtest.App); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := postgres.Migrate(ctx, db.OwnerURL, pgtest.App); err != nil {
		t.Fatal(err)
	}
	d, err := postgres.Open(ctx, postgres.Options{AppURL: db.AppURL})
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
}

func TestMigrateRefuses(t *testing.T) {
	db := pgtest.New(t)
	for _, c := range []struct{ url, role, because string }{
		{db.OwnerURL, "no_such_role", "does not exist"},
		{db.OwnerURL, "x; DROP TABLE y", "does not exist"},
		{"postgres://x:hunter2@127.0.0.1:1/none?connect_timeout=2", pgtest.App, "cannot be reached"},
		{"postgres://x:hunter2@[bad", pgtest.App, "cannot be read"},
	} {
		err := postgres.Migrate(context.Background(), c.url, c.role)
		if err == nil || !strings.Contains(err.Error(), c.because) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v; want %q", err, c.because)
		}
	}
}

// TestSettingEndsWithTheTransaction looks for a tenant on a connection that
// served one before.
func TestSettingEndsWithTheTransaction(t *testing.T) {
	db := pgtest.New(t)
	ctx := context.Background()
	if err := postgres.Migrate(ctx, db.OwnerURL, pgtest.App); err != nil {
		t.Fatal(err)
	}
	d, err := postgres.Open(ctx, postgres.Options{AppURL: db.AppURL, MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	s := store.New(d)
	defer s.Close()
	id := bailiwick.TenantID{ID: bailiwick.ID{0: 1, 6: 0x70, 8: 0x80}}
	if err := s.CreateTenant(ctx, id); err != nil {
		t.Fatal(err)
	}
	var during, after string
	const q = `SELECT COALESCE(current_setting('app.tenant', true), '')`
	if err := s.View(ctx, id, func(tx store.TenantTx) error { return tx.QueryRow(ctx, q).Scan(&during) }); err != nil || during != id.String() {
		t.Fatalf("%q, %v", during, err)
	}
	if err := s.ViewDirectory(ctx, func(tx store.DirectoryTx) error { return tx.QueryRow(ctx, q).Scan(&after) }); err != nil || after != "" {
		t.Fatalf("%q, %v", after, err)
	}
}
