package server

import (
	"context"
	"errors"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/directory"
	"bailiwick/internal/store/jobrun"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/tenant"
)

func (c *stepClock) add(d time.Duration) { c.now = c.now.Add(d) }

// again is a second process over the same parts.
func (h *house) again(t *testing.T) *Server {
	t.Helper()
	s, err := New(h.config, h.parts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// stepped is a house whose server goes by a clock that the test sets.
func stepped(t *testing.T, data *store.Store) (*house, *stepClock) {
	t.Helper()
	h := newHouse(t, data, nil)
	c := &stepClock{now: bailiwick.SystemClock{}.Now()}
	h.parts.Clock = c
	h.Server = h.again(t)
	return h, c
}

// rows returns what is noted of the jobs.
func (h *house) rows(t *testing.T) map[string]jobrun.Row {
	t.Helper()
	out := map[string]jobrun.Row{}
	err := h.parts.Store.ViewDirectory(context.Background(), func(tx store.DirectoryTx) error {
		rows, err := jobrun.List(context.Background(), tx)
		for _, r := range rows {
			out[r.Job] = r
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestJobs runs every job by its name, twice, on both engines: a job that is
// added is tested by being there.
func TestJobs(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		h, _ := stepped(t, data)
		for _, j := range Jobs() {
			for range 2 {
				if err := h.RunJob(context.Background(), j.Name); err != nil {
					t.Errorf("%s: %v", j.Name, err)
				}
			}
			if r, ok := h.rows(t)[j.Name]; ok == j.Local || !j.Local && (r.Done == 0 || r.Lease != 0 || r.Due <= r.Done) {
				t.Errorf("%s left %+v", j.Name, r)
			}
		}
		if err := h.RunJob(context.Background(), "no-such-job"); bailiwick.ErrorCode(err) != bailiwick.CodeNotFound {
			t.Errorf("a job that is not in the table: %v", err)
		}
		w := httptest.NewRecorder()
		h.adminHandler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
		for _, j := range Jobs() {
			if !strings.Contains(w.Body.String(), `bailiwick_job_last_success_timestamp_seconds{job="`+j.Name+`"}`) {
				t.Errorf("the metrics do not say when %s last succeeded", j.Name)
			}
		}
	})
}

// onlyJob replaces the table by one job that counts its runs.
func (s *Server) onlyJob(interval time.Duration, each func(ctx context.Context, t tenant.Tenant) error) {
	s.jobs = []Job{{Name: "probe", Purpose: bailiwick.ProvideService, Interval: interval, each: each}}
}

// TestJobLeases holds that of two processes one runs a job, that a process
// which died gives it back in time, and that one which slept stops.
func TestJobLeases(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		ctx := context.Background()
		h, clock := stepped(t, data)
		other := h.again(t)
		var runs []string
		other.onlyJob(time.Hour, func(_ context.Context, t tenant.Tenant) error {
			runs = append(runs, "other "+t.Slug)
			return nil
		})
		h.onlyJob(time.Hour, func(_ context.Context, t tenant.Tenant) error {
			runs = append(runs, t.Slug)
			other.runDue(ctx) // while the first is at it
			return nil
		})
		expect := func(what string, want ...string) {
			t.Helper()
			if !slices.Equal(runs, want) {
				t.Errorf("%s: %v, want %v", what, runs, want)
			}
			runs = nil
		}
		h.runDue(ctx)
		expect("both processes look", "acme", "beta")
		h.runDue(ctx)
		other.runDue(ctx)
		expect("it is not due")
		clock.add(time.Hour)
		other.runDue(ctx)
		h.runDue(ctx)
		expect("the other is first", "other acme", "other beta")

		clock.add(2 * time.Hour)
		h.onlyJob(time.Hour, func(_ context.Context, t tenant.Tenant) error {
			runs = append(runs, t.Slug)
			clock.add(jobLease + time.Second) // sleeps past its lease
			other.runDue(ctx)
			return nil
		})
		h.runDue(ctx)
		expect("a process that slept", "acme", "other acme", "other beta")
		if err := h.RunJob(ctx, "probe"); !errors.Is(err, ErrJobTaken) {
			t.Errorf("a run whose lease was lost: %v", err)
		}
	})
}

// TestJobFails holds that a tenant whose work fails keeps neither the others
// nor the job waiting, and that the log names no cause of a customer's.
func TestJobFails(t *testing.T) {
	ctx := context.Background()
	h, clock := stepped(t, storetest.SQLite(t))
	var runs int
	h.onlyJob(time.Hour, func(_ context.Context, t tenant.Tenant) error {
		runs++
		if t.Slug == "acme" {
			return errors.New("zzkanari")
		}
		if runs == 4 {
			panic("zzkanari")
		}
		return nil
	})
	for _, want := range []int{2, 2, 4} { // failed, waits, panics
		h.runDue(ctx)
		if runs != want {
			t.Errorf("%d runs, want %d", runs, want)
		}
		clock.add(jobRetry / 2)
	}
	if log := h.log.String(); strings.Contains(log, "zzkanari") || !strings.Contains(log, `"job":"probe"`) {
		t.Errorf("the log says %s", log)
	}
	if r := h.rows(t)["probe"]; r.Done != 0 || r.Lease != 0 {
		t.Errorf("a failed job left %+v", r)
	}
}

// TestJobStopped holds that a job which is stopped gives its lease back.
func TestJobStopped(t *testing.T) {
	h, clock := stepped(t, storetest.SQLite(t))
	ctx, cancel := context.WithCancel(context.Background())
	h.onlyJob(time.Hour, func(ctx context.Context, _ tenant.Tenant) error {
		cancel()
		<-ctx.Done()
		return ctx.Err()
	})
	h.runDue(ctx)
	if r := h.rows(t)["probe"]; r.Lease != 0 || r.Done != 0 || r.Due > clock.Now().UnixMicro() {
		t.Errorf("a stopped job left %+v", r)
	}
}

// TestRunEnds holds that Run ends its jobs before it returns.
func TestRunEnds(t *testing.T) {
	h := onSQLite(t, func(c *Config) { c.Listen, c.AdminListen = "127.0.0.1:0", "off" })
	ctx, cancel := context.WithCancel(context.Background())
	if err := h.Run(ctx, func(net.Addr) { cancel() }); err != nil {
		t.Error(err)
	}
}

// TestHalfMade holds that a tenant whose creation was interrupted is reported,
// and one that is being made is not.
func TestHalfMade(t *testing.T) {
	ctx := context.Background()
	h, clock := stepped(t, storetest.SQLite(t))
	left := directory.Row{ID: bailiwick.TenantID{ID: bailiwick.ID{9}}, Slug: "gamma", Name: "Gamma", Created: clock.Now().UnixMicro()}
	if err := h.parts.Store.UpdateDirectory(ctx, func(tx store.DirectoryTx) error { return directory.Insert(ctx, tx, left) }); err != nil {
		t.Fatal(err)
	}
	for _, reported := range []bool{false, true} {
		if err := h.RunJob(ctx, "half-made"); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(h.log.String(), left.ID.String()); got != reported {
			t.Errorf("reported is %v, want %v", got, reported)
		}
		clock.add(halfMade)
	}
	if strings.Contains(h.log.String(), "gamma") {
		t.Error("the log holds the name of a customer")
	}
}
