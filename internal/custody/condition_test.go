package custody

import (
	"context"
	"testing"
	"time"

	"bailiwick"
)

const (
	birthReason   = `{id: birth-reason, operation: access, category: birth, roles: [auditor], effect: require, require: {condition: justification, text: "Say why"}}`
	birthApproval = `{id: salary-approval, operation: access, category: compensation, roles: [auditor], effect: require, require: {condition: approval, text: "Ask"}}`
	salaryAllow   = `{id: salary-allow, operation: access, category: compensation, roles: [auditor], effect: allow}`
	salaryFill    = `{id: salary-fill, operation: populate, category: compensation, roles: [hr], effect: allow}`
)

// TestReason: what a rule shows only for a reason is shown to who stated one,
// to nobody else, for an hour (R14.2).
func TestReason(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr, one, other := h.user(1, "DE", "hr"), h.user(4, "DE", "auditor"), h.user(5, "DE", "auditor")
		ada := h.person(hr, "Ada Example", "DE", "birth_date", "1980-05-06")
		h.rule(birthReason)
		hidden := func(a bailiwick.Actor) bool { return h.cell(a, ada.ID, "birth_date").Withheld != nil }
		if !hidden(one) || !hidden(other) {
			t.Fatal("shown without a reason")
		}
		e, err := h.door.Explain(ctx, one, "person", ada.ID, "birth_date", "access", "en")
		if err != nil || e.Step != "justification" || e.StepRule != "birth-reason" {
			t.Errorf("%+v %v", e, err)
		}
		is(t, h.door.StateReason(ctx, one, "birth-reason", " "), bailiwick.CodeInvalid)
		is(t, h.door.StateReason(ctx, one, "birth-eea", "audit"), bailiwick.CodeNotFound)
		is(t, h.door.StateReason(ctx, one, "birth-reason", "Audit 2026"), "")
		if hidden(one) || !hidden(other) {
			t.Errorf("own %v, other %v", hidden(one), hidden(other))
		}
		h.door.clock = ahead{h.door.clock, ReasonTime}
		if !hidden(one) {
			t.Error("shown after the hour")
		}
	})
}

// ahead is a clock that is ahead.
type ahead struct {
	bailiwick.Clock
	by time.Duration
}

func (l ahead) Now() time.Time { return l.Clock.Now().Add(l.by) }

// TestAsk: a granted request shows its asker exactly what was asked for, until
// its end, and nobody decides their own.
func TestAsk(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr, one, other, privacy := h.user(1, "DE", "hr"), h.user(4, "DE", "auditor"), h.user(5, "DE", "auditor"), h.user(8, "DE", "privacy")
		h.rule(birthApproval)
		h.rule(salaryAllow)
		h.rule(salaryFill)
		ada := h.person(hr, "Ada Example", "DE", "annual_salary", "50000")
		cleo := h.person(hr, "Cleo Example", "US", "annual_salary", "60000")
		hidden := func(a bailiwick.Actor, id bailiwick.RecordID) bool {
			return h.cell(a, id, "annual_salary").Withheld != nil
		}
		end := time.Now().Add(48 * time.Hour)
		ref, err := h.door.Ask(ctx, one, "person", ada.ID, "annual_salary", "Audit", end)
		if err != nil || ref != "ASK-1" {
			t.Fatal(ref, err)
		}
		if !hidden(one, ada.ID) {
			t.Error("asking shows it")
		}
		_, err = h.door.Ask(ctx, one, "person", ada.ID, "annual_salary", "Again", end)
		is(t, err, bailiwick.CodeTransition)
		list, err := h.door.AccessRequests(ctx, privacy)
		if err != nil || len(list) != 1 || !list[0].Direct || list[0].Reason != "Audit" || list[0].Category != "compensation" {
			t.Fatalf("%+v %v", list, err)
		}
		if own, err := h.door.AccessRequests(ctx, other); err != nil || len(own) != 0 {
			t.Errorf("somebody else's request is listed: %+v %v", own, err)
		}
		id := list[0].ID
		is(t, h.door.AnswerRequest(ctx, other, id, "granted"), bailiwick.CodeNotFound)
		is(t, h.door.AnswerRequest(ctx, one, id, "granted"), bailiwick.CodeApproval)
		is(t, h.door.AnswerRequest(ctx, privacy, id, "granted"), "")
		is(t, h.door.AnswerRequest(ctx, privacy, id, "refused"), bailiwick.CodeTransition)
		if hidden(one, ada.ID) || !hidden(one, cleo.ID) || !hidden(other, ada.ID) {
			t.Errorf("asked for %v, another country %v, somebody else %v", hidden(one, ada.ID), hidden(one, cleo.ID), hidden(other, ada.ID))
		}
		if c := h.cell(one, ada.ID, "national_id"); c.Withheld == nil {
			t.Error("another category is shown")
		}
		h.door.clock = ahead{h.door.clock, 72 * time.Hour}
		if !hidden(one, ada.ID) {
			t.Error("shown after the end")
		}
		if list, err = h.door.AccessRequests(ctx, one); err != nil || list[0].State != "ended" {
			t.Errorf("%+v %v", list, err)
		}
	})
}
