package scenario

import (
	"context"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/proposal"
	"bailiwick/internal/server"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/tenant"
)

// TestKillBetweenApprovalAndEffect kills the program (SIGKILL) while it puts an
// approved change of the configuration into force. Afterwards the change is
// either approved and the old version in force, or active and the new one; and
// in the first case the next run takes it up.
func TestKillBetweenApprovalAndEffect(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		c := server.Config{Data: t.TempDir()}
		killChanges(t, c, []string{"--data", c.Data}, kills(t, 10))
	})
	t.Run("postgres", func(t *testing.T) {
		c := server.Config{Data: t.TempDir(), Database: storetest.Database(t).AppURL}
		killChanges(t, c, []string{"--data", c.Data, "--database", c.Database}, kills(t, 5))
	})
}

func killChanges(t *testing.T, c server.Config, args []string, n int) {
	ctx := context.Background()
	parts, closeAll := Open(t, c, &Log{})
	w := Prepared(parts)
	w.Workspace(t, "acme", nil)
	author, second := w.User(t, "acme", "author", "DE", "privacy").Actor, w.User(t, "acme", "second", "DE", "privacy").Actor
	w.User(t, "acme", "owner", "DE", "owner")
	r := rand.New(rand.NewPCG(5, uint64(n)))
	interrupted, whole := 0, time.Duration(0)
	for round := range n {
		p := approved(t, parts.Proposals, author, second, round)
		// The run that was killed holds the job for ten minutes; this test does
		// not wait for that.
		if err := parts.Store.UpdateDirectory(ctx, func(tx store.DirectoryTx) error {
			_, err := tx.Exec(ctx, `UPDATE job_runs SET lease = 0, due = 0`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		closeAll()
		run := exec.Command(Binary(t), append([]string{"job", "run", "due-changes"}, args...)...)
		run.Env = environ()
		if err := run.Start(); err != nil {
			t.Fatal(err)
		}
		// The first run is let end, to see when the others have to be killed.
		began := time.Now()
		if round > 0 {
			time.AfterFunc(whole/2+time.Duration(r.Int64N(int64(whole)*6/10)), func() { _ = run.Process.Kill() })
		}
		_ = run.Wait()
		if round == 0 {
			whole = time.Since(began)
		}
		parts, closeAll = Open(t, c, &Log{})
		got, err := parts.Proposals.Get(ctx, author, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		versions, err := parts.Proposals.Versions(ctx, author, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		want := proposal.Approved
		if versions[0].Version == int64(round+2) {
			want = proposal.Active
		} else {
			interrupted++
		}
		if got.State != want || want == proposal.Active && got.Version != versions[0].Version {
			t.Fatalf("round %d: the change is %s and version %d in force", round, got.State, versions[0].Version)
		}
		w.Parts = parts
		for deadline := time.Now().Add(20 * time.Second); got.State != proposal.Active && time.Now().Before(deadline); {
			if err := w.ActivateDue(t, "acme"); err != nil {
				t.Fatal(err)
			}
			if got, err = parts.Proposals.Get(ctx, author, p.ID); err != nil {
				t.Fatal(err)
			}
		}
		if got.State != proposal.Active || got.Version != int64(round+2) {
			t.Fatalf("round %d: not taken up: %s, version %d", round, got.State, got.Version)
		}
	}
	closeAll()
	t.Logf("%d runs of %v, %d of them ended before the effect", n, whole, interrupted)
}

// approved is a change that takes effect in a moment.
func approved(t *testing.T, s *proposal.Service, author, second bailiwick.Actor, round int) proposal.Proposal {
	t.Helper()
	ctx := context.Background()
	p, err := s.Start(ctx, author, "Round "+strconv.Itoa(round))
	if err == nil {
		p, err = s.Edit(ctx, author, p.ID, 0, func(d *tenant.Document) error {
			d.Settings.LogOrdinaryReads = !d.Settings.LogOrdinaryReads
			return nil
		})
	}
	if err == nil {
		p, err = s.Simulate(ctx, author, p.ID, 0)
	}
	if err == nil {
		p, err = s.Submit(ctx, author, p.ID, 0)
	}
	if err == nil {
		p, err = s.Approve(ctx, second, p.ID, 0, time.Now().Add(40*time.Millisecond))
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}
