package vault

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"

	"bailiwick"
	"bailiwick/internal/vault/keystore"
)

// CacheTime is the longest time for which a key is used after it was read
// from the keystore: how long another process may still open what this one
// has shredded.
const CacheTime = 60 * time.Second

// DefaultCachedSubjects is how many subjects' keys are kept ready, at about
// 1 KiB each, unless Options says otherwise.
const DefaultCachedSubjects = 16_384

// cachedTenants bounds the tenants whose keys are kept ready.
const cachedTenants = 1_024

// ErrShredded is returned when content is asked for, or to be sealed, whose
// subject's key has been destroyed. It cannot be opened by anyone again.
var ErrShredded = &bailiwick.Error{Code: bailiwick.CodeErased, Message: "The data has been erased."}

// ErrRefused is returned when no decision allows a block to be opened.
var ErrRefused = &bailiwick.Error{Code: bailiwick.CodeDenied, Message: "A rule of the workspace refuses this."}

// ErrTooLarge is returned for clear content above [MaxClear].
var ErrTooLarge = &bailiwick.Error{Code: bailiwick.CodeTooLarge, Message: "The content is larger than one sealed block may be."}

// ErrNoKey is returned when the keystore has no key for a tenant or subject
// and no trace that it had one: the keystore is not the one of this data.
var ErrNoKey = errors.New("vault: the keystore has no key for this tenant or subject")

// ErrTampered is returned for sealed content that was changed, or that lies
// where it was not sealed for.
var ErrTampered = errors.New("vault: sealed content was changed or does not belong here")

// ErrFormat is returned for bytes that are not sealed content of a format
// this program knows.
var ErrFormat = errors.New("vault: not sealed content of a known format")

// ErrBinding is returned for a block or secret that does not say completely
// where it belongs.
var ErrBinding = errors.New("vault: tenant, record, category or kind is missing or malformed")

// Options are what a Vault is made of.
type Options struct {
	Keystore *keystore.Store
	Keeper   Keeper
	Clock    bailiwick.Clock // the system's clock if nil
	Rand     io.Reader       // crypto/rand if nil; must be safe for concurrent use
	// CachedSubjects bounds the keys kept ready; DefaultCachedSubjects if zero.
	CachedSubjects int
}

// Vault seals and opens. It is safe for concurrent use.
type Vault struct {
	keys     *keystore.Store
	keeper   Keeper
	clock    bailiwick.Clock
	rand     io.Reader
	tenants  *cache[bailiwick.TenantID, *tenantKeys]
	subjects *cache[subjectRef, *subjectKeys]
	warnings []string
}

// Open readies a vault. It asks the keeper for the root key and proves that it
// is the one with which the keystore was begun; the errors are sentences for
// the operator. It does not close the keystore.
func Open(ctx context.Context, o Options) (*Vault, error) {
	if o.Keystore == nil || o.Keeper == nil {
		return nil, errors.New("vault: a keystore and a keeper of the root key are needed")
	}
	v := &Vault{keys: o.Keystore, keeper: o.Keeper, clock: o.Clock, rand: o.Rand}
	if v.clock == nil {
		v.clock = bailiwick.SystemClock{}
	}
	if v.rand == nil {
		v.rand = rand.Reader
	}
	if o.CachedSubjects <= 0 {
		o.CachedSubjects = DefaultCachedSubjects
	}
	v.tenants = newCache[bailiwick.TenantID, *tenantKeys](cachedTenants, CacheTime)
	v.subjects = newCache[subjectRef, *subjectKeys](o.CachedSubjects, CacheTime)
	if err := v.checkRoot(ctx); err != nil {
		return nil, err
	}
	return v, nil
}

// Warnings returns sentences that the operator must see, such as that a root
// key was made and has to be backed up.
func (v *Vault) Warnings() []string { return append([]string(nil), v.warnings...) }

// CreateTenant makes the keys of a tenant. A tenant that has keys keeps them,
// so that an interrupted creation can be tried again.
func (v *Vault) CreateTenant(ctx context.Context, t bailiwick.TenantID) error {
	if t.IsZero() {
		return ErrBinding
	}
	kek, keys, err := v.newTenantKeys(ctx, t)
	if err != nil {
		return err
	}
	return v.keys.InsertTenant(ctx, t, kek, keys, v.clock.Now())
}

// CreateSubject makes the key of a subject: before the subject's first row,
// for a key without rows harms no one. It returns ErrShredded for an
// identifier whose key was destroyed; a subject that has a key keeps it.
func (v *Vault) CreateSubject(ctx context.Context, t bailiwick.TenantID, s bailiwick.SubjectID) error {
	return v.CreateSubjects(ctx, t, []bailiwick.SubjectID{s})
}

// CreateSubjects makes the keys of many subjects in one durable step, all or
// none; at most [keystore.MaxBatch].
func (v *Vault) CreateSubjects(ctx context.Context, t bailiwick.TenantID, ids []bailiwick.SubjectID) error {
	for {
		err := v.createSubjects(ctx, t, ids)
		if !errors.Is(err, keystore.ErrStale) {
			return outward(err)
		}
		// A rotation ended the epoch in between; each time round one has succeeded.
		v.tenants.evict(t)
	}
}

func (v *Vault) createSubjects(ctx context.Context, t bailiwick.TenantID, ids []bailiwick.SubjectID) error {
	tk, err := v.tenant(ctx, t)
	if err != nil {
		return err
	}
	rows := make([]keystore.SubjectKey, 0, len(ids))
	for _, id := range ids {
		if id.IsZero() {
			return ErrBinding
		}
		row, err := v.newSubjectKey(tk, t, id)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	return v.keys.InsertSubjects(ctx, t, rows, v.clock.Now())
}

// Shred destroys the keys of subjects: what was sealed under them cannot be
// opened again, and their pseudonyms cannot be made again. The erasure journal
// is written in the same step. When Shred returns without error both are
// durable; otherwise, except for an error of ErrBinding, it must be called
// again. Shredding twice is no error. Many in one call cost little more than
// one.
func (v *Vault) Shred(ctx context.Context, t bailiwick.TenantID, ids ...bailiwick.SubjectID) error {
	if t.IsZero() {
		return ErrBinding
	}
	rows := make([]keystore.JournalRow, 0, len(ids))
	for _, s := range ids {
		row, err := v.journalRow(ActShred, s.ID)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	// Evicted before, so that no one starts with an old key, and after, for
	// those who read a row while it was being deleted.
	evict := func() {
		for _, s := range ids {
			v.subjects.evict(subjectRef{t, s})
		}
	}
	evict()
	defer evict()
	return v.keys.Shred(ctx, t, rows)
}

// Sweep drops keys from memory whose time is over. They are not used any more
// without it; a job calls it so that they do not linger in an idle process.
func (v *Vault) Sweep() {
	now := v.clock.Now()
	v.tenants.sweep(now)
	v.subjects.sweep(now)
}

// Ping reports whether the keystore answers.
func (v *Vault) Ping(ctx context.Context) error { return v.keys.Ping(ctx) }

// outward turns the keystore's answers into the vault's.
func outward(err error) error {
	switch {
	case errors.Is(err, keystore.ErrShredded):
		return ErrShredded
	case errors.Is(err, keystore.ErrNoKey):
		return ErrNoKey
	default:
		return err
	}
}

// random returns n random bytes.
func (v *Vault) random(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(v.rand, b); err != nil {
		return nil, fmt.Errorf("vault: randomness: %w", err)
	}
	return b, nil
}
