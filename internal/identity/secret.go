package identity

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"strings"

	"bailiwick"
)

// secretSize is how many random bytes a secret holds: 256 bits, far beyond
// guessing, so that a plain hash of it may be stored.
const secretSize = 32

// secretChars is the length of a session or link secret as text.
const secretChars = 43

// TokenPrefix begins every API token, so that scanners for leaked secrets can
// find them.
const TokenPrefix = "bw_"

// newSecret makes the secret of a session or link: 43 characters of URL-safe
// base64.
func newSecret() (string, error) {
	var b [secretSize]byte
	if _, err := io.ReadFull(rand.Reader, b[:]); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// isSecret reports whether s could be one, in its only spelling.
func isSecret(s string) bool {
	if len(s) != secretChars || strings.ContainsAny(s, "\r\n") { // which the decoder would skip
		return false
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// newToken makes an API token: the prefix and 43 characters of base62, which
// is 256 bits. Letters and digits only, so that a double click selects it.
func newToken() (string, error) {
	out := make([]byte, 0, len(TokenPrefix)+secretChars)
	out = append(out, TokenPrefix...)
	var b [64]byte
	for {
		if _, err := io.ReadFull(rand.Reader, b[:]); err != nil {
			return "", err
		}
		for _, c := range b {
			if int(c) < 4*len(base62) { // the rest would favour the first characters
				out = append(out, base62[int(c)%len(base62)])
			}
			if len(out) == cap(out) {
				return string(out), nil
			}
		}
	}
}

// isToken reports whether s has the form of an API token.
func isToken(s string) bool {
	rest, ok := strings.CutPrefix(s, TokenPrefix)
	if !ok || len(rest) != secretChars {
		return false
	}
	for i := range len(rest) {
		if strings.IndexByte(base62, rest[i]) < 0 {
			return false
		}
	}
	return true
}

// digest is the stored hash of a secret. Kind and tenant are part of it, so
// that a secret of another kind or tenant never fits, wherever the row is
// copied to (R8.2).
func digest(kind string, t bailiwick.TenantID, secret string) []byte {
	h := sha256.New()
	h.Write([]byte("bailiwick " + kind + "\x00"))
	h.Write(t.ID[:])
	h.Write([]byte(secret))
	return h.Sum(nil)
}
