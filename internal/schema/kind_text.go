package schema

import "encoding/json"

// unindexed is embedded by kinds that leave nothing readable at rest.
type unindexed struct{}

// Index returns nothing.
func (unindexed) Index(*Field, Value) Index { return Index{} }

// wordless is embedded by kinds that get no search tokens.
type wordless struct{}

// Words returns nothing.
func (wordless) Words(*Field, Value) []string { return nil }

// textKind is one line of text: a name, a title, a number that is no quantity.
type textKind struct{ plain }

func (textKind) Name() string    { return "text" }
func (textKind) Control() string { return "text" }

func (textKind) FromJSON(f *Field, raw json.RawMessage) (Value, *Violation) {
	return textFromJSON(f, raw, false)
}

func (textKind) FromText(f *Field, text string) (Value, *Violation) {
	s, bad := cleanText(text, f.MaxLength, false)
	return textValue(s), bad
}

func (textKind) JSONSchema(f *Field) map[string]json.RawMessage {
	return schemaOf("type", `["string","null"]`, "maxLength", number(f.MaxLength))
}

func (textKind) traits() traits {
	return traits{keys: []string{"max-length"}, word: true, prefix: true}
}

// textFromJSON reads a JSON string as text of one line or of several.
func textFromJSON(f *Field, raw json.RawMessage, lines bool) (Value, *Violation) {
	if isNull(raw) {
		return nil, nil
	}
	s, bad := readString(raw)
	if bad != nil {
		return nil, bad
	}
	s, bad = cleanText(s, f.MaxLength, lines)
	if bad != nil {
		return nil, bad
	}
	return textValue(s), nil
}
