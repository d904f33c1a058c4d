package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"fmt"
	"io"
)

// The layout of everything sealed, version 1:
//
//	format (1 byte, value 1) | key version (2, big endian) | nonce (12) | AES-256-GCM ciphertext and tag (16)
//
// The associated data says what the content is and where it belongs; it is
// not stored. testdata/vectors.json fixes it all.
const (
	format    = 1
	nonceSize = 12
	tagSize   = 16
	headSize  = 1 + 2 + nonceSize

	// Overhead is by how much sealed content is longer than clear content.
	Overhead = headSize + tagSize
)

// key is an AEAD ready for use, and its version.
type key struct {
	aead    cipher.AEAD
	version uint16
}

func newKey(raw []byte, version uint16) (key, error) {
	b, err := aes.NewCipher(raw)
	if err != nil {
		return key{}, fmt.Errorf("vault: key: %w", err)
	}
	a, err := cipher.NewGCM(b)
	if err != nil {
		return key{}, fmt.Errorf("vault: key: %w", err)
	}
	return key{a, version}, nil
}

// envelope is sealed content taken apart; its slices share the sealed bytes.
type envelope struct {
	version uint16
	nonce   []byte
	body    []byte
}

// parseEnvelope takes sealed bytes apart; it returns ErrFormat for bytes that
// are too short, too long or of another format.
func parseEnvelope(b []byte) (envelope, error) {
	if len(b) < Overhead || len(b) > MaxClear+Overhead || b[0] != format {
		return envelope{}, ErrFormat
	}
	return envelope{
		version: binary.BigEndian.Uint16(b[1:3]),
		nonce:   b[3:headSize],
		body:    b[headSize:],
	}, nil
}

// open appends the clear content to dst; ErrTampered if key, content or
// associated data are not those of the sealing.
func (e envelope) open(dst []byte, k *key, aad []byte) ([]byte, error) {
	out, err := k.aead.Open(dst, e.nonce, e.body, aad)
	if err != nil {
		return nil, ErrTampered
	}
	return out, nil
}

// sealWith encrypts clear content into a slice of its own.
func sealWith(r io.Reader, k *key, clear, aad []byte) ([]byte, error) {
	out := make([]byte, headSize, len(clear)+Overhead)
	out[0] = format
	binary.BigEndian.PutUint16(out[1:3], k.version)
	if _, err := io.ReadFull(r, out[3:headSize]); err != nil {
		return nil, fmt.Errorf("vault: randomness: %w", err)
	}
	return k.aead.Seal(out, out[3:headSize], clear, aad), nil
}

// seal is sealWith the vault's randomness.
func (v *Vault) seal(k *key, clear, aad []byte) ([]byte, error) {
	return sealWith(v.rand, k, clear, aad)
}
