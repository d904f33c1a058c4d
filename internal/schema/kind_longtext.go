package schema

import "encoding/json"

// longTextKind is text of several lines: a description, a narrative.
type longTextKind struct{ unindexed }

func (longTextKind) Name() string    { return "longtext" }
func (longTextKind) Control() string { return "textarea" }

func (longTextKind) FromJSON(f *Field, raw json.RawMessage) (Value, *Violation) {
	return textFromJSON(f, raw, true)
}

func (longTextKind) FromText(f *Field, text string) (Value, *Violation) {
	s, bad := cleanText(text, f.MaxLength, true)
	return textValue(s), bad
}

func (longTextKind) Text(_ *Field, v Value, _ string) string { return v.text() }
func (longTextKind) Edit(_ *Field, v Value) string           { return v.text() }
func (longTextKind) Words(_ *Field, v Value) []string        { return Tokens(v.text()) }

// SortKey looks at the beginning only: nobody sorts by the end of a narrative.
func (longTextKind) SortKey(_ *Field, v Value, lang string) []byte {
	return textKey(cut(v.text(), DefaultTextRunes), lang)
}

func (longTextKind) JSONSchema(f *Field) map[string]json.RawMessage {
	return schemaOf("type", `["string","null"]`, "maxLength", number(f.MaxLength))
}

func (longTextKind) traits() traits { return traits{keys: []string{"max-length"}, word: true} }
