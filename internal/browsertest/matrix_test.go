package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestMatrix sets cells of the matrix: by keyboard alone, and by the form
// alone where there are no scripts.
func TestMatrix(t *testing.T) {
	s := newStage(t)
	t.Run("by keyboard alone", func(t *testing.T) { matrixByKeyboard(t, s) })
	t.Run("without scripts", func(t *testing.T) { matrixByForm(t, s) })
	t.Run("an exception to what is forbidden", func(t *testing.T) { matrixException(t, s) })
	t.Run("as text", func(t *testing.T) { matrixAsText(t, s) })
	t.Run("what if", func(t *testing.T) { matrixWhatIf(t, s) })
}

// active reports whether the focus is on what a selector matches.
func active(b *Tab, selector string) bool {
	return b.measure(`document.activeElement?.matches("`+selector+`") ? 1 : 0`) == 1
}

// tabTo presses Tab until the focus is on what a selector matches.
func tabTo(t *testing.T, b *Tab, selector string) {
	t.Helper()
	for range 200 {
		if active(b, selector) {
			return
		}
		b.Press(kb.Tab)
	}
	t.Fatalf("Tab never reaches %s", selector)
}

func matrixByKeyboard(t *testing.T, s *stage) {
	b := s.as(t, "acme", privacyAcme, true)
	b.Open(s.url("acme", "/matrix?op=access"))
	tabTo(t, b, "form[action='/proposals'] button")
	b.Press("\r")
	b.Open(b.URL() + "?op=access")
	s.shot(t, b, "editor")
	b.Axe()
	tabTo(t, b, "select.st[name='c:business:*']")
	for range 3 { // business, free text, contact, identity document
		b.Press(kb.ArrowDown)
	}
	if !active(b, "select.st[name='c:identity-document:DE']") {
		t.Fatal("the arrow keys lead elsewhere")
	}
	b.Press(kb.ArrowUp)
	b.PressShift(kb.ArrowRight)
	b.PressShift(kb.ArrowRight)
	b.Press("d")
	b.See("Cells changed, not saved: 3")
	b.Press(kb.ArrowRight)
	b.Press("m")
	b.Press("m")
	b.See("Cells changed, not saved: 4")
	s.shot(t, b, "editor-changed")
	b.Axe()
	b.Press(kb.Delete)
	b.See("Cells changed, not saved: 3")
	tabTo(t, b, ".save-bar button")
	b.Press("\r")
	b.See("The cells are saved in the change.", "contact-see-deny")
	if n := b.measure(`[...document.querySelectorAll("main table.table td.mono")].filter((e) => e.textContent.startsWith("contact-see")).length`); n != 1 {
		t.Errorf("three cells made %d rules", n)
	}
	if v := b.Value("Contact data, Germany"); v != "deny" {
		t.Errorf("the cell says %q", v)
	}
}

func matrixByForm(t *testing.T, s *stage) {
	b := s.as(t, "acme", privacyAcme, false)
	b.Expect("422")
	b.Open(s.url("acme", "/matrix"))
	b.Click("button", "Start a change")
	b.Click("link", "May be seen")
	b.Choose("Role", "Human resources")
	b.Choose("Viewer is", "outside European Economic Area")
	b.Click("button", "Apply")
	b.Choose("Health, European Economic Area", "forbidden")
	b.Choose("Health, everywhere else", "forbidden")
	b.Click("button", "Save the cells")
	b.See("The cells are saved in the change.", "health-see-deny-hr-outside-eea")
	b.Axe()
	b.Click("button", "Save the cells")
	b.See("No cell was changed.")
}

func matrixException(t *testing.T, s *stage) {
	b := s.as(t, "acme", privacyAcme, true)
	b.Expect("422")
	b.Open(s.url("acme", "/matrix"))
	b.Click("button", "Start a change")
	b.Choose("Ethnic origin, France", "allowed")
	b.Click("button", "Save the cells")
	b.See("A rule stands in the way", "ethnic-fr")
	s.shot(t, b, "editor-blocked")
	b.Axe()
	if v := b.Value("Ethnic origin, France"); v != "allow" {
		t.Errorf("what was set is lost: %q", v)
	}
	b.Click("checkbox", "Narrow the rule so that it no longer covers: Ethnic origin, France")
	b.Click("button", "Save the cells")
	b.See("The cells are saved in the change.")
	if v := b.Value("Ethnic origin, France"); v != "allow" {
		t.Errorf("the cell says %q", v)
	}
	b.Choose("Disability, France", "allowed")
	b.Click("button", "Save the cells")
	b.See("The cells are saved in the change.", "disability-fill-allow")
}

func matrixAsText(t *testing.T, s *stage) {
	b := s.as(t, "acme", privacyAcme, true)
	b.Expect("422")
	b.Open(s.url("acme", "/proposals"))
	b.Fill("Title of the change", "By hand")
	b.Click("button", "Start a change")
	b.Click("link", "Rules as text")
	text := b.Value("Rules and roles (YAML)")
	b.Fill("Rules and roles (YAML)", "rules:\n  - {id: x, operation: access, category: nonsense, effect: deny}\n")
	b.Click("button", "Save changes")
	b.See("rules.yaml:2: rule x: category")
	s.shot(t, b, "text-wrong")
	b.Axe()
	b.Fill("Rules and roles (YAML)", text+"  - {id: photo-none, operation: populate, category: photo, effect: deny}\n")
	b.Click("button", "Save changes")
	b.See("The text is saved in the change.", "photo-none")
	b.Click("button", "Withdraw the change")
	b.See("Withdrawn.")
}

func matrixWhatIf(t *testing.T, s *stage) {
	b := s.as(t, "acme", privacyAcme, true)
	b.Open(s.url("acme", "/matrix?op=access"))
	b.Choose("Somebody with the role", "Manager")
	b.Choose("opens a person in", "France")
	b.Choose("and the fields of", "People")
	b.Click("button", "Show")
	b.See("Manager, viewer in: United States, person in: France", "By field: People", "birth-eea")
	s.shot(t, b, "what-if")
	b.Axe()
	b.Click("button", "Start a change")
	change := b.URL()
	for _, lang := range []string{"en", "de", "fr"} {
		b.Language(lang)
		b.Open(change + "?op=access&role=manager&from=%21EEA&wr=manager&wv=US&wp=FR&wt=person")
		if n := b.CutOff(); n > 0 {
			t.Errorf("%s: %d tables are cut off", lang, n)
		}
		s.shot(t, b, "editor-"+lang)
		b.Axe()
	}
}
