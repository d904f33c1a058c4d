package schema

import (
	"encoding/json"
	"strings"
)

// phoneKind is a telephone number as people write it: digits with blanks,
// brackets, dots, hyphens and slashes, an optional plus in front, an optional
// extension "x 12" behind. Blanks are collapsed; nothing else is changed.
type phoneKind struct{ plain }

func (phoneKind) Name() string    { return "phone" }
func (phoneKind) Control() string { return "tel" }

func (k phoneKind) FromJSON(f *Field, raw json.RawMessage) (Value, *Violation) {
	return fromString(k, f, raw)
}

func (phoneKind) FromText(_ *Field, text string) (Value, *Violation) {
	s, bad := cleanText(text, MaxPhoneRunes, false)
	if bad != nil || s == "" {
		return nil, bad
	}
	s = strings.Join(strings.Fields(s), " ")
	main, ext, extended := strings.Cut(s, "x")
	digits := 0
	for i := range len(main) {
		switch c := main[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '+' && i == 0, strings.IndexByte(" ()-./", c) >= 0:
		default:
			return nil, violates("format", "+49 30 1234567")
		}
	}
	if digits < 3 || digits > 20 || (extended && !allDigits(strings.TrimSpace(ext))) {
		return nil, violates("format", "+49 30 1234567")
	}
	return textValue(s), nil
}

// Words returns the digits in one piece: numbers are found whatever blanks
// stand between them.
func (phoneKind) Words(_ *Field, v Value) []string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, v.text())
	return Tokens(digits)
}

func (phoneKind) JSONSchema(*Field) map[string]json.RawMessage {
	return schemaOf("type", `["string","null"]`, "maxLength", number(MaxPhoneRunes))
}

func (phoneKind) traits() traits { return traits{word: true} }
