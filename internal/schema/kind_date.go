package schema

import (
	"encoding/json"
	"time"
)

// dateKind is a day of the calendar without a time zone, as 2026-11-24. Years
// run from 1800 to 9999.
type dateKind struct{ wordless }

const (
	dateForm     = "2006-01-02"
	earliestYear = 1800
)

// dateDisplay is how each language writes a day.
var dateDisplay = Labels{"en": "2 Jan 2006", "de": "02.01.2006", "fr": "02/01/2006"}

func (dateKind) Name() string    { return "date" }
func (dateKind) Control() string { return "date" }

func (k dateKind) FromJSON(f *Field, raw json.RawMessage) (Value, *Violation) {
	return fromString(k, f, raw)
}

func (dateKind) FromText(_ *Field, text string) (Value, *Violation) {
	s, bad := cleanText(text, DefaultTextRunes, false)
	if bad != nil || s == "" {
		return nil, bad
	}
	t, err := time.Parse(dateForm, s)
	if err != nil || t.Year() < earliestYear {
		return nil, violates("format", "YYYY-MM-DD")
	}
	return textValue(s), nil
}

func (dateKind) Text(_ *Field, v Value, lang string) string {
	t, err := time.Parse(dateForm, v.text())
	if err != nil {
		return ""
	}
	return t.Format(dateDisplay.In(lang))
}

func (dateKind) Edit(_ *Field, v Value) string { return v.text() }

func (dateKind) Index(_ *Field, v Value) Index {
	t, err := time.Parse(dateForm, v.text())
	if err != nil {
		return Index{}
	}
	return Index{Int: t.UnixMicro(), IsInt: true, OK: true}
}

func (k dateKind) SortKey(f *Field, v Value, _ string) []byte { return indexKey(k.Index(f, v)) }

func (dateKind) JSONSchema(*Field) map[string]json.RawMessage {
	return schemaOf("type", `["string","null"]`, "format", `"date"`)
}

func (dateKind) traits() traits { return traits{clear: true} }
