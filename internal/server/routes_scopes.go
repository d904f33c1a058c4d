package server

import (
	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/api"
	"bailiwick/internal/web"
)

// reporters may ask who sees what.
var reporters = []access.Permission{access.PermPrivacy, access.PermManageUsers, access.PermAudit}

// scopeRoutes are the pages of organisational units.
func scopeRoutes(s *web.Site) []Row {
	rows := []Row{
		{Method: "GET", Pattern: "/reports/field", AnyOf: reporters, Handler: s.ReportField},
		{Method: "GET", Pattern: "/reports/user", AnyOf: reporters, Handler: s.ReportUser},
		{Method: "GET", Pattern: "/units", Permission: access.PermManageUsers, Handler: s.Units},
		{Method: "POST", Pattern: "/units", Permission: access.PermManageUsers, Changes: true, Accepts: form(), Handler: s.UnitAdd},
		{Method: "GET", Pattern: "/units/{id}", Permission: access.PermManageUsers, Handler: s.UnitPage},
		{Method: "POST", Pattern: "/units/{id}", Permission: access.PermManageUsers, Changes: true, Accepts: form(), Handler: s.UnitSave},
		{Method: "POST", Pattern: "/units/{id}/remove", Permission: access.PermManageUsers, Changes: true, Accepts: form(), Handler: s.UnitRemove},
	}
	for i := range rows {
		rows[i].Host, rows[i].Face, rows[i].Actors, rows[i].Purpose = TenantHost, Page, users, bailiwick.ProvideService
	}
	return rows
}

// scopeAPIRoutes are the operations of the same.
func scopeAPIRoutes(a *api.API) []Row {
	const unit = "/api/v1/units/{id}"
	rows := []Row{
		{Method: "GET", Pattern: "/api/v1/reports/field", AnyOf: reporters, Scope: bailiwick.ScopeAdmin, Handler: a.ReportField},
		{Method: "GET", Pattern: "/api/v1/reports/user", AnyOf: reporters, Scope: bailiwick.ScopeAdmin, Handler: a.ReportUser},
		{Method: "GET", Pattern: "/api/v1/units", Scope: bailiwick.ScopeRead, Handler: a.ListUnits},
		{Method: "POST", Pattern: "/api/v1/units", Permission: access.PermManageUsers, Scope: bailiwick.ScopeAdmin, Changes: true, Accepts: jsonBody(), Handler: a.AddUnit},
		{Method: "PATCH", Pattern: unit, Permission: access.PermManageUsers, Scope: bailiwick.ScopeAdmin, Changes: true, Accepts: jsonBody(), Handler: a.ChangeUnit},
		{Method: "DELETE", Pattern: unit, Permission: access.PermManageUsers, Scope: bailiwick.ScopeAdmin, Changes: true, Handler: a.DropUnit},
	}
	for i := range rows {
		rows[i].Host, rows[i].Face, rows[i].Actors, rows[i].Purpose = TenantHost, API, users, bailiwick.ProvideService
	}
	return rows
}
