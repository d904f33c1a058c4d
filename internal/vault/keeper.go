package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// Keeper holds the root key, at the top of all keys, and wraps other keys with
// it; a file or a key management service. It must be safe for concurrent use.
type Keeper interface {
	// Wrap encrypts a key and binds it to associated data.
	Wrap(ctx context.Context, clear, aad []byte) ([]byte, error)
	// Unwrap decrypts what Wrap made, if the associated data are the same; any
	// change of either is an error.
	Unwrap(ctx context.Context, wrapped, aad []byte) ([]byte, error)
}

// Preparer is a Keeper that must be readied before its first use. Prepare gets
// to know whether the keystore is new: only then may it make a root key, for a
// new root key opens nothing of an old keystore. The warning, if any, is shown
// to the operator.
type Preparer interface {
	Prepare(ctx context.Context, newKeystore bool) (warning string, err error)
}

// ErrWrongRootKey is returned when the root key is not the one with which the
// keystore was begun.
var ErrWrongRootKey = errors.New("the root key does not belong to this keystore: give the root key file (or key service) with which the keystore was begun, or the keystore that belongs to this root key")

// factRoot is the fact of the keystore by which the root key is checked.
const factRoot = "root-check"

// checkRoot readies the keeper and compares its key with the keystore's.
func (v *Vault) checkRoot(ctx context.Context) error {
	fresh, err := v.keys.Empty(ctx)
	if err != nil {
		return err
	}
	if p, ok := v.keeper.(Preparer); ok {
		warning, err := p.Prepare(ctx, fresh)
		if err != nil {
			return err
		}
		if warning != "" {
			v.warnings = append(v.warnings, warning)
		}
	}
	clear := []byte(labelRoot)
	if fresh {
		w, err := v.keeper.Wrap(ctx, clear, clear)
		if err != nil {
			return fmt.Errorf("vault: root keeper: %w", err)
		}
		if err := v.keys.InsertFact(ctx, factRoot, w); err != nil {
			return err
		}
	}
	// Read back even when it was just written: of two programs that begin one
	// keystore together, one has written it.
	w, err := v.keys.Fact(ctx, factRoot)
	if err != nil {
		return err
	}
	got, err := v.keeper.Unwrap(ctx, w, clear)
	if err != nil || !bytes.Equal(got, clear) {
		return ErrWrongRootKey
	}
	return nil
}
