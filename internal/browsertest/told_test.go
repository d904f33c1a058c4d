package browsertest

import (
	"context"
	"regexp"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/outbox"
	"bailiwick/internal/store"
)

// TestTold is what people are told, and the way back for who forgot the
// password, with scripts and without.
func TestTold(t *testing.T) {
	s := newStage(t)
	for _, scripts := range []bool{true, false} {
		mode := "scripts"
		if !scripts {
			mode = "no scripts"
		}
		t.Run("inbox and settings/"+mode, func(t *testing.T) { journeyInbox(t, s, scripts) })
		t.Run("a forgotten password/"+mode, func(t *testing.T) { journeyReset(t, s, scripts) })
	}
	t.Run("appearance", func(t *testing.T) {
		s.tell(t, ownerAcme)
		b := s.as(t, "acme", ownerAcme, true)
		for name, path := range map[string]string{"inbox": "/inbox", "day": "/day", "notifications": "/account/notifications"} {
			s.look(t, b, name, s.url("acme", path))
		}
		empty := s.as(t, "acme", hrGermany, true)
		s.look(t, empty, "inbox-empty", s.url("acme", "/inbox"))
		s.look(t, s.browser.Tab(t), "password-reset", s.url("acme", "/password-reset"))
		s.look(t, s.browser.Tab(t), "password-reset-sent", s.url("acme", "/password-reset?sent=1"))
	})
}

// user finds a person of Acme.
func (s *stage) user(t *testing.T, name string) (bailiwick.TenantID, identity.User) {
	t.Helper()
	for _, w := range s.seeded.Tenants {
		if w.Slug != "acme" {
			continue
		}
		found, err := s.world.Parts.Identity.Users(context.Background(), identity.Operator(w.ID), identity.UserQuery{Text: name})
		if err != nil || len(found.Items) != 1 {
			t.Fatalf("%d people named so: %v", len(found.Items), err)
		}
		return w.ID, found.Items[0]
	}
	t.Fatal("there is no such company")
	return bailiwick.TenantID{}, identity.User{}
}

// tell posts notices to a person of Acme.
func (s *stage) tell(t *testing.T, name string) {
	t.Helper()
	id, u := s.user(t, name)
	now := s.world.Parts.Clock.Now()
	err := s.world.Parts.Store.Update(context.Background(), id, func(tx store.TenantTx) error {
		for _, n := range []outbox.Notice{
			{Kind: outbox.ChangeActive, Ref: "CHG-3", Path: "/matrix"},
			{Kind: outbox.QuarantineDue, Ref: "PER-7", Path: "/", Due: now.Add(-30 * time.Hour)},
			{Kind: outbox.ReviewAsked, Ref: "CHG-4", Path: "/", Due: now.Add(5 * 24 * time.Hour)},
		} {
			n.To, n.At = []bailiwick.UserID{u.ID}, now
			if err := outbox.Post(context.Background(), tx, n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func journeyInbox(t *testing.T, s *stage, scripts bool) {
	s.tell(t, riskManager)
	b := s.as(t, "acme", riskManager, scripts)
	b.ClickText(".bell", "Inbox")
	b.See("A change waits for your review (CHG-4)", "5 days left", "late")
	b.Click("button", "Mark all as read")
	b.See("What you were told")
	b.Miss("Mark all as read")
	b.Click("link", "My day")
	b.See("Nothing waits for you.")
	b.Open(s.url("acme", "/account/notifications"))
	b.See("You are always told of:")
	b.Choose("A change waits for your review", "not at all")
	b.Click("button", "Save changes")
	b.See("Saved.")
	s.world.Deliver(t, "acme")
	s.world.Mail.Mails()
	s.tell(t, riskManager)
	s.world.Deliver(t, "acme")
	for _, m := range s.world.Mail.Mails() {
		if regexp.MustCompile(`CHG-4`).MatchString(m.Decoded()) {
			t.Errorf("a mail that was switched off:\n%s", m.Decoded())
		}
	}
	id, u := s.user(t, riskManager)
	a := outbox.Settings{Choices: map[outbox.Kind]outbox.Choice{outbox.ReviewAsked: outbox.ByMail}}
	in := s.signedIn(t, id, u.ID)
	if err := s.world.Parts.Outbox.SetSettings(context.Background(), in, a); err != nil {
		t.Fatal(err)
	}
}

// signedIn is the actor of a fresh sign-in.
func (s *stage) signedIn(t *testing.T, id bailiwick.TenantID, u bailiwick.UserID) bailiwick.Actor {
	t.Helper()
	ctx, ids := context.Background(), s.world.Parts.Identity
	secret, err := ids.SignInLink(ctx, id, identity.Operator(id), u, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	in, err := ids.RedeemLink(ctx, id, secret, identity.Meta{})
	if err != nil {
		t.Fatal(err)
	}
	return in.Actor
}

var mailedLink = regexp.MustCompile(`/link/[A-Za-z0-9_-]+`)

func journeyReset(t *testing.T, s *stage, scripts bool) {
	_, u := s.user(t, managerUS)
	s.world.Deliver(t, "acme")
	s.world.Mail.Mails()
	b := s.browser.Tab(t)
	b.Language("en")
	if !scripts {
		b.NoScript()
	}
	b.Open(s.url("acme", "/sign-in"))
	b.Click("link", "Forgotten your password?")
	b.Fill("E-mail address", u.Email.Reveal())
	b.Click("button", "Send the link")
	b.See("If there is an account with this address, a mail is on its way.")
	s.world.Deliver(t, "acme")
	mails := s.world.Mail.Mails()
	if len(mails) != 1 {
		t.Fatalf("%d mails", len(mails))
	}
	b.Open(s.url("acme", mailedLink.FindString(mails[0].Decoded())))
	b.Axe()
	password := "an entirely new phrase"
	if !scripts {
		password = "another rather new phrase"
	}
	b.Fill("New password", password)
	b.Fill("Once more", password)
	b.Click("button", "Save and sign in")
	b.See("Good day, " + managerUS)
}
