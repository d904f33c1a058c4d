package schema

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// integerKind is a whole number of at most 2^53-1 in magnitude.
type integerKind struct{ wordless }

func (integerKind) Name() string    { return "integer" }
func (integerKind) Control() string { return "number" }

func (k integerKind) FromJSON(f *Field, raw json.RawMessage) (Value, *Violation) {
	if isNull(raw) {
		return nil, nil
	}
	raw = bytes.TrimSpace(raw)
	if raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		return nil, violates("type", "whole number")
	}
	return k.parse(f, string(raw))
}

func (k integerKind) FromText(f *Field, text string) (Value, *Violation) {
	s, bad := cleanText(text, DefaultTextRunes, false)
	if bad != nil || s == "" {
		return nil, bad
	}
	return k.parse(f, s)
}

// parse takes decimal digits with an optional minus sign: no exponent, no
// fraction, no leading zero, so that one number has one spelling.
func (integerKind) parse(f *Field, s string) (Value, *Violation) {
	digits := s
	if digits[0] == '-' {
		digits = digits[1:]
	}
	if !allDigits(digits) || (len(digits) > 1 && digits[0] == '0') {
		return nil, violates("type", "whole number")
	}
	low, high := bounds(f)
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < low || n > high {
		return nil, violates("range", strconv.FormatInt(low, 10), strconv.FormatInt(high, 10))
	}
	return Value(strconv.FormatInt(n, 10)), nil
}

func (integerKind) Text(_ *Field, v Value, lang string) string { return grouped(string(v), lang) }
func (integerKind) Edit(_ *Field, v Value) string              { return string(v) }

func (integerKind) Index(_ *Field, v Value) Index {
	n, err := strconv.ParseInt(string(v), 10, 64)
	return Index{Int: n, IsInt: true, OK: err == nil}
}

func (k integerKind) SortKey(f *Field, v Value, _ string) []byte { return indexKey(k.Index(f, v)) }

func (integerKind) JSONSchema(f *Field) map[string]json.RawMessage {
	low, high := bounds(f)
	return schemaOf("type", `["integer","null"]`, "minimum", strconv.FormatInt(low, 10), "maximum", strconv.FormatInt(high, 10))
}

func (integerKind) traits() traits { return traits{keys: []string{"min", "max"}, clear: true} }

// bounds returns the bounds of a number: those of the pack within what every
// reader of JSON keeps exactly.
func bounds(f *Field) (low, high int64) {
	low, high = -MaxInteger, MaxInteger
	if f.Min != nil {
		low = *f.Min
	}
	if f.Max != nil {
		high = *f.Max
	}
	return low, high
}

// indexKey returns the sort key of a number that is indexed; an empty value
// sorts first.
func indexKey(i Index) []byte {
	if !i.OK {
		return nil
	}
	return intKey(i.Int)
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
