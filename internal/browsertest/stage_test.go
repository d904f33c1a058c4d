package browsertest

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"bailiwick/internal/demo"
	"bailiwick/internal/identity"
	"bailiwick/internal/scenario"
	"bailiwick/internal/store"
	"bailiwick/internal/store/sqlite"
)

// stage is a running server with the demo's three companies, and a browser.
type stage struct {
	world   *scenario.World
	seeded  demo.Seeded
	browser *Browser
}

// newStage starts both. The test is skipped without a browser, or with -short.
func newStage(t *testing.T) *stage {
	t.Helper()
	if testing.Short() {
		t.Skip("browser journeys are not for -short")
	}
	b := Start(t)
	driver, err := sqlite.Open(context.Background(), sqlite.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	data := store.New(driver)
	t.Cleanup(func() { _ = data.Close() })
	w := scenario.Start(t, data, nil)
	p := w.Parts
	seeded, err := demo.Seed(context.Background(), demo.Parts{Tenants: p.Tenants, Identity: p.Identity, Door: p.Door, Clock: p.Clock})
	if err != nil {
		t.Fatal(err)
	}
	return &stage{world: w, seeded: seeded, browser: b}
}

// url is an address of a workspace.
func (s *stage) url(slug, path string) string { return s.world.Server.TenantURL(slug) + path }

// link makes a fresh sign-in link for a person of the demo.
func (s *stage) link(t *testing.T, slug, name string) string {
	t.Helper()
	ctx := context.Background()
	for _, w := range s.seeded.Tenants {
		if w.Slug != slug {
			continue
		}
		op := identity.Operator(w.ID)
		found, err := s.world.Parts.Identity.Users(ctx, op, identity.UserQuery{Text: name})
		if err != nil || len(found.Items) != 1 {
			t.Fatalf("%d people named so: %v", len(found.Items), err)
		}
		secret, err := s.world.Parts.Identity.SignInLink(ctx, w.ID, op, found.Items[0].ID, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		return s.url(slug, "/link/"+secret)
	}
	t.Fatal("there is no such company")
	return ""
}

// as opens a tab in which a person is signed in.
func (s *stage) as(t *testing.T, slug, name string, scripts bool) *Tab {
	t.Helper()
	tab := s.browser.Tab(t)
	tab.Language("en")
	if !scripts {
		tab.NoScript()
	}
	tab.Open(s.link(t, slug, name))
	tab.Click("button", "Sign in")
	tab.See("Good day")
	return tab
}

// first returns the address of a record of a type that a person sees.
func (s *stage) first(tab *Tab, slug, typ, ref string) {
	tab.t.Helper()
	tab.Open(s.url(slug, "/records/"+typ+"?sort=ref"))
	tab.Click("link", ref)
}

// shots is the folder for screenshots: that of $BAILIWICK_SHOTS, or none.
func shots(t *testing.T, name string) (string, bool) {
	dir := os.Getenv("BAILIWICK_SHOTS")
	if dir == "" {
		return "", false
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, name+".png"), true
}

// people of the demo, by what they are.
const (
	riskManager = "Ana Duarte"
	hrGermany   = "Katharina Ebert"
	managerUS   = "Dana Whitlock"
	ownerAcme   = "Nora Feldt"
	privacyAcme = "Henrik Lindner"
)
