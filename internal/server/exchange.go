package server

import (
	"net/http"
	"net/netip"
	"time"

	"bailiwick"
	"bailiwick/internal/identity"
)

// exchange is one request and its answer while they are worked on. It is the
// ResponseWriter that handlers see, and it remembers what the access log may
// say afterwards. It travels as the writer, not in a context, so that a
// context carries cancellation and nothing else.
type exchange struct {
	http.ResponseWriter
	id      string // request id, also in the answer's header and in problems
	start   time.Time
	secure  bool       // the client's connection is encrypted
	client  netip.Addr // address of the client, as far as trusted
	place   place
	row     *Row // nil until the table of routes has answered
	caller  identity.Caller
	status  int
	bytes   int64
	err     error
	aborted bool // the answer had begun when the handler failed
}

// WriteHeader notes the status of the answer.
func (x *exchange) WriteHeader(status int) {
	if x.status == 0 && status >= 200 {
		x.status = status
	}
	x.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes of the answer.
func (x *exchange) Write(b []byte) (int, error) {
	if x.status == 0 {
		x.status = http.StatusOK
	}
	n, err := x.ResponseWriter.Write(b)
	x.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// begun reports whether a part of the answer is on its way.
func (x *exchange) begun() bool { return x.status != 0 }

// pattern is the route as the access log and the metrics name it.
func (x *exchange) pattern() string {
	if x.row == nil {
		return "none"
	}
	return x.row.Pattern
}

// api reports whether errors are problems rather than pages.
func (x *exchange) api(r *http.Request) bool {
	if x.row != nil {
		return x.row.Face == API
	}
	return underAPI(r.URL.Path)
}

// tenant is the tenant of the host, zero elsewhere.
func (x *exchange) tenant() bailiwick.TenantID { return x.place.tenant.ID }
