package web

import (
	"bailiwick"
	"bailiwick/internal/web/i18n"
)

// limits is how many arguments the sentence of a rule needs; an error that
// comes without them is told by the name of the rule.
var limits = map[string]int{"type": 1, "format": 1, "max-length": 1, "range": 2, "scale": 1, "max-items": 1}

// fieldText is what is wrong with a field, in the reader's language. It never
// holds what was typed.
func fieldText(p *i18n.Printer, f bailiwick.FieldError) string {
	switch f.Code {
	case bailiwick.CodeNotPopulatable:
		return p.T("field.not-populatable", "Rule", f.Rule)
	case bailiwick.CodeBasis:
		return p.T("field.basis")
	}
	key := "rule." + f.Rule
	if !p.Has(key) || len(f.Args) < limits[f.Rule] {
		if f.Message != "" && p.Lang() == i18n.Fallback {
			return f.Message
		}
		return p.T("field.other", "Rule", f.Rule)
	}
	parts := []string{}
	for i, name := range []string{"A", "B"} {
		if i < len(f.Args) {
			parts = append(parts, name, f.Args[i])
		}
	}
	return p.T(key, parts...)
}
