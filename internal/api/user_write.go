package api

import (
	"context"
	"net/http"

	"bailiwick"
	"bailiwick/internal/identity"
)

// GetUser answers GET /api/v1/users/{id}.
func (a *API) GetUser(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := userPath(r, c)
	if err != nil {
		return err
	}
	return a.sendUser(w, r, actor, id)
}

// InviteUser answers POST /api/v1/users
// {"name","email","roles","country","entity","unit"} with 201, the user's identifier
// and the path of the invitation, once: whoever has it becomes the user.
func (a *API) InviteUser(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	var doc struct {
		Name    string            `json:"name"`
		Email   string            `json:"email"`
		Roles   []bailiwick.Role  `json:"roles"`
		Country bailiwick.Country `json:"country"`
		Entity  string            `json:"entity"`
		Unit    string            `json:"unit"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	entity, err := entityOf(doc.Entity)
	if err != nil {
		return err
	}
	unit, err := unitOf(doc.Unit)
	if err != nil {
		return err
	}
	spec := identity.UserSpec{Name: doc.Name, Email: doc.Email, Roles: doc.Roles, Country: doc.Country, Entity: entity, Unit: unit}
	id, secret, err := a.ids.Invite(r.Context(), actor.Tenant(), actor, spec)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/api/v1/users/"+id.String())
	return sendLink(w, id, secret)
}

// ChangeUser answers PATCH /api/v1/users/{id} with the user. Absent members
// keep what they hold.
func (a *API) ChangeUser(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := userPath(r, c)
	if err != nil {
		return err
	}
	var doc struct {
		Name    given[string]            `json:"name"`
		Email   given[string]            `json:"email"`
		Roles   given[[]bailiwick.Role]  `json:"roles"`
		Country given[bailiwick.Country] `json:"country"`
		Entity  given[string]            `json:"entity"`
		Unit    given[string]            `json:"unit"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	ch := identity.UserChange{Name: doc.Name.value, Email: doc.Email.value, Roles: doc.Roles.value, Country: doc.Country.value}
	if doc.Entity.value != nil {
		entity, err := entityOf(*doc.Entity.value)
		if err != nil {
			return err
		}
		ch.Entity = &entity
	}
	if doc.Unit.value != nil {
		unit, err := unitOf(*doc.Unit.value)
		if err != nil {
			return err
		}
		ch.Unit = &unit
	}
	if ch == (identity.UserChange{}) {
		return bailiwick.Malformed("The body names nothing to change.")
	}
	if err := a.ids.ChangeUser(r.Context(), actor, id, ch); err != nil {
		return err
	}
	return a.sendUser(w, r, actor, id)
}

// DisableUser answers POST /api/v1/users/{id}/disable with the user: sessions,
// links and API tokens end with it.
func (a *API) DisableUser(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	return a.ableUser(w, r, c, a.ids.DisableUser)
}

// EnableUser answers POST /api/v1/users/{id}/enable with the user.
func (a *API) EnableUser(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	return a.ableUser(w, r, c, a.ids.EnableUser)
}

func (a *API) ableUser(w http.ResponseWriter, r *http.Request, c identity.Caller, act func(context.Context, bailiwick.Actor, bailiwick.UserID) error) error {
	actor, id, err := userPath(r, c)
	if err != nil {
		return err
	}
	if err := act(r.Context(), actor, id); err != nil {
		return err
	}
	return a.sendUser(w, r, actor, id)
}

// LinkUser answers POST /api/v1/users/{id}/link with 201 and the path of a
// link by which the user sets a new password, once.
func (a *API) LinkUser(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := userPath(r, c)
	if err != nil {
		return err
	}
	secret, err := a.ids.PasswordLink(r.Context(), actor.Tenant(), actor, id, identity.InvitationLife)
	if err != nil {
		return err
	}
	return sendLink(w, id, secret)
}

// sendLink answers with a one-time link, as a path: the workspace knows by
// which name its people reach it.
func sendLink(w http.ResponseWriter, id bailiwick.UserID, secret string) error {
	return write(w, http.StatusCreated, map[string]any{
		"id": id.String(), "link": "/link/" + secret, "days": int(identity.InvitationLife.Hours() / 24),
	})
}
