package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// refused starts serve and expects one sentence.
func refused(t *testing.T, want string, args ...string) {
	t.Helper()
	_, err := command(t, nil, append([]string{"tenant", "list"}, args...)...)
	if err == nil || !strings.Contains(sentence(err), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}

// TestRefusals holds what an installation is not opened with, and that the
// sentence says what to do.
func TestRefusals(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	made := []string{"--data", dir}
	if out, err := command(t, nil, append([]string{"tenant", "create", "acme", "--country", "DE"}, made...)...); err != nil || !strings.Contains(out, "http://acme.localhost:8080/link/") {
		t.Fatalf("%v: %s", err, out)
	}
	t.Run("in use", func(t *testing.T) {
		unlock, err := lock(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = unlock() }()
		refused(t, "in use by another process", made...)
	})
	t.Run("a missing root key", func(t *testing.T) {
		key := filepath.Join(dir, "root.key")
		if err := os.Rename(key, key+".away"); err != nil {
			t.Fatal(err)
		}
		refused(t, "is missing", made...)
		if err := os.Rename(key+".away", key); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("a root key that others may read", func(t *testing.T) {
		key := filepath.Join(dir, "root.key")
		if err := os.Chmod(key, 0o644); err != nil {
			t.Fatal(err)
		}
		refused(t, "root.key", made...)
		if err := os.Chmod(key, 0o600); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("a keystore in the data", func(t *testing.T) {
		refused(t, "--keystore", append(made, "--keystore", "file:"+filepath.Join(dir, "store", "keys"))...)
	})
	t.Run("an unreachable PostgreSQL", func(t *testing.T) {
		refused(t, "cannot be reached", append(made, "--database", "postgres://app:hunter2@127.0.0.1:1/x?connect_timeout=2")...)
	})
	t.Run("a newer data directory", func(t *testing.T) {
		format := filepath.Join(dir, "store", "format")
		if err := os.WriteFile(format, []byte("999\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, "newer", made...)
	})
}

// TestTenants holds making and listing workspaces, and what a bad slug gets.
func TestTenants(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	data := []string{"--data", dir}
	cmd := func(args ...string) (string, error) { t.Helper(); return command(t, nil, append(args, data...)...) }
	if out, err := cmd("doctor"); err != nil {
		t.Errorf("doctor before anything is made: %v\n%s", err, out)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("doctor made the data directory that it was to look at")
	}
	if _, err := cmd("tenant", "create", "acme", "--entity", "de:DE:Acme GmbH", "--entity", "us:US:Acme, Inc.", "--language", "de", "--time-zone", "Europe/Berlin"); err != nil {
		t.Fatal(err)
	}
	if _, err := cmd("tenant", "create", "fine", "--country", "ZZ"); err == nil || !strings.Contains(err.Error(), "--country is not an ISO 3166-1 code") {
		t.Errorf("a country that there is not: %v", err)
	}
	for _, bad := range [][]string{{"www", "--country", "DE"}, {"a", "--country", "DE"}, {"fine"}, {"fine", "--country", "XX"}, {"fine", "--entity", "x"}, {"acme", "--country", "DE"}} {
		if _, err := cmd(append([]string{"tenant", "create"}, bad...)...); err == nil {
			t.Errorf("%v was accepted", bad)
		}
	}
	out, err := cmd("tenant", "list")
	if err != nil || !strings.Contains(out, "http://acme.localhost:8080") {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := cmd("doctor"); err != nil {
		t.Errorf("doctor: %v\n%s", err, out)
	}
	if out, err := cmd("migrate"); err != nil || !strings.Contains(out, "1 workspace are") {
		t.Errorf("migrate: %v: %s", err, out)
	}
}

// TestTenantRules holds that a workspace is made under rules of its own, and
// that what is wrong with them is named by line and nothing is made.
func TestTenantRules(t *testing.T) {
	dir := t.TempDir()
	data := []string{"--country", "DE", "--data", filepath.Join(dir, "data")}
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := file("good.yaml", "rules:\n  - {id: ethnic-fr, operation: populate, category: ethnic-origin, subject: {in: [FR]}, effect: deny}\n")
	bad := file("bad.yaml", "rules:\n  - {id: x, operation: populate, category: shoe-size, effect: deny}\n")
	for rules, want := range map[string]string{bad: "rules.yaml:2", filepath.Join(dir, "none.yaml"): "--rules"} {
		_, err := command(t, nil, append([]string{"tenant", "create", "acme", "--rules", rules}, data...)...)
		if err == nil || !strings.Contains(sentence(err), want) {
			t.Errorf("%s: got %v, want %q", rules, err, want)
		}
	}
	if out, err := command(t, nil, append([]string{"tenant", "create", "acme", "--rules", good}, data...)...); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// TestTenantLink holds that a first-run link which was lost can be replaced,
// and which sentence a workspace that does not exist gets.
func TestTenantLink(t *testing.T) {
	data := []string{"--data", filepath.Join(t.TempDir(), "data")}
	first, err := command(t, nil, append([]string{"tenant", "create", "acme", "--country", "DE"}, data...)...)
	if err != nil {
		t.Fatal(err)
	}
	again, err := command(t, nil, append([]string{"tenant", "link", "acme"}, data...)...)
	if err != nil || !strings.Contains(again, "http://acme.localhost:8080/link/") || strings.HasSuffix(first, again[strings.Index(again, "http"):]) {
		t.Errorf("%v: %s", err, again)
	}
	if _, err := command(t, nil, append([]string{"tenant", "link", "nobody"}, data...)...); err == nil || !strings.Contains(err.Error(), "there is no workspace") {
		t.Errorf("got %v", err)
	}
}
