package server

import (
	"bailiwick"
	"bailiwick/internal/api"
	"bailiwick/internal/web"
)

// toldRoutes are the pages of what people are told, and of the way back for
// who forgot the password.
func toldRoutes(s *web.Site) []Row {
	rows := []Row{
		{Method: "GET", Pattern: "/inbox", Handler: s.Inbox},
		{Method: "POST", Pattern: "/inbox/read", Changes: true, Accepts: form(), Handler: s.InboxRead},
		{Method: "GET", Pattern: "/day", Handler: s.Day},
		{Method: "GET", Pattern: "/account/notifications", Handler: s.Notifications},
		{Method: "POST", Pattern: "/account/notifications", Changes: true, Accepts: form(), Handler: s.NotificationsSave},
	}
	for i := range rows {
		rows[i].Host, rows[i].Face, rows[i].Actors, rows[i].Purpose = TenantHost, Page, users, bailiwick.ProvideService
	}
	return append(rows,
		Row{Method: "GET", Pattern: "/password-reset", Host: TenantHost, Face: Page, Actors: everyone, Handler: s.ResetPage},
		Row{Method: "POST", Pattern: "/password-reset", Host: TenantHost, Face: Page, Actors: everyone, Changes: true, Accepts: form(), Handler: s.Reset})
}

// toldAPIRoutes are the operations of the same.
func toldAPIRoutes(a *api.API) []Row {
	rows := []Row{
		{Method: "GET", Pattern: "/api/v1/inbox", Scope: bailiwick.ScopeRead, Handler: a.ListInbox},
		{Method: "POST", Pattern: "/api/v1/inbox/read", Scope: bailiwick.ScopeWrite, Changes: true, Accepts: jsonBody(), Handler: a.ReadInbox},
		{Method: "GET", Pattern: "/api/v1/day", Scope: bailiwick.ScopeRead, Handler: a.ListDay},
		{Method: "GET", Pattern: "/api/v1/notifications", Scope: bailiwick.ScopeRead, Handler: a.GetNotifications},
		{Method: "PATCH", Pattern: "/api/v1/notifications", Scope: bailiwick.ScopeAdmin, Changes: true, Accepts: jsonBody(), Handler: a.ChangeNotifications},
	}
	for i := range rows {
		rows[i].Host, rows[i].Face, rows[i].Actors, rows[i].Purpose = TenantHost, API, users, bailiwick.ProvideService
	}
	return rows
}
