package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// command runs the command line and returns what it printed.
func command(t *testing.T, env []string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(context.Background(), args, env, &out, &out)
	return out.String(), err
}

// file writes a file of the test.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestPrecedence holds flag > environment > file > default, and that print
// says which it was.
func TestPrecedence(t *testing.T) {
	yaml := file(t, "c.yaml", "listen: 127.0.0.1:1\nadmin-listen: 127.0.0.1:1\nmax-requests: 7\ntrusted-proxy: [10.0.0.0/8, 192.0.2.1]\n")
	out, err := command(t, []string{"BAILIWICK_LISTEN=127.0.0.1:2", "BAILIWICK_ADMIN_LISTEN=127.0.0.1:2", "PATH=/bin"},
		"config", "print", "--config", yaml, "--listen", "127.0.0.1:3")
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"listen":        "127.0.0.1:3 flag --listen",
		"admin-listen":  "127.0.0.1:2 environment BAILIWICK_ADMIN_LISTEN",
		"max-requests":  "7 " + yaml + ":3",
		"trusted-proxy": "10.0.0.0/8,192.0.2.1 " + yaml + ":4",
		"tenant-rate":   "300 default",
	} {
		if got := row(out, key); got != want {
			t.Errorf("%s: got %q, want %q", key, got, want)
		}
	}
}

// row finds the line of a key and squeezes its blanks.
func row(out, key string) string {
	for _, l := range strings.Split(out, "\n") {
		if f := strings.Fields(l); len(f) > 0 && f[0] == key {
			return strings.Join(f[1:], " ")
		}
	}
	return ""
}

// TestSecrets holds that secrets can come from a file and are not printed.
func TestSecrets(t *testing.T) {
	secret := file(t, "url", "postgres://app:hunter2@db/x?password=hunter2\n")
	out, err := command(t, []string{"BAILIWICK_DATABASE_FILE=" + secret}, "config", "print")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out, "hunter2") || !strings.Contains(row(out, "database"), "postgres://app:xxxxx@db/x") ||
		!strings.Contains(row(out, "database"), "BAILIWICK_DATABASE_FILE") {
		t.Errorf("got %q", row(out, "database"))
	}
}

// TestMistakes holds that a mistake is refused with where it stands.
func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		name string
		yaml string
		env  string
		args []string
		want string
	}{
		{"an unknown key", "listen: 127.0.0.1:1\nlisten-on: x\n", "", nil, `c.yaml:2: there is no key "listen-on"`},
		{"an unknown key in JSON", "{\"listen\": \"127.0.0.1:1\",\n \"data_dir\": \"x\"}", "", nil, `c.yaml:2: there is no key "data_dir"`},
		{"a key that stands twice", "listen: 127.0.0.1:1\nlisten: 127.0.0.1:2\n", "", nil, "listen"},
		{"no keys at all", "- a\n", "", nil, "c.yaml:1: want keys and values"},
		{"no YAML", "a: [", "", nil, "neither YAML nor JSON"},
		{"an unknown variable", "", "BAILIWICK_LISTN=x", nil, "BAILIWICK_LISTN belongs to no key"},
		{"a file twin of no secret", "", "BAILIWICK_LISTEN_FILE=x", nil, "belongs to no key"},
		{"a value of the wrong kind", "max-requests: many\n", "", nil, "max-requests"},
		{"a map for a value", "listen: {a: b}\n", "", nil, "wants a value or a list"},
		{"an unknown level", "", "", []string{"--log-level", "loud"}, "log-level"},
		{"an address open to others", "", "", []string{"--listen", "0.0.0.0:80"}, "--tls-cert"},
		{"a keystore in the data", "", "", []string{"--data", "d", "--keystore", "file:d/store"}, "--keystore"},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := append([]string{"config", "check"}, c.args...)
			if c.yaml != "" {
				args = append(args, "--config", file(t, "c.yaml", c.yaml))
			}
			_, err := command(t, []string{c.env}, args...)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// FuzzConfigFile holds that no file makes the parser fail otherwise than with
// an error.
func FuzzConfigFile(f *testing.F) {
	for _, s := range []string{"", "listen: x", "{}", "a: &x [*x]", "? [a]\n: b", "\x00", "- - -", "<<: {a: b}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := newValues(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = v.parse([]byte(text))
	})
}
