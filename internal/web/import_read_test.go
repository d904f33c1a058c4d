package web

import (
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/schema"
	"bailiwick/internal/sheet"
	"bailiwick/internal/web/i18n"
)

// TestOneLimit: the page promises what the reader keeps.
func TestOneLimit(t *testing.T) {
	if sheet.DefaultLimits().Bytes != UploadLimit {
		t.Error("the page and the reader have different limits")
	}
}

// TestUnreadableFileIsExplained: the place, the reason and what to do, in every
// language, and nothing of the file.
func TestUnreadableFileIsExplained(t *testing.T) {
	cat, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ file, en, de, fr string }{
		"quote":    {"Title\nOne\n\"canary\n", "Line 3, column 1: A quotation mark", "Zeile 3, Spalte 1: Ein Anführungszeichen", "Ligne 3, colonne 1 : Un guillemet"},
		"encoding": {"\xff\xfec\x00a\x00n\x00a\x00r\x00y\x00", "CSV UTF-8", "CSV UTF-8", "CSV UTF-8"},
		"columns":  {"Title\nOne,canary\n", "Line 2, column 2: The row has more cells", "Zeile 2, Spalte 2: ", "Ligne 2, colonne 2 : "},
		"header":   {"Title,Title\n", "Line 1, column 2: A column title", "Zeile 1, Spalte 2: ", "Ligne 1, colonne 2 : "},
		"json":     {"{\n\"canary\": \n", "Line 3: The JSON", "Zeile 3: Hier bricht", "Ligne 3 : Le JSON"},
		"oscal":    {`{"canary": 1}`, "no OSCAL catalogue", "kein lesbarer OSCAL-Katalog", "pas un catalogue OSCAL"},
	} {
		_, err := readRows([]byte(tc.file))
		if err == nil {
			t.Errorf("%s: the file was read", name)
			continue
		}
		for lang, want := range map[string]string{"en": tc.en, "de": tc.de, "fr": tc.fr} {
			got := unreadable(cat.Printer(lang), []byte(tc.file), err)
			if !strings.Contains(strings.ReplaceAll(got, "\u00a0", " "), want) || strings.Contains(got, "canary") || strings.Contains(got, "<no value>") {
				t.Errorf("%s in %s: %q", name, lang, got)
			}
		}
	}
}

// TestRulesAreTold: every rule of a field has a sentence in every language,
// with its limits and without.
func TestRulesAreTold(t *testing.T) {
	cat, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Languages() {
		p := cat.Printer(lang)
		for rule := range schema.Rules() {
			for _, args := range [][]string{nil, {"YYYY-MM-DD", "2"}} {
				got := fieldText(p, bailiwick.FieldError{Rule: rule, Args: args, Message: "English"})
				if strings.Contains(got, "English") || strings.Contains(got, rule+")") || strings.Contains(got, "<no value>") {
					t.Errorf("%s, %s: %q", lang, rule, got)
				}
			}
		}
		if got := fieldText(p, bailiwick.FieldError{Rule: "format", Args: []string{"YYYY-MM-DD"}}); !strings.Contains(got, p.T("expect.date")) {
			t.Errorf("%s: %q", lang, got)
		}
	}
}
