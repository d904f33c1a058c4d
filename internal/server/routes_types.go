package server

import (
	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/api"
	"bailiwick/internal/web"
)

// typeRoutes are the pages on which a tenant shapes its applications: record
// types, fields, option lists, categories and roles. Whoever may read the
// rules may look; edits go into a change, which needs the permission for it.
func typeRoutes(s *web.Site) []Row {
	const (
		one   = "/types/{type}"
		field = one + "/fields/{field}"
		list  = "/lists/{pack}/{list}"
	)
	read := []Row{
		{Pattern: "/types", Handler: s.TypeList}, {Pattern: one, Handler: s.TypePage}, {Pattern: field, Handler: s.FieldPage},
		{Pattern: "/categories", Handler: s.CategoryList}, {Pattern: "/lists", Handler: s.OptionLists}, {Pattern: list, Handler: s.OptionListPage},
		{Pattern: "/roles", Handler: s.RoleList}, {Pattern: "/roles/{role}", Handler: s.RolePage},
	}
	for i := range read {
		read[i].Method, read[i].AnyOf = "GET", rulesReaders
	}
	write := []Row{
		{Pattern: "/types", Handler: s.TypeCreate}, {Pattern: one, Handler: s.TypeSave},
		{Pattern: one + "/fields/new", Handler: s.FieldCreate}, {Pattern: field, Handler: s.FieldSave}, {Pattern: field + "/hide", Handler: s.FieldHide},
		{Pattern: "/categories", Handler: s.CategoryCreate}, {Pattern: "/lists/new", Handler: s.OptionListSave}, {Pattern: list, Handler: s.OptionListSave},
		{Pattern: "/roles", Handler: s.RoleCreate}, {Pattern: "/roles/{role}", Handler: s.RoleSave},
	}
	for i := range write {
		write[i].Method, write[i].Permission, write[i].Changes, write[i].Accepts = "POST", access.PermConfigure, true, form()
	}
	asks := []Row{
		{Pattern: "/types/new", Handler: s.TypeNew}, {Pattern: one + "/fields/new", Handler: s.FieldNew}, {Pattern: "/lists/new", Handler: s.OptionListNew},
	}
	for i := range asks {
		asks[i].Method, asks[i].Permission = "GET", access.PermConfigure
	}
	rows := append(append(read, write...), asks...)
	for i := range rows {
		rows[i].Host, rows[i].Face, rows[i].Actors, rows[i].Purpose = TenantHost, Page, users, bailiwick.ProvideService
	}
	return rows
}

// overlayRoutes are the same for programs.
func overlayRoutes(a *api.Changes) []Row {
	const change = "/api/v1/proposals/{id}"
	rows := []Row{
		{Method: "GET", Pattern: change + "/overlay", AnyOf: rulesReaders, Handler: a.Overlay},
		{Method: "PUT", Pattern: change + "/types/{key}", Handler: a.PutType},
		{Method: "PUT", Pattern: change + "/types/{key}/change", Handler: a.PutTypeChange},
		{Method: "PUT", Pattern: change + "/types/{key}/fields/{field}", Handler: a.PutField},
		{Method: "DELETE", Pattern: change + "/types/{key}/fields/{field}", Handler: a.HideField},
		{Method: "PUT", Pattern: change + "/lists/{list}", Handler: a.PutList},
		{Method: "PUT", Pattern: change + "/lists/{pack}/{list}", Handler: a.PutListChange},
		{Method: "PUT", Pattern: change + "/categories/{category}", Handler: a.PutCategory},
		{Method: "PUT", Pattern: change + "/roles/{role}", Handler: a.PutRole},
	}
	for i := range rows {
		rows[i].Host, rows[i].Face, rows[i].Actors, rows[i].Purpose, rows[i].Scope = TenantHost, API, users, bailiwick.ProvideService, bailiwick.ScopeAdmin
		if rows[i].Method != "GET" {
			rows[i].Permission, rows[i].Changes = access.PermConfigure, true
		}
		if rows[i].Method == "PUT" {
			rows[i].Accepts = jsonBody()
		}
	}
	return rows
}
