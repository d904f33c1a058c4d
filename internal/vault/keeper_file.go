package vault

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// rootPrefix begins the one line of a root key file; base64 of 32 bytes
// follows.
const rootPrefix = "bailiwick-root-key-1:"

// FileKeeper keeps the root key in a file of mode 0600.
type FileKeeper struct {
	path string
	key  *key
}

// NewFileKeeper makes a keeper of the root key in a file. The file is read, or
// made if the keystore is new, when the vault is opened.
func NewFileKeeper(path string) *FileKeeper {
	return &FileKeeper{path: path}
}

// Prepare reads the root key, or makes it for a new keystore and says so. A
// file that others may read, a file that is no root key, and a missing file of
// a keystore in use are refused with a sentence that says what to do.
func (k *FileKeeper) Prepare(_ context.Context, newKeystore bool) (string, error) {
	raw, err := k.read()
	if err == nil {
		return "", k.use(raw)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if !newKeystore {
		return "", fmt.Errorf("the root key file %s is missing, but the keystore holds keys wrapped with it: put the file back from its backup; without it no content can be opened", k.path)
	}
	if raw, err = k.create(); err != nil {
		return "", err
	}
	return fmt.Sprintf("A new root key was made in %s. Whoever loses it loses all content for ever; whoever copies it can open all keys. Back it up now, apart from the data and the keystore.", k.path), k.use(raw)
}

func (k *FileKeeper) use(raw []byte) error {
	made, err := newKey(raw, 1)
	if err != nil {
		return err
	}
	k.key = &made
	return nil
}

// read returns the key in the file.
func (k *FileKeeper) read() ([]byte, error) {
	f, err := os.Open(k.path)
	if err != nil {
		return nil, fmt.Errorf("root key file: %w", err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("root key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("the root key file %s is not a regular file", k.path)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("the root key file %s has mode %04o, so others on this machine may read it: run chmod 600 on it, and think of the key as known if others could sign in here", k.path, mode)
	}
	line, err := io.ReadAll(io.LimitReader(f, 256))
	if err != nil {
		return nil, fmt.Errorf("root key file: %w", err)
	}
	text, ok := bytes.CutPrefix(bytes.TrimSuffix(line, []byte("\n")), []byte(rootPrefix))
	raw := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Strict().Decode(raw, text)
	if !ok || err != nil || n != keySize {
		return nil, fmt.Errorf("the root key file %s holds no root key: put the right file in its place", k.path)
	}
	return raw[:n], nil
}

// create writes a new root key. The file and its directory entry are durable
// before the key wraps anything.
func (k *FileKeeper) create() ([]byte, error) {
	raw := make([]byte, keySize)
	if _, err := io.ReadFull(rand.Reader, raw); err != nil {
		return nil, fmt.Errorf("root key file: %w", err)
	}
	dir := filepath.Dir(k.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("root key file: %w", err)
	}
	// Exclusive: of two programs that start together one makes the key.
	f, err := os.OpenFile(k.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("root key file: %w", err)
	}
	_, err = f.WriteString(rootPrefix + base64.StdEncoding.EncodeToString(raw) + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = syncDir(dir)
	}
	if err != nil {
		return nil, fmt.Errorf("root key file: %w", err)
	}
	return raw, nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// errNotPrepared is returned by a keeper that no vault has readied.
var errNotPrepared = errors.New("the root key has not been read")

// Wrap encrypts a key under the root key.
func (k *FileKeeper) Wrap(_ context.Context, clear, aad []byte) ([]byte, error) {
	if k.key == nil {
		return nil, errNotPrepared
	}
	return sealWith(rand.Reader, k.key, clear, aad)
}

// Unwrap decrypts a key; it returns ErrTampered or ErrFormat for anything that
// Wrap did not make with the same root key and associated data.
func (k *FileKeeper) Unwrap(_ context.Context, wrapped, aad []byte) ([]byte, error) {
	if k.key == nil {
		return nil, errNotPrepared
	}
	e, err := parseEnvelope(wrapped)
	if err != nil {
		return nil, err
	}
	return e.open(nil, k.key, aad)
}
