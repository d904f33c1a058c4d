package browsertest

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"bailiwick/internal/tenant"
)

// journeys are the things people come to do. Each runs with scripts and
// without: nothing may need them.
var journeys = []struct {
	name string
	run  func(t *testing.T, s *stage, scripts bool)
}{
	{"a sign-in link is used by a button only", journeyLink},
	{"find a risk by filter and sort", journeyList},
	{"change a record and read its history", journeyChange},
	{"typing survives a mistake", journeyMistake},
	{"Enter in a search box of a form saves nothing", journeyEnter},
	{"two people change one record", journeyConflict},
	{"delete and restore", journeyDelete},
	{"a new person in a country that forbids a field", journeyPerson},
	{"why a value is withheld, in two clicks", journeyWhy},
	{"an incident with persons in rows", journeyIncident},
	{"search across applications", journeySearch},
	{"from the heat map to the risks behind a cell", journeyHeat},
	{"import a file, and undo it", journeyImport},
	{"the first person of a workspace says their country", journeyFirst},
	{"invite a colleague, who sets a password and signs in", journeyInvite},
	{"language, appearance, API token, sign out everywhere", journeyAccount},
}

func TestJourneys(t *testing.T) {
	s := newStage(t)
	for _, j := range journeys {
		for _, scripts := range []bool{true, false} {
			mode := "scripts"
			if !scripts {
				mode = "no scripts"
			}
			t.Run(j.name+"/"+mode, func(t *testing.T) { j.run(t, s, scripts) })
		}
	}
}

func journeyLink(t *testing.T, s *stage, scripts bool) {
	b := s.browser.Tab(t)
	b.Language("en")
	if !scripts {
		b.NoScript()
	}
	url := s.link(t, "acme", riskManager)
	b.Open(url) // as a mail scanner does
	b.Open(url)
	b.Click("button", "Sign in")
	b.See("Good day, Ana Duarte")
	b.Click("link", "Risks")
	b.See("Import", "New: Risk")
	again := s.browser.Tab(t)
	again.Language("en")
	again.Expect("410")
	again.Open(url)
	again.See("This link has been used or has ended")
	again.Axe()
}

func journeyList(t *testing.T, s *stage, scripts bool) {
	b := s.as(t, "acme", riskManager, scripts)
	b.Open(s.url("acme", "/records/risk"))
	b.See("46 records")
	b.Choose("Status", "Accepted")
	if !scripts {
		b.Click("button", "Apply")
	}
	b.See("6 records")
	if !strings.Contains(b.URL(), "f.status=accepted") {
		t.Errorf("the filter is not in the address: it cannot be shared")
	}
	b.Click("link", "Inherent score")
	b.Click("link", "Clear filters")
	b.See("46 records")
	b.Fill("Text", "warehouse")
	b.Click("button", "Apply")
	if url := b.URL(); strings.Contains(url, "warehouse") || !strings.Contains(url, "view=") {
		t.Errorf("a free text lies in the address")
	}
	b.See("warehouse")
}

func journeyChange(t *testing.T, s *stage, scripts bool) {
	b := s.as(t, "acme", riskManager, scripts)
	s.first(b, "acme", "risk", "RSK-5")
	title, treatment := "Ring main valve sticks, seen twice", "Avoid"
	if !scripts {
		title, treatment = "Ring main valve sticks, seen thrice", "Transfer"
	}
	b.Fill("Title required", title)
	b.Choose("Treatment", treatment)
	b.Click("button", "Save changes")
	b.See("Saved.")
	b.Click("link", "History of changes")
	b.See(title, treatment, "changed")
	b.Click("link", "RSK-5")
	b.See("You changed the record")
	b.Click("button", "Save changes")
	b.See("Nothing was changed.")
}

func journeyMistake(t *testing.T, s *stage, scripts bool) {
	b := s.as(t, "acme", riskManager, scripts)
	b.Expect("422")
	b.Open(s.url("acme", "/records/risk/new"))
	b.Fill("Description", "Typed with care, to be kept.")
	b.Fill("Find for Owner", "Dana")
	b.Click("button", "Find")
	b.Click("radio", "Dana Whitlock")
	b.Click("button", "Create")
	b.See("Please check", "A value is required.", "Dana Whitlock")
	b.Axe()
	b.Fill("Title required", "A title at last")
	b.Choose("Status required", "Draft")
	b.Click("button", "Create")
	b.See("Created.", "Dana Whitlock")
	if b.Value("Description") != "Typed with care, to be kept." {
		t.Error("the description was lost")
	}
}

// journeyEnter: people press Enter in a box that says "Find". That looks up,
// keeps what was typed and creates nothing.
func journeyEnter(t *testing.T, s *stage, scripts bool) {
	b := s.as(t, "acme", riskManager, scripts)
	title := "Pressed Enter too early, scripts " + strconv.FormatBool(scripts)
	b.Open(s.url("acme", "/records/risk/new"))
	b.Fill("Title required", title)
	b.Choose("Status required", "Draft")
	b.Fill("Find for Owner", "Dana")
	b.Press("\r")
	b.See("New: Risk", "Dana Whitlock")
	if b.Value("Title required") != title {
		t.Error("what was typed is gone")
	}
	b.Fill("Find for Owner", "Nobody of that name")
	b.Press("\r")
	b.See("Nothing found that you may see.")
	b.Fill("Find for Owner", "")
	b.Fill("Title required", title)
	b.Press("\r") // where nothing is looked for, Enter saves as in any form
	b.See("Created.")
}

func journeyConflict(t *testing.T, s *stage, scripts bool) {
	a := s.as(t, "acme", riskManager, scripts)
	b := s.as(t, "acme", ownerAcme, scripts)
	b.Expect("412")
	s.first(a, "acme", "risk", "RSK-6")
	b.Open(a.URL())
	mine, hers := "The version of Ana", "The version of Nora"
	if !scripts {
		mine, hers = "Another by Ana", "Another by Nora"
	}
	a.Fill("Title required", mine)
	a.Click("button", "Save changes")
	a.See("Saved.")
	b.Fill("Title required", hers)
	b.Fill("Description", "Only Nora touched this: "+hers)
	b.Click("button", "Save changes")
	b.See("Somebody else changed this record", mine, hers)
	b.Axe()
	b.ClickText("label", "Present version")
	b.Click("button", "Save this choice")
	b.See("Saved.")
	if b.Value("Title required") != mine || !strings.HasPrefix(b.Value("Description"), "Only Nora") {
		t.Error("the choice was not kept, or typing was lost")
	}
}

func journeyDelete(t *testing.T, s *stage, scripts bool) {
	b := s.as(t, "acme", riskManager, scripts)
	s.first(b, "acme", "risk", "RSK-7")
	b.Click("link", "Delete")
	b.See("moves to \"Deleted\"")
	b.Axe()
	b.Click("button", "Delete")
	b.See("Moved to \"Deleted\".")
	if b.Has("link", "RSK-7") {
		t.Error("a deleted risk is in the list")
	}
	b.Click("link", "Deleted")
	b.See("RSK-7")
	b.Click("button", "Restore RSK-7")
	b.See("Restored.")
	b.Open(s.url("acme", "/records/risk"))
	if !b.Has("link", "RSK-7") {
		t.Error("a restored risk is not in the list")
	}
}

func journeyPerson(t *testing.T, s *stage, scripts bool) {
	b := s.as(t, "acme", hrGermany, scripts)
	b.Open(s.url("acme", "/records/person"))
	b.Click("link", "New: Person")
	b.See("depends on the country of the person")
	b.Choose("Country", "France")
	b.Click("button", "Continue")
	if b.Has("combobox", "Ethnic origin") {
		t.Error("a forbidden field can be filled in")
	}
	b.See("Ethnic origin", "Why may I not fill this in?")
	b.Fill("Full name required", "Camille Verdier")
	b.Click("button", "Create")
	b.See("Created.", "Camille Verdier", "France")
}

func journeyWhy(t *testing.T, s *stage, scripts bool) {
	b := s.as(t, "acme", managerUS, scripts)
	s.first(b, "acme", "person", "PER-1")
	b.See("Withheld")
	b.Open(b.URL())
	b.ClickText("summary", "Health note") // the first click
	b.See("Rule")
	b.ClickText("a", "Full explanation and whom to ask") // the second
	b.See("You may not see this field.", "Whom to ask", "How it was decided", "United States", "PER-1")
	b.Axe()
}

func journeyIncident(t *testing.T, s *stage, scripts bool) {
	b := s.as(t, "acme", ownerAcme, scripts)
	b.Open(s.url("acme", "/records/incident/new"))
	b.Fill("Title required", "Ladder slipped in the store room")
	b.Choose("Status required", "Reported")
	b.Fill("Occurred", "2026-11-20T10:15:00")
	b.Click("button", "Add a row")
	b.See("Row 1")
	b.Fill("Find for Person", "Livia")
	b.ClickNear("find.g.", "Find")
	b.ClickText("label", "Livia Zaugg")
	b.Click("button", "Add a row")
	b.See("Row 2", "Livia Zaugg")
	b.Axe()
	b.ClickText("button", "Remove Row 2")
	b.Click("button", "Create")
	b.See("Created.", "Ladder slipped in the store room", "Livia Zaugg")
	if got := b.Value("Occurred"); !strings.HasPrefix(got, "2026-11-20T10:15") {
		t.Errorf("the time became %q", got)
	}
}

func journeySearch(t *testing.T, s *stage, scripts bool) {
	b := s.as(t, "acme", ownerAcme, scripts)
	if scripts {
		b.Press("/")
		b.Type("Zaugg")
	} else {
		b.Fill("Search all applications", "Zaugg")
	}
	b.Press("\r")
	b.See("result", "Livia Zaugg")
	b.Axe()
	if strings.Contains(b.URL(), "Zaugg") {
		t.Error("a name lies in the address")
	}
	b.ClickText("a", "Livia Zaugg")
	b.See("Job title")
}

func journeyHeat(t *testing.T, s *stage, scripts bool) {
	b := s.as(t, "acme", riskManager, scripts)
	b.Click("link", "Risk heat map")
	b.See("By severity", "Almost certain")
	b.Click("link", "Residual score")
	b.ClickText(".heat td:not(.zero) a", "")
	b.See("record")
	if !strings.Contains(b.URL(), "f.residual_likelihood=") {
		t.Error("the cell does not lead to its risks")
	}
}

func journeyImport(t *testing.T, s *stage, scripts bool) {
	path := filepath.Join(t.TempDir(), "risks.csv")
	csv := "Risk,Status,Next review\nImported one,Open,2027-01-31\nImported two,Draft,\nBroken,Nowhere,31.01.2027\n"
	if err := os.WriteFile(path, []byte(csv), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(t.TempDir(), "broken.csv")
	if err := os.WriteFile(broken, []byte("Risk,Status\nOne,Open\n\"Two,Open\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := s.as(t, "acme", ownerAcme, scripts)
	b.Expect("422")
	b.Open(s.url("acme", "/records/risk"))
	b.Click("link", "Import")
	b.Attach("File", broken)
	b.Click("button", "Continue")
	b.See("Line 3, column 1: A quotation mark is in the wrong place or not closed.")
	b.Attach("File", path)
	b.Click("button", "Continue")
	b.See("Which column goes where", "3 rows", "Imported one")
	b.Axe()
	b.Click("button", "Dry run")
	b.Reload("Nothing has been written yet.")
	b.See("would be created", "rejected", "Choose one of the options.", "Status", "Line")
	b.See("4\tStatus") // the line that a spreadsheet program shows
	b.Axe()
	b.Miss("Nowhere")
	b.Click("button", "Import 2 rows")
	b.Reload("The import is done.")
	b.Click("link", "Go to the list")
	b.See("Imported one", "Imported two")
	b.Open(s.url("acme", "/imports"))
	b.ClickText("button", "Undo this import")
	b.See("The import has been undone.", "undone")
	b.Axe()
	b.Open(s.url("acme", "/records/risk"))
	b.See("records")
	b.Miss("Imported one")
}

// journeyFirst: the owner of a fresh workspace must say from where they work,
// for rules go by it, and finds a way to begin.
func journeyFirst(t *testing.T, s *stage, scripts bool) {
	slug := "fresh-" + strconv.FormatBool(scripts)
	ctx := context.Background()
	made, err := s.world.Parts.Tenants.Create(ctx, tenant.Spec{Slug: slug, Name: "Fresh Ltd", Entities: []tenant.Entity{{Key: "main", Name: "Fresh Ltd", Seat: "GB"}}})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := s.world.Parts.Identity.FirstRunLink(ctx, made.ID, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	b := s.browser.Tab(t)
	b.Language("en")
	if !scripts {
		b.NoScript()
	}
	b.Open(s.url(slug, "/link/"+secret))
	b.See("The country from which you work.")
	b.Axe()
	b.Fill("Name", "Mina Hart")
	b.Fill("E-mail address", "mina@fresh.example")
	b.Fill("New password", "eleven slow ferries")
	b.Fill("Once more", "eleven slow ferries")
	b.Click("button", "Save and sign in") // the browser stays: a country is required
	b.See("The country from which you work.")
	b.Choose("Country", "United Kingdom")
	b.Click("button", "Save and sign in")
	b.See("Good day, Mina Hart", "Nothing has been entered yet.")
	b.Axe()
	b.Click("link", "Import a file")
	b.See("At most 64 MiB.")
}

func journeyInvite(t *testing.T, s *stage, scripts bool) {
	b := s.as(t, "acme", ownerAcme, scripts)
	b.Expect("422")
	address := "zoe.lang@acme.example"
	if !scripts {
		address = "zoe.kurz@acme.example"
	}
	b.Open(s.url("acme", "/users/new"))
	b.Fill("Name", "Zoe Lang")
	b.Fill("E-mail address", address)
	b.Choose("Country", "Germany")
	b.Click("button", "Make invitation")
	b.See("Choose at least one role")
	b.ClickText("label", "Auditor")
	b.Click("button", "Make invitation")
	b.See("It works once", "/link/")
	b.Axe()
	guest := s.browser.Tab(t)
	guest.Language("en")
	guest.Expect("422")
	guest.Expect("401")
	if !scripts {
		guest.NoScript()
	}
	guest.Open(b.TextOf("code.secret"))
	guest.Fill("New password", "seven green lanterns")
	guest.Fill("Once more", "seven red lanterns")
	guest.Click("button", "Save and sign in")
	guest.See("The two entries differ.")
	guest.Axe()
	guest.Fill("New password", "seven green lanterns")
	guest.Fill("Once more", "seven green lanterns")
	guest.Click("button", "Save and sign in")
	guest.See("Good day, Zoe Lang")
	guest.Open(s.url("acme", "/account"))
	guest.Click("button", "Sign out everywhere")
	guest.Fill("E-mail address", address)
	guest.Fill("Password", "something else entirely")
	guest.Click("button", "Sign in")
	guest.See("The e-mail address or the password is not right.")
	guest.Fill("Password", "seven green lanterns")
	guest.Click("button", "Sign in")
	guest.See("Good day, Zoe Lang")
	guest.Open(s.url("acme", "/account"))
	change := func(present, next string) {
		guest.Fill("Present password", present)
		guest.Fill("New password", next)
		guest.Fill("Once more", next)
		guest.Click("button", "Change password")
	}
	change("not the present one", "nine quiet harbours")
	guest.See("The present password is not right.")
	change("seven green lanterns", "nine quiet harbours")
	guest.See("The password is changed.")
	guest.Click("button", "Sign out everywhere")
	guest.Fill("E-mail address", address)
	guest.Fill("Password", "nine quiet harbours")
	guest.Click("button", "Sign in")
	guest.See("Good day, Zoe Lang")
	guest.Click("link", "Data by country")
	guest.See("Rules in force")
}

func journeyAccount(t *testing.T, s *stage, scripts bool) {
	b := s.as(t, "acme", riskManager, scripts)
	b.Expect("422")
	b.Open(s.url("acme", "/account"))
	b.Choose("Language", "Deutsch")
	b.Choose("Appearance", "Dark")
	b.ClickNear("lang", "Save changes")
	b.See("Ihr Konto", "Überall abmelden")
	b.Axe()
	b.Choose("Sprache", "English")
	b.ClickNear("lang", "Änderungen speichern")
	b.See("Your account")
	b.Fill("What it is for", "Nightly export")
	b.ClickText("label", "Read records")
	b.Click("button", "Make token")
	b.See("Copy the token now", "bw_", "Nightly export")
	b.Axe()
	b.Open(s.url("acme", "/account"))
	b.Miss("bw_")
	b.ClickText("button", "Revoke Nightly export")
	b.See("The token is revoked.")
	b.Click("button", "Sign out everywhere")
	b.See("Sign in")
	b.Open(s.url("acme", "/records/risk"))
	b.See("Sign in")
}
