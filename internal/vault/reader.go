package vault

import (
	"context"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
)

// Reader opens many blocks for one request. It remembers the
// keys of the subject it opened last, so that the blocks of one record cost one
// look-up, and forgets them when any subject is shredded here. It is for one
// goroutine and must not outlive the request.
type Reader struct {
	v       *Vault
	tenant  bailiwick.TenantID // whose keys are remembered
	subject bailiwick.SubjectID
	keys    *subjectKeys
	since   time.Time // when keys were looked up
	gen     uint64    // of the cache of subjects' keys then
	opened  uint      // blocks since the clock was looked at
	content *tenantKeys
	aad     [256]byte
}

// reuse bounds how long a Reader goes on with the keys it remembers.
const reuse = time.Second

// Reader makes a reader for a request.
func (v *Vault) Reader() *Reader { return &Reader{v: v} }

// OpenTo is Vault.OpenTo.
func (r *Reader) OpenTo(ctx context.Context, dst []byte, b Block, s bailiwick.Sealed, d access.Decision) ([]byte, error) {
	if !permits(d, b.Category) {
		return nil, ErrRefused
	}
	if !b.complete() {
		return nil, ErrBinding
	}
	e, err := parseEnvelope(s.Ciphertext())
	if err != nil {
		return nil, err
	}
	k, err := r.key(ctx, b, e.version)
	if err != nil {
		return nil, err
	}
	return e.open(dst, k, b.aad(r.aad[:0], e.version))
}

// old reports whether the remembered keys must be looked up anew. It looks at
// the clock for every 32nd block only: that takes as long as opening one.
func (r *Reader) old() bool {
	if r.opened++; r.opened%32 != 0 {
		return false
	}
	age := r.v.clock.Now().Sub(r.since)
	return age < 0 || age >= reuse
}

// key returns the key of a block, the remembered one if it is of the same
// subject and fresh.
func (r *Reader) key(ctx context.Context, b Block, version uint16) (k *key, err error) {
	if gen := r.v.subjects.generation(); gen != r.gen || b.Tenant != r.tenant || r.old() {
		r.keys, r.content, r.since, r.gen, r.tenant = nil, nil, r.v.clock.Now(), gen, b.Tenant
	}
	if b.Subject.IsZero() {
		if r.content == nil {
			if r.content, err = r.v.tenant(ctx, b.Tenant); err != nil {
				return nil, err
			}
		}
		return r.content.content.at(version)
	}
	if r.keys == nil || r.subject != b.Subject {
		r.keys = nil
		if r.keys, err = r.v.subject(ctx, b.Tenant, b.Subject); err != nil {
			return nil, err
		}
		r.subject = b.Subject
	}
	if r.keys.content.version != version {
		return nil, ErrTampered
	}
	return &r.keys.content, nil
}
