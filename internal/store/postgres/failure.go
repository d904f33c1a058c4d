package postgres

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"bailiwick/internal/store"
)

// errNotKept is a COMMIT that the server answered with a rollback.
var errNotKept = &store.Failure{Kind: store.Other, Code: "pg commit", Detail: "an earlier statement failed, so nothing was kept"}

// failure turns an error of PostgreSQL into a store.Failure without values:
// its messages quote rows ("Key (email)=(...) already exists"). The text is
// kept for errors about the statement itself, which name objects only.
func failure(err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	var f *store.Failure
	if errors.As(err, &f) {
		return err
	}
	var e *pgconn.PgError
	if errors.As(err, &e) {
		f := &store.Failure{Kind: kind(e.Code), Code: "pg " + e.Code, Detail: e.ConstraintName}
		if strings.HasPrefix(e.Code, "42") && f.Detail == "" {
			f.Detail = e.Message
		}
		return f
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var c *pgconn.ConnectError
	var n net.Error
	if errors.As(err, &c) || errors.As(err, &n) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err) {
		return &store.Failure{Kind: store.Unreachable, Code: "pg connection"}
	}
	return &store.Failure{Kind: store.Other, Code: "pg client"}
}

func kind(code string) store.Kind {
	switch code {
	case "23505":
		return store.Unique
	case "23503":
		return store.ForeignKey
	case "23502", "23514", "22P02", "22003", "42804":
		return store.Check
	case "25006":
		return store.ReadOnly
	case "42501", "42704":
		return store.Forbidden
	case "40001", "40P01":
		return store.Conflict
	case "55P03", "53300":
		return store.Busy
	}
	switch code[:min(2, len(code))] {
	case "08", "57":
		return store.Unreachable
	}
	return store.Other
}
