package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"bailiwick"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/logformat"
)

const (
	refusalEvery = time.Minute // one entry per actor and route in this time
	maxTallies   = 10_000      // actors and routes that are told apart
	refusalWrite = 5 * time.Second
)

// refusalTallies decides which refusals at the table of routes get an entry of their
// own. The first does; what the same actor meets on the same route within
// refusalEvery is counted, and the count is in the next entry. A loop so costs
// an entry a minute and no refusal is lost, unless the process is killed.
type refusalTallies struct {
	mu      sync.Mutex
	tallies map[refusalKey]*tally
}

type refusalKey struct {
	tenant bailiwick.TenantID
	actor  string
	route  string
}

// tally is what one actor met on one route.
type tally struct {
	last  time.Time // of the last entry
	count int64     // refused since
	entry logformat.Entry
}

// note counts a refusal. It returns the entry to write now, if any.
func (r *refusalTallies) note(t bailiwick.TenantID, e logformat.Entry, now time.Time) (refusalKey, logformat.Entry, bool) {
	k := refusalKey{t, e.Actor, e.Detail}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tallies == nil {
		r.tallies = map[refusalKey]*tally{}
	}
	y := r.tallies[k]
	if y == nil && len(r.tallies) >= maxTallies {
		k, e = refusalKey{tenant: t}, pooled(e) // a flood: the tenant's are counted together
		y = r.tallies[k]
	}
	if y == nil {
		y = &tally{}
		r.tallies[k] = y
	}
	y.count++
	y.entry = e
	if now.Sub(y.last) < refusalEvery {
		return k, e, false
	}
	return k, y.take(now), true
}

// pooled is the entry over refusals of several actors on several routes: it
// names none of them, for the last one did not do what all did.
func pooled(e logformat.Entry) logformat.Entry {
	return logformat.Entry{
		Kind: e.Kind, Outcome: e.Outcome, Reason: e.Reason, Purpose: e.Purpose,
		ActorKind: bailiwick.Nobody.String(), Detail: "pooled",
	}
}

// take is the entry over everything counted.
func (y *tally) take(now time.Time) logformat.Entry {
	e := y.entry
	e.Count = y.count
	y.count, y.last = 0, now
	return e
}

// restore counts again what could not be written.
func (r *refusalTallies) restore(k refusalKey, n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if y := r.tallies[k]; y != nil {
		y.count += n
	}
}

// due returns the entries over what is still counted: of the tallies whose
// time is over, or of all. Tallies with nothing to say are dropped.
func (r *refusalTallies) due(now time.Time, all bool) map[refusalKey]logformat.Entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := map[refusalKey]logformat.Entry{}
	for k, y := range r.tallies {
		switch {
		case !all && now.Sub(y.last) < refusalEvery:
		case y.count > 0:
			out[k] = y.take(now)
		default:
			delete(r.tallies, k)
		}
	}
	return out
}

// refuse records that a known actor was turned away at the table of routes for
// want of one of rules, such as "permission:import", and returns the refusal. A refusal
// shows nothing and changes nothing, so it stands when it cannot be recorded:
// R0.3 forbids acts without a trace, and answering 503 instead would only tell
// the client to try again. It is then counted into the next entry.
func (s *Server) refuse(x *exchange, r *http.Request, rules []string, config int64, refusal *bailiwick.Error) error {
	e := ledger.By(x.caller.Actor)
	e.Kind, e.Outcome = logformat.AccessRefused, logformat.Refused
	e.Reason, e.Rules, e.Detail, e.ConfigVersion = string(refusal.Code), rules, routeCode(x.row), config
	k, e, now := s.refusals.note(x.tenant(), e, x.start)
	if now {
		if err := s.recordRefusal(r.Context(), k, e); err != nil {
			s.log.LogAttrs(r.Context(), slog.LevelError, "a refusal could not be recorded",
				slog.String("request_id", x.id), slog.String("code", string(bailiwick.ErrorCode(err))))
		}
	}
	return refusal
}

// recordRefusal writes one entry, also when the client has gone: hanging up
// must not keep a refusal out of the record.
func (s *Server) recordRefusal(ctx context.Context, k refusalKey, e logformat.Entry) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refusalWrite)
	defer cancel()
	err := s.parts.Store.Update(ctx, k.tenant, func(tx store.TenantTx) error {
		_, err := s.parts.Ledger.Append(ctx, tx, e)
		return err
	})
	if err != nil {
		s.refusals.restore(k, e.Count)
	}
	return err
}

// recordCounted writes what was counted and has waited long enough, or
// everything.
func (s *Server) recordCounted(ctx context.Context, all bool) error {
	var failed error
	for k, e := range s.refusals.due(s.parts.Clock.Now(), all) {
		failed = errors.Join(failed, s.recordRefusal(ctx, k, e))
	}
	return failed
}

// routeCode is a row as the code of an entry, which has no braces or spaces:
// "GET:/records/[type]/[id]".
func routeCode(row *Row) string {
	return row.Method + ":" + strings.NewReplacer("{$}", "", "{", "[", "}", "]").Replace(row.Pattern)
}
