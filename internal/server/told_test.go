package server

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"bailiwick/internal/outbox/mailtest"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

// TestCompressedBody holds that a body which nothing here unpacks is refused
// as what it is, not as a broken document.
func TestCompressedBody(t *testing.T) {
	h := onSQLite(t, nil)
	w := h.do(t, request{
		method: "POST", host: "acme.localhost", path: "/api/v1/search", token: h.owner["acme"].token, media: jsonType, body: "\x1f\x8b",
		header: map[string]string{"Content-Encoding": "gzip"},
	})
	if w.Code != http.StatusUnsupportedMediaType {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// mailed is a house with a mail server, and what it was given.
func mailed(t *testing.T, data *store.Store) (*house, *mailtest.Sink) {
	t.Helper()
	sink := mailtest.Start(t)
	return newHouse(t, data, func(c *Config) { c.MailURL, c.MailFrom = sink.URL, "bailiwick@example.net" }), sink
}

func (h *house) forget(t *testing.T, email string) (code int, body string) {
	t.Helper()
	w := h.do(t, request{method: "POST", host: "acme.localhost", path: "/password-reset", media: formType, body: "email=" + email})
	return w.Code, w.Header().Get("Location") + w.Body.String()
}

func (h *house) mail(t *testing.T) {
	t.Helper()
	if err := h.RunJob(context.Background(), "mail"); err != nil {
		t.Fatal(err)
	}
}

var linkPath = regexp.MustCompile(`/link/[A-Za-z0-9_-]+`)

// TestPasswordReset goes the whole way of a sole owner who forgot the
// password.
func TestPasswordReset(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		h, sink := mailed(t, data)
		owner := h.owner["acme"]
		code, known := h.forget(t, "acme-owner@example.com")
		otherCode, unknown := h.forget(t, "nobody@example.com")
		if code != http.StatusSeeOther || code != otherCode || known != unknown {
			t.Errorf("known and unknown differ: %d %q, %d %q", code, known, otherCode, unknown)
		}
		h.mail(t)
		mails := sink.Mails()
		if len(mails) != 1 || mails[0].To != "acme-owner@example.com" {
			t.Fatalf("mails %+v", mails)
		}
		path := linkPath.FindString(mails[0].Decoded())
		if path == "" || strings.Contains(h.log.String(), path) {
			t.Fatalf("no link in the mail, or one in the log:\n%s", mails[0].Decoded())
		}
		set := request{method: "POST", path: path, media: formType, body: "password=a+long+new+pass+phrase&again=a+long+new+pass+phrase"}
		set.host = "beta.localhost"
		if w := h.do(t, set); w.Code < 400 {
			t.Errorf("the link works in another workspace: %d", w.Code)
		}
		set.host = "acme.localhost"
		if w := h.do(t, set); w.Code != http.StatusSeeOther {
			t.Fatalf("the link does not work: %d %s", w.Code, w.Body)
		}
		if w := h.do(t, set); w.Code < 400 {
			t.Errorf("the link works twice: %d", w.Code)
		}
		if w := h.do(t, request{method: "GET", host: "acme.localhost", path: "/account", cookie: owner.cookie}); w.Code != http.StatusSeeOther {
			t.Errorf("the old session lives: %d", w.Code)
		}
	})
}

// TestResetLimits: a stranger cannot flood a mailbox, and cannot tell by the
// limit whether there is an account.
func TestResetLimits(t *testing.T) {
	h, sink := mailed(t, storetest.SQLite(t))
	for _, who := range []string{"acme-owner@example.com", "nobody@example.com"} {
		for i := range 5 {
			want := http.StatusSeeOther
			if i >= 3 {
				want = http.StatusTooManyRequests
			}
			if code, _ := h.forget(t, who); code != want {
				t.Errorf("%s, request %d: %d", who, i+1, code)
			}
		}
	}
	h.mail(t)
	if n := len(sink.Mails()); n != 1 {
		t.Errorf("%d mails; a newer one replaces one that waits", n)
	}
}

// TestNoMailServer: the page says whom to ask, and nothing waits for ever.
func TestNoMailServer(t *testing.T) {
	h := onSQLite(t, nil)
	code, body := h.forget(t, "acme-owner@example.com")
	if code != http.StatusOK || !strings.Contains(body, "Ask whoever manages the users") {
		t.Errorf("%d %s", code, body)
	}
}

// TestToldBySignIn: a changed password is told in the inbox and by mail, and
// the mail names nothing but where to look.
func TestToldBySignIn(t *testing.T) {
	h, sink := mailed(t, storetest.SQLite(t))
	member := h.plain["acme"]
	change := func(cookie, present, next string) string {
		t.Helper()
		w := h.do(t, request{method: "POST", host: "acme.localhost", path: "/account/password", media: formType, cookie: cookie,
			body: "present=" + present + "&password=" + next + "&again=" + next})
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		return strings.TrimSuffix(strings.SplitN(strings.SplitN(w.Header().Get("Set-Cookie"), "=", 2)[1], ";", 2)[0], ";")
	}
	cookie := change(member.cookie, "", "first+pass+phrase+of+anna")
	cookie = change(cookie, "first+pass+phrase+of+anna", "second+pass+phrase+of+anna")
	h.mail(t)
	mails := sink.Mails()
	if len(mails) != 1 {
		t.Fatalf("%d mails", len(mails))
	}
	for _, canary := range []string{"ACME", "acme-member\r", "pass phrase", "owner"} {
		if strings.Contains(mails[0].Decoded(), canary) {
			t.Errorf("the mail holds %q:\n%s", canary, mails[0].Decoded())
		}
	}
	w := h.do(t, request{method: "GET", host: "acme.localhost", path: "/inbox", cookie: cookie})
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "How you sign in was changed") || !strings.Contains(w.Body.String(), "1 unread") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w = h.do(t, request{method: "GET", host: "acme.localhost", path: "/api/v1/inbox", token: member.token})
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"unread":1`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for _, path := range []string{"/day", "/account/notifications"} {
		if w := h.do(t, request{method: "GET", host: "acme.localhost", path: path, cookie: cookie}); w.Code != http.StatusOK {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// TestDayIsForEverybody holds that no source of "my day" fails for somebody
// whom it does not concern, nor for those whom it does.
func TestDayIsForEverybody(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		h := newHouse(t, data, nil)
		for name, who := range map[string]guest{"owner": h.owner["acme"], "member": h.plain["acme"]} {
			w := h.do(t, request{method: "GET", host: "acme.localhost", path: "/api/v1/day", token: who.token})
			if w.Code != http.StatusOK || strings.TrimSpace(w.Body.String()) != `{"complete":true,"items":[]}` {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
		}
	})
}
