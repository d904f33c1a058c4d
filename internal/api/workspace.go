package api

import (
	"net/http"

	"bailiwick/internal/identity"
)

// ListTypes answers GET /api/v1/types.
func (a *API) ListTypes(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	types, _, err := a.workspace.Types(r, actor)
	if err != nil {
		return err
	}
	type doc struct {
		Key         string `json:"key"`
		Title       string `json:"title"`
		Plural      string `json:"plural"`
		Application string `json:"application"`
		Ref         string `json:"ref"`
	}
	out := make([]doc, 0, len(types))
	for _, t := range types {
		out = append(out, doc{t.Key, t.Title.In(lang(c)), t.Plural.In(lang(c)), t.Pack, t.Ref})
	}
	return write(w, http.StatusOK, map[string]any{"items": out})
}

// GetMe answers GET /api/v1/me: for whom and with what rights a token acts.
func (a *API) GetMe(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	roles := []string{}
	for _, role := range actor.Roles() {
		roles = append(roles, string(role))
	}
	unread, err := a.box.Unread(r.Context(), actor)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, map[string]any{
		"unread": unread, "user": actor.User().String(), "roles": roles, "country": string(actor.Country()), "tenant": c.Tenant.Slug,
	})
}
