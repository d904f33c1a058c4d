package api

import (
	"net/http"
	"time"

	"bailiwick"
	"bailiwick/internal/identity"
)

// ListTokens answers GET /api/v1/tokens: the caller's own tokens.
func (a *API) ListTokens(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	tokens, err := a.ids.Tokens(r.Context(), actor, actor.User())
	if err != nil {
		return err
	}
	type doc struct {
		ID      string            `json:"id"`
		Name    string            `json:"name"`
		Scopes  []bailiwick.Scope `json:"scopes"`
		Created time.Time         `json:"created_at"`
		Used    *time.Time        `json:"last_used_at"`
		Ends    time.Time         `json:"expires_at"`
	}
	out := make([]doc, 0, len(tokens))
	for _, t := range tokens {
		d := doc{ID: t.ID.String(), Name: t.Label.Reveal(), Scopes: t.Scopes, Created: t.Created, Ends: t.Ends}
		if !t.Used.IsZero() {
			d.Used = &t.Used
		}
		out = append(out, d)
	}
	return write(w, http.StatusOK, map[string]any{"items": out})
}

// CreateToken answers POST /api/v1/tokens {"name","scopes","days"} with the
// secret, once. A token cannot make another with scopes that it lacks.
func (a *API) CreateToken(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	var doc struct {
		Name   string            `json:"name"`
		Scopes []bailiwick.Scope `json:"scopes"`
		Days   int               `json:"days"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	const maxDays = int(identity.MaxTokenLife / (24 * time.Hour))
	if doc.Days < 1 || doc.Days > maxDays {
		return bailiwick.Malformed("A token lives 1 to 366 days.")
	}
	spec := identity.TokenSpec{Label: doc.Name, Scopes: doc.Scopes, Life: time.Duration(doc.Days) * 24 * time.Hour}
	token, secret, err := a.ids.CreateToken(r.Context(), actor, actor.User(), spec)
	if err != nil {
		return err
	}
	return write(w, http.StatusCreated, map[string]any{"id": token.ID.String(), "token": secret, "expires_at": token.Ends})
}

// RevokeToken answers DELETE /api/v1/tokens/{id}: it ends at once.
func (a *API) RevokeToken(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	id, err := recordID(r)
	if err != nil {
		return err
	}
	if err := a.ids.RevokeToken(r.Context(), actor, actor.User(), bailiwick.SessionID(id)); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
