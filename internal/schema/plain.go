package schema

import "encoding/json"

// plain is embedded by kinds whose value is a text that is shown, edited,
// found and sorted as it stands, and that leave nothing readable at rest.
type plain struct{ unindexed }

// Text returns the text.
func (plain) Text(_ *Field, v Value, _ string) string { return v.text() }

// Edit returns the text.
func (plain) Edit(_ *Field, v Value) string { return v.text() }

// Words returns the words of the text.
func (plain) Words(_ *Field, v Value) []string { return Tokens(v.text()) }

// SortKey orders texts as the language does.
func (plain) SortKey(_ *Field, v Value, lang string) []byte { return textKey(v.text(), lang) }

// fromString reads a JSON string, or null, as the kind reads a typed text.
func fromString(k Kind, f *Field, raw json.RawMessage) (Value, *Violation) {
	if isNull(raw) {
		return nil, nil
	}
	s, bad := readString(raw)
	if bad != nil {
		return nil, bad
	}
	return k.FromText(f, s)
}
