package scenario

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/outbox"
	"bailiwick/internal/outbox/mailtest"
	"bailiwick/internal/server"
	"bailiwick/internal/store"
	"bailiwick/internal/tenant"
	"bailiwick/internal/vault"
	"bailiwick/internal/vault/keystore"
)

// World is a running server and the people who use it.
type World struct {
	Server *server.Server
	Parts  server.Parts
	Addr   string // of the listener
	Log    *Log   // what the server wrote for its operators
	Mail   *mailtest.Sink
	mailer *outbox.Mailer
	client *http.Client
	people map[string]*Person
	clock  *aheadClock // nil for a world whose clock cannot be moved
}

// aheadClock is the system's clock, which a script may put forward.
type aheadClock struct {
	mu    sync.Mutex
	ahead time.Duration
}

// Now is the time it shows.
func (c *aheadClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return bailiwick.SystemClock{}.Now().Add(c.ahead)
}

func (c *aheadClock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// Person is a user who is signed in both ways: with a session, as a browser
// is, and with an API token.
type Person struct {
	Name   string
	Slug   string
	Actor  bailiwick.Actor
	Cookie string
	Token  string
}

// Start runs a server on a store until the test ends, with a new keystore.
func Start(t testing.TB, data *store.Store, change func(*server.Config)) *World {
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
	log, clock := &Log{}, &aheadClock{}
	w := run(t, server.Furnish(data, v, clock, log.logger()), log, change)
	w.clock = clock
	return w
}

// ActivateDue puts the due changes of a workspace's configuration into force
// and reminds people, as the jobs due-changes and reminders do.
func (w *World) ActivateDue(t testing.TB, slug string) error {
	t.Helper()
	ws, err := w.Parts.Tenants.BySlug(context.Background(), slug)
	if err != nil {
		return err
	}
	job := bailiwick.NewActor(bailiwick.ActorSpec{Kind: bailiwick.Job, Tenant: ws.ID, Purpose: bailiwick.ProvideService, JobName: "due-changes"})
	if _, err = w.Parts.Proposals.ActivateDue(context.Background(), job); err != nil {
		return err
	}
	return w.Parts.Door.Remind(context.Background(), ws.ID)
}

// run serves the rooms of a house until the test ends.
func run(t testing.TB, parts server.Parts, log *Log, change func(*server.Config)) *World {
	t.Helper()
	w := &World{Parts: parts, Log: log, people: map[string]*Person{}, client: newClient()}
	config := server.Defaults()
	config.Listen, config.AdminListen, config.TenantRate = "127.0.0.1:0", "off", 0
	w.Mail = mailtest.Start(t)
	config.MailURL, config.MailFrom = w.Mail.URL, "bailiwick@example.net"
	if change != nil {
		change(&config)
	}
	var err error
	if w.mailer, err = config.Mailer(); err != nil {
		t.Fatal(err)
	}
	if w.Server, err = server.New(config, w.Parts); err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(context.Background())
	ready, ended := make(chan net.Addr, 1), make(chan error, 1)
	go func() { ended <- w.Server.Run(running, func(a net.Addr) { ready <- a }) }()
	select {
	case a := <-ready:
		w.Addr = a.String()
	case err := <-ended:
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	return w
}

func newClient() *http.Client {
	return &http.Client{
		Timeout:       time.Minute,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 16},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Workspace makes a workspace with one legal entity in Germany. rules are
// those of its configuration; nil = the product's defaults.
func (w *World) Workspace(t testing.TB, slug string, rules []byte) tenant.Tenant {
	t.Helper()
	made := w.Bare(t, slug, rules)
	w.Bases(t, made.ID)
	return made
}

// Bare makes a workspace without any basis recorded.
func (w *World) Bare(t testing.TB, slug string, rules []byte) tenant.Tenant {
	t.Helper()
	made, err := w.Parts.Tenants.Create(context.Background(), tenant.Spec{
		Slug: slug, Name: strings.ToUpper(slug[:1]) + slug[1:], Rules: rules,
		Entities: []tenant.Entity{{Key: slug, Name: slug + " GmbH", Seat: "DE"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// Bases records a basis for everything that a new workspace can hold: stories
// are about other rules, save for the one that begins without (R14.14).
func (w *World) Bases(t testing.TB, id bailiwick.TenantID) {
	t.Helper()
	privacy := bailiwick.NewActor(bailiwick.ActorSpec{
		Kind: bailiwick.User, Tenant: id, User: bailiwick.UserID{ID: bailiwick.ID{15: 0xee}},
		Roles: []bailiwick.Role{"privacy"}, Country: "DE", Purpose: bailiwick.ProvideService,
	})
	if _, err := w.Parts.Door.RecordBases(context.Background(), privacy, custody.BasisNote{Responsible: "Privacy", Basis: "test", Notice: "test"}); err != nil {
		t.Fatal(err)
	}
}

// Deliver hands over the mail of a workspace that waits, as the job does.
func (w *World) Deliver(t testing.TB, slug string) {
	t.Helper()
	ctx := context.Background()
	ws, err := w.Parts.Tenants.BySlug(ctx, slug)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Parts.Outbox.Deliver(ctx, outbox.Delivery{
		Tenant: ws.ID, Base: w.Server.TenantURL(slug), Mailer: w.mailer,
		Addressee: func(ctx context.Context, u bailiwick.UserID) (outbox.Addressee, error) {
			return w.Parts.Identity.Addressee(ctx, ws.ID, u)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// User makes a user of a workspace and signs them in.
func (w *World) User(t testing.TB, slug, name string, country bailiwick.Country, roles ...bailiwick.Role) *Person {
	t.Helper()
	ctx := context.Background()
	ws, err := w.Parts.Tenants.BySlug(ctx, slug)
	if err != nil {
		t.Fatal(err)
	}
	op := identity.Operator(ws.ID)
	id, err := w.Parts.Identity.CreateUser(ctx, ws.ID, op, identity.UserSpec{Name: name, Email: name + "@example.com", Roles: roles, Country: country})
	if err != nil {
		t.Fatalf("user %s: %v", name, err)
	}
	link, err := w.Parts.Identity.SignInLink(ctx, ws.ID, op, id, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	in, err := w.Parts.Identity.RedeemLink(ctx, ws.ID, link, identity.Meta{Address: netip.IPv6Loopback()})
	if err != nil {
		t.Fatal(err)
	}
	_, token, err := w.Parts.Identity.CreateToken(ctx, in.Actor, id, identity.TokenSpec{Label: "scenario", Scopes: bailiwick.Scopes(), Life: 30 * 24 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	p := &Person{Name: name, Slug: slug, Actor: in.Actor, Cookie: in.Cookie, Token: token}
	w.people[name] = p
	return p
}

// Request is one request of a person; nobody if By is nil.
type Request struct {
	By     *Person
	Page   bool   // as a browser with the session rather than with the token
	Host   string // "" = the workspace of the person
	Method string
	Path   string
	Body   string
	Header map[string]string
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Do sends a request over the network.
func (w *World) Do(t testing.TB, q Request) Answer {
	t.Helper()
	a, err := w.Try(context.Background(), q)
	if err != nil {
		t.Fatalf("%s %s: %v", q.Method, q.Path, err)
	}
	return a
}

// Try is Do for callers that expect the connection to break.
func (w *World) Try(ctx context.Context, q Request) (Answer, error) {
	return send(ctx, w.client, w.Addr, q)
}

// Serve puts a request straight into the server, without a network: for tests
// that make very many.
func (w *World) Serve(q Request) Answer {
	r := httptest.NewRequest(q.Method, "http://"+q.host()+q.Path, strings.NewReader(q.Body))
	q.dress(r)
	rec := httptest.NewRecorder()
	w.Server.ServeHTTP(rec, r)
	return Answer{rec.Code, rec.Result().Header, rec.Body.Bytes()}
}

// send sends a request to an address over the network.
func send(ctx context.Context, client *http.Client, addr string, q Request) (Answer, error) {
	r, err := http.NewRequestWithContext(ctx, q.Method, "http://"+addr+q.Path, strings.NewReader(q.Body))
	if err != nil {
		return Answer{}, err
	}
	q.dress(r)
	resp, err := client.Do(r)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<20))
	if err != nil {
		return Answer{}, fmt.Errorf("body: %w", err)
	}
	return Answer{resp.StatusCode, resp.Header, body}, nil
}

// host is the name that the request is for.
func (q *Request) host() string {
	if q.Host == "" && q.By != nil {
		return q.By.Slug + ".localhost"
	}
	return q.Host
}

// dress puts host, credentials and headers on a request.
func (q *Request) dress(r *http.Request) {
	if h := q.host(); h != "" {
		r.Host = h
	}
	if q.Body != "" {
		media := "application/json"
		if q.Page {
			media = "application/x-www-form-urlencoded"
		}
		r.Header.Set("Content-Type", media)
	}
	switch {
	case q.By == nil:
	case q.Page:
		r.AddCookie(&http.Cookie{Name: identity.SessionCookie, Value: q.By.Cookie})
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	default:
		r.Header.Set("Authorization", "Bearer "+q.By.Token)
	}
	for k, v := range q.Header {
		r.Header.Set(k, v)
	}
}

// Log collects the lines of a server.
type Log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write is for slog.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *Log) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// String returns every line so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
