package packs_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/schema"
	"bailiwick/internal/sheet"
	"bailiwick/packs"
)

// shipped parses the shipped packs and returns their types by key.
func shipped(t *testing.T) map[string]*schema.Type {
	t.Helper()
	var all []*schema.Pack
	types := map[string]*schema.Type{}
	for _, f := range packs.Shipped() {
		p, err := schema.Parse(f.Name, f.Data)
		if err != nil {
			t.Fatal(err)
		}
		if p.Key+".yaml" != f.Name {
			t.Errorf("the pack %s lies in %s", p.Key, f.Name)
		}
		all = append(all, p)
		for _, typ := range p.Types {
			types[typ.Key] = typ
		}
	}
	if err := schema.Check(all); err != nil {
		t.Fatal(err)
	}
	return types
}

func TestShippedTypes(t *testing.T) {
	types := shipped(t)
	for key, ref := range map[string]string{"person": "PER", "risk": "RSK", "incident": "INC", "control": "CTL", "vulnerability": "VUL"} {
		if typ := types[key]; typ == nil || typ.Ref != ref {
			t.Errorf("the type %s with the prefix %s is missing", key, ref)
		}
	}
	for _, key := range []string{
		"full_name", "work_email", "country", "job_title", "manager", "ethnicity", "religion", "national_id", "health_note", "trade_union", "bank_account",
	} {
		if types["person"].Field(key) == nil {
			t.Errorf("a person has no %s", key)
		}
	}
}

// TestSpecialDataHasItsCategory pins the categories on which the promises
// about special data rest: a slip in a pack would open them silently.
func TestSpecialDataHasItsCategory(t *testing.T) {
	types := shipped(t)
	for path, want := range map[string]bailiwick.Category{
		"person.ethnicity": "ethnic-origin", "person.religion": "religion", "person.national_id": "national-id", "person.health_note": "health",
		"person.trade_union": "trade-union", "person.bank_account": "bank", "person.annual_salary": "compensation", "person.full_name": "contact",
		"incident.affected.injury": "health", "incident.affected.days_lost": "health", "incident.reporter": "contact",
	} {
		typ, field, _ := strings.Cut(path, ".")
		if f := types[typ].Field(field); f == nil || f.Category != want {
			t.Errorf("%s does not have the category %s", path, want)
		}
	}
}

func TestHelpIsInEveryLanguage(t *testing.T) {
	for _, typ := range shipped(t) {
		for _, f := range typ.All() {
			for _, lang := range schema.Languages() {
				if f.Help != nil && f.Help[lang] == "" {
					t.Errorf("%s.%s has no help in %s", typ.Key, f.Path(), lang)
				}
			}
		}
	}
}

func TestRiskLevels(t *testing.T) {
	risk := shipped(t)["risk"]
	for _, c := range []struct{ likelihood, impact, text string }{
		{"rare", "minor", "2 (Low)"}, {"possible", "minor", "6 (Medium)"}, {"likely", "moderate", "12 (High)"}, {"almost-certain", "major", "20 (Critical)"},
	} {
		values, wrong := schema.ValidateText(risk, map[string]string{"inherent_likelihood": c.likelihood, "inherent_impact": c.impact})
		if wrong != nil {
			t.Fatal(wrong)
		}
		risk.Compute(values)
		f := risk.Field("inherent_score")
		if got := f.Kind.Text(f, values["inherent_score"], "en"); got != c.text {
			t.Errorf("%s x %s is %s, want %s", c.likelihood, c.impact, got, c.text)
		}
		if values["residual_score"] != nil {
			t.Error("a residual score of nothing")
		}
	}
}

func TestKnownExploitedVulnerabilitiesFit(t *testing.T) {
	file := openData(t, "kev", "known_exploited_vulnerabilities.csv")
	r, err := sheet.NewReader(file, sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	typ := shipped(t)["vulnerability"]
	mapping := schema.MapHeaders(typ, r.Header())
	if len(mapping) != len(r.Header()) {
		t.Errorf("the columns map to %v", mapping)
	}
	rows := 0
	for {
		cells, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		in := map[string]string{}
		for i, h := range r.Header() {
			in[mapping[h]] = cells[i]
		}
		if _, wrong := schema.ValidateText(typ, in); len(wrong) > 0 {
			t.Errorf("row %d: %v", r.Row(), wrong)
		}
		rows++
	}
	if rows != 1404 {
		t.Errorf("%d rows, want 1404", rows)
	}
}

// openData opens a file of the reference data beside the project. Without it
// the test is skipped, unless BAILIWICK_REQUIRE names data.
func openData(t *testing.T, parts ...string) *os.File {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		f, err := os.Open(filepath.Join(append([]string{dir, "shared", "data"}, parts...)...))
		if err == nil {
			t.Cleanup(func() { _ = f.Close() }) // read only
			return f
		}
	}
	if strings.Contains(os.Getenv("BAILIWICK_REQUIRE"), "data") {
		t.Fatal("the reference data is missing")
	}
	t.Skip("the reference data is not here")
	return nil
}
