package scenario

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/server"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
	"bailiwick/logformat"
)

// kills is how often the program is killed: BAILIWICK_KILLS for both engines,
// or what is asked of each by default.
func kills(t *testing.T, usual int) int {
	if n, err := strconv.Atoi(os.Getenv("BAILIWICK_KILLS")); err == nil && n > 0 {
		return n
	}
	if testing.Short() {
		return 3
	}
	return usual
}

// TestKill kills the program (SIGKILL) at random moments while four writers
// create, change, delete and restore records, and starts it again. No
// acknowledged write may be lost, none may have happened by half, and each
// must have left exactly one entry in the activity record.
func TestKill(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		c := server.Config{Data: t.TempDir()}
		killLoop(t, c, []string{"--data", c.Data}, kills(t, 100))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		c := server.Config{Data: t.TempDir(), Database: storetest.Database(t).AppURL}
		killLoop(t, c, []string{"--data", c.Data, "--database", c.Database}, kills(t, 30))
	})
}

func killLoop(t *testing.T, c server.Config, args []string, n int) {
	Binary(t)
	ctx := context.Background()
	parts, closeAll := Open(t, c, &Log{})
	w := Prepared(parts)
	home := w.Workspace(t, "acme", nil)
	var writers []*writer
	for i := range 4 {
		p := w.User(t, "acme", "writer"+strconv.Itoa(i), "DE", "risk-manager")
		writers = append(writers, &writer{no: i, by: p, http: newClient(), r: rand.New(rand.NewPCG(uint64(i), 42)), dirty: map[*note]bool{}})
	}
	closeAll()
	r := rand.New(rand.NewPCG(7, uint64(n)))
	var starts []time.Duration
	inFlight := 0
	for round := range n + 1 {
		began := time.Now()
		p := Launch(t, args...)
		starts = append(starts, time.Since(began))
		each(writers, func(k *writer) {
			k.addr = p.Addr
			k.err = k.compare(ctx)
		})
		for _, k := range writers {
			if k.err != nil {
				t.Fatalf("after %d kills: %v\n%s", round, k.err, p.Stderr)
			}
		}
		if round == n {
			p.Kill()
		} else {
			time.AfterFunc(time.Duration(r.IntN(200))*time.Millisecond, p.Kill)
			each(writers, func(k *writer) { k.work(ctx) })
			p.Kill()
		}
		for _, k := range writers {
			k.http.CloseIdleConnections()
			if k.err != nil {
				t.Fatalf("after %d kills: %v\n%s", round, k.err, p.Stderr)
			}
			if k.open != nil {
				inFlight++
			}
		}
		if round%10 == 9 || round == n {
			entriesMatch(t, c, home.ID, writers)
		}
	}
	acks, records := 0, 0
	for _, k := range writers {
		acks, records = acks+k.acks, records+len(k.notes)
	}
	slices.Sort(starts)
	t.Logf("figure: %d kills: %d acknowledged writes on %d records, none lost; %d requests were in flight; started in %v (median), %v (worst)",
		n, acks, records, inFlight, starts[len(starts)/2].Round(time.Millisecond), starts[len(starts)-1].Round(time.Millisecond))
}

// each runs f for all writers at once and waits.
func each(writers []*writer, f func(*writer)) {
	var all sync.WaitGroup
	for _, k := range writers {
		all.Go(func() { f(k) })
	}
	all.Wait()
}

// entriesMatch opens what the dead program has left and holds that every
// revision of every record has its one entry in the activity record.
func entriesMatch(t *testing.T, c server.Config, id bailiwick.TenantID, writers []*writer) {
	t.Helper()
	parts, closeAll := Open(t, c, &Log{})
	defer closeAll()
	ctx := context.Background()
	err := parts.Store.View(ctx, id, func(tx store.TenantTx) error {
		for _, k := range writers {
			for _, n := range k.notes {
				rid, err := bailiwick.ParseID(n.id)
				if err != nil {
					return err
				}
				entries, err := parts.Ledger.Recent(ctx, tx, bailiwick.RecordID{ID: rid}, 200)
				if err != nil {
					return err
				}
				var got []int
				for _, e := range entries {
					if slices.Contains([]logformat.Kind{logformat.RecordCreated, logformat.RecordChanged, logformat.RecordDeleted, logformat.RecordRestored}, e.Kind) {
						got = append(got, int(e.Revision))
					}
				}
				slices.Sort(got)
				most := n.revision
				if k.open != nil && k.open.at == n && len(got) == most+1 {
					most++
				}
				for i, rev := range got {
					if rev != i+1 {
						t.Errorf("record %s: entries for revisions %v", n.id, got)
						break
					}
				}
				if len(got) != most {
					t.Errorf("record %s has %d revisions and %d entries", n.id, most, len(got))
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
