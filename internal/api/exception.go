package api

import (
	"net/http"
	"time"

	"bailiwick"
	"bailiwick/internal/identity"
)

// PlanException answers GET /api/v1/access-requests/{id}/exception.
func (a *Changes) PlanException(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	id, err := bailiwick.ParseID(r.PathValue("id"))
	if err != nil {
		return bailiwick.NotFound()
	}
	x, err := a.service.PlanException(r.Context(), actor, id)
	if err != nil {
		return err
	}
	doc := struct {
		Ref       string               `json:"ref"`
		User      string               `json:"user"`
		Category  bailiwick.Category   `json:"category"`
		Countries []bailiwick.Country  `json:"countries"`
		Viewer    bailiwick.Country    `json:"viewer"`
		Until     time.Time            `json:"until"`
		Rules     []string             `json:"rules"`
		Others    []string             `json:"others"`
		Also      []bailiwick.Category `json:"also"`
	}{x.Ref, x.User.String(), x.Category, x.Countries, x.Viewer, x.Until, []string{}, []string{}, append([]bailiwick.Category{}, x.Also...)}
	for _, rule := range x.Rules {
		doc.Rules = append(doc.Rules, rule.ID)
	}
	for _, u := range x.Others {
		doc.Others = append(doc.Others, u.String())
	}
	return write(w, http.StatusOK, doc)
}

// MakeException answers POST /api/v1/access-requests/{id}/exception.
func (a *Changes) MakeException(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	id, err := bailiwick.ParseID(r.PathValue("id"))
	if err != nil {
		return bailiwick.NotFound()
	}
	p, err := a.service.MakeException(r.Context(), actor, id)
	return sendNew(w, p, err)
}
