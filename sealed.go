package bailiwick

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
)

// Sealed is encrypted customer content on its way between the store and the
// vault. It cannot be printed, logged or encoded: every such attempt yields a
// placeholder or an error, so that a slip shows nothing. Only the vault opens
// it.
type Sealed struct{ b []byte }

// ErrSealed is returned when a Sealed is asked to encode itself.
var ErrSealed = errors.New("sealed content cannot be encoded")

// SealedBytes wraps stored or freshly encrypted bytes; it keeps the slice.
func SealedBytes(b []byte) Sealed { return Sealed{b} }

// Ciphertext returns the encrypted bytes, for the store and the vault.
func (s Sealed) Ciphertext() []byte { return s.b }

// IsZero reports whether there is nothing inside.
func (s Sealed) IsZero() bool { return len(s.b) == 0 }

// String hides the content.
func (s Sealed) String() string { return "[sealed]" }

// GoString hides the content.
func (s Sealed) GoString() string { return "[sealed]" }

// Format hides the content under every verb.
func (s Sealed) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[sealed]")) }

// LogValue hides the content from slog.
func (s Sealed) LogValue() slog.Value { return slog.StringValue("[sealed]") }

// MarshalJSON always returns ErrSealed.
func (s Sealed) MarshalJSON() ([]byte, error) { return nil, ErrSealed }

// MarshalText always returns ErrSealed.
func (s Sealed) MarshalText() ([]byte, error) { return nil, ErrSealed }

// Value stores the encrypted bytes, or NULL.
func (s Sealed) Value() (driver.Value, error) {
	if s.b == nil {
		return nil, nil
	}
	return s.b, nil
}

// Scan reads stored bytes.
func (s *Sealed) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		s.b = nil
	case []byte:
		s.b = append([]byte(nil), v...)
	default:
		return errors.New("sealed content must be stored as bytes")
	}
	return nil
}

// Personal is clear text about a person while it is in memory. It hides from
// logs and from formatted printing; Reveal is the one way out, and its callers
// are few and searchable.
type Personal string

// Reveal returns the text.
func (p Personal) Reveal() string { return string(p) }

// String hides the text.
func (p Personal) String() string { return "[personal]" }

// GoString hides the text.
func (p Personal) GoString() string { return "[personal]" }

// Format hides the text under every verb.
func (p Personal) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[personal]")) }

// LogValue hides the text from slog.
func (p Personal) LogValue() slog.Value { return slog.StringValue("[personal]") }
