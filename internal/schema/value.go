package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxValueBytes bounds the JSON of one value before it is looked at.
const MaxValueBytes = 1 << 20

// Value is one field's value as canonical JSON; nil means empty. Equal values
// are equal bytes. It hides from formatted printing and from logs.
type Value []byte

// IsEmpty reports whether there is no value.
func (v Value) IsEmpty() bool { return len(v) == 0 }

// Format hides the value under every verb.
func (v Value) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[value]")) }

// LogValue hides the value from slog.
func (v Value) LogValue() slog.Value { return slog.StringValue("[value]") }

// MarshalJSON writes the value itself, null when it is empty: only whoever may
// see a value holds one.
func (v Value) MarshalJSON() ([]byte, error) {
	if v.IsEmpty() {
		return []byte("null"), nil
	}
	return v, nil
}

// text returns the text of a JSON string, and "" for anything else.
func (v Value) text() string {
	if len(v) < 2 || v[0] != '"' {
		return ""
	}
	if bytes.IndexByte(v, '\\') < 0 {
		return string(v[1 : len(v)-1])
	}
	var s string
	if json.Unmarshal(v, &s) != nil {
		return ""
	}
	return s
}

// list returns the texts of a JSON array of strings; nil for anything else.
func (v Value) list() []string {
	if len(v) == 0 || v[0] != '[' {
		return nil
	}
	var out []string
	if json.Unmarshal(v, &out) != nil {
		return nil
	}
	return out
}

// textValue encodes a text: only quote, backslash and control characters are
// escaped, so that one text has one encoding. The empty text is the nil Value.
func textValue(s string) Value {
	if s == "" {
		return nil
	}
	return appendQuoted(make(Value, 0, len(s)+2), s)
}

func appendQuoted(b Value, s string) Value {
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// listValue encodes texts as a JSON array; no texts are the nil Value.
func listValue(parts []string) Value {
	if len(parts) == 0 {
		return nil
	}
	b := Value{'['}
	for i, p := range parts {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(b, p)
	}
	return append(b, ']')
}

// isNull reports whether the input means "empty".
func isNull(raw json.RawMessage) bool {
	raw = bytes.TrimSpace(raw)
	return len(raw) == 0 || string(raw) == "null"
}

// readString reads a JSON string.
func readString(raw json.RawMessage) (string, *Violation) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || raw[0] != '"' {
		return "", violates("type", "text")
	}
	if len(raw) > MaxValueBytes || !utf8.Valid(raw) || !paired(raw) {
		return "", violates("characters")
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return "", violates("type", "text")
	}
	return s, nil
}

// paired reports whether every escaped surrogate of a JSON text has its other
// half: the decoder would put a replacement character in place of one that has
// not, and so change what was sent without a word.
func paired(raw []byte) bool {
	high := false // the escape just before was a high surrogate
	for i := 0; i < len(raw); i++ {
		unit, escaped := rune(0), raw[i] == '\\'
		if escaped && i+5 < len(raw) && raw[i+1] == 'u' {
			n, err := strconv.ParseUint(string(raw[i+2:i+6]), 16, 16)
			if err != nil {
				return false
			}
			unit = rune(n)
			i += 5
		} else if escaped {
			i++
		}
		low := unit >= 0xdc00 && unit <= 0xdfff
		if low != high {
			return false
		}
		high = unit >= 0xd800 && unit <= 0xdbff
	}
	return !high
}

// readList reads a JSON array of at most limit strings.
func readList(raw json.RawMessage, limit int) ([]string, *Violation) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || raw[0] != '[' || len(raw) > MaxValueBytes {
		return nil, violates("type", "list")
	}
	var parts []json.RawMessage
	if json.Unmarshal(raw, &parts) != nil {
		return nil, violates("type", "list")
	}
	if len(parts) > limit {
		return nil, violates("max-items", fmt.Sprint(limit))
	}
	out := make([]string, 0, len(parts))
	for _, p := range parts {
		s, bad := readString(p)
		if bad != nil {
			return nil, bad
		}
		out = append(out, s)
	}
	return out, nil
}

// cleanText brings a typed text into its one form: line ends as \n, Unicode
// NFC, no blanks around it. It refuses invalid UTF-8, control characters and
// those that turn the reading direction round, which serve to disguise text.
// Newline and tab pass where lines says so. The replacement character passes:
// published data has it where somebody lost a letter earlier. The limit counts
// Unicode code points.
func cleanText(s string, limit int, lines bool) (string, *Violation) {
	if len(s) > MaxValueBytes {
		return "", tooLong(limit)
	}
	if !utf8.ValidString(s) {
		return "", violates("characters")
	}
	if lines {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	s = strings.TrimSpace(norm.NFC.String(s))
	for _, r := range s {
		if r == '\n' || r == '\t' {
			if !lines {
				return "", violates("characters")
			}
			continue
		}
		if !allowedRune(r) {
			return "", violates("characters")
		}
	}
	if utf8.RuneCountInString(s) > limit {
		return "", tooLong(limit)
	}
	return s, nil
}

func allowedRune(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029', r == '\ufeff':
		return false
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return false
	case r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef: // noncharacters
		return false
	}
	return true
}
