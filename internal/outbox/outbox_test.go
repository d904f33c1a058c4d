package outbox_test

import (
	"context"
	"net/mail"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/outbox"
	"bailiwick/internal/outbox/mailtest"
	"bailiwick/internal/store"
	"bailiwick/internal/store/entity"
	"bailiwick/internal/store/message"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/store/user"
	"bailiwick/internal/vault"
	"bailiwick/internal/vault/keystore"
)

var anna, ben = bailiwick.UserID{ID: bailiwick.ID{1}}, bailiwick.UserID{ID: bailiwick.ID{2}}

// office is a box over a real store with two users, the second disabled.
type office struct {
	*outbox.Box
	t     *testing.T
	data  *store.Store
	id    bailiwick.TenantID
	clock *clock
	actor bailiwick.Actor
	to    string
}

type clock struct{ at time.Time }

func (c *clock) Now() time.Time { return c.at }

func newOffice(t *testing.T, data *store.Store) *office {
	t.Helper()
	ctx := context.Background()
	keys, err := keystore.OpenSQLite(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keys.Close() })
	v, err := vault.Open(ctx, vault.Options{Keystore: keys, Keeper: vault.NewFileKeeper(t.TempDir() + "/root.key")})
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, data: data, id: storetest.NewTenant(t, data), clock: &clock{time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}, to: "anna@example.com"}
	if err := v.CreateTenant(ctx, o.id); err != nil {
		t.Fatal(err)
	}
	o.Box = outbox.New(data, v, o.clock)
	o.actor = bailiwick.NewActor(bailiwick.ActorSpec{Kind: bailiwick.User, Tenant: o.id, User: anna, Purpose: bailiwick.ProvideService})
	o.update(func(ctx context.Context, tx store.TenantTx) error {
		e := bailiwick.EntityID{ID: bailiwick.ID{42}}
		if err := entity.Insert(ctx, tx, entity.Row{ID: e, Key: "de"}); err != nil {
			return err
		}
		for u, disabled := range map[bailiwick.UserID]int64{anna: 0, ben: 5} {
			r := user.Row{ID: u, Lookup: u.Bytes(), Profile: bailiwick.SealedBytes([]byte("p")), CountrySource: "none", Entity: e, Disabled: disabled}
			if err := user.Insert(ctx, tx, r); err != nil {
				return err
			}
		}
		return nil
	})
	return o
}

func (o *office) update(f func(ctx context.Context, tx store.TenantTx) error) {
	o.t.Helper()
	ctx := context.Background()
	if err := o.data.Update(ctx, o.id, func(tx store.TenantTx) error { return f(ctx, tx) }); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) post(n outbox.Notice) {
	o.t.Helper()
	n.At = o.clock.at
	o.update(func(ctx context.Context, tx store.TenantTx) error { return outbox.Post(ctx, tx, n) })
}

func (o *office) deliver(url string) outbox.Counts {
	o.t.Helper()
	m, err := outbox.NewMailer(url, "bailiwick@example.net", "")
	if err != nil {
		o.t.Fatal(err)
	}
	n, err := o.Deliver(context.Background(), outbox.Delivery{
		Tenant: o.id, Base: "https://acme.example.net", Mailer: m,
		Addressee: func(context.Context, bailiwick.UserID) (outbox.Addressee, error) {
			return outbox.Addressee{Email: o.to, Lang: "en", Zone: time.UTC}, nil
		},
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return n
}

func (o *office) lines() []outbox.Line {
	o.t.Helper()
	lines, _, err := o.Inbox(context.Background(), o.actor, bailiwick.ID{}, 50)
	if err != nil {
		o.t.Fatal(err)
	}
	return lines
}

func review() outbox.Notice {
	return outbox.Notice{Kind: outbox.ReviewAsked, To: []bailiwick.UserID{anna, ben, anna, {ID: bailiwick.ID{9}}}, Ref: "CHG-12", Path: "/proposals/CHG-12",
		Due: time.Date(2026, 12, 11, 17, 0, 0, 0, time.UTC)}
}

func TestMailIsSent(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		o, sink := newOffice(t, data), mailtest.Start(t)
		o.post(review())
		if got := o.deliver(sink.URL); got != (outbox.Counts{Sent: 1}) {
			t.Fatalf("%+v", got)
		}
		mails := sink.Mails()
		if len(mails) != 1 {
			t.Fatalf("%d mails: doubles, disabled and unknown users get none", len(mails))
		}
		m, err := mail.ReadMessage(strings.NewReader(mails[0].Text))
		if err != nil {
			t.Fatal(err)
		}
		for h, want := range map[string]string{
			"From": "<bailiwick@example.net>", "To": "<anna@example.com>", "Subject": "A change waits for your review (CHG-12)",
			"Auto-Submitted": "auto-generated", "List-Unsubscribe": "<https://acme.example.net/account/notifications>", "User-Agent": "", "X-Mailer": "",
		} {
			if got := m.Header.Get(h); got != want {
				t.Errorf("%s is %q, want %q", h, got, want)
			}
		}
		text := mails[0].Decoded()
		for _, want := range []string{"https://acme.example.net/proposals/CHG-12", "by Fri 11 Dec 2026, 21 days left", "text/html", "text/plain"} {
			if !strings.Contains(text, want) {
				t.Errorf("the mail lacks %q:\n%s", want, text)
			}
		}
		if got := o.deliver(sink.URL); got != (outbox.Counts{}) || len(sink.Mails()) != 0 {
			t.Errorf("it was sent again: %+v", got)
		}
		if l := o.lines(); len(l) != 1 || l[0].Ref != "CHG-12" || !l[0].Seen.IsZero() {
			t.Errorf("inbox %+v", l)
		}
	})
}

func TestRetryAndGiveUp(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		o, sink := newOffice(t, data), mailtest.Start(t)
		o.post(review())
		sink.Refuse(451)
		if got := o.deliver(sink.URL); got != (outbox.Counts{Retried: 1}) {
			t.Errorf("after 4xx: %+v", got)
		}
		if got := o.deliver(sink.URL); got != (outbox.Counts{}) || sink.Asked() != 1 {
			t.Errorf("it did not wait: %+v", got)
		}
		o.clock.at = o.clock.at.Add(time.Minute)
		sink.Refuse(0)
		if got := o.deliver(sink.URL); got != (outbox.Counts{Sent: 1}) {
			t.Errorf("a minute later: %+v", got)
		}
		o.post(review())
		sink.Refuse(550)
		o.clock.at = o.clock.at.Add(time.Second) // else it could stand beside the notice
		if got := o.deliver(sink.URL); got != (outbox.Counts{GivenUp: 1}) {
			t.Errorf("after 5xx: %+v", got)
		}
		if l := o.lines(); l[0].Kind != outbox.MailFailed || l[0].Ref != "CHG-12" {
			t.Errorf("the addressee was not told: %+v", l[0])
		}
	})
}

// TestServerDown holds that a mail outlives a server that is down, and not for
// ever.
func TestServerDown(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		o := newOffice(t, data)
		o.post(review())
		tries := 0
		for range 20 {
			n := o.deliver("smtp://127.0.0.1:1?tls=none")
			tries += n.Retried
			if n.GivenUp == 1 {
				break
			}
			o.clock.at = o.clock.at.Add(24 * time.Hour)
		}
		if l := o.lines(); tries != 8 || l[0].Kind != outbox.MailFailed {
			t.Errorf("%d retries, then %+v", tries, l[0])
		}
	})
}

// TestNoClearText holds that mail waits rather than leave unencrypted: the
// server here offers no TLS.
func TestNoClearText(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		o, sink := newOffice(t, data), mailtest.Start(t)
		o.post(review())
		if got := o.deliver(strings.TrimSuffix(sink.URL, "?tls=none")); got != (outbox.Counts{Retried: 1}) || sink.Asked() != 0 {
			t.Errorf("%+v, %d addressees named", got, sink.Asked())
		}
	})
}

// TestNoMailer: without a mail server nothing waits, so that configuring one
// later does not send what is long past.
func TestNoMailer(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		o, sink := newOffice(t, data), mailtest.Start(t)
		o.post(review())
		n, err := o.Deliver(context.Background(), outbox.Delivery{Tenant: o.id})
		if err != nil || n != (outbox.Counts{Outdated: 1}) {
			t.Errorf("%+v, %v", n, err)
		}
		if got := o.deliver(sink.URL); got != (outbox.Counts{}) || len(o.lines()) != 1 {
			t.Errorf("%+v", got)
		}
	})
}

// TestCrash: a process that dies after the claim leaves the mail to be tried
// again after ten minutes, not before.
func TestCrash(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		o, sink := newOffice(t, data), mailtest.Start(t)
		o.post(review())
		now := o.clock.at.UnixMicro()
		o.update(func(ctx context.Context, tx store.TenantTx) error {
			due, err := message.Due(ctx, tx, now, 1)
			if err != nil {
				return err
			}
			_, err = message.Claim(ctx, tx, due[0], now, now+10*60e6)
			return err
		})
		if got := o.deliver(sink.URL); got != (outbox.Counts{}) {
			t.Errorf("sent beside the claimant: %+v", got)
		}
		o.clock.at = o.clock.at.Add(10 * time.Minute)
		if got := o.deliver(sink.URL); got != (outbox.Counts{Sent: 1}) {
			t.Errorf("after the claim ended: %+v", got)
		}
	})
}

func TestHeaderInjection(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		o, sink := newOffice(t, data), mailtest.Start(t)
		for _, n := range []outbox.Notice{
			{Kind: outbox.ReviewAsked, Ref: "CHG-1\r\nBcc: eve@example.org", Path: "/"},
			{Kind: outbox.ReviewAsked, Ref: "Anna Miller", Path: "/"},
			{Kind: outbox.ReviewAsked, Path: "/x\r\nBcc: eve@example.org"},
			{Kind: outbox.ReviewAsked, Path: "//evil.example.org"},
			{Kind: "other", Path: "/"},
		} {
			n.To, n.At = []bailiwick.UserID{anna}, o.clock.at
			err := data.Update(context.Background(), o.id, func(tx store.TenantTx) error { return outbox.Post(context.Background(), tx, n) })
			if err == nil {
				t.Errorf("%q %q was taken", n.Ref, n.Path)
			}
		}
		o.to = "anna@example.com>\r\nBcc: <eve@example.org"
		o.post(review())
		if got := o.deliver(sink.URL); got != (outbox.Counts{GivenUp: 1}) || sink.Asked() != 0 {
			t.Errorf("an address with a line end: %+v", got)
		}
	})
}

func TestSettings(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		ctx := context.Background()
		o, sink := newOffice(t, data), mailtest.Start(t)
		set := func(s outbox.Settings) {
			t.Helper()
			if err := o.SetSettings(ctx, o.actor, s); err != nil {
				t.Fatal(err)
			}
		}
		set(outbox.Settings{Choices: map[outbox.Kind]outbox.Choice{outbox.ReviewAsked: outbox.Off, outbox.AccessAsked: outbox.ByInbox}, Language: "de"})
		o.post(review())
		o.post(outbox.Notice{Kind: outbox.AccessAsked, To: []bailiwick.UserID{anna}, Ref: "REQ-1", Path: "/access-requests"})
		o.post(outbox.Notice{Kind: outbox.SignInChanged, To: []bailiwick.UserID{anna}, Path: "/account"})
		if got := o.deliver(sink.URL); got.Sent != 1 {
			t.Errorf("%+v", got)
		}
		if m := sink.Mails(); len(m) != 1 || !strings.Contains(m[0].Decoded(), "verlangen Sie sofort ein neues Passwort") {
			t.Errorf("mails: %+v", m)
		}
		if l := o.lines(); len(l) != 2 {
			t.Errorf("inbox %+v", l)
		}
		for _, s := range []outbox.Settings{
			{Choices: map[outbox.Kind]outbox.Choice{outbox.SignInChanged: outbox.Off}},
			{Choices: map[outbox.Kind]outbox.Choice{outbox.ReviewAsked: "pigeon"}}, {Language: "xx"},
		} {
			if err := o.SetSettings(ctx, o.actor, s); bailiwick.ErrorCode(err) != bailiwick.CodeInvalid {
				t.Errorf("%+v: %v", s, err)
			}
		}
		if err := o.See(ctx, o.actor, o.lines()[0].ID); err != nil {
			t.Error(err)
		}
		if n, err := o.Unread(ctx, o.actor); n != 1 || err != nil {
			t.Errorf("%d unread, %v", n, err)
		}
		o.clock.at = o.clock.at.Add(outbox.Kept + time.Second)
		if err := o.Sweep(ctx, o.id); err != nil || len(o.lines()) != 0 {
			t.Errorf("after 90 days: %v, %+v", err, o.lines())
		}
	})
}

// TestTexts holds that every kind has every text in every language, and that
// no language has a text of its own.
func TestTexts(t *testing.T) {
	for _, lang := range outbox.Languages() {
		for _, k := range outbox.Kinds() {
			if outbox.Text(k, lang, "") == "" || outbox.Label(k, lang) == "" || outbox.TaskText(k, "", lang, "") == "" {
				t.Errorf("%s has no text for %s", lang, k)
			}
			for _, o := range k.Outcomes() {
				if outbox.TextOf(k, o, lang, "") == outbox.Text(k, lang, "") {
					t.Errorf("%s does not say that %s was %s", lang, k, o)
				}
			}
		}
		if outbox.TaskText(outbox.BasisMissing, "", lang, "") == "" {
			t.Errorf("%s has no text for a missing basis", lang)
		}
	}
}

func TestDeadline(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		due  time.Time
		lang string
		want string
	}{
		{time.Time{}, "en", ""},
		{time.Date(2026, 12, 11, 10, 0, 0, 0, time.UTC), "en", "by Fri 11 Dec 2026, 16 days left"},
		{time.Date(2026, 12, 11, 10, 0, 0, 0, time.UTC), "de", "bis Fr., 11. Dezember 2026, noch 16 Tage"},
		{time.Date(2026, 11, 25, 17, 0, 0, 0, time.UTC), "en", "today by 18:00"},
		{time.Date(2026, 11, 25, 23, 30, 0, 0, time.UTC), "en", "by tomorrow, Thu 26 Nov 2026"}, // past midnight in Berlin
		{time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC), "en", "was due today at 09:00"},
		{time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC), "fr", "échéance hier, mar. 24 novembre 2026"},
		{time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC), "en", "was due on Fri 20 Nov 2026, 5 days ago"},
	} {
		if got := outbox.Deadline(c.due, now, berlin, c.lang); got != c.want {
			t.Errorf("%v: %q, want %q", c.due, got, c.want)
		}
	}
}

func TestMailerAddress(t *testing.T) {
	for address, ok := range map[string]bool{
		"smtps://mail.example.com": true, "smtp://mail.example.com:587": true, "smtp://127.0.0.1:25?tls=none": true, "smtp://[::1]:25?tls=none": true,
		"smtp://mail.example.com?tls=none": false, "smtps://mail.example.com?tls=none": false, "http://mail.example.com": false, "smtp://": false,
		"smtp://u:secret@mail.example.com": false, "smtp://user@mail.example.com": false, "smtp://mail.example.com:0": false,
	} {
		_, err := outbox.NewMailer(address, "a@example.com", "")
		if (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error names the password: %v", err)
		}
	}
	if _, err := outbox.NewMailer("smtps://mail.example.com", "a@example.com\r\nX: y", ""); err == nil {
		t.Error("a sender with a line end")
	}
}

// TestDay: the most urgent first, and a part that fails hides no other.
func TestDay(t *testing.T) {
	at := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	source := func(err error, tasks ...outbox.Task) outbox.Source {
		return func(context.Context, bailiwick.Actor) ([]outbox.Task, error) { return tasks, err }
	}
	got, whole := outbox.Day(context.Background(), bailiwick.Actor{}, []outbox.Source{
		source(nil, outbox.Task{Ref: "none"}, outbox.Task{Ref: "later", Due: at.Add(time.Hour)}),
		source(bailiwick.NotFound()),
		source(nil, outbox.Task{Ref: "soon", Due: at}),
	})
	var refs []string
	for _, task := range got {
		refs = append(refs, task.Ref)
	}
	if whole || strings.Join(refs, " ") != "soon later none" {
		t.Errorf("%v, %v", refs, whole)
	}
}
