package vault

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync"

	"bailiwick"
	"bailiwick/internal/vault/keystore"
)

// keySize is the size of every key, in bytes.
const keySize = 32

// Purposes of the keys that every tenant has.
const (
	purposeContent = "content" // blocks about no one
	purposeBlind   = "blind"   // search tokens
	purposeMAC     = "mac"     // keyed digests
	purposeSecret  = "secret"  // OpenSecret
)

var purposes = []string{purposeContent, purposeBlind, purposeMAC, purposeSecret}

// keyring is the versions of one key; the highest seals.
type keyring struct {
	versions map[uint16]*key
	newest   uint16
}

func (r keyring) current() *key { return r.versions[r.newest] }

func (r keyring) at(version uint16) (*key, error) {
	if k, ok := r.versions[version]; ok {
		return k, nil
	}
	return nil, ErrTampered
}

// tenantKeys are the clear keys of a tenant while they are cached.
type tenantKeys struct {
	keks    map[int64]*key
	epoch   int64 // the newest
	content keyring
	raw     map[string][]byte // the newest key of each purpose, from which others are derived
	derived sync.Map          // label -> []byte or *key; labels are few: field keys, kinds, purposes
}

// derive makes a key for one use, bound to a label that no other use has.
func derive(secret []byte, label, detail string) ([]byte, error) {
	k, err := hkdf.Key(sha256.New, secret, nil, label+"\x00"+detail, keySize)
	if err != nil {
		return nil, fmt.Errorf("vault: key: %w", err)
	}
	return k, nil
}

// derivedKey returns the derived key of a label and detail, made once.
func (tk *tenantKeys) derivedKey(purpose, label, detail string) ([]byte, error) {
	name := label + "\x00" + detail
	if k, ok := tk.derived.Load(name); ok {
		return k.([]byte), nil
	}
	k, err := derive(tk.raw[purpose], label, detail)
	if err != nil {
		return nil, err
	}
	tk.derived.Store(name, k)
	return k, nil
}

// wrapAAD binds a wrapped key to its place.
func wrapAAD(label string, t bailiwick.TenantID, owner string, version uint16, epoch int64) []byte {
	b := append([]byte(label), format)
	b = append(b, t.ID[:]...)
	b = binary.BigEndian.AppendUint16(b, version)
	b = binary.BigEndian.AppendUint64(b, uint64(epoch))
	return append(b, owner...)
}

// unwrap decrypts a key of the given size.
func unwrap(kek *key, wrapped, aad []byte, size int) ([]byte, error) {
	e, err := parseEnvelope(wrapped)
	if err != nil {
		return nil, err
	}
	raw, err := e.open(nil, kek, aad)
	if err != nil {
		return nil, err
	}
	if len(raw) != size {
		return nil, ErrTampered
	}
	return raw, nil
}

// newKEK makes the KEK of an epoch, in clear and wrapped by the root keeper.
func (v *Vault) newKEK(ctx context.Context, t bailiwick.TenantID, epoch int64) (*key, keystore.KEK, error) {
	raw, err := v.random(keySize)
	if err != nil {
		return nil, keystore.KEK{}, err
	}
	wrapped, err := v.keeper.Wrap(ctx, raw, wrapAAD(labelKEK, t, "", 1, epoch))
	if err != nil {
		return nil, keystore.KEK{}, fmt.Errorf("vault: root keeper: %w", err)
	}
	k, err := newKey(raw, 1)
	return &k, keystore.KEK{Epoch: epoch, Wrapped: wrapped}, err
}

// newTenantKeys makes the first keys of a tenant.
func (v *Vault) newTenantKeys(ctx context.Context, t bailiwick.TenantID) (keystore.KEK, []keystore.TenantKey, error) {
	const first = 1
	kek, row, err := v.newKEK(ctx, t, first)
	if err != nil {
		return keystore.KEK{}, nil, err
	}
	var rows []keystore.TenantKey
	for _, p := range purposes {
		raw, err := v.random(keySize)
		if err != nil {
			return keystore.KEK{}, nil, err
		}
		w, err := v.seal(kek, raw, wrapAAD(labelTenant, t, p, 1, first))
		if err != nil {
			return keystore.KEK{}, nil, err
		}
		rows = append(rows, keystore.TenantKey{Purpose: p, Version: 1, Epoch: first, Wrapped: w})
	}
	return row, rows, nil
}

// tenant returns the clear keys of a tenant, from the cache or the keystore.
func (v *Vault) tenant(ctx context.Context, t bailiwick.TenantID) (*tenantKeys, error) {
	now := v.clock.Now()
	if tk, ok := v.tenants.get(t, now); ok {
		return tk, nil
	}
	gen := v.tenants.generation()
	keks, keys, err := v.keys.Tenant(ctx, t)
	if err != nil {
		return nil, outward(err)
	}
	tk := &tenantKeys{keks: map[int64]*key{}, raw: map[string][]byte{}, content: keyring{versions: map[uint16]*key{}}}
	for _, row := range keks {
		raw, err := v.keeper.Unwrap(ctx, row.Wrapped, wrapAAD(labelKEK, t, "", 1, row.Epoch))
		if err != nil {
			return nil, fmt.Errorf("vault: root keeper: %w", err)
		}
		k, err := newKey(raw, 1)
		if err != nil {
			return nil, err
		}
		tk.keks[row.Epoch], tk.epoch = &k, max(tk.epoch, row.Epoch)
	}
	for _, row := range keys {
		if err := tk.add(t, row); err != nil {
			return nil, err
		}
	}
	for _, p := range purposes {
		if tk.raw[p] == nil {
			return nil, ErrNoKey
		}
	}
	v.tenants.put(t, tk, now, gen)
	return tk, nil
}

// add unwraps one key of the tenant; rows come in order of their version.
func (tk *tenantKeys) add(t bailiwick.TenantID, row keystore.TenantKey) error {
	kek, ok := tk.keks[row.Epoch]
	if !ok {
		return ErrNoKey
	}
	raw, err := unwrap(kek, row.Wrapped, wrapAAD(labelTenant, t, row.Purpose, row.Version, row.Epoch), keySize)
	if err != nil {
		return err
	}
	tk.raw[row.Purpose] = raw
	if row.Purpose != purposeContent {
		return nil
	}
	raw, err = derive(raw, "bailiwick/v1/content", "")
	if err != nil {
		return err
	}
	k, err := newKey(raw, row.Version)
	if err != nil {
		return err
	}
	tk.content.versions[row.Version], tk.content.newest = &k, row.Version
	return nil
}
