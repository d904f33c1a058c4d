package web

import (
	"bailiwick"
	"bailiwick/internal/web/i18n"
)

// limits is how many arguments the sentence of a rule needs; of an error that
// comes without them a shorter one is told.
var limits = map[string]int{"type": 1, "format": 1, "max-length": 1, "range": 2, "scale": 1, "max-items": 1}

// expected is what fields expect, by the words of package schema; addresses
// and telephone numbers are shown as they are, as examples.
var expected = map[string]string{
	"true or false": "bool", "YYYY-MM-DD": "date", "YYYY-MM-DDThh:mm:ssZ": "datetime", "decimal number": "decimal",
	"identifier": "identifier", "whole number": "integer", "list": "list", "row": "row", "list of rows": "rows", "text": "text",
}

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
	if len(f.Args) < limits[f.Rule] {
		key += ".any"
	}
	if !p.Has(key) && p.Has("error."+f.Rule) { // a whole row was refused
		key = "error." + f.Rule
	}
	if !p.Has(key) {
		if f.Message != "" && p.Lang() == i18n.Fallback {
			return f.Message
		}
		return p.T("field.other", "Rule", f.Rule)
	}
	parts := []string{}
	for i, name := range []string{"A", "B"} {
		if i < len(f.Args) {
			arg := f.Args[i]
			if word, ok := expected[arg]; ok {
				arg = p.T("expect." + word)
			}
			parts = append(parts, name, arg)
		}
	}
	return p.T(key, parts...)
}
