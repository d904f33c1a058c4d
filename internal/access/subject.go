package access

import (
	"slices"
	"sync"

	"bailiwick"
)

// place is a country as a small number: 0 is the unknown country, otherwise
// 1 + 26*first letter + second letter.
type place uint16

const (
	unknownPlace place = 0
	placeCount         = 1 + 26*26
)

// knownPlaces maps every officially assigned code to its place.
var knownPlaces = sync.OnceValue(func() map[bailiwick.Country]place {
	m := make(map[bailiwick.Country]place)
	for _, c := range bailiwick.Countries() {
		m[c.Code] = 1 + place(c.Code[0]-'A')*26 + place(c.Code[1]-'A')
	}
	return m
})

// placeOf returns the place of a country; a retired or invented code is the
// unknown country (R14.6).
func placeOf(c bailiwick.Country) place { return knownPlaces()[c] }

// country returns the code of a place.
func (p place) country() bailiwick.Country {
	if p == unknownPlace {
		return bailiwick.UnknownCountry
	}
	return bailiwick.Country([]byte{'A' + byte((p-1)/26), 'A' + byte((p-1)%26)})
}

// maxSubjectCountries is how many countries one subject is judged by. Nobody
// lives, works and holds citizenship in more; with more the subject counts as
// of unknown country, which no known one can be worse than.
const maxSubjectCountries = 7

// Subject is whom data is about, as far as the matrix cares: the countries of
// a person, or no one. The zero value is a person of unknown country. Subjects
// are comparable; the order of countries does not matter.
type Subject struct {
	places [maxSubjectCountries]place // sorted; places[:n]
	n      uint8                      // 0 = unknown country
	none   bool

	entity   string // key of the legal entity that the content belongs to; empty = not known
	consents uint64 // categories that the person has consented to
}

// At is the subject of content that belongs to a legal entity. It matters only
// where a rule names entities: there, content of an unknown one matches every
// rule that narrows and none that allows.
func (s Subject) At(entityKey string) Subject {
	s.entity = entityKey
	return s
}

// WithConsents is a person who has consented to categories, a bit each
// (Matrix.CategoryNo): rules that require consent are met for them. There is no
// consent about no one.
func (s Subject) WithConsents(categories uint64) Subject {
	if !s.none {
		s.consents = categories
	}
	return s
}

// NoSubject is the subject of content about no one, such as a risk's title. It
// is legal for categories that are not of a subject only; for others every
// operation is denied. A rule that names subject countries does not match it.
var NoSubject = Subject{none: true}

// Of is a person of the given countries (residence, work, citizenship as the
// tenant configures): each is judged and the most restrictive answer wins
// (R14.5). Without any, the country is unknown; a code that is not officially
// assigned counts as unknown too (R14.6).
func Of(countries ...bailiwick.Country) Subject {
	var s Subject
	if len(countries) == 0 || len(countries) > 64 {
		return s
	}
	var buf [64]place
	ps := buf[:0]
	for _, c := range countries {
		ps = append(ps, placeOf(c))
	}
	slices.Sort(ps)
	ps = slices.Compact(ps)
	if len(ps) > maxSubjectCountries || (len(ps) == 1 && ps[0] == unknownPlace) {
		return s
	}
	s.n = uint8(copy(s.places[:], ps))
	return s
}

// Countries returns the countries judged, sorted; the unknown country is the
// empty text. It is empty for NoSubject.
func (s Subject) Countries() []bailiwick.Country {
	if s.none {
		return nil
	}
	if s.n == 0 {
		return []bailiwick.Country{bailiwick.UnknownCountry}
	}
	out := make([]bailiwick.Country, 0, s.n)
	for _, p := range s.places[:s.n] {
		out = append(out, p.country())
	}
	return out
}
