package schema

import (
	"encoding/json"
	"strconv"
	"strings"
)

// multiChoiceKind is a set of options of a closed list, held as keys in the
// order of the list.
type multiChoiceKind struct {
	wordless
	unindexed
}

func (multiChoiceKind) Name() string    { return "multichoice" }
func (multiChoiceKind) Control() string { return "multiselect" }

func (k multiChoiceKind) FromJSON(f *Field, raw json.RawMessage) (Value, *Violation) {
	if isNull(raw) {
		return nil, nil
	}
	parts, bad := readList(raw, MaxMany)
	if bad != nil {
		return nil, bad
	}
	for _, p := range parts {
		if f.List.Option(p) == nil {
			return nil, violates("not-an-option")
		}
	}
	return k.ordered(f, parts), nil
}

// FromText takes keys or labels parted by commas, semicolons or line ends.
func (k multiChoiceKind) FromText(f *Field, text string) (Value, *Violation) {
	s, bad := cleanText(text, MaxLongTextRunes, true)
	if bad != nil || s == "" {
		return nil, bad
	}
	parts := splitList(s)
	if len(parts) > MaxMany {
		return nil, violates("max-items", strconv.Itoa(MaxMany))
	}
	for i, p := range parts {
		o := f.List.find(p)
		if o == nil {
			return nil, violates("not-an-option")
		}
		parts[i] = o.Key
	}
	return k.ordered(f, parts), nil
}

// ordered returns the chosen keys in the order of the list, each once.
func (multiChoiceKind) ordered(f *Field, chosen []string) Value {
	is := make(map[string]bool, len(chosen))
	for _, c := range chosen {
		is[c] = true
	}
	out := make([]string, 0, len(is))
	for _, o := range f.List.Options {
		if is[o.Key] {
			out = append(out, o.Key)
		}
	}
	return listValue(out)
}

func (multiChoiceKind) Text(f *Field, v Value, lang string) string {
	parts := v.list()
	for i, p := range parts {
		parts[i] = optionText(f, p, lang)
	}
	return strings.Join(parts, ", ")
}

func (multiChoiceKind) Edit(_ *Field, v Value) string { return strings.Join(v.list(), ", ") }

// SortKey orders by the first chosen option, then the next.
func (multiChoiceKind) SortKey(f *Field, v Value, _ string) []byte {
	var key []byte
	for _, p := range v.list() {
		key = append(key, intKey(int64(f.List.position(p)))...)
	}
	return key
}

func (multiChoiceKind) JSONSchema(f *Field) map[string]json.RawMessage {
	return schemaOf("type", `["array","null"]`, "maxItems", number(MaxMany), "items", `{"type":"string","enum":`+optionKeys(f.List)+`}`)
}

func (multiChoiceKind) traits() traits {
	return traits{keys: []string{"options"}, needs: []string{"options"}, clear: true}
}

// splitList parts a typed list at commas, semicolons and line ends and drops
// blank entries.
func splitList(s string) []string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '\n' })
	out := parts[:0]
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}
