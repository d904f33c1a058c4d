package schema

import (
	"encoding/json"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"bailiwick"
)

// countryKind is an ISO 3166-1 alpha-2 code (R14.6). An unknown code is
// refused, never taken for "somewhere".
type countryKind struct{ wordless }

func (countryKind) Name() string    { return "country" }
func (countryKind) Control() string { return "country" }

// FromJSON takes upper-case codes only: the API has one spelling.
func (countryKind) FromJSON(_ *Field, raw json.RawMessage) (Value, *Violation) {
	if isNull(raw) {
		return nil, nil
	}
	s, bad := readString(raw)
	if bad != nil || s == "" {
		return nil, bad
	}
	c, err := bailiwick.ParseCountry(s)
	if err != nil {
		return nil, violates("unknown-country")
	}
	return textValue(string(c)), nil
}

// FromText also takes lower case and the name of a country in any language,
// for files that people wrote.
func (countryKind) FromText(_ *Field, text string) (Value, *Violation) {
	s, bad := cleanText(text, DefaultTextRunes, false)
	if bad != nil || s == "" {
		return nil, bad
	}
	if c, err := bailiwick.ParseCountry(strings.ToUpper(s)); err == nil {
		return textValue(string(c)), nil
	}
	if c, ok := countryNames().byName[Fold(s)]; ok {
		return textValue(string(c)), nil
	}
	return nil, violates("unknown-country")
}

func (countryKind) Text(_ *Field, v Value, lang string) string {
	if v.IsEmpty() {
		return ""
	}
	return CountryName(bailiwick.Country(v.text()), lang)
}

func (countryKind) Edit(_ *Field, v Value) string { return v.text() }

func (countryKind) Index(_ *Field, v Value) Index {
	s := v.text()
	return Index{Text: s, OK: s != ""}
}

func (k countryKind) SortKey(f *Field, v Value, lang string) []byte {
	return textKey(k.Text(f, v, lang), lang)
}

func (countryKind) JSONSchema(*Field) map[string]json.RawMessage {
	return schemaOf("type", `["string","null"]`, "pattern", `"^[A-Z]{2}$"`)
}

func (countryKind) traits() traits { return traits{clear: true} }

// CountryName returns the name of a country in a language, English where the
// language is not known; the code itself for an unknown country.
func CountryName(c bailiwick.Country, lang string) string {
	if s := countryNames().labels[c].In(lang); s != "" {
		return s
	}
	return string(c)
}

// renamed are names that are younger than the tables of our library.
var renamed = map[bailiwick.Country]Labels{
	"SZ": {"en": "Eswatini", "de": "Eswatini", "fr": "Eswatini"},
	"MK": {"en": "North Macedonia", "de": "Nordmazedonien", "fr": "Macédoine du Nord"},
}

type countryTable struct {
	labels map[bailiwick.Country]Labels
	byName map[string]bailiwick.Country // by folded name in any language
}

var countryNames = sync.OnceValue(func() countryTable {
	t := countryTable{labels: map[bailiwick.Country]Labels{}, byName: map[string]bailiwick.Country{}}
	german, french := display.Regions(language.German), display.Regions(language.French)
	for _, info := range bailiwick.Countries() {
		l := Labels{"en": info.Name}
		if r, err := language.ParseRegion(string(info.Code)); err == nil {
			l["de"], l["fr"] = german.Name(r), french.Name(r)
		}
		for lang, name := range renamed[info.Code] {
			t.byName[Fold(l[lang])] = info.Code // files may still say the former name
			l[lang] = name
		}
		for lang, name := range l {
			if name == "" {
				delete(l, lang)
				continue
			}
			t.byName[Fold(name)] = info.Code
		}
		t.labels[info.Code] = l
	}
	return t
})
