package schema

import (
	"encoding/json"
	"net/url"
	"strings"
)

// urlKind is an absolute http or https address without a user name. Any other
// scheme is refused, so that a link can never run a script.
type urlKind struct{ plain }

func (urlKind) Name() string    { return "url" }
func (urlKind) Control() string { return "url" }

func (k urlKind) FromJSON(f *Field, raw json.RawMessage) (Value, *Violation) {
	return fromString(k, f, raw)
}

func (urlKind) FromText(_ *Field, text string) (Value, *Violation) {
	s, bad := cleanText(text, MaxURLBytes, false)
	if bad != nil || s == "" {
		return nil, bad
	}
	if len(s) > MaxURLBytes {
		return nil, tooLong(MaxURLBytes)
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil || strings.ContainsAny(s, " \"<>\\^`{|}") {
		return nil, violates("format", "https://example.com/page")
	}
	return textValue(s), nil
}

func (urlKind) JSONSchema(*Field) map[string]json.RawMessage {
	return schemaOf("type", `["string","null"]`, "format", `"uri"`, "maxLength", number(MaxURLBytes))
}

func (urlKind) traits() traits { return traits{word: true} }
