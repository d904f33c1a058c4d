package vault

import (
	"context"
	"encoding/binary"
	"sync"

	"bailiwick"
)

// MaxClear is the largest clear content of one block or secret, in bytes.
const MaxClear = 4 << 20

// maxLabel bounds categories and kinds, so that associated data fits a buffer.
const maxLabel = 64

// Block says where sealed content belongs; all of it is authenticated, so
// content moved to any other place does not open.
type Block struct {
	Tenant   bailiwick.TenantID
	Record   bailiwick.RecordID
	Subject  bailiwick.SubjectID // zero: about no one, under the tenant's content key
	Category bailiwick.Category
	Revision int64  // of the record in which the block was sealed
	Slot     uint16 // number of the block within the revision
}

func (b Block) complete() bool {
	return !b.Tenant.IsZero() && !b.Record.IsZero() && b.Category != "" && len(b.Category) <= maxLabel && b.Revision >= 0
}

// labels of associated data: one per use, so that bytes sealed for one use
// never open in another even under the same key.
const (
	labelBlock   = "bailiwick/block"
	labelSecret  = "bailiwick/secret"
	labelRoot    = "bailiwick/root-check"
	labelKEK     = "bailiwick/kek"
	labelTenant  = "bailiwick/tenant-key"
	labelSubject = "bailiwick/subject-key"
)

// aad appends the associated data of a block. Every part has a fixed width or
// is the last, so no two blocks share an encoding.
func (b Block) aad(dst []byte, version uint16) []byte {
	dst = append(dst, labelBlock...)
	dst = append(dst, format)
	dst = binary.BigEndian.AppendUint16(dst, version)
	dst = append(dst, b.Tenant.ID[:]...)
	dst = append(dst, b.Record.ID[:]...)
	dst = append(dst, b.Subject.ID[:]...)
	dst = binary.BigEndian.AppendUint64(dst, uint64(b.Revision))
	dst = binary.BigEndian.AppendUint16(dst, b.Slot)
	return append(dst, b.Category...)
}

// scratch holds buffers for associated data: it escapes through the cipher's
// interface, and a list opens hundreds of blocks.
var scratch = sync.Pool{New: func() any { return new([256]byte) }}

// Seal encrypts clear content for one place. It returns ErrShredded if the
// subject's key was destroyed, ErrNoKey if the subject has none (CreateSubject
// first), ErrTooLarge above MaxClear and ErrBinding for an incomplete block.
func (v *Vault) Seal(ctx context.Context, b Block, clear []byte) (bailiwick.Sealed, error) {
	if !b.complete() {
		return bailiwick.Sealed{}, ErrBinding
	}
	if len(clear) > MaxClear {
		return bailiwick.Sealed{}, ErrTooLarge
	}
	k, err := v.sealingKey(ctx, b)
	if err != nil {
		return bailiwick.Sealed{}, err
	}
	buf := scratch.Get().(*[256]byte)
	defer scratch.Put(buf)
	out, err := v.seal(k, clear, b.aad(buf[:0], k.version))
	if err != nil {
		return bailiwick.Sealed{}, err
	}
	return bailiwick.SealedBytes(out), nil
}

// open decrypts a block and appends its content to dst: the part of Open that
// needs no decision. Only Open and OpenTo call it.
func (v *Vault) open(ctx context.Context, dst []byte, b Block, s bailiwick.Sealed) ([]byte, error) {
	if !b.complete() {
		return nil, ErrBinding
	}
	e, err := parseEnvelope(s.Ciphertext())
	if err != nil {
		return nil, err
	}
	k, err := v.openingKey(ctx, b, e.version)
	if err != nil {
		return nil, err
	}
	buf := scratch.Get().(*[256]byte)
	defer scratch.Put(buf)
	return e.open(dst, k, b.aad(buf[:0], e.version))
}

func (v *Vault) sealingKey(ctx context.Context, b Block) (*key, error) {
	if b.Subject.IsZero() {
		tk, err := v.tenant(ctx, b.Tenant)
		if err != nil {
			return nil, err
		}
		return tk.content.current(), nil
	}
	sk, err := v.subject(ctx, b.Tenant, b.Subject)
	if err != nil {
		return nil, err
	}
	return &sk.content, nil
}

func (v *Vault) openingKey(ctx context.Context, b Block, version uint16) (*key, error) {
	if b.Subject.IsZero() {
		tk, err := v.tenant(ctx, b.Tenant)
		if err != nil {
			return nil, err
		}
		return tk.content.at(version)
	}
	sk, err := v.subject(ctx, b.Tenant, b.Subject)
	if err != nil {
		return nil, err
	}
	if sk.content.version != version {
		return nil, ErrTampered
	}
	return &sk.content, nil
}
