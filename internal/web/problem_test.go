package web

import (
	"testing"

	"bailiwick"
	"bailiwick/internal/web/i18n"
)

// TestProblemTexts holds that every code is explained in every language, and in
// English by the words of the table of codes.
func TestProblemTexts(t *testing.T) {
	cat, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range bailiwick.Codes() {
		key := "problem." + string(c.Code)
		if got := cat.Printer("en").T(key); got != c.Meaning {
			t.Errorf("%s: the page says %q, the table %q", c.Code, got, c.Meaning)
		}
		for _, lang := range i18n.Languages() {
			if p := cat.Printer(lang); !p.Has(key) || !p.Has(key+".do") {
				t.Errorf("%s is not explained in %s", c.Code, lang)
			}
		}
	}
}
