package outbox

import (
	"errors"
	"html/template"
	"net/url"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"bailiwick/internal/store/message"
)

// Addressee is whom a mail goes to.
type Addressee struct {
	Email string
	Lang  string         // language of who chose none
	Zone  *time.Location // of the workspace
}

// letter is what the two forms of a mail show.
type letter struct {
	Lang     string
	Headline string
	Text     string // one more sentence, or empty
	Due      string // labelled deadline, or empty
	Open     string
	Link     string
	Why      string
	Settings string // label, or empty where nothing can be chosen
	SetLink  string
}

// html is the second form of a mail: no image, no style that calls outside, no
// way to see whether it was opened.
var html = template.Must(template.New("mail").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><title>{{.Headline}}</title></head>
<body><p><strong>{{.Headline}}</strong></p>
{{with .Text}}<p>{{.}}</p>
{{end}}{{with .Due}}<p>{{.}}</p>
{{end}}<p><a href="{{.Link}}">{{.Open}}</a></p>
<p><small>{{.Why}}{{if .Settings}}<br><a href="{{.SetLink}}">{{.Settings}}</a>{{end}}</small></p>
</body></html>
`))

func (l *letter) plain() string {
	var b strings.Builder
	for _, part := range []string{l.Headline + ".", l.Text, l.Due, l.Open + ": " + l.Link, "-- ", l.Why} {
		if part == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(part)
	}
	if l.Settings != "" {
		b.WriteString("\n" + l.Settings + ": " + l.SetLink)
	}
	return strings.Replace(b.String(), "-- \n\n", "-- \n", 1) + "\n"
}

// letterOf says what a row is about. base is the address of the workspace;
// secret is that of a link, if the row has one.
func letterOf(r message.Row, lang, base, secret string, zone *time.Location, now time.Time) letter {
	k, outcome := kindOf(r.Kind)
	l := letter{
		Lang: lang, Headline: TextOf(k, outcome, lang, r.Ref), Open: sentence(lang, "mail.open"), Link: base + r.Path, Why: sentence(lang, "mail.why"),
	}
	switch k {
	case PasswordReset:
		l.Link = base + "/link/" + url.PathEscape(secret)
		l.Text = sentence(lang, "mail.reset.text") + " " + sentence(lang, "mail.reset.ignore")
	case SignInChanged:
		l.Text = sentence(lang, "mail.signin.text")
	}
	if !k.Security() {
		l.Settings, l.SetLink = sentence(lang, "mail.settings"), base+"/account/notifications"
	}
	if r.Due > 0 && k != PasswordReset {
		l.Due = sentence(lang, "mail.due") + ": " + Deadline(instant(r.Due), now, zone, lang)
	}
	return l
}

// compose makes the mail of a row. Its Message-ID is made from the row's
// identifier, so that a mail that was handed over twice is known as one.
func (m *Mailer) compose(r message.Row, to Addressee, l letter, now time.Time) (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := msg.From(m.from); err != nil {
		return nil, errors.New("outbox: the sender's address is not usable")
	}
	if err := msg.To(to.Email); err != nil {
		return nil, errors.New("outbox: an addressee's address is not usable")
	}
	msg.Subject(l.Headline)
	msg.SetDateWithValue(now)
	msg.SetMessageIDWithValue(r.ID.String() + "@" + m.from[strings.LastIndexByte(m.from, '@')+1:])
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	if l.SetLink != "" {
		msg.SetListUnsubscribe("<" + l.SetLink + ">")
	}
	msg.SetBodyString(mail.TypeTextPlain, l.plain())
	return msg, msg.AddAlternativeHTMLTemplate(html, l)
}
