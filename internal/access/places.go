package access

import (
	_ "embed"
	"encoding/csv"
	"strings"
	"sync"

	"bailiwick"
)

// A country's name takes another article and preposition in each language, so
// the whole phrase is kept per country rather than put together.
//
//go:embed places.csv
var placesCSV string

// placeNames are the phrases "in X" and "from X", by language.
type placeNames struct{ in, from map[string]string }

var placeTable = sync.OnceValue(func() map[bailiwick.Country]placeNames {
	rows, err := csv.NewReader(strings.NewReader(placesCSV)).ReadAll()
	if err != nil {
		panic("embedded places.csv: " + err.Error())
	}
	out := make(map[bailiwick.Country]placeNames, len(rows))
	for _, r := range rows[1:] {
		out[bailiwick.Country(r[0])] = placeNames{
			in:   map[string]string{"en": "in " + r[1], "de": r[2], "fr": r[4]},
			from: map[string]string{"en": "from " + r[1], "de": r[3], "fr": r[5]},
		}
	}
	return out
})
