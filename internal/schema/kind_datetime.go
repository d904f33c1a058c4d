package schema

import (
	"encoding/json"
	"time"
)

// dateTimeKind is an instant, held in UTC with at most microseconds, as
// 2026-11-24T09:30:00Z. A time without a zone is refused (R0.5).
type dateTimeKind struct{ wordless }

const dateTimeForm = "2006-01-02T15:04:05.999999Z07:00"

// dateTimeInputs are the forms that are read: a web form leaves out seconds.
var dateTimeInputs = []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"}

func (dateTimeKind) Name() string    { return "datetime" }
func (dateTimeKind) Control() string { return "datetime" }

func (k dateTimeKind) FromJSON(f *Field, raw json.RawMessage) (Value, *Violation) {
	return fromString(k, f, raw)
}

func (dateTimeKind) FromText(_ *Field, text string) (Value, *Violation) {
	s, bad := cleanText(text, DefaultTextRunes, false)
	if bad != nil || s == "" {
		return nil, bad
	}
	for _, form := range dateTimeInputs {
		t, err := time.Parse(form, s)
		if t = t.UTC().Truncate(time.Microsecond); err == nil && t.Year() >= earliestYear && t.Year() <= 9999 {
			return textValue(t.Format(dateTimeForm)), nil
		}
	}
	return nil, violates("format", "YYYY-MM-DDThh:mm:ssZ")
}

// Text shows UTC and says so: a page that knows the reader's zone formats the
// instant itself.
func (dateTimeKind) Text(_ *Field, v Value, lang string) string {
	t, err := time.Parse(time.RFC3339Nano, v.text())
	if err != nil {
		return ""
	}
	return t.Format(dateDisplay.In(lang) + " 15:04 UTC")
}

func (dateTimeKind) Edit(_ *Field, v Value) string { return v.text() }

func (dateTimeKind) Index(_ *Field, v Value) Index {
	t, err := time.Parse(time.RFC3339Nano, v.text())
	if err != nil {
		return Index{}
	}
	return Index{Int: t.UnixMicro(), IsInt: true, OK: true}
}

func (k dateTimeKind) SortKey(f *Field, v Value, _ string) []byte { return indexKey(k.Index(f, v)) }

func (dateTimeKind) JSONSchema(*Field) map[string]json.RawMessage {
	return schemaOf("type", `["string","null"]`, "format", `"date-time"`)
}

func (dateTimeKind) traits() traits { return traits{clear: true} }
