package identity

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// commonest are passwords of twelve characters and more, and the words they
// are made of, that people choose first. Guessing is slow and counted here, so
// a short list is enough: what a machine tries before the counting bites.
//
//go:embed commonest.txt
var commonest string

var commonWords = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(commonest) {
		out[w] = true
	}
	return out
})

// minLocal is the length from which the part of an e-mail address before the
// @ must not stand in the password; shorter ones stand in many by chance.
const minLocal = 4

// checkWeak refuses a password that is guessed first: one of the commonest, one
// of few different characters, a piece repeated over and over, or one around
// the user's own address. email is empty if it is not known.
func checkWeak(password, email string) error {
	p := strings.ToLower(norm.NFKC.String(password))
	local, _, _ := strings.Cut(strings.ToLower(norm.NFKC.String(email)), "@")
	bare := strings.TrimFunc(p, func(r rune) bool { return !unicode.IsLetter(r) })
	switch {
	case len(local) >= minLocal && strings.Contains(p, local):
		return invalid("password", "weak", "The password contains your e-mail address.")
	case repeats(p) || repeats(bare) || few(p):
		return invalid("password", "weak", "The password repeats one piece.")
	case commonWords()[p] || commonWords()[bare]:
		return invalid("password", "common", "The password is one of those that are guessed first.")
	}
	return nil
}

// repeats reports whether a text is one piece over and over, the last one
// perhaps cut off.
func repeats(s string) bool {
	r := []rune(s)
	for n := 1; n <= len(r)/2; n++ {
		whole := true
		for i := n; i < len(r) && whole; i++ {
			whole = r[i] == r[i-n]
		}
		if whole {
			return true
		}
	}
	return false
}

// few reports whether a text has fewer than four different characters.
func few(s string) bool {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen) < 4
}
