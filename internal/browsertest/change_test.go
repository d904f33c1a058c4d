package browsertest

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// hrUS is the person of the demo who loses sight in the guide.
const hrUS = "Joel Farraday"

// TestChangeTheRules follows docs/change-the-rules.md, with scripts and
// without: a privacy officer forbids health data for viewers outside the EEA,
// sees whom it meets, a second person approves, and the next request of a
// viewer in the United States shows withheld cells.
func TestChangeTheRules(t *testing.T) {
	for _, scripts := range []bool{true, false} {
		name := "scripts"
		if !scripts {
			name = "no scripts"
		}
		t.Run(name, func(t *testing.T) { changeTheRules(t, newStage(t), scripts) })
	}
}

// guided are the words in bold of the guide, each of which the journey presses,
// fills in or reads by that name.
var guided = []string{
	"Data by country", "Start a change", "Add a rule", "This rule", "What", "Category", "Viewers in", "European Economic Area", "Why",
	"Simulate", "Submit for approval", "Changes", "Approve the change", "Reject the change", "In force from",
}

// TestGuide holds that the guide names what the journey uses, and nothing else.
func TestGuide(t *testing.T) {
	b, err := os.ReadFile("../../docs/change-the-rules.md")
	if err != nil {
		t.Fatal(err)
	}
	var bold []string
	for _, m := range regexp.MustCompile(`\*\*([^*]+)\*\*`).FindAllStringSubmatch(string(b), -1) {
		if !strings.HasSuffix(m[1], ".") && !strings.HasSuffix(m[1], "?") && !slices.Contains(bold, m[1]) {
			bold = append(bold, m[1])
		}
	}
	for _, word := range bold {
		if !slices.Contains(guided, word) {
			t.Errorf("the guide speaks of %q, which no test follows", word)
		}
	}
	for _, word := range guided {
		if !slices.Contains(bold, word) {
			t.Errorf("the journey uses %q, of which the guide does not speak", word)
		}
	}
	for _, person := range []string{hrUS, privacyAcme, ownerAcme} {
		if !strings.Contains(string(b), person) {
			t.Errorf("the guide does not name %s", person)
		}
	}
}

func changeTheRules(t *testing.T, s *stage, scripts bool) {
	us := s.as(t, "acme", hrUS, scripts)
	us.Open(s.url("acme", "/records/person?cols=health_note&sort=ref"))
	if n := us.measure(`document.querySelectorAll("main td .lock").length`); n != 0 {
		t.Fatalf("%d cells are withheld before the change", n)
	}

	b := s.as(t, "acme", privacyAcme, scripts)
	begun := time.Now()
	b.Click("link", "Data by country")
	b.Click("button", "Start a change")
	b.Click("link", "Add a rule")
	b.Choose("This rule", "forbids")
	b.Choose("What", "may be seen")
	b.Choose("Category", "Health")
	b.Choose("Viewers in: which countries", "outside")
	b.Click("checkbox", "European Economic Area")
	b.Fill("Why (shown to those it refuses)", "Works agreement 2026-1")
	b.Click("button", "Add a rule")
	b.See("The rule is saved in the change.", "Next: simulate")
	b.Axe()
	b.Click("button", "Simulate")
	b.See("users lose sight of something", hrUS)
	b.Axe()
	s.shot(t, b, "change-simulated")
	b.Click("button", "Submit for approval")
	b.See("waits for approval", "somebody else approves it")
	change := strings.SplitN(b.URL(), "?", 2)[0]

	owner := s.as(t, "acme", ownerAcme, scripts)
	owner.Click("link", "Changes")
	owner.Click("link", strings.Fields(b.TextOf(".page-head .sub"))[0])
	owner.See("Your turn", "Works agreement 2026-1")
	if !owner.Has("button", "Reject the change") || !owner.Has("DateTime", "In force from (empty: at once)") {
		t.Error("the second person cannot reject, or give a time")
	}
	if got := strings.SplitN(owner.URL(), "?", 2)[0]; got != change {
		t.Errorf("the second person is on %s", got)
	}
	owner.Axe()
	s.shot(t, owner, "change-approve")
	owner.Click("button", "Approve the change")
	owner.See("Approved.", "in force")

	us.Open(s.url("acme", "/records/person?cols=health_note&sort=ref"))
	if n := us.measure(`document.querySelectorAll("main td .lock").length`); n == 0 {
		t.Error("nothing is withheld after the change")
	}
	us.See("why?")
	t.Logf("figure: from the first click to withheld cells: %.1f s of machine time (people have 3 minutes)", time.Since(begun).Seconds())
}

// shot keeps a screenshot of a step, wide and narrow, if one is asked for.
func (s *stage) shot(t *testing.T, b *Tab, name string) {
	t.Helper()
	if path, ok := shots(t, name); ok {
		b.Screenshot(path)
	}
	b.Size(420, 900)
	if n := b.Sideways(); n > 0 {
		t.Errorf("%s is %d pixels wider than the window", name, n)
	}
	if path, ok := shots(t, name+"-420"); ok {
		b.Screenshot(path)
	}
	b.Size(1280, 900)
}

// TestChangeOnItsWay: a change that another overtook is brought up to date,
// rejected with a reason, and what is in force is taken back.
func TestChangeOnItsWay(t *testing.T) {
	s := newStage(t)
	b, owner := s.as(t, "acme", privacyAcme, true), s.as(t, "acme", ownerAcme, true)
	b.Expect("422")
	start := func(title, category string) string {
		b.Open(s.url("acme", "/proposals"))
		b.Fill("Title of the change", title)
		b.Click("button", "Start a change")
		url := b.URL()
		b.Click("link", "Add a rule")
		b.Choose("Category", category)
		b.Choose("Viewers in: which countries", "only in")
		b.Click("button", "Add a rule")
		b.See("Tick or name at least one country")
		b.Axe()
		s.shot(t, b, "rule-form")
		b.Fill("Other countries (two letters)", "BR, JP")
		b.Click("button", "Add a rule")
		b.See("The rule is saved in the change.")
		return url
	}
	submit := func(url string) {
		b.Open(url)
		b.Click("button", "Simulate")
		b.Click("button", "Submit for approval")
		b.See("waits for approval")
		owner.Open(url)
	}
	first, second := start("No photos there", "Photograph"), start("No usage there", "Usage and location")
	submit(first)
	owner.Click("button", "Approve the change")
	owner.See("Approved.", "in force")

	b.Open(second)
	b.See("Another change came into force")
	b.Click("button", "Bring it up to date")
	b.See("stands on the version in force now")
	submit(second)
	owner.Fill("Reason", "Japan is not meant")
	owner.Click("button", "Reject the change")
	b.Open(second)
	b.See("rejected", "Japan is not meant", "Nora Feldt")
	b.Axe()
	s.shot(t, b, "change-rejected")

	b.Open(s.url("acme", "/proposals?tab=versions"))
	b.See("in force", "Nora Feldt", "CHG-1")
	s.shot(t, b, "versions")
	b.Axe()
	b.Click("button", "Go back to it 1")
	b.See("Back to version 1", "taken out", "photo-see-deny")
	b.Open(s.url("acme", "/proposals"))
	b.See("CHG-3", "draft", "rejected", "in force")
	s.shot(t, b, "changes")
	b.Axe()
}
