package server

import (
	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/web"
)

// peopleRoutes are the pages of second factors, and of what a second person
// decides about a user.
func peopleRoutes(s *web.Site) []Row {
	const security = "/account/security"
	rows := []Row{
		{Method: "GET", Pattern: security, Handler: s.Security},
		{Method: "POST", Pattern: security + "/totp", Changes: true, Accepts: form(), Handler: s.TOTPBegin},
		{Method: "POST", Pattern: security + "/totp/confirm", Changes: true, Accepts: form(), Handler: s.TOTPConfirm},
		{Method: "POST", Pattern: security + "/recovery", Changes: true, Accepts: form(), Handler: s.RecoveryNew},
		{Method: "POST", Pattern: security + "/remove", Changes: true, Accepts: form(), Handler: s.FactorRemove},
		{Method: "POST", Pattern: security + "/passkey/begin", Changes: true, Accepts: form(), Handler: s.PasskeyBegin},
		{Method: "POST", Pattern: security + "/passkey", Changes: true, Accepts: form(), Handler: s.PasskeyKeep},
		{Method: "POST", Pattern: "/users/{id}/factors", Permission: access.PermManageUsers, Changes: true, Accepts: form(), Handler: s.FactorsReset},
		{Method: "POST", Pattern: "/users/{id}/country", Permission: access.PermManageUsers, Changes: true, Accepts: form(), Handler: s.CountryDecide},
	}
	for i := range rows {
		rows[i].Host, rows[i].Face, rows[i].Actors, rows[i].Purpose = TenantHost, Page, users, bailiwick.ProvideService
	}
	for _, r := range []Row{
		{Method: "POST", Pattern: "/sign-in/code", Handler: s.SignInCode},
		{Method: "POST", Pattern: "/sign-in/passkey/begin", Handler: s.PasskeyAsk},
		{Method: "POST", Pattern: "/sign-in/passkey", Handler: s.PasskeySignIn},
	} {
		r.Host, r.Face, r.Actors, r.Changes, r.Accepts = TenantHost, Page, everyone, true, form()
		rows = append(rows, r)
	}
	return rows
}
