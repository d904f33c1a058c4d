package browsertest

import (
	"strings"
	"testing"
)

// maxFirstLoad is the most that the first page may weigh over the wire.
const maxFirstLoad = 150 << 10

// visited are the pages that are looked at in every appearance.
var visited = []struct{ name, who, path string }{
	{"home", ownerAcme, "/"},
	{"risks", ownerAcme, "/records/risk"},
	{"people", hrGermany, "/records/person"},
	{"people-us", managerUS, "/records/person"},
	{"incidents", ownerAcme, "/records/incident"},
	{"controls", ownerAcme, "/records/control"},
	{"vulnerabilities", ownerAcme, "/records/vulnerability"},
	{"deleted", ownerAcme, "/records/risk?tab=deleted"},
	{"risk-new", ownerAcme, "/records/risk/new"},
	{"person-country", hrGermany, "/records/person/new"},
	{"person-new-fr", hrGermany, "/records/person/new?country=FR"},
	{"incident-new", ownerAcme, "/records/incident/new"},
	{"heat-map", riskManager, "/records/risk/heat-map"},
	{"search", ownerAcme, "/search"},
	{"imports", ownerAcme, "/imports"},
	{"import-new", ownerAcme, "/imports/new"},
	{"matrix", privacyAcme, "/matrix"},
	{"dictionary", privacyAcme, "/dictionary"},
	{"matrix-access", privacyAcme, "/matrix?op=access"},
	{"matrix-hr-outside", privacyAcme, "/matrix?op=access&role=hr&from=%21EEA&col=BR&wr=manager&wv=US&wp=FR&wt=person"},
	{"changes", privacyAcme, "/proposals"},
	{"versions", privacyAcme, "/proposals?tab=versions"},
	{"templates", privacyAcme, "/templates"},
	{"quarantine", privacyAcme, "/quarantine"},
	{"bases", privacyAcme, "/bases"},
	{"access-requests", privacyAcme, "/access-requests"},
	{"users", ownerAcme, "/users"},
	{"user-new", ownerAcme, "/users/new"},
	{"units", ownerAcme, "/units"},
	{"report-field", privacyAcme, "/reports/field?field=person/health_note&country=DE"},
	{"report-user", ownerAcme, "/reports/user"},
	{"account", ownerAcme, "/account"},
}

// linked are pages reached by following links from a list.
var linked = []struct{ name, who, typ string }{
	{"risk", ownerAcme, "risk"},
	{"person", hrGermany, "person"},
	{"person-us", managerUS, "person"},
	{"incident", ownerAcme, "incident"},
	{"control", ownerAcme, "control"},
}

// TestPagesAreAccessible opens every page in light and dark, wide and narrow,
// checks it with axe and looks for anything that the policy refused.
func TestPagesAreAccessible(t *testing.T) {
	s := newStage(t)
	tabs := map[string]*Tab{}
	for _, who := range []string{ownerAcme, hrGermany, managerUS, riskManager, privacyAcme} {
		tabs[who] = s.as(t, "acme", who, true)
	}
	tab := func(who string) *Tab { return tabs[who] }
	for _, p := range visited {
		t.Run(p.name, func(t *testing.T) { s.look(t, tab(p.who), p.name, s.url("acme", p.path)) })
	}
	for _, p := range linked {
		t.Run(p.name, func(t *testing.T) {
			b := tab(p.who)
			b.Open(s.url("acme", "/records/"+p.typ))
			ref := strings.Fields(afterHeader(b.Text()))[0]
			b.Click("link", ref)
			url := b.URL()
			s.look(t, b, p.name, url)
			s.look(t, b, p.name+"-history", url+"/history")
		})
	}
	// German and French words are longer than English ones.
	for _, lang := range []string{"de", "fr"} {
		t.Run("lists-"+lang, func(t *testing.T) {
			b := s.as(t, "acme", ownerAcme, true)
			b.Language(lang)
			for _, path := range []string{"/", "/records/risk", "/records/person", "/records/incident", "/records/control", "/records/vulnerability", "/matrix"} {
				b.Open(s.url("acme", path))
				if n := b.CutOff(); n > 0 {
					t.Errorf("%s: %d tables are cut off", path, n)
				}
				if path, ok := shots(t, lang+strings.ReplaceAll(path, "/", "-")); ok {
					b.Screenshot(path)
				}
			}
		})
	}
	t.Run("sign-in", func(t *testing.T) { s.look(t, s.browser.Tab(t), "sign-in", s.url("acme", "/sign-in")) })
	t.Run("landing", func(t *testing.T) { s.look(t, s.browser.Tab(t), "landing", s.world.Server.BaseURL()+"/") })
	t.Run("not-found", func(t *testing.T) {
		b := tab(ownerAcme)
		b.Expect("404")
		s.look(t, b, "not-found", s.url("acme", "/records/nothing"))
		b.See("There is no such page here")
		if !b.Has("link", "Risks") {
			t.Error("the way back into the workspace is gone")
		}
	})
	t.Run("denied", func(t *testing.T) {
		b := tab(managerUS)
		b.Expect("403")
		s.look(t, b, "denied", s.url("acme", "/users"))
		if !b.Has("link", "People") {
			t.Error("the way back into the workspace is gone")
		}
	})
	// A filter that cannot be applied must not show the whole list instead.
	t.Run("refused-filter", func(t *testing.T) {
		b := tab(managerUS)
		for query, status := range map[string]string{
			"f.birth_date.ge=1990-01-01": "403", "sort=birth_date": "403", "f.no_such=1": "400", "f.country.ge=DE": "400", "f.country=Neverland": "422",
		} {
			b.Expect(status)
			b.Open(s.url("acme", "/records/person?"+query))
			b.See(status)
			b.Miss("Livia Zaugg")
		}
	})
}

// afterHeader is the text of a list from its first reference on.
func afterHeader(text string) string {
	for i := range text {
		if rest := text[i:]; len(rest) > 4 && rest[3] == '-' && rest[0] >= 'A' && rest[0] <= 'Z' && rest[4] >= '0' && rest[4] <= '9' {
			return rest
		}
	}
	return text
}

func (s *stage) look(t *testing.T, b *Tab, name, url string) {
	for _, dark := range []bool{false, true} {
		b.Dark(dark)
		b.Open(url)
		b.Axe()
		if n := b.CutOff(); n > 0 {
			t.Errorf("%d tables are cut off", n)
		}
		look := "light"
		if dark {
			look = "dark"
		}
		if path, ok := shots(t, name+"-"+look+"-wide"); ok {
			b.Screenshot(path)
		}
	}
	b.Dark(false)
	b.Size(420, 900)
	b.Open(url)
	b.Axe()
	if n := b.Sideways(); n > 0 {
		t.Errorf("the page is %d pixels wider than the window", n)
	}
	if path, ok := shots(t, name+"-light-420"); ok {
		b.Screenshot(path)
	}
	b.Size(1280, 900)
}

// TestFirstLoadIsLight measures what a first visit costs over the wire.
func TestFirstLoadIsLight(t *testing.T) {
	s := newStage(t)
	b := s.browser.Tab(t)
	b.Open(s.link(t, "acme", ownerAcme))
	b.Click("button", "Sign in")
	b.See("Good day")
	for _, path := range []string{"/", "/records/risk", "/records/person"} {
		b.Open(s.url("acme", path))
		t.Logf("%s: %d bytes", path, b.Bytes())
		if b.Bytes() > maxFirstLoad {
			t.Errorf("%s weighs %d bytes", path, b.Bytes())
		}
	}
}
