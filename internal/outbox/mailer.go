package outbox

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"
)

// Mailer hands mail to the operator's mail server. It is safe for concurrent
// use; each mail has a connection of its own.
type Mailer struct {
	from    string
	host    string
	options []mail.Option
}

// smtpTimeout bounds one conversation with the mail server.
const smtpTimeout = 30 * time.Second

// NewMailer reads the address of a mail server:
//
//	smtps://user@mail.example.com:465     encrypted from the start
//	smtp://user@mail.example.com:587      encrypted by STARTTLS, refused without
//	smtp://127.0.0.1:1025?tls=none        in the clear, on this machine only
//
// The user is optional and needs the password. from is the sender's plain
// address. Errors name what is wrong and never a value.
func NewMailer(address, from, password string) (*Mailer, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Path != "" && u.Path != "/" {
		return nil, errors.New("--mail-url needs smtps://USER@HOST:465 or smtp://USER@HOST:587")
	}
	if _, set := u.User.Password(); set {
		return nil, errors.New("--mail-url must not hold the password: give it in the file that BAILIWICK_MAIL_PASSWORD_FILE names")
	}
	m := &Mailer{from: from, host: u.Hostname()}
	if err := mail.NewMsg().From(from); err != nil || len(from) > 254 {
		return nil, errors.New("--mail-from needs the plain address of the sender, such as bailiwick@example.com")
	}
	mode, err := tlsMode(u)
	if err != nil {
		return nil, err
	}
	port := map[string]int{"tls": 465, "starttls": 587, "none": 25}[mode]
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil || port < 1 || port > 65535 {
			return nil, errors.New("--mail-url has no such port")
		}
	}
	m.options = []mail.Option{mail.WithPort(port), mail.WithTimeout(smtpTimeout), mail.WithHELO("localhost"),
		mail.WithTLSConfig(&tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12})}
	switch mode {
	case "tls":
		m.options = append(m.options, mail.WithSSL())
	case "starttls":
		m.options = append(m.options, mail.WithTLSPolicy(mail.TLSMandatory))
	default:
		m.options = append(m.options, mail.WithTLSPolicy(mail.NoTLS))
	}
	if name := u.User.Username(); name != "" {
		if password == "" {
			return nil, errors.New("--mail-url names a user, so the password is needed: BAILIWICK_MAIL_PASSWORD_FILE names its file")
		}
		auth := mail.SMTPAuthAutoDiscover
		if mode == "none" {
			auth = mail.SMTPAuthPlainNoEnc
		}
		m.options = append(m.options, mail.WithSMTPAuth(auth), mail.WithUsername(name), mail.WithPassword(password))
	}
	return m, nil
}

// tlsMode is "tls", "starttls" or, on this machine only, "none".
func tlsMode(u *url.URL) (string, error) {
	mode := u.Query().Get("tls")
	switch {
	case u.Scheme == "smtps" && mode == "":
		return "tls", nil
	case u.Scheme == "smtp" && (mode == "" || mode == "starttls"):
		return "starttls", nil
	case u.Scheme == "smtp" && mode == "none":
		if !onThisMachine(u.Hostname()) {
			return "", errors.New("--mail-url: mail leaves this machine encrypted only; tls=none is for 127.0.0.1")
		}
		return "none", nil
	default:
		return "", errors.New("--mail-url: tls is starttls, or none for a server on this machine")
	}
}

func onThisMachine(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// Check connects to the mail server, signs in and leaves, for "doctor". The
// error is a sentence for operators.
func (m *Mailer) Check(ctx context.Context) error {
	c, err := mail.NewClient(m.host, m.options...)
	if err != nil {
		return errors.New("the mail server cannot be used with this configuration")
	}
	if err := c.DialWithContext(ctx); err != nil {
		return &serverError{err}
	}
	return c.Close()
}

type serverError struct{ err error }

func (e *serverError) Error() string {
	return "the mail server cannot be reached or does not let us in: look at --mail-url, --mail-password and its log (" + e.err.Error() + ")"
}

func (e *serverError) Unwrap() error { return e.err }

// verdict is how an attempt ended.
type verdict uint8

const (
	sent    verdict = iota
	retry           // the server said later, or something in between broke
	down            // no conversation came about: the others would fare the same
	refused         // the server said never
)

// send hands one mail over.
func (m *Mailer) send(ctx context.Context, msg *mail.Msg) verdict {
	c, err := mail.NewClient(m.host, m.options...)
	if err != nil {
		return down
	}
	if err := c.DialWithContext(ctx); err != nil {
		return down
	}
	defer func() { _ = c.Close() }() // the server's answer to the mail counts, not to QUIT
	err = c.Send(msg)
	if err == nil {
		return sent
	}
	var said *mail.SendError
	var network net.Error
	// A server that dislikes the sender dislikes our configuration, not this mail.
	if errors.As(err, &said) && !errors.As(err, &network) && said.Reason != mail.ErrSMTPMailFrom && said.ErrorCode() >= 500 && said.ErrorCode() < 600 {
		return refused
	}
	return retry
}
