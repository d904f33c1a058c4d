package browsertest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"bailiwick"
	"bailiwick/internal/identity"
)

// TestSecurity is how people sign in beside the password.
func TestSecurity(t *testing.T) {
	s := newStage(t)
	t.Run("codes/scripts", func(t *testing.T) { journeyCodes(t, s, riskManager, true) })
	t.Run("codes/no scripts", func(t *testing.T) { journeyCodes(t, s, hrGermany, false) })
	t.Run("passkey", func(t *testing.T) { journeyPasskey(t, s) })
	t.Run("country", func(t *testing.T) { journeyCountry(t, s) })
}

// withPassword gives a person a password and signs them in with it.
func (s *stage) withPassword(t *testing.T, name, password string, scripts bool) (*Tab, identity.User) {
	t.Helper()
	ctx := context.Background()
	id, u := s.user(t, name)
	link, err := s.world.Parts.Identity.PasswordLink(ctx, id, identity.Operator(id), u.ID, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	b := s.browser.Tab(t)
	b.Language("en")
	if !scripts {
		b.NoScript()
	}
	b.Open(s.url("acme", "/link/"+link))
	b.Fill("New password", password)
	b.Fill("Once more", password)
	b.Click("button", "Save and sign in")
	b.See("Good day")
	return b, u
}

func journeyCodes(t *testing.T, s *stage, name string, scripts bool) {
	const password = "twelve quiet lanterns"
	b, u := s.withPassword(t, name, password, scripts)
	b.Expect("422")
	b.Expect("401")
	b.Open(s.url("acme", "/account"))
	b.Click("link", "Set up a second factor")
	b.See("Whoever learns your password gets in.")
	b.Axe()
	b.Fill("Present password", "not the one")
	b.Click("button", "Set up")
	b.See("The present password is not right.")
	b.Fill("Present password", password)
	b.Click("button", "Set up")
	b.See("Scan this with an authenticator app")
	b.Axe()
	if scripts {
		s.shot(t, b, "security-enrol")
	}
	key := strings.ReplaceAll(b.TextOf("code.secret"), " ", "")
	b.Fill("The code that the app shows now", "000000")
	b.Click("button", "Switch on")
	b.See("The code is not right.")
	b.Fill("The code that the app shows now", code(t, key, time.Now()))
	b.Click("button", "Switch on")
	b.See("Write these recovery codes down", "10 recovery codes are left.")
	b.Axe()
	if scripts {
		s.shot(t, b, "security-codes")
	}
	recovery := b.TextOf(".codes code")
	b.Open(s.url("acme", "/account"))
	b.Click("button", "Sign out everywhere")
	b.Fill("E-mail address", u.Email.Reveal())
	b.Fill("Password", password)
	b.Click("button", "Sign in")
	b.See("One more step")
	b.Axe()
	if scripts {
		s.shot(t, b, "second")
	}
	b.Fill("One-time code", "000000")
	b.Click("button", "Sign in")
	b.See("The code is not right.")
	// The code of the next step is accepted too, and the present one was used.
	b.Fill("One-time code", code(t, key, time.Now().Add(30*time.Second)))
	b.Click("button", "Sign in")
	b.See("Good day")
	b.Open(s.url("acme", "/account"))
	b.Click("button", "Sign out everywhere")
	b.Fill("E-mail address", u.Email.Reveal())
	b.Fill("Password", password)
	b.Click("button", "Sign in")
	b.Fill("One-time code", recovery)
	b.Click("button", "Sign in")
	b.See("Good day")
	b.Open(s.url("acme", "/account/security"))
	b.See("9 recovery codes are left.")
}

func code(t *testing.T, key string, at time.Time) string {
	t.Helper()
	c, err := totp.GenerateCode(key, at)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func journeyPasskey(t *testing.T, s *stage) {
	const password = "thirteen slow rivers"
	b, u := s.withPassword(t, ownerAcme, password, true)
	b.Expect("422")
	b.Authenticator()
	b.Open(s.url("acme", "/account/security"))
	b.Fill("Name of the passkey, such as the device", "Laptop")
	b.Press("\t")
	b.Type(password)
	b.ClickNear("label", "Add a passkey")
	b.See("Laptop")
	b.Axe()
	s.shot(t, b, "security-passkey")
	b.Open(s.url("acme", "/account"))
	b.Click("button", "Sign out everywhere")
	b.Axe()
	s.shot(t, b, "signin-passkey")
	b.Click("button", "Sign in with a passkey")
	b.See("Good day")
	// The password alone no longer lets anybody in.
	b.Open(s.url("acme", "/account"))
	b.Click("button", "Sign out everywhere")
	b.Fill("E-mail address", u.Email.Reveal())
	b.Fill("Password", password)
	b.Click("button", "Sign in")
	b.See("One more step")
	b.Click("button", "Sign in with a passkey")
	b.See("Good day")
}

func journeyCountry(t *testing.T, s *stage) {
	ctx := context.Background()
	id, u := s.user(t, riskManager)
	op := identity.Operator(id)
	for name, email := range map[string]string{"Nina Second": "nina.second@acme.example", "Otto Third": "otto.third@acme.example"} {
		if _, err := s.world.Parts.Identity.CreateUser(ctx, id, op, identity.UserSpec{
			Name: name, Email: email, Roles: []bailiwick.Role{"owner"}, Country: "DE", Entity: u.Entity,
		}); err != nil {
			t.Fatal(err)
		}
	}
	first := s.as(t, "acme", "Nina Second", true)
	first.Open(s.url("acme", "/users/"+u.ID.String()))
	first.Choose("Country", "Brazil")
	first.Click("button", "Save changes")
	first.See("Country waiting for a second person", "can confirm it.")
	first.Axe()
	s.shot(t, first, "country-first")
	second := s.as(t, "acme", "Otto Third", true)
	second.Open(s.url("acme", "/day"))
	second.Axe()
	second.Open(s.url("acme", "/users/"+u.ID.String()))
	second.See("Nina Second stated on", "Brazil")
	s.shot(t, second, "country-second")
	second.Click("button", "Confirm")
	second.See("Decided.")
	second.Miss("waiting for a second person")
}
