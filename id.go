package bailiwick

import (
	"crypto/rand"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"
)

// ID is a 128-bit identifier in the layout of a version 7 UUID (RFC 9562):
// 48 bits of Unix milliseconds followed by randomness. It is printed as 36
// characters of lower-case hexadecimal and stored as 16 raw bytes. The zero ID
// names nothing. The distinct identifier types below embed it, so that a
// record's identifier cannot be passed where a subject's is wanted.
type ID [16]byte

// ErrBadID is returned for text or bytes that are no identifier.
var ErrBadID = errors.New("not an identifier")

// TenantID names a customer's isolated space.
type TenantID struct{ ID }

// EntityID names a legal entity of a tenant: a controller inside a
// multinational.
type EntityID struct{ ID }

// UnitID names an organisational unit of a tenant.
type UnitID struct{ ID }

// SubjectID names an entry of a tenant's person register.
type SubjectID struct{ ID }

// RecordID names a record of an application.
type RecordID struct{ ID }

// UserID names a person who signs in to a tenant.
type UserID struct{ ID }

// SessionID names a signed-in session or an API token; it is not the secret.
type SessionID struct{ ID }

// ImportID names one run of an import, by which it can be undone.
type ImportID struct{ ID }

// EntryID names an entry of a tenant's activity record.
type EntryID struct{ ID }

// NewID makes an identifier for the instant now with randomness from r
// (crypto/rand if r is nil). It fails only if r does.
func NewID(now time.Time, r io.Reader) (ID, error) {
	if r == nil {
		r = rand.Reader
	}
	var id ID
	if _, err := io.ReadFull(r, id[6:]); err != nil {
		return ID{}, fmt.Errorf("identifier: %w", err)
	}
	ms := uint64(now.UnixMilli())
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id, nil
}

// ParseID reads the 36-character form. Anything else, upper case included, is
// ErrBadID: one identifier has one spelling.
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return ID{}, ErrBadID
	}
	for i := range len(s) {
		if c := s[i]; c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return ID{}, ErrBadID
		}
	}
	flat := s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	if n, err := hex.Decode(id[:], []byte(flat)); err != nil || n != len(id) {
		return ID{}, ErrBadID
	}
	return id, nil
}

// IsZero reports whether the identifier names nothing.
func (id ID) IsZero() bool { return id == ID{} }

// Bytes returns the 16 raw bytes in a slice of their own.
func (id ID) Bytes() []byte { return append([]byte(nil), id[:]...) }

// String returns the 36-character form.
func (id ID) String() string {
	var b [36]byte
	return string(id.Append(b[:0]))
}

// Append appends the 36-character form, for writers that make many.
func (id ID) Append(dst []byte) []byte {
	dst = append(hex.AppendEncode(dst, id[0:4]), '-')
	dst = append(hex.AppendEncode(dst, id[4:6]), '-')
	dst = append(hex.AppendEncode(dst, id[6:8]), '-')
	dst = append(hex.AppendEncode(dst, id[8:10]), '-')
	return hex.AppendEncode(dst, id[10:16])
}

// MarshalText writes the 36-character form.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads the 36-character form; it returns ErrBadID.
func (id *ID) UnmarshalText(b []byte) error {
	v, err := ParseID(string(b))
	if err != nil {
		return err
	}
	*id = v
	return nil
}

// Value stores the identifier as 16 bytes, and the zero identifier as NULL.
func (id ID) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id.Bytes(), nil
}

// Scan reads what Value stored; it returns ErrBadID for anything else.
func (id *ID) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*id = ID{}
		return nil
	case []byte:
		if len(v) != len(id) {
			return ErrBadID
		}
		copy(id[:], v)
		return nil
	default:
		return ErrBadID
	}
}
