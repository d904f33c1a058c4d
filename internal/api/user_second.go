package api

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/identity"
)

// DecideCountry answers POST /api/v1/users/{id}/country
// {"decision": "confirm" | "refuse", "country"} with the user: a second person
// decides about a country that the first stated (R8.6).
func (a *API) DecideCountry(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := userPath(r, c)
	if err != nil {
		return err
	}
	var doc struct {
		Decision string            `json:"decision"`
		Country  bailiwick.Country `json:"country"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	decide := a.ids.ConfirmCountry
	switch doc.Decision {
	case "confirm":
	case "refuse":
		decide = a.ids.RefuseCountry
	default:
		return bailiwick.Malformed("The decision is confirm or refuse.")
	}
	if err := decide(r.Context(), actor, id, doc.Country); err != nil {
		return err
	}
	return a.sendUser(w, r, actor, id)
}

// ResetFactors answers DELETE /api/v1/users/{id}/factors with 204: every
// one-time code, passkey and recovery code of the user is taken away.
func (a *API) ResetFactors(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := userPath(r, c)
	if err != nil {
		return err
	}
	if err := a.ids.ResetFactors(r.Context(), actor, id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
