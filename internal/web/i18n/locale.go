package i18n

import (
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/number"

	"bailiwick"
)

// layouts is how a language writes dates and times. golang.org/x/text has no
// dates, so the few forms that the screens use stand here; months are numbers
// where a name would need translation.
type layouts struct{ date, dateTime, clock string }

var byLanguage = map[string]layouts{
	"en": {"2 Jan 2006", "2 Jan 2006, 15:04", "15:04"},
	"de": {"02.01.2006", "02.01.2006, 15:04", "15:04"},
	"fr": {"02/01/2006", "02/01/2006 15:04", "15:04"},
}

// Number writes a whole number with the separators of the language.
func (p *Printer) Number(n int64) string { return p.number.Sprint(number.Decimal(n)) }

// Date writes the day of t, which the caller has put into the reader's zone.
func (p *Printer) Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(byLanguage[p.lang].date)
}

// DateTime writes the day and minute of t, which the caller has put into the
// reader's zone.
func (p *Printer) DateTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(byLanguage[p.lang].dateTime)
}

// renamed are names that are younger than the tables of our library.
var renamed = map[bailiwick.Country]map[string]string{
	"SZ": {"en": "Eswatini", "de": "Eswatini", "fr": "Eswatini"},
	"MK": {"en": "North Macedonia", "de": "Nordmazedonien", "fr": "Macédoine du Nord"},
}

// Country writes the name of a country in the language; its code where the
// language has no name for it.
func (p *Printer) Country(c bailiwick.Country) string {
	if c == bailiwick.UnknownCountry {
		return p.T("country.unknown")
	}
	if name := renamed[c][p.lang]; name != "" {
		return name
	}
	r, err := language.ParseRegion(string(c))
	if err != nil {
		return string(c)
	}
	if name := p.names.Name(r); name != "" {
		return name
	}
	return string(c)
}
