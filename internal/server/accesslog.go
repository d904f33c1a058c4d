package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"time"

	"bailiwick"
)

// finish is what happens to every exchange at its end, panic or not: the
// answer is completed, counted and logged.
func (s *Server) finish(x *exchange, r *http.Request) {
	if p := recover(); p != nil {
		if p == http.ErrAbortHandler {
			x.aborted = true
		} else {
			s.panicked(x, r, p)
		}
	}
	if x.status == 0 && !x.aborted {
		x.WriteHeader(http.StatusOK)
	}
	took := s.parts.Clock.Now().Sub(x.start)
	s.metrics.observe(x, r.Method, took)
	s.metrics.inFlight.Dec()
	s.record(r.Context(), x, r.Method, took)
	if x.aborted {
		// The client must see that what it got is not the whole.
		panic(http.ErrAbortHandler)
	}
}

// panicked turns a panic into the answer of an internal error. What was
// panicked with is logged by type only, unless the runtime made it: anything
// else may hold a customer's value.
func (s *Server) panicked(x *exchange, r *http.Request, p any) {
	what := fmt.Sprintf("%T", p)
	var re runtime.Error
	if err, ok := p.(error); ok && errors.As(err, &re) {
		what = re.Error()
	}
	s.log.LogAttrs(r.Context(), slog.LevelError, "panic",
		slog.String("request_id", x.id), slog.String("route", x.pattern()),
		slog.String("panic", what), slog.String("stack", string(debug.Stack())))
	s.fail(x, r, &bailiwick.Error{Code: bailiwick.CodeInternal, Message: "Something failed on our side; nothing was changed."})
}

// record writes the access log: the route by its pattern, the tenant by its
// opaque id, and nothing that a person typed.
func (s *Server) record(ctx context.Context, x *exchange, method string, took time.Duration) {
	level := levelOf(x.status)
	if !s.log.Enabled(ctx, level) {
		return
	}
	if x.row == nil {
		method = "other"
	}
	attrs := []slog.Attr{
		slog.String("request_id", x.id), slog.String("host", x.place.kind.String()),
		slog.String("method", method), slog.String("route", x.pattern()),
		slog.Int("status", x.status), slog.Int64("bytes", x.bytes), slog.Duration("took", took),
	}
	if t := x.tenant(); !t.IsZero() {
		attrs = append(attrs, slog.String("tenant", t.String()))
	}
	if k := x.caller.Actor.Kind(); k != bailiwick.Nobody {
		attrs = append(attrs, slog.String("actor", k.String()))
	}
	if x.err != nil {
		attrs = append(attrs, slog.String("code", string(bailiwick.ErrorCode(x.err))))
		if x.status >= http.StatusInternalServerError || x.aborted {
			attrs = append(attrs, errAttr(x.err))
		}
	}
	s.log.LogAttrs(ctx, level, "request", attrs...)
}

// errAttr is an operator's cause. By the house rule it holds no value of a
// customer (bailiwick.Error).
func errAttr(err error) slog.Attr { return slog.String("error", err.Error()) }

func levelOf(status int) slog.Level {
	if status >= http.StatusInternalServerError {
		return slog.LevelError
	}
	return slog.LevelInfo
}
