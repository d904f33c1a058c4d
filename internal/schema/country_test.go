package schema_test

import (
	"testing"

	"bailiwick/internal/schema"
)

// TestRenamedCountries holds the names that are younger than the tables of our
// library, and that files may still say the former ones.
func TestRenamedCountries(t *testing.T) {
	for lang, want := range map[string][2]string{
		"en": {"Eswatini", "North Macedonia"}, "de": {"Eswatini", "Nordmazedonien"}, "fr": {"Eswatini", "Macédoine du Nord"},
	} {
		if got := [2]string{schema.CountryName("SZ", lang), schema.CountryName("MK", lang)}; got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
	f := &schema.Field{Key: "country", Kind: schema.KindByName("country")}
	for _, name := range []string{"Nordmazedonien", "North Macedonia", "Eswatini", "Swasiland"} {
		if _, bad := f.Kind.FromText(f, name); bad != nil {
			t.Errorf("%s is not read", name)
		}
	}
}
