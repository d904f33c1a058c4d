// Package mailtest is a real mail server for tests: it listens on this machine
// and keeps what it is given.
package mailtest

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// Mail is one mail that was handed over.
type Mail struct {
	From, To string
	Text     string // headers and body as they came
}

// Sink is a running mail server.
type Sink struct {
	URL string // for --mail-url

	mu     sync.Mutex
	mails  []Mail
	answer *smtp.SMTPError // to RCPT; nil = take it
	asked  int
}

// Start runs a mail server until the test ends.
func Start(t testing.TB) *Sink {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Sink{URL: "smtp://" + l.Addr().String() + "?tls=none"}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{sink: s}, nil }))
	server.Domain, server.MaxRecipients, server.MaxMessageBytes = "localhost", 5, 1<<20
	ended := make(chan struct{})
	go func() { defer close(ended); _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close(); <-ended })
	return s
}

// Refuse makes the server answer every addressee with a code; 0 = take mail.
func (s *Sink) Refuse(code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = nil
	if code != 0 {
		s.answer = &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 0, 0}, Message: "not now"}
	}
}

// Mails returns what was handed over, and forgets it.
func (s *Sink) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.mails
	s.mails = nil
	return out
}

// Asked counts the addressees that the server was asked for.
func (s *Sink) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

type session struct {
	sink *Sink
	mail Mail
}

func (c *session) Reset()        { c.mail = Mail{} }
func (c *session) Logout() error { return nil }

func (c *session) Mail(from string, _ *smtp.MailOptions) error {
	c.mail.From = from
	return nil
}

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.sink.mu.Lock()
	defer c.sink.mu.Unlock()
	c.sink.asked++
	if c.sink.answer != nil {
		return c.sink.answer
	}
	c.mail.To = to
	return nil
}

func (c *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	c.mail.Text = string(b)
	c.sink.mu.Lock()
	defer c.sink.mu.Unlock()
	c.sink.mails = append(c.sink.mails, c.mail)
	return nil
}

// Decoded is the text with the soft line ends and the escapes of
// quoted-printable undone, enough to look for words and links.
func (m Mail) Decoded() string {
	text := strings.ReplaceAll(m.Text, "=\r\n", "")
	return strings.NewReplacer("=3D", "=", "=C3=A4", "ä", "=C3=BC", "ü", "=C3=A9", "é", "&#43;", "+").Replace(text)
}
