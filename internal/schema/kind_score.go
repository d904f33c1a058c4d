package schema

import (
	"encoding/json"
	"strconv"
)

// scoreKind is a computed number: the product of two choices or integers, with
// bands that give it a name and a colour. It cannot be written.
type scoreKind struct{ wordless }

func (scoreKind) Name() string    { return "score" }
func (scoreKind) Control() string { return "score" }

// FromJSON reads a stored score again; Validate refuses one in a write.
func (scoreKind) FromJSON(_ *Field, raw json.RawMessage) (Value, *Violation) {
	return integerKind{}.FromJSON(&Field{}, raw)
}

// FromText reads what Edit returned.
func (scoreKind) FromText(_ *Field, text string) (Value, *Violation) {
	return integerKind{}.FromText(&Field{}, text)
}

// Text shows the number and the name of its band: "15 (High)".
func (k scoreKind) Text(f *Field, v Value, lang string) string {
	i := k.Index(f, v)
	if !i.OK {
		return ""
	}
	if band := f.Compute.Band(i.Int); band != nil {
		return string(v) + " (" + band.Label.In(lang) + ")"
	}
	return string(v)
}

func (scoreKind) Edit(_ *Field, v Value) string { return string(v) }

func (scoreKind) Index(_ *Field, v Value) Index { return integerKind{}.Index(nil, v) }

func (k scoreKind) SortKey(f *Field, v Value, _ string) []byte { return indexKey(k.Index(f, v)) }

func (scoreKind) JSONSchema(*Field) map[string]json.RawMessage {
	return schemaOf("type", `["integer","null"]`, "readOnly", "true")
}

func (scoreKind) traits() traits {
	return traits{keys: []string{"product", "bands"}, needs: []string{"product", "bands"}, clear: true}
}

// Compute sets every score of values from its factors: their product, or empty
// when a factor is. values is keyed by field path outside of groups.
func (t *Type) Compute(values map[string]Value) {
	for _, f := range t.Fields {
		if f.Compute == nil {
			continue
		}
		values[f.Key] = nil
		a, okA := t.factor(f.Compute.Of[0], values)
		b, okB := t.factor(f.Compute.Of[1], values)
		if !okA || !okB {
			continue
		}
		if p := a * b; (a == 0 || p/a == b) && p >= -MaxInteger && p <= MaxInteger {
			values[f.Key] = Value(strconv.FormatInt(p, 10))
		}
	}
}

// factor returns the number that a field contributes to a score.
func (t *Type) factor(key string, values map[string]Value) (int64, bool) {
	f := t.Field(key)
	if f == nil || values[key].IsEmpty() {
		return 0, false
	}
	if f.List != nil {
		o := f.List.Option(values[key].text())
		if o == nil {
			return 0, false
		}
		return o.Value, true
	}
	i := f.Kind.Index(f, values[key])
	return i.Int, i.OK && i.IsInt
}
