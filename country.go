package bailiwick

import (
	_ "embed"
	"encoding/csv"
	"sort"
	"strings"
	"sync"
)

// Country is an ISO 3166-1 alpha-2 code in upper case. The zero value is the
// unknown country, which matches every deny rule and no allow rule that names
// countries (R14.6).
type Country string

// UnknownCountry is the country of a subject or viewer of whom none is known.
const UnknownCountry Country = ""

// Region is a named group of countries that rules may use in place of its
// members, such as EEA.
type Region string

// The regions known to every tenant.
const (
	RegionEU  Region = "EU"
	RegionEEA Region = "EEA"
)

// CountryInfo is what is known of one country.
type CountryInfo struct {
	Code Country
	Name string // English display name
	EU   bool   // member state, or one of its separately coded territories
	EEA  bool   // EU, Iceland, Liechtenstein or Norway
}

//go:embed data/countries.csv
var countriesCSV string

var countries = sync.OnceValue(func() map[Country]CountryInfo {
	rows, err := csv.NewReader(strings.NewReader(countriesCSV)).ReadAll()
	if err != nil {
		panic("embedded countries.csv: " + err.Error())
	}
	m := make(map[Country]CountryInfo, len(rows))
	for _, r := range rows[1:] {
		c := Country(r[0])
		m[c] = CountryInfo{Code: c, Name: r[2], EU: r[4] == "1", EEA: r[5] == "1"}
	}
	return m
})

// ParseCountry reads an officially assigned ISO 3166-1 alpha-2 code. Retired
// and unassigned codes, lower case and the empty text are refused (R0.5,
// R14.6): the error has the code [CodeUnknownCountry].
func ParseCountry(s string) (Country, error) {
	if _, ok := countries()[Country(s)]; !ok {
		return UnknownCountry, &Error{Code: CodeUnknownCountry, Message: "The country is not an ISO 3166-1 code."}
	}
	return Country(s), nil
}

// Known reports whether c is an officially assigned code.
func (c Country) Known() bool { _, ok := countries()[c]; return ok }

// Info returns what is known of c; the zero CountryInfo if c is unknown.
func (c Country) Info() CountryInfo { return countries()[c] }

// Countries returns every country, sorted by code.
func Countries() []CountryInfo {
	out := make([]CountryInfo, 0, len(countries()))
	for _, c := range countries() {
		out = append(out, c)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Code < out[j].Code })
	return out
}

// Members returns the countries of a region, sorted, and whether the region
// is known.
func (r Region) Members() ([]Country, bool) {
	if r != RegionEU && r != RegionEEA {
		return nil, false
	}
	var out []Country
	for _, c := range Countries() {
		if (r == RegionEU && c.EU) || (r == RegionEEA && c.EEA) {
			out = append(out, c.Code)
		}
	}
	return out, true
}
