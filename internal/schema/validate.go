package schema

import (
	"encoding/json"
	"slices"

	"bailiwick"
)

// Validate reads the fields of a write, keyed by field key: what the API sends.
// It returns the canonical values, nil for a field that is to be cleared, and
// everything that is wrong, in the order of the fields. Values of fields that
// broke a rule are left out. It does not judge categories, does not look up
// references and does not ask for required fields: see Missing.
func Validate(t *Type, in map[string]json.RawMessage) (map[string]Value, []bailiwick.FieldError) {
	return validate(t, keys(in), func(f *Field) (Value, *Violation) { return f.Kind.FromJSON(f, in[f.Key]) })
}

// ValidateText is Validate for what a form or a file sends.
func ValidateText(t *Type, in map[string]string) (map[string]Value, []bailiwick.FieldError) {
	return validate(t, keys(in), func(f *Field) (Value, *Violation) { return f.Kind.FromText(f, in[f.Key]) })
}

func validate(t *Type, given []string, read func(*Field) (Value, *Violation)) (map[string]Value, []bailiwick.FieldError) {
	values := make(map[string]Value, len(given))
	var wrong []bailiwick.FieldError
	for _, key := range given {
		if f := t.Field(key); f == nil || f.Parent != nil {
			wrong = append(wrong, violates("unknown-field").FieldError(safeKey(key)))
		}
	}
	for _, f := range t.Fields {
		if !slices.Contains(given, f.Key) {
			continue
		}
		if f.Computed() {
			wrong = append(wrong, violates("computed").FieldError(f.Key))
			continue
		}
		v, bad := read(f)
		if bad != nil {
			wrong = append(wrong, bad.FieldError(f.Key))
			continue
		}
		values[f.Key] = v
	}
	return values, wrong
}

// Missing returns an error for every required field that is neither present
// nor excused. A field whose category may not be populated is not required: a
// form must not ask for what may not be stored. Both functions get each
// required field outside of groups; members of groups are checked by row, see
// MissingInRow.
func Missing(t *Type, present func(key string) bool, mayPopulate func(*Field) bool) []bailiwick.FieldError {
	var out []bailiwick.FieldError
	for _, f := range t.Fields {
		if f.Required && !present(f.Key) && mayPopulate(f) {
			out = append(out, violates("required").FieldError(f.Key))
		}
	}
	return out
}

// MissingInRow is Missing for a row of a group; place is the row's index.
func MissingInRow(group *Field, place int, row Row, mayPopulate func(*Field) bool) []bailiwick.FieldError {
	var out []bailiwick.FieldError
	for _, m := range group.Group {
		if m.Required && row.Values[m.Key].IsEmpty() && mayPopulate(m) {
			out = append(out, violates("required").FieldError(group.Key+"["+number(place)+"]."+m.Key))
		}
	}
	return out
}

// Visible reports whether a condition holds for values keyed like the field
// it belongs to: by field key, or by member key within a row. No condition
// always holds.
func Visible(c *Condition, values map[string]Value) bool {
	if c == nil {
		return true
	}
	v := values[c.Field]
	if v.IsEmpty() {
		return false
	}
	if len(c.Is) == 0 {
		return true
	}
	for _, want := range c.Is {
		if string(v) == want || v.text() == want || slices.Contains(v.list(), want) {
			return true
		}
	}
	return false
}

// FieldError places a violation at a field and makes it an error that callers send.
func (v *Violation) FieldError(field string) bailiwick.FieldError {
	code := bailiwick.CodeInvalid
	if v.Rule == "unknown-country" {
		code = bailiwick.CodeUnknownCountry
	}
	return bailiwick.FieldError{Field: field + v.At, Rule: v.Rule, Code: code, Message: v.Message, Args: v.Args}
}

// safeKey returns an unknown key as far as it has the form of one: what a
// caller sends as a key may be anything, and is not echoed then.
func safeKey(key string) string {
	if fieldKey.MatchString(key) {
		return key
	}
	return "?"
}

func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
