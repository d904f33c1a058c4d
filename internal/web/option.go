package web

import (
	"errors"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/schema"
	"bailiwick/internal/tenant"
	"bailiwick/internal/web/i18n"
	"bailiwick/internal/web/page"
)

// countryOptions lists every country by its name in the reader's language.
func countryOptions(p *i18n.Printer, chosen bailiwick.Country) []page.Option {
	all := bailiwick.Countries()
	out := make([]page.Option, 0, len(all))
	for _, c := range all {
		out = append(out, page.Option{Value: string(c.Code), Label: p.Country(c.Code), Selected: c.Code == chosen})
	}
	slices.SortFunc(out, func(a, b page.Option) int {
		return strings.Compare(schema.Fold(a.Label), schema.Fold(b.Label))
	})
	return out
}

// entityOptions lists the legal entities; none where there is no choice.
func entityOptions(entities []tenant.Entity, chosen string) []page.Option {
	if len(entities) < 2 {
		return nil
	}
	var out []page.Option
	for _, e := range entities {
		out = append(out, page.Option{Value: e.ID.String(), Label: e.Name, Selected: e.ID.String() == chosen})
	}
	return out
}

// entityID reads an identifier of a legal entity; zero for what is none.
func entityID(s string) bailiwick.EntityID {
	id, err := bailiwick.ParseID(s)
	if err != nil {
		return bailiwick.EntityID{}
	}
	return bailiwick.EntityID{ID: id}
}

// faults returns what is wrong with the fields of an input.
func faults(err error) []bailiwick.FieldError {
	var e *bailiwick.Error
	if errors.As(err, &e) {
		return e.Fields
	}
	return nil
}

// userFault is what is wrong with a field of a form about users or tokens.
func userFault(p *i18n.Printer, f bailiwick.FieldError) string {
	key := "fault." + f.Field + "." + f.Rule
	if !p.Has(key) {
		return fieldText(p, f)
	}
	var parts []string
	if len(f.Args) > 0 {
		parts = []string{"A", f.Args[0]}
	}
	return p.T(key, parts...)
}
