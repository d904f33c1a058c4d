package scenario

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bailiwick/internal/server"
	"bailiwick/internal/store/pgtest"
	"bailiwick/internal/store/storetest"
)

// refused runs the program with arguments on which it must not start, and
// holds that it says why in one sentence that tells what to do.
func refused(t *testing.T, env []string, says string, args ...string) {
	t.Helper()
	out, errOut, status := Command(t, env, append([]string{"serve", "--listen", "127.0.0.1:0", "--admin-listen", "off"}, args...)...)
	said := strings.TrimSpace(errOut)
	if status == 0 {
		t.Errorf("it started and ended well: %s", said)
	}
	if !strings.Contains(strings.ToLower(said), strings.ToLower(says)) {
		t.Errorf("it says %q, which lacks %q", said, says)
	}
	if !strings.HasPrefix(said, "bailiwick: ") || strings.Contains(said, "goroutine ") || strings.Contains(said, "panic") || strings.Contains(said, "kanari4711") || out != "" {
		t.Errorf("it does not say it in a sentence: %s%s", out, said)
	}
	if lines := strings.Split(said, "\n"); len(lines) > 3 {
		t.Errorf("it says it in %d lines:\n%s", len(lines), said)
	}
}

// installation makes a data directory with a workspace in it.
func installation(t *testing.T, c server.Config) server.Config {
	t.Helper()
	if c.Data == "" {
		c.Data = filepath.Join(t.TempDir(), "data")
	}
	parts, closeAll := Open(t, c, &Log{})
	Prepared(parts).Workspace(t, "acme", nil)
	closeAll()
	return c
}

// TestRefusesToStart holds the refusals of the issue on SQLite, against the
// real program.
func TestRefusesToStart(t *testing.T) {
	Binary(t)
	t.Run("a data directory of a newer version", func(t *testing.T) {
		c := installation(t, server.Config{})
		if err := os.WriteFile(filepath.Join(c.Data, "store", "format"), []byte("99\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, nil, "newer version", "--data", c.Data)
	})
	t.Run("a root key that is missing", func(t *testing.T) {
		c := installation(t, server.Config{})
		if err := os.Remove(c.RootKeyFile()); err != nil {
			t.Fatal(err)
		}
		refused(t, nil, "root key", "--data", c.Data)
		if _, err := os.Stat(c.RootKeyFile()); err == nil {
			t.Error("it made a new root key beside keys that need the old one")
		}
	})
	t.Run("a root key of another installation", func(t *testing.T) {
		c, other := installation(t, server.Config{}), installation(t, server.Config{})
		key, err := os.ReadFile(other.RootKeyFile())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(c.RootKeyFile(), key, 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, nil, "root key", "--data", c.Data)
	})
	t.Run("a root key that others can read", func(t *testing.T) {
		c := installation(t, server.Config{})
		if err := os.Chmod(c.RootKeyFile(), 0o644); err != nil {
			t.Fatal(err)
		}
		refused(t, nil, "root key", "--data", c.Data)
	})
	t.Run("a keystore in the data directory of the data", func(t *testing.T) {
		c := installation(t, server.Config{})
		refused(t, nil, "keystore", "--data", c.Data, "--keystore", "file:"+filepath.Join(c.Data, "store"))
	})
	t.Run("a PostgreSQL that cannot be reached", func(t *testing.T) {
		refused(t, nil, "PostgreSQL", "--data", t.TempDir(), "--database", "postgres://app:kanari4711@127.0.0.1:1/none?connect_timeout=2")
	})
	t.Run("an address that others can reach, without encryption", func(t *testing.T) {
		refused(t, nil, "--listen", "--data", t.TempDir(), "--listen", "0.0.0.0:0")
	})
	t.Run("a setting that does not exist", func(t *testing.T) {
		refused(t, []string{"BAILIWICK_NO_SUCH_KEY=kanari4711"}, "no_such_key", "--data", t.TempDir())
	})
	t.Run("a data directory in use", func(t *testing.T) {
		c := installation(t, server.Config{})
		Launch(t, "--data", c.Data)
		refused(t, nil, "in use", "--data", c.Data)
	})
}

// TestRefusesToStartOnPostgres holds those that need a PostgreSQL.
func TestRefusesToStartOnPostgres(t *testing.T) {
	db := storetest.Database(t)
	Binary(t)
	data := t.TempDir()
	t.Run("a role that is a superuser", func(t *testing.T) {
		refused(t, nil, "role", "--data", data, "--database", db.AdminURL)
	})
	t.Run("a role that owns the tables", func(t *testing.T) {
		refused(t, nil, "role", "--data", data, "--database", db.OwnerURL)
	})
	t.Run("a role that may bypass row-level security", func(t *testing.T) {
		const role = "bailiwick_bypass"
		if err := db.Exec(db.AdminURL, "DROP ROLE IF EXISTS "+role+"; CREATE ROLE "+role+" LOGIN BYPASSRLS IN ROLE "+pgtest.App); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Exec(db.AdminURL, "DROP ROLE IF EXISTS "+role) })
		refused(t, nil, "role", "--data", data, "--database", strings.Replace(db.AppURL, pgtest.App, role, 1))
	})
	t.Run("a database without the tables", func(t *testing.T) {
		refused(t, nil, "migrate", "--data", data, "--database", pgtest.New(t).AppURL)
	})
	t.Run("a keystore in the database of the data", func(t *testing.T) {
		refused(t, nil, "keystore", "--data", data, "--database", db.AppURL, "--keystore", db.AppURL)
	})
	t.Run("and it starts on what is right", func(t *testing.T) {
		p := Launch(t, "--data", data, "--database", db.AppURL)
		a, err := send(context.Background(), newClient(), p.Addr, Request{Method: "GET", Path: "/", Host: "localhost"})
		if err != nil || a.Status != 200 {
			t.Errorf("%v, %d", err, a.Status)
		}
	})
}
