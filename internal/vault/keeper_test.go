package vault_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bailiwick/internal/vault"
)

func TestFileKeeper(t *testing.T) {
	b := sqliteBench(t)
	v := b.vault(t)
	if w := v.Warnings(); len(w) != 1 || !strings.Contains(w[0], "Back it up") {
		t.Errorf("warnings when a root key is made: %q", w)
	}
	info, err := os.Stat(b.root)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("root key file: %v, %v", info.Mode(), err)
	}
	if w := b.vault(t).Warnings(); len(w) != 0 {
		t.Errorf("warnings when the root key is there: %q", w)
	}
	good, err := os.ReadFile(b.root)
	if err != nil {
		t.Fatal(err)
	}
	open := func() error {
		_, err := vault.Open(t.Context(), vault.Options{Keystore: b.store, Keeper: vault.NewFileKeeper(b.root)})
		return err
	}
	for _, c := range []struct {
		name, content, want string
		mode                os.FileMode
	}{
		{"readable by the group", string(good), "chmod 600", 0o640},
		{"readable by all", string(good), "chmod 600", 0o604},
		{"empty", "", "holds no root key", 0o600},
		{"not a key", "hello\n", "holds no root key", 0o600},
		{"short", "bailiwick-root-key-1:AAAA\n", "holds no root key", 0o600},
		{"two lines", string(good) + string(good), "holds no root key", 0o600},
		{"another key", "bailiwick-root-key-1:" + strings.Repeat("A", 43) + "=\n", "does not belong to this keystore", 0o600},
		{"the key", string(good), "", 0o400},
	} {
		if err := os.Remove(b.root); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(b.root, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(b.root, c.mode); err != nil {
			t.Fatal(err)
		}
		err := open()
		if (err == nil) != (c.want == "") || (err != nil && !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil && len(c.content) > 30 && strings.Contains(err.Error(), c.content[21:30]) {
			t.Errorf("%s: the error shows the key", c.name)
		}
	}
	if err := os.Remove(b.root); err != nil {
		t.Fatal(err)
	}
	if err := open(); err == nil || !strings.Contains(err.Error(), "put the file back") {
		t.Errorf("missing root key of a keystore in use: %v", err)
	}
	if _, err := os.Stat(b.root); err == nil {
		t.Error("a root key was made for a keystore in use")
	}
}

func TestRootKeyIsDirectory(t *testing.T) {
	b := sqliteBench(t)
	b.root = t.TempDir()
	_, err := vault.Open(t.Context(), vault.Options{Keystore: b.store, Keeper: vault.NewFileKeeper(b.root)})
	if err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a directory as root key: %v", err)
	}
}

// TestInterruptedStart has made the root key but not begun the keystore.
func TestInterruptedStart(t *testing.T) {
	first, second := sqliteBench(t), sqliteBench(t)
	first.vault(t)
	second.root = first.root
	if w := second.vault(t).Warnings(); len(w) != 0 {
		t.Errorf("an existing root key was not used: %q", w)
	}
}

func TestUnpreparedKeeper(t *testing.T) {
	k := vault.NewFileKeeper(filepath.Join(t.TempDir(), "root.key"))
	_, err1 := k.Wrap(t.Context(), []byte("k"), nil)
	_, err2 := k.Unwrap(t.Context(), []byte("k"), nil)
	if err1 == nil || err2 == nil {
		t.Errorf("keeper without key: %v, %v", err1, err2)
	}
	if _, err := vault.Open(t.Context(), vault.Options{}); err == nil {
		t.Error("a vault of nothing")
	}
}

func TestWrapBinds(t *testing.T) {
	b := sqliteBench(t)
	b.vault(t)
	k := vault.NewFileKeeper(b.root)
	if _, err := k.Prepare(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	w, err := k.Wrap(t.Context(), []byte("key"), []byte("here"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Unwrap(t.Context(), w, []byte("there")); !errors.Is(err, vault.ErrTampered) {
		t.Errorf("unwrapped elsewhere: %v", err)
	}
	if _, err := k.Unwrap(t.Context(), w[:10], []byte("here")); !errors.Is(err, vault.ErrFormat) {
		t.Errorf("unwrapped a piece: %v", err)
	}
}
