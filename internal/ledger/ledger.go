// Package ledger keeps the tamper-evident activity record of a tenant: who did
// what, why, under which rules, with what outcome (R0.1).
//
// Invariants:
//
//   - Append needs the transaction of the act: both are committed, or neither.
//   - Fail closed: an act whose entry cannot be written must not happen (R0.3);
//     Append's error has the code evidence-unavailable and the caller returns
//     it from the transaction.
//   - Entries carry references, names of fields and keyed pseudonyms, no
//     values; logformat has no place for one (R0.2).
//   - Time and identifier are the server's; an entry cannot bring its own (R0.5).
//   - Entries are never changed or removed; the database refuses it.
package ledger

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"sync"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/entry"
	"bailiwick/logformat"
)

// Ledger writes and reads activity records. It is safe for concurrent use.
type Ledger struct {
	clock bailiwick.Clock
	rand  io.Reader

	mu    sync.Mutex
	last  int64  // microsecond of the last identifier
	count uint16 // identifiers made in that microsecond
}

// New makes a ledger; a nil clock is the system's, a nil rand crypto/rand.
func New(clock bailiwick.Clock, random io.Reader) *Ledger {
	if clock == nil {
		clock = bailiwick.SystemClock{}
	}
	if random == nil {
		random = rand.Reader
	}
	return &Ledger{clock: clock, rand: random}
}

// errNoRecord is the operators' cause when there is no transaction of a tenant.
var errNoRecord = errors.New("ledger: no transaction of a tenant")

// Append writes an entry in the transaction of the act that it records; the
// sequencer makes it a leaf of the tenant's tree later, in the order of the
// identifiers. It sets ID, Time and Tenant. Its error is a
// *bailiwick.Error with CodeEvidence: return it, so that the act is undone. An
// engine may find out only at a later statement or at the commit that the
// entry cannot be written; then that fails with the same error.
func (l *Ledger) Append(ctx context.Context, tx store.TenantTx, e logformat.Entry) (bailiwick.EntryID, error) {
	id, err := l.append(ctx, tx, e)
	if err != nil {
		return bailiwick.EntryID{}, unwritten(err)
	}
	return id, nil
}

// unwritten is the error of an act whose entry could not be written.
func unwritten(err error) error {
	if bailiwick.ErrorCode(err) == bailiwick.CodeEvidence {
		return err
	}
	return &bailiwick.Error{
		Code:    bailiwick.CodeEvidence,
		Message: "The activity record could not be written, so nothing was done.",
		Err:     err,
	}
}

func (l *Ledger) append(ctx context.Context, tx store.TenantTx, e logformat.Entry) (bailiwick.EntryID, error) {
	if tx.Tenant().IsZero() {
		return bailiwick.EntryID{}, errNoRecord
	}
	now := l.clock.Now()
	id, err := l.newID(now)
	if err != nil {
		return bailiwick.EntryID{}, err
	}
	e.ID, e.Time, e.Tenant = logformat.ID(id.ID), now, logformat.ID(tx.Tenant().ID)
	body, err := e.Encode()
	if err != nil {
		return bailiwick.EntryID{}, err
	}
	err = entry.Insert(ctx, tx, entry.Row{
		ID: id, Kind: string(e.Kind), Outcome: string(e.Outcome), Actor: e.Actor,
		Record: bailiwick.RecordID{ID: bailiwick.ID(e.Object.Record)}, Body: body,
	}, unwritten)
	return id, err
}

// newID makes an identifier that orders by time to the microsecond, and within
// one by when this ledger made it: a version 7 UUID with more of the clock in
// its first random bits (RFC 9562, 6.2, methods 3 and 1).
func (l *Ledger) newID(now time.Time) (bailiwick.EntryID, error) {
	id, err := bailiwick.NewID(now, l.rand)
	if err != nil {
		return bailiwick.EntryID{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if us := now.UnixMicro(); us != l.last {
		l.last, l.count = us, 0
	} else {
		l.count++
	}
	place(&id, now, l.count)
	return bailiwick.EntryID{ID: id}, nil
}

// place writes the microseconds within the millisecond and a running number
// into what follows the milliseconds of an identifier: 10 and 16 bits, around
// the version and variant that a UUID has there.
func place(id *bailiwick.ID, at time.Time, n uint16) {
	us := uint16(((at.UnixMicro() % 1000) + 1000) % 1000)
	binary.BigEndian.PutUint16(id[6:8], 0x7000|us<<2|n>>14)
	binary.BigEndian.PutUint16(id[8:10], 0x8000|n&0x3fff)
}

// firstAt is the lowest identifier of an entry of the given instant.
func firstAt(at time.Time) bailiwick.EntryID {
	var id bailiwick.ID
	ms := uint64(at.UnixMilli())
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	place(&id, at, 0)
	return bailiwick.EntryID{ID: id}
}

// By begins an entry with everything that is known of who acts. The caller
// adds kind, object, outcome and the rest.
func By(a bailiwick.Actor) logformat.Entry {
	e := logformat.Entry{
		ActorKind:    a.Kind().String(),
		Actor:        a.JobName(),
		ActorCountry: string(a.Country()),
		Purpose:      string(a.Purpose()),
		Session:      logformat.ID(a.Session().ID),
	}
	if !a.User().IsZero() {
		e.Actor = a.User().String()
	}
	roles := a.Roles()
	for _, r := range roles[:min(len(roles), logformat.MaxRoles)] {
		e.ActorRoles = append(e.ActorRoles, string(r))
	}
	return e
}
