package demo

import (
	"embed"
	"encoding/csv"
	"fmt"
	"strings"

	"bailiwick"
)

//go:embed content
var content embed.FS

// table reads an embedded CSV file into rows by column.
func table(name string) ([]map[string]string, error) {
	f, err := content.Open("content/" + name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("demo content %s: %w", name, err)
	}
	out := make([]map[string]string, 0, len(rows))
	for _, r := range rows[1:] {
		m := make(map[string]string, len(r))
		for i, v := range r {
			m[rows[0][i]] = v
		}
		out = append(out, m)
	}
	return out, nil
}

// names are the first and last names of a country.
type names struct{ first, last []string }

func nameLists() (map[bailiwick.Country]names, error) {
	rows, err := table("names.csv")
	if err != nil {
		return nil, err
	}
	out := map[bailiwick.Country]names{}
	for _, r := range rows {
		out[bailiwick.Country(r["country"])] = names{strings.Fields(r["first"]), strings.Fields(r["last"])}
	}
	return out, nil
}

// place fills the places of a title or text with the customer's own.
func (c *company) place(text string, i int) string {
	return strings.NewReplacer("{site}", c.sites[i%len(c.sites)], "{system}", c.systems[i%len(c.systems)], "{city}", c.city).Replace(text)
}
