package server

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"bailiwick"
)

// Limits of one connection and one request that are not the operator's to
// loosen.
const (
	readHeaderTimeout = 10 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 32 << 10
	maxPathBytes      = 8 << 10 // path and query together
	gateWait          = 2 * time.Second
	slowTimeout       = 15 * time.Minute // imports and exports
)

// gate lets a bounded number of requests through at once, so that a flood
// costs answers, not memory.
type gate chan struct{}

// enter waits for a free place for a moment. It returns an error of
// CodeUnavailable if there is none; otherwise the caller must leave.
func (g gate) enter(ctx context.Context) error {
	select {
	case g <- struct{}{}:
		return nil
	default:
	}
	t := time.NewTimer(gateWait)
	defer t.Stop()
	select {
	case g <- struct{}{}:
		return nil
	case <-t.C:
	case <-ctx.Done():
	}
	return &bailiwick.Error{Code: bailiwick.CodeUnavailable, Message: "The service is busy; try again in a moment."}
}

func (g gate) leave() { <-g }

// quota bounds the requests of each tenant, so that one busy workspace does
// not slow the others. It knows existing tenants only and therefore does not
// grow by what strangers send.
type quota struct {
	perSecond int // 0 = no limit
	mu        sync.Mutex
	buckets   map[bailiwick.TenantID]*rate.Limiter
}

func newQuota(perSecond int) *quota {
	return &quota{perSecond: perSecond, buckets: map[bailiwick.TenantID]*rate.Limiter{}}
}

// take returns an error of CodeLimited if the tenant has used up its quota at
// the instant now.
func (q *quota) take(t bailiwick.TenantID, now time.Time) error {
	if q.perSecond == 0 {
		return nil
	}
	q.mu.Lock()
	b := q.buckets[t]
	if b == nil {
		b = rate.NewLimiter(rate.Limit(q.perSecond), 2*q.perSecond)
		q.buckets[t] = b
	}
	q.mu.Unlock()
	if !b.AllowN(now, 1) {
		return &bailiwick.Error{Code: bailiwick.CodeLimited, Message: "Too many requests; wait a second and try again."}
	}
	return nil
}
