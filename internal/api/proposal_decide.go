package api

import (
	"net/http"
	"time"

	"bailiwick"
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

// decide answers an operation on one change: it reads the revision that the
// caller saw and, where doc is not nil, the document, and sends what becomes of
// the change.
func decide(w http.ResponseWriter, r *http.Request, c identity.Caller, doc any, // any: a document to decode into
	act func(actor bailiwick.Actor, id proposal.ProposalID, revision int64) (proposal.Proposal, error)) error {
	actor, id, err := one(r, c)
	if err != nil {
		return err
	}
	revision, err := ifMatch(r)
	if err != nil {
		return err
	}
	if doc != nil {
		if err := decode(r, doc); err != nil {
			return err
		}
	}
	p, err := act(actor, id, revision)
	return sendProposal(w, http.StatusOK, p, err)
}

// Submit answers POST /api/v1/proposals/{id}/submit.
func (a *Changes) Submit(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	return decide(w, r, c, nil, func(actor bailiwick.Actor, id proposal.ProposalID, revision int64) (proposal.Proposal, error) {
		return a.service.Submit(r.Context(), actor, id, revision)
	})
}

// Approve answers POST /api/v1/proposals/{id}/approve {"active_at"}; without a
// time the change takes effect at once.
func (a *Changes) Approve(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	var doc struct {
		ActiveAt *time.Time `json:"active_at"`
	}
	return decide(w, r, c, &doc, func(actor bailiwick.Actor, id proposal.ProposalID, revision int64) (proposal.Proposal, error) {
		at := time.Time{}
		if doc.ActiveAt != nil {
			at = doc.ActiveAt.UTC()
		}
		return a.service.Approve(r.Context(), actor, id, revision, at)
	})
}

// Reject answers POST /api/v1/proposals/{id}/reject {"reason"}.
func (a *Changes) Reject(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	var doc struct {
		Reason string `json:"reason"`
	}
	return decide(w, r, c, &doc, func(actor bailiwick.Actor, id proposal.ProposalID, revision int64) (proposal.Proposal, error) {
		return a.service.Reject(r.Context(), actor, id, revision, doc.Reason)
	})
}

// Withdraw answers POST /api/v1/proposals/{id}/withdraw.
func (a *Changes) Withdraw(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	return decide(w, r, c, nil, func(actor bailiwick.Actor, id proposal.ProposalID, revision int64) (proposal.Proposal, error) {
		return a.service.Withdraw(r.Context(), actor, id, revision)
	})
}

// Rebase answers POST /api/v1/proposals/{id}/rebase {"keep"}: brings the change
// onto the version in force. Where the two clash, keep says which side wins:
// change or current; without it the clashes are named and nothing is done.
func (a *Changes) Rebase(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	var doc struct {
		Keep proposal.Keep `json:"keep"`
	}
	return decide(w, r, c, &doc, func(actor bailiwick.Actor, id proposal.ProposalID, revision int64) (proposal.Proposal, error) {
		return a.service.Rebase(r.Context(), actor, id, revision, doc.Keep)
	})
}
