package api

import (
	"net/http"
	"time"

	"bailiwick"
	"bailiwick/internal/identity"
)

// Consents answers GET /api/v1/records/{type}/{id}/consents.
func (a *API) Consents(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := consentOf(r, c)
	if err != nil {
		return err
	}
	list, err := a.door.Consents(r.Context(), actor, r.PathValue("type"), id)
	if err != nil {
		return err
	}
	type doc struct {
		Category  bailiwick.Category `json:"category"`
		Given     time.Time          `json:"given_at"`
		Withdrawn *time.Time         `json:"withdrawn_at"`
		User      string             `json:"user"`
		Reference string             `json:"reference"`
	}
	out := make([]doc, 0, len(list))
	for _, q := range list {
		out = append(out, doc{q.Category, q.Given, optional(q.Withdrawn), q.User.String(), q.Reference})
	}
	return write(w, http.StatusOK, map[string]any{"items": out})
}

func consentOf(r *http.Request, c identity.Caller) (bailiwick.Actor, bailiwick.RecordID, error) {
	actor, err := c.Must()
	if err != nil {
		return actor, bailiwick.RecordID{}, err
	}
	id, err := bailiwick.ParseID(r.PathValue("id"))
	if err != nil {
		err = bailiwick.NotFound()
	}
	return actor, bailiwick.RecordID{ID: id}, err
}

// RecordConsent answers POST /api/v1/records/{type}/{id}/consents.
func (a *API) RecordConsent(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := consentOf(r, c)
	if err != nil {
		return err
	}
	var doc struct {
		Category  bailiwick.Category `json:"category"`
		Given     time.Time          `json:"given_at"`
		Reference string             `json:"reference"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	if err := a.door.RecordConsent(r.Context(), actor, r.PathValue("type"), id, doc.Category, doc.Given, doc.Reference); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// WithdrawConsent answers DELETE /api/v1/records/{type}/{id}/consents/{category}.
func (a *API) WithdrawConsent(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := consentOf(r, c)
	if err != nil {
		return err
	}
	if err := a.door.WithdrawConsent(r.Context(), actor, r.PathValue("type"), id, bailiwick.Category(r.PathValue("category"))); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
