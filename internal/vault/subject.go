package vault

import (
	"context"

	"bailiwick"
	"bailiwick/internal/vault/keystore"
)

// subjectRef names a subject across tenants.
type subjectRef struct {
	tenant  bailiwick.TenantID
	subject bailiwick.SubjectID
}

// subjectKeys are the clear keys of a subject while they are cached. Both come
// from one row of the keystore, so that one deletion destroys both.
type subjectKeys struct {
	content   key
	pseudonym [keySize]byte
}

// subjectSize is the size of the clear row: content key, pseudonym key.
const subjectSize = 2 * keySize

// newSubjectKey makes the wrapped keys of a new subject.
func (v *Vault) newSubjectKey(tk *tenantKeys, t bailiwick.TenantID, s bailiwick.SubjectID) (keystore.SubjectKey, error) {
	raw, err := v.random(subjectSize)
	if err != nil {
		return keystore.SubjectKey{}, err
	}
	return v.wrapSubject(tk.keks[tk.epoch], tk.epoch, t, keystore.SubjectKey{Subject: s, Version: 1}, raw)
}

func (v *Vault) wrapSubject(kek *key, epoch int64, t bailiwick.TenantID, row keystore.SubjectKey, raw []byte) (keystore.SubjectKey, error) {
	w, err := v.seal(kek, raw, wrapAAD(labelSubject, t, string(row.Subject.ID[:]), row.Version, epoch))
	if err != nil {
		return keystore.SubjectKey{}, err
	}
	row.Epoch, row.Wrapped = epoch, w
	return row, nil
}

func unwrapSubject(kek *key, t bailiwick.TenantID, row keystore.SubjectKey) ([]byte, error) {
	return unwrap(kek, row.Wrapped, wrapAAD(labelSubject, t, string(row.Subject.ID[:]), row.Version, row.Epoch), subjectSize)
}

// readySubject unwraps a row and makes its key schedule.
func readySubject(kek *key, t bailiwick.TenantID, row keystore.SubjectKey) (*subjectKeys, error) {
	raw, err := unwrapSubject(kek, t, row)
	if err != nil {
		return nil, err
	}
	k, err := newKey(raw[:keySize], row.Version)
	if err != nil {
		return nil, err
	}
	sk := &subjectKeys{content: k}
	copy(sk.pseudonym[:], raw[keySize:])
	clear(raw)
	return sk, nil
}

// subject returns the clear keys of a subject, from the cache or the keystore.
func (v *Vault) subject(ctx context.Context, t bailiwick.TenantID, s bailiwick.SubjectID) (*subjectKeys, error) {
	ref := subjectRef{t, s}
	now := v.clock.Now()
	if sk, ok := v.subjects.get(ref, now); ok {
		return sk, nil
	}
	const attempts = 10 // a rotation may come between the reading of the row and of its KEK
	for try := 1; ; try++ {
		gen := v.subjects.generation()
		row, err := v.keys.Subject(ctx, t, s)
		if err != nil {
			return nil, outward(err)
		}
		tk, err := v.tenant(ctx, t)
		if err != nil {
			return nil, err
		}
		if kek, ok := tk.keks[row.Epoch]; ok {
			sk, err := readySubject(kek, t, row)
			if err != nil {
				return nil, err
			}
			v.subjects.put(ref, sk, now, gen)
			return sk, nil
		}
		if try == attempts {
			return nil, ErrNoKey
		}
		v.tenants.evict(t)
	}
}

// Prefetch readies the keys of many subjects with few queries, before a list
// opens their blocks one by one. It skips subjects without a key: opening
// their blocks gives the error. More subjects than the cache holds are left
// to be read singly.
func (v *Vault) Prefetch(ctx context.Context, t bailiwick.TenantID, ids []bailiwick.SubjectID) error {
	now := v.clock.Now()
	missing := make([]bailiwick.SubjectID, 0, len(ids))
	for _, id := range ids {
		if _, ok := v.subjects.get(subjectRef{t, id}, now); !ok && !id.IsZero() {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	tk, err := v.tenant(ctx, t)
	if err != nil {
		return err
	}
	for missing = missing[:min(len(missing), v.subjects.max)]; len(missing) > 0; {
		n := min(len(missing), keystore.MaxBatch)
		gen := v.subjects.generation()
		rows, err := v.keys.Subjects(ctx, t, missing[:n])
		if err != nil {
			return err
		}
		missing = missing[n:]
		for _, row := range rows {
			kek, ok := tk.keks[row.Epoch]
			if !ok {
				continue // a rotation came between; the single read sorts it out
			}
			sk, err := readySubject(kek, t, row)
			if err != nil {
				return err
			}
			v.subjects.put(subjectRef{t, row.Subject}, sk, now, gen)
		}
	}
	return nil
}
