package api

import (
	"net/http"
	"time"

	"bailiwick/internal/identity"
	"bailiwick/internal/proposal"
)

// Simulate answers POST /api/v1/proposals/{id}/simulate with the change and
// what it would do.
func (a *Changes) Simulate(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := one(r, c)
	if err != nil {
		return err
	}
	p, err := a.service.Simulate(r.Context(), actor, id, 0)
	return sendProposal(w, http.StatusOK, p, err)
}

// Submit answers POST /api/v1/proposals/{id}/submit.
func (a *Changes) Submit(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := one(r, c)
	if err != nil {
		return err
	}
	revision, err := ifMatch(r)
	if err != nil {
		return err
	}
	p, err := a.service.Submit(r.Context(), actor, id, revision)
	return sendProposal(w, http.StatusOK, p, err)
}

// Approve answers POST /api/v1/proposals/{id}/approve {"active_at"}; without a
// time the change takes effect at once.
func (a *Changes) Approve(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := one(r, c)
	if err != nil {
		return err
	}
	revision, err := ifMatch(r)
	if err != nil {
		return err
	}
	var doc struct {
		ActiveAt *time.Time `json:"active_at"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	at := time.Time{}
	if doc.ActiveAt != nil {
		at = doc.ActiveAt.UTC()
	}
	p, err := a.service.Approve(r.Context(), actor, id, revision, at)
	return sendProposal(w, http.StatusOK, p, err)
}

// Reject answers POST /api/v1/proposals/{id}/reject {"reason"}.
func (a *Changes) Reject(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := one(r, c)
	if err != nil {
		return err
	}
	revision, err := ifMatch(r)
	if err != nil {
		return err
	}
	var doc struct {
		Reason string `json:"reason"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	p, err := a.service.Reject(r.Context(), actor, id, revision, doc.Reason)
	return sendProposal(w, http.StatusOK, p, err)
}

// Withdraw answers POST /api/v1/proposals/{id}/withdraw.
func (a *Changes) Withdraw(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := one(r, c)
	if err != nil {
		return err
	}
	revision, err := ifMatch(r)
	if err != nil {
		return err
	}
	p, err := a.service.Withdraw(r.Context(), actor, id, revision)
	return sendProposal(w, http.StatusOK, p, err)
}

// Rebase answers POST /api/v1/proposals/{id}/rebase {"keep"}: brings the change
// onto the version in force. Where the two clash, keep says which side wins:
// change or current; without it the clashes are named and nothing is done.
func (a *Changes) Rebase(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := one(r, c)
	if err != nil {
		return err
	}
	revision, err := ifMatch(r)
	if err != nil {
		return err
	}
	var doc struct {
		Keep proposal.Keep `json:"keep"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	p, err := a.service.Rebase(r.Context(), actor, id, revision, doc.Keep)
	return sendProposal(w, http.StatusOK, p, err)
}
