package server

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"bailiwick"
)

// ServeHTTP is the order in which a request passes the house. Each step may
// end it; the handler of the route is the last.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{ResponseWriter: w, id: s.requestID(), start: s.parts.Clock.Now()}
	s.metrics.inFlight.Inc()
	defer s.finish(x, r)
	x.client, x.secure = s.origin(r)
	secureHeaders(w.Header(), underAPI(r.URL.Path), x.secure)
	w.Header().Set("X-Request-Id", x.id)
	if err := s.gate.enter(r.Context()); err != nil {
		s.fail(x, r, err)
		return
	}
	defer s.gate.leave()
	if err := s.serve(x, r); err != nil {
		s.fail(x, r, err)
	}
}

// serve finds the place and the route.
func (s *Server) serve(x *exchange, r *http.Request) error {
	if len(r.URL.Path)+len(r.URL.RawQuery) > maxPathBytes {
		return bailiwick.Malformed("The address is longer than 8 KiB.")
	}
	var err error
	if x.place, err = s.locate(r.Context(), r.Host); err != nil {
		return err
	}
	if done, err := s.secured(x, r); done || err != nil {
		return err
	}
	if x.place.kind == TenantHost {
		if err := s.quota.take(x.tenant(), x.start); err != nil {
			return err
		}
	}
	// Every unsafe method, whatever the route: a foreign site, a sibling
	// workspace included, cannot make a browser act here.
	if err := s.crossOrigin.Check(r); err != nil {
		return bailiwick.Denied("The request came from another site and was refused.")
	}
	mux := s.muxes[x.place.kind]
	if _, pattern := mux.Handler(r); pattern == "" {
		return unmatched(x, mux, r)
	}
	mux.ServeHTTP(x, r)
	return x.err
}

// mount puts a row on its mux. The mux sets the path values of the request;
// the exchange carries the error back.
func (s *Server) mount(mux *http.ServeMux, row *Row) {
	mux.HandleFunc(row.Method+" "+row.Pattern, func(w http.ResponseWriter, r *http.Request) {
		x := w.(*exchange)
		x.row = row
		x.err = s.run(x, r)
	})
}

// run is everything between the table of routes and the handler.
func (s *Server) run(x *exchange, r *http.Request) error {
	limit := s.config.RequestTimeout
	if x.row.Slow {
		limit = slowTimeout
		c := http.NewResponseController(x)
		until := s.parts.Clock.Now().Add(slowTimeout)
		if err := errors.Join(c.SetReadDeadline(until), c.SetWriteDeadline(until)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(r.Context(), limit)
	defer cancel()
	r = r.WithContext(ctx)
	if err := s.admit(x, r); err != nil {
		return err
	}
	if err := body(x, r); err != nil {
		return err
	}
	return x.row.Handler(x, r, x.caller)
}

// body refuses a body of a type that the route does not read, and bounds the
// rest.
func body(x *exchange, r *http.Request) error {
	if x.row.Accepts == nil {
		r.Body = http.NoBody
		return nil
	}
	limit := x.row.Limit
	if limit == 0 {
		limit = defaultBody
	}
	if r.ContentLength > limit {
		return &bailiwick.Error{Code: bailiwick.CodeTooLarge, Message: "The input is larger than the documented limit."}
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return &bailiwick.Error{Code: bailiwick.CodeMediaType, Message: "A compressed body is not accepted; send it as it is, without Content-Encoding."}
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || !slices.Contains(x.row.Accepts, media) {
		return &bailiwick.Error{Code: bailiwick.CodeMediaType, Message: "The content type is not accepted here; use " + strings.Join(x.row.Accepts, " or ") + "."}
	}
	r.Body = http.MaxBytesReader(x, r.Body, limit)
	return nil
}

// unmatched is the answer where no row fits: 405 with Allow if the path has
// rows of other methods, otherwise not found.
func unmatched(x *exchange, mux *http.ServeMux, r *http.Request) error {
	probe := &headerOnly{header: http.Header{}}
	h, _ := mux.Handler(r)
	h.ServeHTTP(probe, r)
	if probe.status == http.StatusMethodNotAllowed {
		x.Header().Set("Allow", probe.header.Get("Allow"))
		return &bailiwick.Error{Code: bailiwick.CodeMethod, Message: "The address exists, the method does not."}
	}
	return bailiwick.NotFound()
}

// headerOnly takes the status and the headers of an answer and drops the rest.
type headerOnly struct {
	header http.Header
	status int
}

func (p *headerOnly) Header() http.Header { return p.header }
func (p *headerOnly) WriteHeader(s int)   { p.status = s }
func (p *headerOnly) Write(b []byte) (int, error) {
	return len(b), nil
}

// underAPI reports whether a path belongs to the API, for answers given
// before a row is known.
func underAPI(path string) bool { return strings.HasPrefix(path, "/api/") }

func (s *Server) requestID() string {
	id, err := bailiwick.NewID(s.parts.Clock.Now(), s.parts.Rand)
	if err != nil {
		return "none"
	}
	return id.String()
}

// retryAfter is what Retry-After says where nothing better is known.
const retryAfter = time.Second
