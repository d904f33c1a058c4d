package proposal

import (
	"context"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/tenant"
)

func denyUS(d *tenant.Document) (err error) {
	d.Rules, err = putRules(d.Rules, []access.Rule{{
		ID: "contact-us", Op: access.Access, Category: "contact", Viewer: access.CountrySet{In: []string{"US"}}, Effect: access.Deny,
		Note: `Said "no": works agreement, 2025-3`,
	}})
	return err
}

func TestSecondPersonApproves(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		p := h.submitted("No contact data in the US", denyUS)
		for who, a := range map[string]bailiwick.Actor{"author": h.privacy} {
			_, err := h.Approve(ctx, a, p.ID, p.Revision, time.Time{})
			if bailiwick.ErrorCode(err) != bailiwick.CodeApproval {
				t.Errorf("%s approves: %v", who, err)
			}
		}
		_, err := h.Approve(ctx, h.reader, p.ID, p.Revision, time.Time{})
		is(t, err, bailiwick.CodeDenied)
		_, err = h.Approve(ctx, h.second, p.ID, p.Revision+1, time.Time{})
		is(t, err, bailiwick.CodeConflict)
		done, err := h.Approve(ctx, h.second, p.ID, p.Revision, time.Time{})
		if err != nil || done.State != Active || done.Version != 2 || done.Reviewer != h.second.User() || done.Solo {
			t.Fatalf("approve: %+v, %v", done, err)
		}
		c := h.config()
		if _, ok := c.Matrix.Rule("contact-us"); c.Version != 2 || !ok || c.Author != h.privacy.User() {
			t.Errorf("in force: version %d by %v", c.Version, c.Author)
		}
		if !strings.Contains(c.Document().Rules, "# occupational health") || !strings.Contains(c.Document().Rules, "# kept by the customer") {
			t.Errorf("comments are lost:\n%s", c.Document().Rules)
		}
		_, err = h.Edit(ctx, h.privacy, p.ID, 0, denyUS)
		is(t, err, bailiwick.CodeTransition)
		got, err := h.List(ctx, h.owner, 0, 0)
		if err != nil || len(got) != 1 || got[0].Title != "No contact data in the US" || got[0].Ref() != "CHG-1" {
			t.Errorf("list: %+v, %v", got, err)
		}
	})
}

func TestAnEditorIsNoSecondPerson(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		p := h.started("Two hands")
		p, err := h.Edit(ctx, h.second, p.ID, p.Revision, denyUS)
		if err != nil {
			t.Fatal(err)
		}
		p = h.handIn(p)
		_, err = h.Approve(ctx, h.second, p.ID, p.Revision, time.Time{})
		is(t, err, bailiwick.CodeApproval)
		if p, err = h.Approve(ctx, h.owner, p.ID, p.Revision, time.Time{}); err != nil || p.State != Active {
			t.Errorf("a third person: %+v, %v", p.State, err)
		}
	})
}

func TestSimulatedBeforeSubmitted(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		p := h.started("Early")
		_, err := h.Submit(ctx, h.privacy, p.ID, p.Revision)
		is(t, err, bailiwick.CodeTransition)
		if p, err = h.Simulate(ctx, h.privacy, p.ID, p.Revision); err != nil || !p.Simulated() {
			t.Fatalf("simulate: %v", err)
		}
		if p, err = h.Edit(ctx, h.privacy, p.ID, p.Revision, denyUS); err != nil || p.Simulated() {
			t.Fatalf("an edited change passes for simulated, %v", err)
		}
		_, err = h.Submit(ctx, h.privacy, p.ID, p.Revision)
		is(t, err, bailiwick.CodeTransition)
	})
}

func TestScheduled(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		p := h.submitted("Tomorrow", denyUS)
		at := h.now.Add(time.Hour)
		p, err := h.Approve(ctx, h.second, p.ID, p.Revision, at)
		if err != nil || p.State != Approved || !p.ActiveAt.Equal(at) {
			t.Fatalf("approve: %+v, %v", p, err)
		}
		if n, err := h.ActivateDue(ctx, h.job()); n != 0 || err != nil || h.config().Version != 1 {
			t.Errorf("before its time: %d, %v", n, err)
		}
		h.now = at
		for run, want := range []int{1, 0} {
			if n, err := h.ActivateDue(ctx, h.job()); n != want || err != nil || h.config().Version != 2 {
				t.Errorf("run %d: %d, %v, version %d", run, n, err, h.config().Version)
			}
		}
	})
}

func TestAnotherWasFaster(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		waiting, other := h.submitted("Waits", denyUS), h.submitted("Fast", func(d *tenant.Document) error { d.Settings.Language = "de"; return nil })
		waiting, err := h.Approve(ctx, h.second, waiting.ID, 0, h.now.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if _, err = h.Approve(ctx, h.second, other.ID, 0, time.Time{}); err != nil {
			t.Fatal(err)
		}
		waiting, err = h.Get(ctx, h.privacy, waiting.ID)
		if err != nil || waiting.State != Superseded || !waiting.Stale {
			t.Fatalf("the other: %s, %v", waiting.State, err)
		}
		_, err = h.Simulate(ctx, h.privacy, waiting.ID, 0)
		is(t, err, bailiwick.CodeConflict)
		h.now = h.now.Add(2 * time.Hour)
		if n, err := h.ActivateDue(ctx, h.job()); n != 0 || err != nil {
			t.Errorf("due: %d, %v", n, err)
		}
	})
}

func TestRejectWithdraw(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		p := h.submitted("Not so", denyUS)
		_, err := h.Reject(ctx, h.second, p.ID, p.Revision, " ")
		is(t, err, bailiwick.CodeInvalid)
		p, err = h.Reject(ctx, h.second, p.ID, p.Revision, "The works council was not asked.")
		if err != nil || p.State != Rejected {
			t.Fatal(err)
		}
		if p, err = h.Get(ctx, h.privacy, p.ID); err != nil || p.Reason != "The works council was not asked." {
			t.Errorf("reason: %v", err)
		}
		if p, err = h.Edit(ctx, h.privacy, p.ID, 0, func(d *tenant.Document) error { return nil }); err != nil || p.State != Draft || p.Reason != "" {
			t.Errorf("taken up again: %+v, %v", p.State, err)
		}
		if p, err = h.Withdraw(ctx, h.privacy, p.ID, 0); err != nil || p.State != Withdrawn {
			t.Errorf("withdraw: %v", err)
		}
		_, err = h.Withdraw(ctx, h.privacy, p.ID, 0)
		is(t, err, bailiwick.CodeTransition)
	})
}

func TestSoloMode(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		solo := func(d *tenant.Document) error { d.Settings.SoloMode = true; return nil }
		p := h.submitted("Alone from now on", solo)
		_, err := h.Approve(ctx, h.privacy, p.ID, 0, time.Time{})
		is(t, err, bailiwick.CodeApproval) // others could
		stands := func(a bailiwick.Actor, want Standing) {
			t.Helper()
			if got, err := h.Standing(ctx, a, p.ID); err != nil || got != want {
				t.Errorf("%+v, want %+v (%v)", got, want, err)
			}
		}
		stands(h.privacy, Standing{Others: true})
		stands(h.second, Standing{May: true, Others: true})
		_, err = h.Standing(ctx, h.hr, p.ID)
		is(t, err, bailiwick.CodeDenied)
		h.disable(h.second)
		h.disable(h.privacy)
		h.privacy = h.owner // the only person left who may approve
		p = h.submitted("Alone from now on", solo)
		stands(h.owner, Standing{May: true, Solo: true})
		before := h.now
		p, err = h.Approve(ctx, h.owner, p.ID, 0, time.Time{})
		if err != nil || p.State != Approved || !p.Solo || p.ActiveAt.Before(before.Add(SoloWait)) {
			t.Fatalf("alone: %+v, %v", p, err)
		}
		h.now = before.Add(SoloWait - time.Minute)
		if n, err := h.ActivateDue(ctx, h.job()); n != 0 || err != nil {
			t.Errorf("before the day is over: %d, %v", n, err)
		}
		h.now = before.Add(SoloWait + time.Minute)
		if n, err := h.ActivateDue(ctx, h.job()); n != 1 || err != nil {
			t.Errorf("after a day: %d, %v", n, err)
		}
		p = h.submitted("Not alone", denyUS)
		if _, err := h.Approve(ctx, h.owner, p.ID, 0, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if p, err = h.Withdraw(ctx, h.owner, p.ID, 0); err != nil || p.State != Withdrawn {
			t.Errorf("withdrawn within the day: %v", err)
		}
	})
}
