package ledger_test

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bailiwick"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
	"bailiwick/logformat"
)

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newID(t testing.TB) bailiwick.ID {
	t.Helper()
	id, err := bailiwick.NewID(time.Now(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func newTenant(t testing.TB, s *store.Store) bailiwick.TenantID {
	t.Helper()
	id := bailiwick.TenantID{ID: newID(t)}
	if err := s.CreateTenant(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	return id
}

func actor(t testing.TB, tenant bailiwick.TenantID) bailiwick.Actor {
	t.Helper()
	return bailiwick.NewActor(bailiwick.ActorSpec{
		Kind: bailiwick.User, Tenant: tenant, User: bailiwick.UserID{ID: newID(t)}, Session: bailiwick.SessionID{ID: newID(t)},
		Roles: []bailiwick.Role{"hr", "member"}, Country: "DE", Purpose: bailiwick.ProvideService,
	})
}

func entryOf(a bailiwick.Actor, kind logformat.Kind, record bailiwick.RecordID) logformat.Entry {
	e := ledger.By(a)
	e.Kind, e.Outcome = kind, logformat.Done
	e.Object = logformat.Object{Type: "person", Record: logformat.ID(record.ID)}
	return e
}

func TestAppendAndRead(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		c := newClock()
		l := ledger.New(c, nil)
		tenant := newTenant(t, s)
		a := actor(t, tenant)
		record, other := bailiwick.RecordID{ID: newID(t)}, bailiwick.RecordID{ID: newID(t)}
		var ids []bailiwick.EntryID
		for i := range 7 {
			r := []bailiwick.RecordID{record, other}[i%2]
			err := s.Update(ctx, tenant, func(tx store.TenantTx) error {
				e := entryOf(a, []logformat.Kind{logformat.RecordChanged, logformat.RecordRead}[i%2], r)
				e.ID, e.Tenant = logformat.ID{1}, logformat.ID{2} // not the caller's to choose
				e.Time = c.Now().Add(-time.Hour)
				id, err := l.Append(ctx, tx, e)
				ids = append(ids, id)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if i%3 == 0 {
				c.add(time.Microsecond)
			}
		}
		got := func(what string, es []logformat.Entry, err error, want ...int) {
			t.Helper()
			if err != nil {
				t.Errorf("%s: %v", what, err)
			}
			var names, wanted []string
			for _, e := range es {
				names = append(names, e.ID.String())
				if e.Tenant != logformat.ID(tenant.ID) || e.Time.Before(newClock().now) || e.Actor != a.User().String() || e.ActorCountry != "DE" {
					t.Errorf("%s: %+v", what, e)
				}
			}
			for _, i := range want {
				wanted = append(wanted, ids[i].String())
			}
			if d := cmp.Diff(wanted, names); d != "" {
				t.Errorf("%s (-want +got):\n%s", what, d)
			}
		}
		err := s.View(ctx, tenant, func(tx store.TenantTx) error {
			es, err := l.Recent(ctx, tx, record, 3)
			got("recent", es, err, 6, 4, 2)
			es, next, err := l.List(ctx, tx, ledger.Filter{}, "", 4)
			got("first page", es, err, 6, 5, 4, 3)
			es, next, err = l.List(ctx, tx, ledger.Filter{}, next, 3)
			got("last page", es, err, 2, 1, 0)
			if next != "" {
				t.Errorf("a page after the last: %q", next)
			}
			es, _, err = l.List(ctx, tx, ledger.Filter{Kind: logformat.RecordRead, Outcome: logformat.Done, Actor: a.User().String()}, "", 50)
			got("by kind, outcome, actor", es, err, 5, 3, 1)
			es, _, err = l.List(ctx, tx, ledger.Filter{Record: other}, "", 2)
			got("by record", es, err, 5, 3)
			es, _, err = l.List(ctx, tx, ledger.Filter{Outcome: logformat.Refused}, "", 50)
			got("none", es, err)
			start := newClock().now
			es, _, err = l.List(ctx, tx, ledger.Filter{From: start.Add(time.Microsecond), Until: start.Add(2 * time.Microsecond)}, "", 50)
			got("by time", es, err, 3, 2, 1)
			if _, _, err := l.List(ctx, tx, ledger.Filter{}, "nonsense", 5); bailiwick.ErrorCode(err) != bailiwick.CodeMalformed {
				t.Errorf("cursor that is none: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestRollback: no act without its entry, no entry without its act.
func TestRollback(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		l := ledger.New(newClock(), nil)
		tenant := newTenant(t, s)
		a := actor(t, tenant)
		errAct := errors.New("the act failed")
		err := s.Update(ctx, tenant, func(tx store.TenantTx) error {
			if _, err := l.Append(ctx, tx, entryOf(a, logformat.RecordChanged, bailiwick.RecordID{ID: newID(t)})); err != nil {
				return err
			}
			return errAct
		})
		if !errors.Is(err, errAct) {
			t.Fatal(err)
		}
		for _, table := range []string{"ledger_entries", "ledger_leaves", "ledger_pending"} {
			if n := count(t, s, tenant, table); n != 0 {
				t.Errorf("%s holds %d rows after a rollback", table, n)
			}
		}
	})
}

func count(t *testing.T, s *store.Store, tenant bailiwick.TenantID, table string) (n int64) {
	t.Helper()
	err := s.View(t.Context(), tenant, func(tx store.TenantTx) error {
		return tx.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestFailClosed: whatever keeps an entry from being written has the code by
// which callers stop (R0.3).
func TestFailClosed(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		l := ledger.New(newClock(), nil)
		tenant := newTenant(t, s)
		good := entryOf(actor(t, tenant), logformat.RecordChanged, bailiwick.RecordID{ID: newID(t)})
		value := good
		value.Fields = []string{"a sentence is no field"}
		if _, err := l.Append(ctx, store.TenantTx{}, good); bailiwick.ErrorCode(err) != bailiwick.CodeEvidence {
			t.Errorf("no transaction: %v", err)
		}
		err := s.Update(ctx, tenant, func(tx store.TenantTx) error {
			_, err := l.Append(ctx, tx, value)
			return err
		})
		if bailiwick.ErrorCode(err) != bailiwick.CodeEvidence || strings.Contains(err.Error(), "sentence") {
			t.Errorf("entry with a value: %v", err)
		}
		err = s.View(ctx, tenant, func(tx store.TenantTx) error {
			_, err := l.Append(ctx, tx, good)
			return err
		})
		if bailiwick.ErrorCode(err) != bailiwick.CodeEvidence {
			t.Errorf("read-only transaction: %v", err)
		}
		broken := ledger.New(newClock(), strings.NewReader(""))
		err = s.Update(ctx, tenant, func(tx store.TenantTx) error {
			_, err := broken.Append(ctx, tx, good)
			return err
		})
		if bailiwick.ErrorCode(err) != bailiwick.CodeEvidence {
			t.Errorf("no randomness: %v", err)
		}
	})
}

// TestAppendOnly: the database refuses to change or delete what was written.
func TestAppendOnly(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		l := ledger.New(newClock(), nil)
		tenant := newTenant(t, s)
		err := s.Update(ctx, tenant, func(tx store.TenantTx) error {
			_, err := l.Append(ctx, tx, entryOf(actor(t, tenant), logformat.RecordChanged, bailiwick.RecordID{ID: newID(t)}))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Update(ctx, tenant, func(tx store.TenantTx) error { // as the sequencer will
			_, err := tx.Exec(ctx, `INSERT INTO ledger_leaves (leaf, entry_id, hash) SELECT 0, id, $1 FROM ledger_entries`, make([]byte, 32))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{
			`UPDATE ledger_entries SET kind = 'x'`, `DELETE FROM ledger_entries`,
			`UPDATE ledger_leaves SET leaf = 5`, `DELETE FROM ledger_leaves`,
		} {
			err := s.Update(ctx, tenant, func(tx store.TenantTx) error {
				_, err := tx.Exec(ctx, q)
				return err
			})
			if store.FailureKind(err) != store.Forbidden {
				t.Errorf("%s: %v", q, err)
			}
		}
		// The sequencer must be able to take an entry off the waiting list.
		err = s.Update(ctx, tenant, func(tx store.TenantTx) error {
			n, err := tx.Exec(ctx, `DELETE FROM ledger_pending`)
			if n != 1 {
				t.Errorf("%d pending entries deleted", n)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestConcurrentAppends: entries of many goroutines and two tenants all wait
// for the sequencer, each under its own tenant, in the order in which their
// identifiers were given.
func TestConcurrentAppends(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		l := ledger.New(newClock(), nil) // a clock that stands still: the running number must order
		tenant, neighbour := newTenant(t, s), newTenant(t, s)
		const writers, each = 8, 10
		var wg sync.WaitGroup
		for w := range writers {
			home := []bailiwick.TenantID{tenant, neighbour}[w%2]
			a := actor(t, home)
			wg.Go(func() {
				last := ""
				for range each {
					err := s.Update(ctx, home, func(tx store.TenantTx) error {
						id, err := l.Append(ctx, tx, entryOf(a, logformat.RecordChanged, bailiwick.RecordID{ID: newID(t)}))
						if id.String() <= last {
							t.Errorf("%s comes after %s", id, last)
						}
						last = id.String()
						return err
					})
					if err != nil {
						t.Errorf("append: %v", err)
					}
				}
			})
		}
		wg.Wait()
		for _, id := range []bailiwick.TenantID{tenant, neighbour} {
			n := 0
			err := s.View(ctx, id, func(tx store.TenantTx) error {
				rows, err := tx.Query(ctx, `SELECT e.body FROM ledger_pending p JOIN ledger_entries e ON e.id = p.entry_id ORDER BY p.entry_id`)
				if err != nil {
					return err
				}
				defer rows.Close()
				for ; rows.Next(); n++ {
					var body []byte
					if err := rows.Scan(&body); err != nil {
						return err
					}
					if e, err := logformat.Decode(body); err != nil || e.Tenant != logformat.ID(id.ID) {
						t.Errorf("entry of another tenant: %v", err)
					}
				}
				return rows.Err()
			})
			if err != nil || n != writers/2*each {
				t.Errorf("%d pending entries, %v", n, err)
			}
		}
	})
}

// TestNoPlaceForValues: a text of a customer fits no member of an entry.
func TestNoPlaceForValues(t *testing.T) {
	const value = "Zoë Example, born 1990"
	for _, member := range []func(*logformat.Entry){
		func(e *logformat.Entry) { e.Actor = value }, func(e *logformat.Entry) { e.ActorCountry = value },
		func(e *logformat.Entry) { e.ActorRoles = []string{value} }, func(e *logformat.Entry) { e.Purpose = value },
		func(e *logformat.Entry) { e.Reference = value }, func(e *logformat.Entry) { e.Object.Type = value },
		func(e *logformat.Entry) { e.Fields = []string{value} }, func(e *logformat.Entry) { e.Categories = []string{value} },
		func(e *logformat.Entry) { e.Level = value }, func(e *logformat.Entry) { e.Outcome = value },
		func(e *logformat.Entry) { e.Rules = []string{value} }, func(e *logformat.Entry) { e.Reason = value },
		func(e *logformat.Entry) { e.Before = value }, func(e *logformat.Entry) { e.After = value },
		func(e *logformat.Entry) { e.Detail = value }, func(e *logformat.Entry) { e.Kind = value },
		func(e *logformat.Entry) { e.ActorKind = value },
	} {
		e := entryOf(actor(t, bailiwick.TenantID{ID: newID(t)}), logformat.RecordChanged, bailiwick.RecordID{ID: newID(t)})
		e.ID, e.Tenant, e.Time = logformat.ID{1}, logformat.ID{2}, newClock().now
		if _, err := e.Encode(); err != nil {
			t.Fatal(err)
		}
		member(&e)
		if _, err := e.Encode(); err == nil {
			t.Errorf("a value was taken in: %+v", e)
		}
	}
}

// TestLists compares the closed lists of logformat, which may import nothing
// of the product, with the product's own.
func TestLists(t *testing.T) {
	var purposes, kinds []string
	for _, p := range bailiwick.Purposes() {
		purposes = append(purposes, string(p))
	}
	for k := bailiwick.Nobody; k <= bailiwick.Job; k++ {
		kinds = append(kinds, k.String())
	}
	if d := cmp.Diff(purposes, logformat.Purposes()); d != "" {
		t.Error("purposes", d)
	}
	if d := cmp.Diff(kinds, logformat.ActorKinds()); d != "" {
		t.Error("kinds of actors", d)
	}
}

// TestJob begins an entry for a job.
func TestJob(t *testing.T) {
	e := ledger.By(bailiwick.NewActor(bailiwick.ActorSpec{
		Kind: bailiwick.Job, Tenant: bailiwick.TenantID{ID: newID(t)}, JobName: "import", Purpose: bailiwick.ProvideService,
	}))
	if e.ActorKind != "job" || e.Actor != "import" || !e.Session.IsZero() {
		t.Errorf("%+v", e)
	}
	if b, err := json.Marshal(e.ActorRoles); err != nil || string(b) != "null" {
		t.Errorf("roles of a job: %s, %v", b, err)
	}
}
