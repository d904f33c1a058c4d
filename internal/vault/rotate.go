package vault

import (
	"context"
	"errors"
	"time"

	"bailiwick"
	"bailiwick/internal/vault/keystore"
)

// Rotate begins a new epoch of a tenant's keys: a new key-encryption key wraps
// all surviving keys, and the old one is deleted. Whatever copy of a shredded
// key still lies in dead rows, archives or old pages of the keystore is then
// unreadable for want of the key that wrapped it; only a backup of the whole
// keystore from before still opens. Content stays as it is.
func (v *Vault) Rotate(ctx context.Context, t bailiwick.TenantID) error {
	for {
		err := v.rotate(ctx, t)
		if !errors.Is(err, errOvertaken) {
			return err
		}
		// Each time round another rotation has succeeded.
	}
}

// RotateAfter rotates the keys of a tenant if their epoch is older than age,
// and reports whether it did. Two processes that ask at once may both rotate,
// which costs time and harms nothing.
func (v *Vault) RotateAfter(ctx context.Context, t bailiwick.TenantID, age time.Duration) (bool, error) {
	began, err := v.keys.EpochBegan(ctx, t)
	if err != nil {
		return false, outward(err)
	}
	if v.clock.Now().Sub(began) < age {
		return false, nil
	}
	return true, v.Rotate(ctx, t)
}

// errOvertaken is returned when another rotation came first.
var errOvertaken = errors.New("vault: another rotation came first")

func (v *Vault) rotate(ctx context.Context, t bailiwick.TenantID) error {
	v.tenants.evict(t) // the present KEKs, not those of a minute ago
	old, err := v.tenant(ctx, t)
	if err != nil {
		return err
	}
	var next *key
	var epoch int64
	kekOf := func(epoch int64) (*key, error) {
		if k, ok := old.keks[epoch]; ok {
			return k, nil
		}
		return nil, errOvertaken
	}
	err = v.keys.Rotate(ctx, t, v.clock.Now(), keystore.Rewrap{
		Next: func(keks []keystore.KEK) (keystore.KEK, error) {
			epoch = keks[len(keks)-1].Epoch + 1
			k, row, err := v.newKEK(ctx, t, epoch)
			next = k
			return row, err
		},
		Tenant: func(row keystore.TenantKey) (keystore.TenantKey, error) {
			kek, err := kekOf(row.Epoch)
			if err != nil {
				return row, err
			}
			raw, err := unwrap(kek, row.Wrapped, wrapAAD(labelTenant, t, row.Purpose, row.Version, row.Epoch), keySize)
			if err != nil {
				return row, err
			}
			row.Wrapped, err = v.seal(next, raw, wrapAAD(labelTenant, t, row.Purpose, row.Version, epoch))
			row.Epoch = epoch
			return row, err
		},
		Subject: func(row keystore.SubjectKey) (keystore.SubjectKey, error) {
			kek, err := kekOf(row.Epoch)
			if err != nil {
				return row, err
			}
			raw, err := unwrapSubject(kek, t, row)
			if err != nil {
				return row, err
			}
			return v.wrapSubject(next, epoch, t, row, raw)
		},
	})
	v.tenants.evict(t)
	return outward(err)
}
