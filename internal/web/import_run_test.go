package web

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/i18n"
	"bailiwick/internal/web/page"
	"bailiwick/internal/web/static"
)

// TestDryRunOfWhatIsThere: a sheet that changes nothing is no failure; one with
// rows that cannot be imported is.
func TestDryRunOfWhatIsThere(t *testing.T) {
	cat, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{"en": "all 1,404 rows", "de": "alle 1.404 Zeilen", "fr": "lignes sont déjà"} {
		v := &visit{p: cat.Printer(lang), lang: lang, r: httptest.NewRequest("GET", "/", nil)}
		m := page.ImportRun{DryRun: true}
		v.runResult(&m, &schema.Type{}, &custody.Import{Skipped: 1404})
		if m.AllBad || m.RunAction != "" || !strings.Contains(m.State, want) {
			t.Errorf("%s: all unchanged: bad %v, %q", lang, m.AllBad, m.State)
		}
		m = page.ImportRun{DryRun: true}
		v.runResult(&m, &schema.Type{}, &custody.Import{Skipped: 3, Rejected: 2})
		if !m.AllBad || m.State != v.p.T("imports.dry.bad") {
			t.Errorf("%s: two rows refused: bad %v, %q", lang, m.AllBad, m.State)
		}
	}
}

// TestDryRunKeepsNothing: only a run says how long refused rows are kept.
func TestDryRunKeepsNothing(t *testing.T) {
	cat, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	assets, err := static.Load()
	if err != nil {
		t.Fatal(err)
	}
	render, err := newRenderer(cat, assets)
	if err != nil {
		t.Fatal(err)
	}
	for _, dry := range []bool{true, false} {
		m := page.ImportRun{DryRun: dry, BackHref: "/x", Bad: page.Table{Rows: []page.Row{{Cells: []page.Cell{{Text: "1"}}}}}}
		w := httptest.NewRecorder()
		if err := render.show(w, httptest.NewRequest("GET", "/", nil), 200, "import-run", "en", m); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(w.Body.String(), "kept for seven days"); got == dry {
			t.Errorf("dry run %v: says that rows are kept: %v", dry, got)
		}
	}
}

// TestWhoConfirmsACountry: the sentence says who can, when nobody can, and when
// it takes effect without anybody.
func TestWhoConfirmsACountry(t *testing.T) {
	cat, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	v := &visit{p: cat.Printer("en"), lang: "en", zone: time.UTC}
	for want, d := range map[string]identity.Declaration{
		"2 other people": {Others: 2}, "Nobody can confirm it now": {}, "takes effect by itself": {Alone: true},
	} {
		if got := v.waits(d); !strings.Contains(got, want) {
			t.Errorf("%+v: %q lacks %q", d, got, want)
		}
	}
}
