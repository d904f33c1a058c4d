package oscal_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bailiwick"
	"bailiwick/internal/oscal"
	"bailiwick/internal/schema"
	"bailiwick/packs"
)

// dataFile finds a file of the reference data beside the project. Without it
// the test is skipped, unless BAILIWICK_REQUIRE names data.
func dataFile(t *testing.T, parts ...string) []byte {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		name := filepath.Join(append([]string{dir, "shared", "data"}, parts...)...)
		if b, err := os.ReadFile(name); err == nil {
			return b
		}
	}
	if strings.Contains(os.Getenv("BAILIWICK_REQUIRE"), "data") {
		t.Fatal("the reference data is missing")
	}
	t.Skip("the reference data is not here")
	return nil
}

func TestHighBaselineMapsToControls(t *testing.T) {
	data := dataFile(t, "oscal", "NIST_SP-800-53_rev5_HIGH-baseline-resolved-profile_catalog-min.json")
	c, err := oscal.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Controls) != 370 {
		t.Errorf("%d controls, want 370", len(c.Controls))
	}
	typ := controlType(t)
	header, rows := c.Table()
	mapping := schema.MapHeaders(typ, header)
	if len(mapping) != len(header) {
		t.Errorf("mapping %v does not cover %v", mapping, header)
	}
	labels := map[string]bool{}
	for i, row := range rows {
		k := c.Controls[i]
		if k.Statement == "" || strings.Contains(k.Statement, "{{") || strings.Contains(k.Guidance, "{{") {
			t.Errorf("%s: statement empty or with an insertion left", k.ID)
		}
		if labels[k.Label] {
			t.Errorf("%s: label twice", k.ID)
		}
		labels[k.Label] = true
		in := map[string]string{}
		for j, h := range header {
			in[mapping[h]] = row[j]
		}
		if _, wrong := schema.ValidateText(typ, in); len(wrong) > 0 {
			t.Errorf("%s: %v", k.ID, wrong)
		}
	}
}

func TestControlTexts(t *testing.T) {
	data := dataFile(t, "oscal", "NIST_SP-800-53_rev5_HIGH-baseline-resolved-profile_catalog-min.json")
	c, err := oscal.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range c.Controls {
		switch k.ID {
		case "at-2":
			want := "a. Provide security and privacy literacy training to system users (including managers, senior executives, and contractors):\n" +
				"  1. As part of initial training for new users and [Assignment: organization-defined frequency] thereafter; and"
			if got := k.Statement[:min(len(want), len(k.Statement))]; got != want {
				t.Error(cmp.Diff(want, got))
			}
			if k.Family != "Awareness and Training" || k.Label != "AT-2" {
				t.Errorf("family %q, label %q", k.Family, k.Label)
			}
		case "ac-1":
			if !strings.Contains(k.Statement, "[Selection (one or more): organization-level; mission/business process-level; system-level]") {
				t.Errorf("selection not resolved in %q", k.Statement)
			}
		case "ac-2.1":
			if k.Label != "AC-2(1)" || k.Title != "Account Management | Automated System Account Management" {
				t.Errorf("label %q, title %q", k.Label, k.Title)
			}
		}
	}
}

func TestPrivacyBaseline(t *testing.T) {
	data := dataFile(t, "oscal", "NIST_SP-800-53_rev5_PRIVACY-baseline-resolved-profile_catalog-min.json")
	c, err := oscal.Read(data)
	if err != nil || len(c.Controls) != 102 {
		t.Errorf("%v, %v", c, err)
	}
}

func controlType(t *testing.T) *schema.Type {
	t.Helper()
	for _, f := range packs.Shipped() {
		p, err := schema.Parse(f.Name, f.Data)
		if err != nil {
			t.Fatal(err)
		}
		if typ := p.Type("control"); typ != nil {
			return typ
		}
	}
	t.Fatal("no pack has the type control")
	return nil
}

func TestReadRefuses(t *testing.T) {
	deep := strings.Repeat(`{"groups":[`, 20) + strings.Repeat(`]}`, 20)
	long := `{"catalog":{"metadata":{"title":"F"},"controls":[{"id":"a-1","title":"T","parts":[{"name":"statement","prose":"` + strings.Repeat("x", oscal.MaxText+1) + `"}]}]}}`
	bomb := `{"catalog":{"metadata":{"title":"F"},"params":[{"id":"p","select":{"choice":["` + strings.Repeat("{{ insert: param, p }}", 1000) +
		`"]}}],"controls":[{"id":"a-1","title":"T","parts":[{"name":"statement","prose":"{{ insert: param, p }}"}]}]}}`
	cases := map[string]struct {
		in   string
		code bailiwick.Code
	}{
		"no JSON":         {`{"catalog"`, bailiwick.CodeMalformed},
		"another model":   {`{"system-security-plan":{}}`, bailiwick.CodeMalformed},
		"no title":        {`{"catalog":{"metadata":{}}}`, bailiwick.CodeMalformed},
		"not UTF-8":       {"{\"catalog\":\"\xff\"}", bailiwick.CodeMalformed},
		"control twice":   {`{"catalog":{"metadata":{"title":"F"},"controls":[{"id":"a-1","title":"T"},{"id":"a-1","title":"T"}]}}`, bailiwick.CodeMalformed},
		"bad identifier":  {`{"catalog":{"metadata":{"title":"F"},"controls":[{"id":"<b>","title":"T"}]}}`, bailiwick.CodeMalformed},
		"untitled":        {`{"catalog":{"metadata":{"title":"F"},"controls":[{"id":"a-1"}]}}`, bailiwick.CodeMalformed},
		"nested too deep": {`{"catalog":{"metadata":{"title":"F"},"groups":[` + deep + `]}}`, bailiwick.CodeMalformed},
		"text too long":   {long, bailiwick.CodeMalformed},
		"insertions":      {bomb, bailiwick.CodeMalformed},
		"file too large":  {strings.Repeat(" ", oscal.MaxBytes+1), bailiwick.CodeTooLarge},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := oscal.Read([]byte(c.in))
			if got := bailiwick.ErrorCode(err); got != c.code {
				t.Errorf("code %q, want %q (%v)", got, c.code, err)
			}
		})
	}
}

func TestParameterOfItselfEnds(t *testing.T) {
	in := `{"catalog":{"metadata":{"title":"F"},"controls":[{"id":"a-1","title":"T",
		"params":[{"id":"p","select":{"choice":["x {{ insert: param, p }}"]}}],
		"parts":[{"name":"statement","prose":"Do {{ insert: param, p }}."}]},
		{"id":"a-2","title":"Old","props":[{"name":"status","value":"withdrawn"}]}]}}`
	c, err := oscal.Read([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Controls) != 1 || c.Withdrawn != 1 || !strings.HasSuffix(c.Controls[0].Statement, "[Assignment]]]]].") {
		t.Errorf("%+v", c)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"catalog":{"metadata":{"title":"F"},"groups":[{"title":"G","controls":[{"id":"a-1","title":"T","parts":[{"name":"statement","prose":"Do {{ insert: param, p }}.","parts":[{"name":"item","prose":"x"}]}]}]}]}}`))
	f.Add([]byte(`{"catalog":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := oscal.Read(data)
		if err != nil {
			return
		}
		header, rows := c.Table()
		for _, r := range rows {
			if len(r) != len(header) {
				t.Fatalf("row of %d cells under %d titles", len(r), len(header))
			}
		}
	})
}
