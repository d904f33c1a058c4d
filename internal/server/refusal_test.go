package server

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
	"bailiwick/logformat"
)

// refused returns the refusals recorded at the table of routes, oldest first,
// as "rule route count".
func (h *house) refused(t *testing.T) (out []string) {
	t.Helper()
	ctx := context.Background()
	err := h.parts.Store.View(ctx, h.plain["acme"].actor.Tenant(), func(tx store.TenantTx) error {
		entries, _, err := h.parts.Ledger.List(ctx, tx, ledger.Filter{Kind: logformat.AccessRefused}, "", 100)
		for _, e := range slices.Backward(entries) {
			if e.Actor == "" || e.Reason != string(bailiwick.CodeDenied) || e.Outcome != logformat.Refused {
				t.Errorf("the entry says %+v", e)
			}
			out = append(out, fmt.Sprint(e.Rules[0], " ", e.Detail, " ", e.Count))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestRefusalsRecorded holds that a known actor who is turned away leaves one
// entry, that a loop leaves a count, and that nobody leaves none.
func TestRefusalsRecorded(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		h, clock := stepped(t, data)
		ask := func(n int, q request, want int) {
			t.Helper()
			q.method, q.host = "GET", "acme.localhost"
			for range n {
				if w := h.do(t, q); w.Code != want {
					t.Errorf("%s: %d", q.path, w.Code)
				}
			}
		}
		expect := func(what string, want ...string) {
			t.Helper()
			if got := h.refused(t); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", what, got, want)
			}
		}
		member, narrow := h.plain["acme"], h.owner["acme"].narrow
		ask(3, request{path: "/users"}, http.StatusSeeOther)
		ask(1, request{path: "/users", cookie: h.owner["acme"].cookie}, http.StatusOK)
		expect("nobody, and somebody who may")
		want := []string{"permission:manage-users GET:/users 1"}
		ask(5, request{path: "/users", cookie: member.cookie}, http.StatusForbidden)
		expect("a loop", want...)
		want = append(want, "permission:import GET:/imports 1", "scope:workspace:admin GET:/api/v1/tokens 1")
		ask(1, request{path: "/imports", cookie: member.cookie}, http.StatusForbidden)
		ask(1, request{path: "/api/v1/tokens", token: narrow}, http.StatusForbidden)
		expect("other routes", want...)
		ask(1, request{path: "/matrix", cookie: member.cookie}, http.StatusForbidden)
		want = append(want, "permission:privacy GET:/matrix 1")
		if err := h.RunJob(context.Background(), "counted-refusals"); err != nil {
			t.Fatal(err)
		}
		expect("before a minute is over", want...)
		clock.add(refusalEvery)
		ask(1, request{path: "/users", cookie: member.cookie}, http.StatusForbidden)
		want = append(want, "permission:manage-users GET:/users 5")
		expect("after a minute", want...)
		ask(2, request{path: "/users", cookie: member.cookie}, http.StatusForbidden)
		clock.add(refusalEvery)
		for range 2 { // the second time there is nothing left to say
			if err := h.RunJob(context.Background(), "counted-refusals"); err != nil {
				t.Fatal(err)
			}
		}
		expect("what a loop that ended left", append(want, "permission:manage-users GET:/users 2")...)
	})
}

// TestRefusalStands holds that a refusal which cannot be recorded is a refusal
// all the same, and is counted.
func TestRefusalStands(t *testing.T) {
	h, clock := stepped(t, storetest.SQLite(t))
	key := refusalKey{bailiwick.TenantID{ID: bailiwick.ID{1}}, "somebody", "GET:/users"}
	e := logformat.Entry{Actor: key.actor, Detail: key.route}
	if _, _, now := h.refusals.note(key.tenant, e, clock.Now()); !now {
		t.Fatal("the first refusal is not recorded")
	}
	e.Count = 1
	if err := h.recordRefusal(context.Background(), key, e); err == nil { // there is no such tenant
		t.Fatal("recorded where there is no record")
	}
	if _, e, now := h.refusals.note(key.tenant, e, clock.Now().Add(refusalEvery)); !now || e.Count != 2 {
		t.Errorf("the next entry is over %d refusals, want 2", e.Count)
	}
}

// TestRefusalFlood holds that memory for counting is bounded, and that what
// does not fit is counted for the tenant.
func TestRefusalFlood(t *testing.T) {
	var r refusalTallies
	now := time.Unix(1_800_000_000, 0)
	tenant := bailiwick.TenantID{ID: bailiwick.ID{1}}
	written := 0
	for i := range maxTallies + 500 {
		if _, _, ok := r.note(tenant, refusalOf(i), now); ok {
			written++
		}
	}
	if len(r.tallies) > maxTallies+1 || written != maxTallies+1 {
		t.Errorf("%d tallies, %d entries", len(r.tallies), written)
	}
	var rest int64
	for k, e := range r.due(now, true) {
		rest += e.Count
		if k == (refusalKey{tenant: tenant}) {
			e.ID, e.Tenant, e.Time = logformat.ID{1}, logformat.ID{1}, now.UTC()
			if err := e.Check(); err != nil || e.Actor != "" || e.Detail != "pooled" || e.ActorRoles != nil || !e.Session.IsZero() || e.Rules != nil {
				t.Errorf("the entry over many names one of them: %+v, %v", e, err)
			}
		}
	}
	if rest != 499 {
		t.Errorf("%d refusals counted, want 499", rest)
	}
}

func refusalOf(i int) logformat.Entry {
	return logformat.Entry{
		Kind: logformat.AccessRefused, Outcome: logformat.Refused, ActorKind: "user", Actor: fmt.Sprint(i), ActorRoles: []string{"member"},
		Session: logformat.ID{7}, Detail: "GET:/users", Rules: []string{"permission:manage-users"}, Reason: string(bailiwick.CodeDenied),
	}
}

// TestRouteCodes holds that every route can be named in an entry.
func TestRouteCodes(t *testing.T) {
	h := onSQLite(t, nil)
	for _, row := range h.Routes() {
		e := logformat.Entry{
			ID: logformat.ID{1}, Tenant: logformat.ID{1}, Time: time.Unix(1_800_000_000, 0).UTC(), Kind: logformat.AccessRefused,
			ActorKind: "user", Outcome: logformat.Refused, Detail: routeCode(&row),
		}
		if err := e.Check(); err != nil {
			t.Errorf("%s: %v", e.Detail, err)
		}
	}
}
