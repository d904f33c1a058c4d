package schema

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// decimalKind is an exact number with up to MaxScale digits after the point,
// held as a scaled 64-bit integer and never as a binary fraction. Its canonical
// form is a JSON string with all digits of the scale: "12.50".
type decimalKind struct{ wordless }

func (decimalKind) Name() string    { return "decimal" }
func (decimalKind) Control() string { return "number" }

func (k decimalKind) FromJSON(f *Field, raw json.RawMessage) (Value, *Violation) {
	if isNull(raw) {
		return nil, nil
	}
	raw = bytes.TrimSpace(raw)
	if raw[0] == '"' {
		s, bad := readString(raw)
		if bad != nil {
			return nil, bad
		}
		return k.FromText(f, s)
	}
	if raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		return nil, violates("type", "decimal number")
	}
	return k.parse(f, string(raw))
}

func (k decimalKind) FromText(f *Field, text string) (Value, *Violation) {
	s, bad := cleanText(text, DefaultTextRunes, false)
	if bad != nil || s == "" {
		return nil, bad
	}
	return k.parse(f, s)
}

// parse takes digits, an optional point with digits, an optional minus sign.
// Zeros beyond the scale are dropped; other digits there are refused.
func (decimalKind) parse(f *Field, s string) (Value, *Violation) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if !allDigits(whole) || (len(whole) > 1 && whole[0] == '0') || (point && !allDigits(fraction)) {
		return nil, violates("type", "decimal number")
	}
	if len(fraction) > f.Scale {
		if strings.Trim(fraction[f.Scale:], "0") != "" {
			return nil, violates("scale", strconv.Itoa(f.Scale))
		}
		fraction = fraction[:f.Scale]
	}
	fraction += strings.Repeat("0", f.Scale-len(fraction))
	low, high := bounds(f)
	n, err := strconv.ParseInt(whole+fraction, 10, 64)
	if negative {
		n = -n
	}
	if err != nil || n < low || n > high {
		return nil, violates("range", scaled(low, f.Scale), scaled(high, f.Scale))
	}
	return textValue(scaled(n, f.Scale)), nil
}

// scaled prints n / 10^scale with all its digits.
func scaled(n int64, scale int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	s := strconv.FormatInt(n, 10)
	if scale == 0 {
		return sign + s
	}
	if len(s) <= scale {
		s = strings.Repeat("0", scale+1-len(s)) + s
	}
	return sign + s[:len(s)-scale] + "." + s[len(s)-scale:]
}

func (decimalKind) Text(_ *Field, v Value, lang string) string { return grouped(v.text(), lang) }
func (decimalKind) Edit(_ *Field, v Value) string              { return v.text() }

func (decimalKind) Index(_ *Field, v Value) Index {
	n, err := strconv.ParseInt(strings.Replace(v.text(), ".", "", 1), 10, 64)
	return Index{Int: n, IsInt: true, OK: err == nil}
}

func (k decimalKind) SortKey(f *Field, v Value, _ string) []byte { return indexKey(k.Index(f, v)) }

func (decimalKind) JSONSchema(f *Field) map[string]json.RawMessage {
	pattern := `^-?[0-9]+$`
	if f.Scale > 0 {
		pattern = `^-?[0-9]+(\.[0-9]{1,` + strconv.Itoa(f.Scale) + `}0*)?$`
	}
	return schemaOf("type", `["string","number","null"]`, "pattern", quoted(pattern))
}

func (decimalKind) traits() traits {
	return traits{keys: []string{"min", "max", "scale"}, needs: []string{"scale"}, clear: true}
}

// grouped prints a plain number the way a language writes it.
func grouped(s, lang string) string {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	sep, mark := ",", "."
	switch {
	case strings.HasPrefix(lang, "de"):
		sep, mark = ".", ","
	case strings.HasPrefix(lang, "fr"):
		sep, mark = "\u202f", ","
	}
	var b strings.Builder
	if negative {
		b.WriteByte('-')
	}
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(sep)
		}
		b.WriteByte(whole[i])
	}
	if point {
		b.WriteString(mark + fraction)
	}
	return b.String()
}
