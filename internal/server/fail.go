package server

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"bailiwick"
	"bailiwick/internal/api"
	"bailiwick/internal/identity"
)

// fail is the one place where an error becomes an answer: a page for people, a
// problem (RFC 9457) for programs.
func (s *Server) fail(x *exchange, r *http.Request, err error) {
	x.err = err
	if x.begun() {
		// Half an answer cannot be taken back; breaking the connection shows
		// the client that it is half.
		x.aborted = true
		return
	}
	e := public(err)
	h := x.Header()
	h.Set("Cache-Control", "no-store")
	for _, name := range []string{"ETag", "Content-Disposition", "Content-Type", "Content-Length"} {
		h.Del(name) // meant for the answer that did not come about
	}
	if status := e.Code.Status(); status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		h.Set("Retry-After", strconv.Itoa(int(wait(err)/time.Second)))
	}
	if x.api(r) {
		api.WriteProblem(x, e, x.id)
		return
	}
	if e.Code == bailiwick.CodeUnauthenticated && x.place.kind == TenantHost && safe(r.Method) {
		// The way back is a local path, never an address from outside.
		http.Redirect(x, r, "/sign-in?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	if x.caller.Lang == "" {
		x.caller.Lang = preferred(r)
	}
	s.site.ErrorPage(x, r, x.caller, e)
}

// public is the error as the outside may see it: an unknown cause becomes
// "internal" with nothing of it.
func public(err error) *bailiwick.Error {
	var e *bailiwick.Error
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &e):
		return e
	case errors.As(err, &tooLarge):
		return &bailiwick.Error{Code: bailiwick.CodeTooLarge, Message: "The input is larger than the documented limit."}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &bailiwick.Error{Code: bailiwick.CodeUnavailable, Message: "The request took too long and was stopped."}
	default:
		return &bailiwick.Error{Code: bailiwick.CodeInternal, Message: "Something failed on our side; nothing was changed."}
	}
}

// wait is how long a refused client should wait, in whole seconds.
func wait(err error) time.Duration {
	var l *identity.LimitError
	if errors.As(err, &l) {
		return l.RetryAfter
	}
	return retryAfter
}

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}
