package schema

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Limits of search tokens.
const (
	MaxTokens      = 1_000 // distinct words of one value that can be found
	MaxTokenRunes  = 40    // longer words are cut
	MinPrefixRunes = 3     // shortest beginning that can be found
	MaxPrefixRunes = 8     // longest beginning stored; a longer query is cut to it
)

// spelled maps letters that decomposition leaves alone to what a searcher
// without them on the keyboard types.
var spelled = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i", 'ς': "σ", 'ħ': "h",
}

// Fold returns the form of a text in which two spellings of one word are
// equal: lower case, no accents, compatibility forms resolved. Folding twice
// changes nothing.
func Fold(s string) string {
	if ascii(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(s) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		r = unicode.ToLower(r)
		if t, ok := spelled[r]; ok {
			b.WriteString(t)
			continue
		}
		b.WriteRune(r)
	}
	out := b.String()
	if again := norm.NFKD.String(out); again != out { // lower case of a few letters decomposes once more
		return Fold(again)
	}
	return out
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Tokens returns the folded words of a text: runs of letters and digits, each
// once, in order, at most MaxTokens of at most MaxTokenRunes.
func Tokens(s string) []string {
	var out []string
	seen := map[string]bool{}
	for _, w := range strings.FieldsFunc(Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		w = cut(w, MaxTokenRunes)
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
		if len(out) == MaxTokens {
			break
		}
	}
	return out
}

// Prefixes returns the beginnings of a folded word by which it can be found:
// those of 3 to 8 letters, the whole word included when it is that short. A
// query of three letters or more is looked up by its own first 8.
func Prefixes(token string) []string {
	r := []rune(token)
	var out []string
	for n := MinPrefixRunes; n <= min(len(r), MaxPrefixRunes); n++ {
		out = append(out, string(r[:n]))
	}
	return out
}

func cut(s string, runes int) string {
	n := 0
	for i := range s {
		if n == runes {
			return s[:i]
		}
		n++
	}
	return s
}
