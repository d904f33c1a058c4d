package schema

import (
	"bytes"
	"encoding/json"
)

// booleanKind is yes or no. Not answered is the empty value, and not no.
type booleanKind struct{ wordless }

// yesNo maps what people type in a file to a boolean, folded.
var yesNo = map[string]bool{
	"true": true, "yes": true, "y": true, "1": true, "on": true, "ja": true, "oui": true, "wahr": true, "vrai": true,
	"false": false, "no": false, "n": false, "0": false, "off": false, "nein": false, "non": false, "falsch": false, "faux": false,
}

var yesNoText = map[bool]Labels{
	true:  {"en": "Yes", "de": "Ja", "fr": "Oui"},
	false: {"en": "No", "de": "Nein", "fr": "Non"},
}

func (booleanKind) Name() string    { return "boolean" }
func (booleanKind) Control() string { return "checkbox" }

func (booleanKind) FromJSON(_ *Field, raw json.RawMessage) (Value, *Violation) {
	switch raw = bytes.TrimSpace(raw); string(raw) {
	case "true", "false":
		return Value(bytes.Clone(raw)), nil
	case "", "null":
		return nil, nil
	}
	return nil, violates("type", "true or false")
}

func (booleanKind) FromText(_ *Field, text string) (Value, *Violation) {
	s, bad := cleanText(text, DefaultTextRunes, false)
	if bad != nil || s == "" {
		return nil, bad
	}
	yes, ok := yesNo[Fold(s)]
	if !ok {
		return nil, violates("type", "true or false")
	}
	if yes {
		return Value("true"), nil
	}
	return Value("false"), nil
}

func (booleanKind) Text(_ *Field, v Value, lang string) string {
	if v.IsEmpty() {
		return ""
	}
	return yesNoText[string(v) == "true"].In(lang)
}

func (booleanKind) Edit(_ *Field, v Value) string { return string(v) }

func (booleanKind) Index(_ *Field, v Value) Index {
	switch string(v) {
	case "true":
		return Index{Int: 1, IsInt: true, OK: true}
	case "false":
		return Index{IsInt: true, OK: true}
	}
	return Index{}
}

func (k booleanKind) SortKey(f *Field, v Value, _ string) []byte { return indexKey(k.Index(f, v)) }

func (booleanKind) JSONSchema(*Field) map[string]json.RawMessage {
	return schemaOf("type", `["boolean","null"]`)
}

func (booleanKind) traits() traits { return traits{keys: []string{"default"}, clear: true} }
