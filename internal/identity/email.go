package identity

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"bailiwick"
)

const (
	maxEmail = 254 // bytes, RFC 5321
	maxLocal = 64  // bytes before the @
)

// parseEmail checks an address that somebody typed and returns it as it will
// be shown and as it is compared: Unicode NFC, lower case. Quoted local parts,
// comments and address literals are refused. It returns CodeInvalid without
// the address.
func parseEmail(typed string) (shown, folded string, err error) {
	bad := invalid("email", "email", "This is not an e-mail address.")
	if len(typed) > 4*maxEmail || !utf8.ValidString(typed) {
		return "", "", bad
	}
	shown = norm.NFC.String(strings.TrimSpace(typed))
	folded = norm.NFC.String(strings.ToLower(shown))
	local, domain, ok := strings.Cut(folded, "@")
	if !ok || len(shown) > maxEmail || len(folded) > maxEmail || !isLocalPart(local) || !isDomain(domain) {
		return "", "", bad
	}
	return shown, folded, nil
}

func isLocalPart(s string) bool {
	if s == "" || len(s) > maxLocal || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		if r >= utf8.RuneSelf {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
		}
		letter := 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
		return !letter && !strings.ContainsRune(".!#$%&'*+/=?^_`{|}~-", r)
	})
}

func isDomain(s string) bool {
	labels := strings.Split(s, ".")
	if len(s) > 253 || len(labels) < 2 {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		bad := strings.ContainsFunc(l, func(r rune) bool {
			return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
		})
		if bad {
			return false
		}
	}
	return true
}

// lookup is the keyed MAC by which a folded address is found.
func (s *Service) lookup(ctx context.Context, t bailiwick.TenantID, folded string) ([]byte, error) {
	return s.vault.Mac(ctx, t, "user-email", []byte(folded))
}
