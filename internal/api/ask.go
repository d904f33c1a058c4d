package api

import (
	"net/http"
	"time"

	"bailiwick"
	"bailiwick/internal/identity"
)

// StateReason answers POST /api/v1/reasons.
func (a *API) StateReason(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	var doc struct {
		Rule   string `json:"rule"`
		Reason string `json:"reason"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	if err := a.door.StateReason(r.Context(), actor, doc.Rule, doc.Reason); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// AccessRequests answers GET /api/v1/access-requests.
func (a *API) AccessRequests(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	list, err := a.door.AccessRequests(r.Context(), actor)
	if err != nil {
		return err
	}
	type doc struct {
		ID        string              `json:"id"`
		Ref       string              `json:"ref"`
		User      string              `json:"user"`
		Type      string              `json:"type"`
		Field     string              `json:"field"`
		Category  bailiwick.Category  `json:"category"`
		Countries []bailiwick.Country `json:"countries"`
		Rule      string              `json:"rule"`
		State     string              `json:"state"`
		Created   time.Time           `json:"created_at"`
		Ends      time.Time           `json:"until"`
		Decided   *time.Time          `json:"decided_at"`
		Reason    string              `json:"reason"`
		Direct    bool                `json:"direct"`
		Proposal  string              `json:"proposal"`
	}
	out := make([]doc, 0, len(list))
	for _, q := range list {
		out = append(out, doc{q.ID.String(), q.Ref, q.User.String(), q.Type, q.Field, q.Category, countries(q.Countries), q.Rule, q.State,
			q.Created, q.Ends, optional(q.Decided), q.Reason, q.Direct, q.Proposal})
	}
	return write(w, http.StatusOK, map[string]any{"items": out})
}

// AskAccess answers POST /api/v1/access-requests.
func (a *API) AskAccess(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	var doc struct {
		Type   string    `json:"type"`
		Record string    `json:"record"`
		Field  string    `json:"field"`
		Reason string    `json:"reason"`
		Until  time.Time `json:"until"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	id, err := bailiwick.ParseID(doc.Record)
	if err != nil {
		return bailiwick.NotFound()
	}
	ref, err := a.door.Ask(r.Context(), actor, doc.Type, bailiwick.RecordID{ID: id}, doc.Field, doc.Reason, doc.Until)
	if err != nil {
		return err
	}
	return write(w, http.StatusCreated, map[string]any{"ref": ref})
}

// AnswerAccess answers POST /api/v1/access-requests/{id}.
func (a *API) AnswerAccess(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	id, err := bailiwick.ParseID(r.PathValue("id"))
	if err != nil {
		return bailiwick.NotFound()
	}
	var doc struct {
		State string `json:"state"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	if err := a.door.AnswerRequest(r.Context(), actor, id, doc.State); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
