package schema

import "encoding/json"

// choiceKind is one option of a closed list, held by the option's key.
type choiceKind struct{ wordless }

func (choiceKind) Name() string    { return "choice" }
func (choiceKind) Control() string { return "select" }

// FromJSON takes option keys only: the API has one spelling.
func (choiceKind) FromJSON(f *Field, raw json.RawMessage) (Value, *Violation) {
	if isNull(raw) {
		return nil, nil
	}
	s, bad := readString(raw)
	if bad != nil {
		return nil, bad
	}
	if s == "" {
		return nil, nil
	}
	if f.List.Option(s) == nil {
		return nil, violates("not-an-option")
	}
	return textValue(s), nil
}

// FromText also takes a label in any language, for files that people wrote.
func (choiceKind) FromText(f *Field, text string) (Value, *Violation) {
	s, bad := cleanText(text, DefaultTextRunes, false)
	if bad != nil || s == "" {
		return nil, bad
	}
	o := f.List.find(s)
	if o == nil {
		return nil, violates("not-an-option")
	}
	return textValue(o.Key), nil
}

func (choiceKind) Text(f *Field, v Value, lang string) string { return optionText(f, v.text(), lang) }
func (choiceKind) Edit(_ *Field, v Value) string              { return v.text() }

func (choiceKind) Index(_ *Field, v Value) Index {
	s := v.text()
	return Index{Text: s, OK: s != ""}
}

// SortKey follows the order of the list: "low" before "high".
func (choiceKind) SortKey(f *Field, v Value, _ string) []byte {
	if v.IsEmpty() {
		return nil
	}
	return intKey(int64(f.List.position(v.text())))
}

func (choiceKind) JSONSchema(f *Field) map[string]json.RawMessage {
	keys := optionKeys(f.List)
	return schemaOf("type", `["string","null"]`, "enum", keys[:len(keys)-1]+",null]")
}

func (choiceKind) traits() traits {
	return traits{keys: []string{"options", "default"}, needs: []string{"options"}, clear: true}
}

// optionText returns the label of an option, its key where the list no longer
// has it.
func optionText(f *Field, key, lang string) string {
	if o := f.List.Option(key); o != nil {
		return o.Label.In(lang)
	}
	return key
}
