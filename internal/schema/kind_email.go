package schema

import (
	"encoding/json"
	"strings"
	"unicode"
)

// emailKind is one e-mail address without a display name. The domain is kept
// in lower case; what stands before the @ is kept as typed.
type emailKind struct{ plain }

func (emailKind) Name() string    { return "email" }
func (emailKind) Control() string { return "email" }

func (k emailKind) FromJSON(f *Field, raw json.RawMessage) (Value, *Violation) {
	return fromString(k, f, raw)
}

func (emailKind) FromText(_ *Field, text string) (Value, *Violation) {
	s, bad := cleanText(text, MaxEmailBytes, false)
	if bad != nil || s == "" {
		return nil, bad
	}
	if len(s) > MaxEmailBytes {
		return nil, tooLong(MaxEmailBytes)
	}
	local, domain, _ := strings.Cut(s, "@")
	domain = strings.ToLower(domain)
	if !localPart(local) || !domainName(domain) || len(local)+len(domain) >= MaxEmailBytes {
		return nil, violates("format", "name@example.com")
	}
	return textValue(local + "@" + domain), nil
}

// localPart takes unquoted local parts: what every mail system accepts.
func localPart(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) && !strings.ContainsRune(".!#$%&'*+/=?^_`{|}~-", r) {
			return false
		}
	}
	return true
}

// domainName takes two or more labels of letters, digits and inner hyphens.
func domainName(s string) bool {
	labels := strings.Split(s, ".")
	if len(labels) < 2 {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for _, r := range l {
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) && r != '-' {
				return false
			}
		}
	}
	return true
}

func (emailKind) JSONSchema(*Field) map[string]json.RawMessage {
	return schemaOf("type", `["string","null"]`, "format", `"email"`, "maxLength", number(MaxEmailBytes))
}

func (emailKind) traits() traits { return traits{word: true, prefix: true} }
