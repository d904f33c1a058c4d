package main

import (
	"path/filepath"
	"strings"
	"testing"

	"bailiwick/internal/store/pgtest"
)

// TestPostgres walks the way of an operator with PostgreSQL: refused before
// the migration, refused as the owner, then working.
func TestPostgres(t *testing.T) {
	db := pgtest.New(t)
	data := filepath.Join(t.TempDir(), "data")
	env := []string{"BAILIWICK_DATABASE=" + db.AppURL}
	list := func(env []string) (string, error) { return command(t, env, "tenant", "list", "--data", data) }
	if _, err := list(env); err == nil || !strings.Contains(sentence(err), "migrate") {
		t.Errorf("before the migration: %v", err)
	}
	if _, err := command(t, env, "migrate"); err == nil || !strings.Contains(err.Error(), "--database-owner") {
		t.Errorf("migrate without the owner: %v", err)
	}
	owner := append(env, "BAILIWICK_DATABASE_OWNER="+db.OwnerURL)
	for range 2 {
		if out, err := command(t, owner, "migrate"); err != nil || !strings.Contains(out, "at this version") {
			t.Fatalf("migrate: %v: %s", err, out)
		}
	}
	for name, url := range map[string]string{"the owner": db.OwnerURL, "a superuser": db.AdminURL} {
		if _, err := list([]string{"BAILIWICK_DATABASE=" + url}); err == nil || !strings.Contains(sentence(err), "may bypass row-level security") {
			t.Errorf("as %s: %v", name, err)
		}
	}
	if _, err := command(t, append(env, "BAILIWICK_KEYSTORE="+db.AppURL), "tenant", "list", "--data", data); err == nil || !strings.Contains(err.Error(), "--keystore") {
		t.Errorf("a keystore in the data database: %v", err)
	}
	if out, err := command(t, env, "tenant", "create", "acme", "--country", "DE", "--data", data); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err := list(env); err != nil || !strings.Contains(out, "acme") {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := command(t, env, "doctor", "--data", data); err != nil {
		t.Errorf("doctor: %v: %s", err, out)
	}
}
