package server

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/ledger"
	"bailiwick/internal/outbox"
	"bailiwick/internal/proposal"
	"bailiwick/internal/store"
	"bailiwick/internal/tenant"
	"bailiwick/internal/vault"
	"bailiwick/internal/web"
)

// Parts are the rooms of the house, furnished by cmd or by a test.
type Parts struct {
	Store    *store.Store
	Vault    *vault.Vault
	Ledger   *ledger.Ledger
	Tenants  *tenant.Registry
	Identity *identity.Service
	Door     *custody.Door
	// Proposals are the changes of configurations on their way.
	Proposals *proposal.Service
	Outbox    *outbox.Box
	Clock     bailiwick.Clock
	Rand      io.Reader // nil = crypto/rand
	Log       *slog.Logger
}

// Server answers requests. It is safe for concurrent use; Run may be called
// once.
type Server struct {
	config      Config
	parts       Parts
	base        *url.URL
	proxies     []netip.Prefix
	site        *web.Site
	mailer      *outbox.Mailer // nil = no mail server
	routes      []Row
	muxes       map[HostKind]*http.ServeMux
	gate        gate
	quota       *quota
	metrics     *metrics
	crossOrigin *http.CrossOriginProtection
	log         *slog.Logger
	draining    atomic.Bool
	refusals    refusalTallies

	// Of the jobs, used by one goroutine: Run's, or RunJob's caller.
	jobs    []Job
	holder  bailiwick.ID         // names this process in leases
	jobNext map[string]time.Time // when to look at a job again
}

// New builds a server from a configuration that passes Check. It opens no
// listener.
func New(c Config, p Parts) (*Server, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if p.Store == nil || p.Tenants == nil || p.Identity == nil || p.Clock == nil {
		return nil, errors.New("server: store, tenants, identity and clock are needed")
	}
	if p.Rand == nil {
		p.Rand = rand.Reader
	}
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	base, err := c.Base()
	if err != nil {
		return nil, err
	}
	proxies, err := c.proxies()
	if err != nil {
		return nil, err
	}
	s := &Server{
		config: c, parts: p, base: base, proxies: proxies, log: p.Log,
		muxes:       map[HostKind]*http.ServeMux{TenantHost: {}, BaseHost: {}, ProviderHost: {}},
		gate:        make(gate, c.MaxRequests),
		quota:       newQuota(c.TenantRate),
		metrics:     newMetrics(),
		crossOrigin: http.NewCrossOriginProtection(),
	}
	if s.site, err = web.New(p.Door, p.Identity, s, p.Clock); err != nil {
		return nil, err
	}
	if s.mailer, err = c.Mailer(); err != nil {
		return nil, err
	}
	s.site.Changes(p.Proposals)
	s.site.Inform(p.Outbox, s.tasks(), s.mailer != nil)
	if s.holder, err = bailiwick.NewID(p.Clock.Now(), p.Rand); err != nil {
		return nil, err
	}
	s.jobs, s.jobNext = s.jobTable(), map[string]time.Time{}
	s.routes = s.table()
	for i := range s.routes {
		s.mount(s.muxes[s.routes[i].Host], &s.routes[i])
	}
	return s, nil
}

// Routes returns a copy of the table of routes.
func (s *Server) Routes() []Row { return append([]Row(nil), s.routes...) }

// Run listens, serves and runs the jobs until ctx ends, then stops taking
// requests and jobs, finishes the requests in flight and returns. ready is
// called once with the address when requests are answered.
func (s *Server) Run(ctx context.Context, ready func(net.Addr)) error {
	public, err := net.Listen("tcp", s.config.Listen)
	if err != nil {
		return listenError("--listen", s.config.Listen, err)
	}
	if a, ok := public.Addr().(*net.TCPAddr); ok && s.base.Port() == "0" {
		s.base.Host = net.JoinHostPort(s.base.Hostname(), strconv.Itoa(a.Port)) // the system chose the port
	}
	main := s.httpServer(ctx, s, s.config.RequestTimeout)
	start := func() error { return main.Serve(public) }
	if s.config.UsesTLS() {
		cert, err := newCertificate(s.config.TLSCert, s.config.TLSKey, s.parts.Clock)
		if err != nil {
			_ = public.Close()
			return err
		}
		main.TLSConfig = cert.config()
		start = func() error { return main.ServeTLS(public, "", "") }
	}
	admin := s.httpServer(ctx, s.adminHandler(), 10*time.Second)
	failed := make(chan error, 2)
	if s.config.AdminListen != "off" {
		l, err := net.Listen("tcp", s.config.AdminListen)
		if err != nil {
			_ = public.Close()
			return listenError("--admin-listen", s.config.AdminListen, err)
		}
		go func() { failed <- admin.Serve(l) }()
	}
	go func() { failed <- start() }()
	defer s.startWork(ctx)()
	if ready != nil {
		ready(public.Addr())
	}
	select {
	case err := <-failed:
		_, _ = main.Close(), admin.Close()
		return err
	case <-ctx.Done():
		return s.drain(ctx, main, admin)
	}
}

// startWork starts the jobs and returns how to stop them and wait for it.
func (s *Server) startWork(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.work(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}
}

// drain stops without losing a request: readiness fails at once, no new
// connection is taken, and what is in flight has DrainTimeout to finish.
func (s *Server) drain(ctx context.Context, main, admin *http.Server) error {
	s.draining.Store(true)
	s.log.Info("stopping: finishing requests in flight")
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.config.DrainTimeout)
	defer cancel()
	err := main.Shutdown(wait)
	if err != nil {
		_ = main.Close()
		err = errors.New("some requests did not finish in time and were cut off")
	}
	s.site.Wait(wait)
	if rerr := s.recordCounted(ctx, true); rerr != nil {
		s.log.LogAttrs(wait, slog.LevelError, "counted refusals could not be recorded", slog.String("code", string(bailiwick.ErrorCode(rerr))))
	}
	_ = admin.Close()
	return err
}

// httpServer is a net/http server with every limit set. Requests outlive ctx:
// they are finished, not cancelled, when the server stops.
func (s *Server) httpServer(ctx context.Context, h http.Handler, timeout time.Duration) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: timeout, WriteTimeout: timeout + gateWait,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
		ErrorLog:    slog.NewLogLogger(quiet{s.log.Handler()}, slog.LevelDebug),
	}
}

func listenError(flag, addr string, err error) error {
	return &ListenError{Flag: flag, Addr: addr, Err: err}
}

// ListenError says that an address could not be listened on.
type ListenError struct {
	Flag, Addr string
	Err        error
}

// Error says what to do about it.
func (e *ListenError) Error() string {
	return "cannot listen on " + e.Addr + ": choose a free address with " + e.Flag + " (" + e.Err.Error() + ")"
}

// Unwrap returns the cause.
func (e *ListenError) Unwrap() error { return e.Err }

// quiet drops the text of net/http's own complaints, which quotes what clients
// send (addresses, malformed headers), and keeps that there was one.
type quiet struct{ slog.Handler }

// Handle writes the record without its text.
func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	return q.Handler.Handle(ctx, slog.NewRecord(r.Time, r.Level, "a connection failed", 0))
}
