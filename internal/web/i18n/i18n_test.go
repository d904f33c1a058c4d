package i18n

import (
	"encoding/json"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bailiwick"
)

func load(t *testing.T) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// messages returns the texts of a language by key and plural form.
func messages(t *testing.T, lang string) map[string]string {
	t.Helper()
	raw, err := files.ReadFile(lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var in map[string]json.RawMessage
	if err := json.Unmarshal(raw, &in); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for key, m := range in {
		var s string
		if json.Unmarshal(m, &s) == nil {
			out[key] = s
			continue
		}
		var forms map[string]string
		if err := json.Unmarshal(m, &forms); err != nil {
			t.Fatalf("%s %s: %v", lang, key, err)
		}
		for form, s := range forms {
			out[key+"#"+form] = s
		}
	}
	return out
}

var part = regexp.MustCompile(`{{\.[A-Za-z]+}}`)

// TestLanguagesAgree keeps every language complete, with the same parts.
func TestLanguagesAgree(t *testing.T) {
	c := load(t)
	base := messages(t, Fallback)
	for _, lang := range Languages()[1:] {
		if d := cmp.Diff(c.keys[Fallback], c.keys[lang]); d != "" {
			t.Errorf("%s has other keys (-en +%s):\n%s", lang, lang, d)
		}
		for key, text := range messages(t, lang) {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s %s is empty", lang, key)
			}
			want := part.FindAllString(base[strings.Replace(key, "#many", "#other", 1)], -1)
			got := part.FindAllString(text, -1)
			sort.Strings(want)
			sort.Strings(got)
			if !slices.Equal(want, got) {
				t.Errorf("%s %s has parts %v, English has %v", lang, key, got, want)
			}
		}
	}
}

// TestCodesHavePages holds that every error code can be told to people.
func TestCodesHavePages(t *testing.T) {
	p := load(t).Printer("de")
	for _, c := range bailiwick.Codes() {
		for _, key := range []string{"error." + string(c.Code), "error." + string(c.Code) + ".text"} {
			if !p.Has(key) {
				t.Errorf("no message %s", key)
			}
		}
	}
	for _, s := range bailiwick.Scopes() {
		if !p.Has("scope." + string(s)) {
			t.Errorf("no message for scope %s", s)
		}
	}
}

func TestPrinter(t *testing.T) {
	c := load(t)
	at := time.Date(2026, 11, 9, 7, 5, 0, 0, time.UTC)
	cases := []struct{ name, got, want string }{
		{"one", c.Printer("en").N("list.count", 1), "1 record"},
		{"many", c.Printer("en").N("list.count", 1404), "1,404 records"},
		{"german", c.Printer("de").N("list.count", 1404), "1.404 Einträge"},
		{"french zero is singular", c.Printer("fr").N("list.count", 0), "0 élément"},
		{"french million", c.Printer("fr").N("list.count", 2_000_000), "2\u00a0000\u00a0000 éléments"},
		{"part", c.Printer("en").T("me.open", "Name", "Ana"), "Account of Ana"},
		{"hostile part stays text", c.Printer("en").T("me.open", "Name", "{{.X}}<b>"), "Account of {{.X}}<b>"},
		{"unknown language", c.Printer("xx").T("cancel"), "Cancel"},
		{"missing key", c.Printer("de").T("no.such.key"), "no.such.key"},
		{"date en", c.Printer("en").Date(at), "9 Nov 2026"},
		{"date de", c.Printer("de").Date(at), "09.11.2026"},
		{"date fr", c.Printer("fr").DateTime(at), "09/11/2026 07:05"},
		{"country", c.Printer("de").Country("FR"), "Frankreich"},
		{"country unknown", c.Printer("fr").Country(""), "inconnu"},
		{"pseudo", c.Pseudo().T("cancel"), "⟦Cancel⟧"},
		{"match", c.Match("de-CH,de;q=0.9,en;q=0.5"), "de"},
		{"match none", c.Match("ja"), "en"},
		{"match junk", c.Match(";;;=" + strings.Repeat("x", 500)), "en"},
	}
	for _, tc := range cases {
		if tc.got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.name, tc.got, tc.want)
		}
	}
}

func FuzzMatch(f *testing.F) {
	c, err := Load()
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"", "de", "fr-CH;q=0.1", "*", "a-b-c-d-e-f", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		if !slices.Contains(Languages(), c.Match(accept)) {
			t.Error("a language that is not spoken here")
		}
	})
}
