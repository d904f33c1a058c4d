package schema

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"bailiwick"
)

// reference is what the kinds user, subject and record share: an identifier
// or, where the field takes many, a set of them in rising order. Whether the
// identifier leads anywhere is not known here: custody looks it up.
type reference struct{ wordless }

// FromJSON takes an identifier, or an array of them where the field takes many.
func (reference) FromJSON(f *Field, raw json.RawMessage) (Value, *Violation) {
	if isNull(raw) {
		return nil, nil
	}
	if !f.Many {
		s, bad := readString(raw)
		if bad != nil || s == "" {
			return nil, bad
		}
		return oneReference(s)
	}
	parts, bad := readList(raw, MaxMany)
	if bad != nil {
		return nil, bad
	}
	return manyReferences(parts)
}

// FromText takes identifiers, several parted by commas or line ends.
func (reference) FromText(f *Field, text string) (Value, *Violation) {
	s, bad := cleanText(text, MaxLongTextRunes, true)
	if bad != nil || s == "" {
		return nil, bad
	}
	if !f.Many {
		return oneReference(s)
	}
	return manyReferences(splitList(s))
}

func oneReference(s string) (Value, *Violation) {
	if _, err := bailiwick.ParseID(s); err != nil {
		return nil, violates("format", "identifier")
	}
	return textValue(s), nil
}

func manyReferences(parts []string) (Value, *Violation) {
	for _, p := range parts {
		if _, bad := oneReference(p); bad != nil {
			return nil, bad
		}
	}
	slices.Sort(parts)
	parts = slices.Compact(parts)
	if len(parts) > MaxMany {
		return nil, violates("max-items", strconv.Itoa(MaxMany))
	}
	return listValue(parts), nil
}

// Text returns the identifiers; titles belong to those who may see them.
func (reference) Text(_ *Field, v Value, _ string) string { return strings.Join(references(v), ", ") }

// Edit returns the identifiers.
func (reference) Edit(_ *Field, v Value) string { return strings.Join(references(v), ", ") }

// Index returns the identifier of a single reference.
func (reference) Index(f *Field, v Value) Index {
	s := v.text()
	return Index{Text: s, OK: s != "" && !f.Many}
}

// SortKey orders by identifier; who shows titles sorts by them.
func (reference) SortKey(_ *Field, v Value, _ string) []byte {
	return []byte(strings.Join(references(v), ","))
}

// JSONSchema describes identifiers.
func (reference) JSONSchema(f *Field) map[string]json.RawMessage {
	if f.Many {
		return schemaOf("type", `["array","null"]`, "maxItems", number(MaxMany), "items", `{"type":"string","format":"uuid"}`)
	}
	return schemaOf("type", `["string","null"]`, "format", `"uuid"`)
}

func references(v Value) []string {
	if s := v.text(); s != "" {
		return []string{s}
	}
	return v.list()
}

// References returns the identifiers that a value of kind user, subject or
// record holds: none, one, or several where the field takes many.
func References(v Value) []bailiwick.ID {
	var out []bailiwick.ID
	for _, s := range references(v) {
		if id, err := bailiwick.ParseID(s); err == nil {
			out = append(out, id)
		}
	}
	return out
}

// ReferenceValue makes the value of a reference field from identifiers, the
// zero ones left out: the inverse of References.
func ReferenceValue(f *Field, ids ...bailiwick.ID) (Value, *Violation) {
	var parts []string
	for _, id := range ids {
		if !id.IsZero() {
			parts = append(parts, id.String())
		}
	}
	if f.Many {
		return manyReferences(parts)
	}
	switch len(parts) {
	case 0:
		return nil, nil
	case 1:
		return oneReference(parts[0])
	}
	return nil, violates("max-items", "1")
}
