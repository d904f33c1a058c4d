package server

import (
	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/api"
)

// The media types of an import.
const (
	csvType  = "text/csv"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// apiRoutes are the operations of the API. api.Operations describes the same
// for the OpenAPI document; a test holds that neither has more than the other.
func apiRoutes(a *api.API) []Row {
	const (
		list   = "/api/v1/records/{type}"
		record = list + "/{id}"
	)
	rows := []Row{
		{Method: "GET", Pattern: list, Verb: access.VerbList, Scope: bailiwick.ScopeRead, Handler: a.ListRecords},
		{Method: "POST", Pattern: list, Verb: access.VerbCreate, Scope: bailiwick.ScopeWrite, Changes: true, Accepts: jsonBody(), Handler: a.CreateRecord},
		{Method: "POST", Pattern: list + "/query", Verb: access.VerbList, Scope: bailiwick.ScopeRead, Accepts: jsonBody(), Handler: a.QueryRecords},
		{Method: "POST", Pattern: list + "/suggest", Verb: access.VerbList, Scope: bailiwick.ScopeRead, Accepts: jsonBody(), Handler: a.SuggestTargets},
		{Method: "GET", Pattern: list + "/groups", Verb: access.VerbList, Scope: bailiwick.ScopeRead, Handler: a.CountGroups},
		{Method: "GET", Pattern: list + "/export", Verb: access.VerbExport, Scope: bailiwick.ScopeExport, Slow: true, Handler: a.ExportRecords},
		{Method: "GET", Pattern: record, Verb: access.VerbOpen, Scope: bailiwick.ScopeRead, Handler: a.GetRecord},
		{Method: "PATCH", Pattern: record, Verb: access.VerbChange, Scope: bailiwick.ScopeWrite, Changes: true, Accepts: []string{jsonType, mergeType}, Handler: a.ChangeRecord},
		{Method: "DELETE", Pattern: record, Verb: access.VerbDelete, Scope: bailiwick.ScopeDelete, Changes: true, Handler: a.DeleteRecord},
		{Method: "POST", Pattern: record + "/restore", Verb: access.VerbDelete, Scope: bailiwick.ScopeDelete, Changes: true, Handler: a.RestoreRecord},
		{Method: "GET", Pattern: record + "/history", Verb: access.VerbOpen, Scope: bailiwick.ScopeRead, Handler: a.GetHistory},
		{Method: "GET", Pattern: record + "/activity", Verb: access.VerbOpen, Scope: bailiwick.ScopeRead, Handler: a.GetActivity},
		{Method: "GET", Pattern: record + "/explain", Verb: access.VerbOpen, Scope: bailiwick.ScopeRead, Handler: a.ExplainField},
		{Method: "POST", Pattern: "/api/v1/search", Verb: access.VerbList, Scope: bailiwick.ScopeRead, Accepts: jsonBody(), Handler: a.SearchAll},
		{Method: "GET", Pattern: "/api/v1/types", Scope: bailiwick.ScopeRead, Handler: a.ListTypes},
		{Method: "GET", Pattern: "/api/v1/entities", Scope: bailiwick.ScopeRead, Handler: a.ListEntities},
		{Method: "GET", Pattern: "/api/v1/matrix", AnyOf: rulesReaders, Scope: bailiwick.ScopeAdmin, Handler: a.GetMatrix},
		{Method: "GET", Pattern: "/api/v1/me", Scope: bailiwick.ScopeRead, Handler: a.GetMe},
		{Method: "GET", Pattern: "/api/v1/imports", Permission: access.PermImport, Scope: bailiwick.ScopeImport, Handler: a.ListImports},
		{Method: "POST", Pattern: "/api/v1/imports", Permission: access.PermImport, Scope: bailiwick.ScopeImport, Changes: true, Slow: true,
			Accepts: []string{csvType, xlsxType, jsonType}, Limit: uploadBody, Handler: a.ImportRecords},
		{Method: "POST", Pattern: "/api/v1/imports/{id}/undo", Permission: access.PermImport, Scope: bailiwick.ScopeImport, Changes: true, Slow: true, Handler: a.UndoImport},
		{Method: "GET", Pattern: "/api/v1/tokens", Scope: bailiwick.ScopeAdmin, Handler: a.ListTokens},
		{Method: "POST", Pattern: "/api/v1/tokens", Scope: bailiwick.ScopeAdmin, Changes: true, Accepts: jsonBody(), Handler: a.CreateToken},
		{Method: "DELETE", Pattern: "/api/v1/tokens/{id}", Scope: bailiwick.ScopeAdmin, Changes: true, Handler: a.RevokeToken},
		{Method: "GET", Pattern: "/api/openapi.json", Scope: bailiwick.ScopeRead, Handler: a.OpenAPI},
	}
	rows = append(rows, userRoutes(a)...)
	rows = append(rows, exitOperations(a)...)
	for i := range rows {
		rows[i].Host, rows[i].Face, rows[i].Actors, rows[i].Purpose = TenantHost, API, users, bailiwick.ProvideService
	}
	return rows
}

// userRoutes are the operations on the people who may sign in.
func userRoutes(a *api.API) []Row {
	const (
		list = "/api/v1/users"
		user = list + "/{id}"
	)
	rows := []Row{
		{Method: "GET", Pattern: list, Handler: a.ListUsers},
		{Method: "POST", Pattern: list + "/query", Accepts: jsonBody(), Handler: a.QueryUsers},
		{Method: "POST", Pattern: list, Changes: true, Accepts: jsonBody(), Handler: a.InviteUser},
		{Method: "GET", Pattern: user, Handler: a.GetUser},
		{Method: "PATCH", Pattern: user, Changes: true, Accepts: jsonBody(), Handler: a.ChangeUser},
		{Method: "POST", Pattern: user + "/disable", Changes: true, Handler: a.DisableUser},
		{Method: "POST", Pattern: user + "/enable", Changes: true, Handler: a.EnableUser},
		{Method: "POST", Pattern: user + "/link", Changes: true, Handler: a.LinkUser},
		{Method: "POST", Pattern: user + "/country", Changes: true, Accepts: jsonBody(), Handler: a.DecideCountry},
		{Method: "DELETE", Pattern: user + "/factors", Changes: true, Handler: a.ResetFactors},
	}
	for i := range rows {
		rows[i].Permission, rows[i].Scope = access.PermManageUsers, bailiwick.ScopeAdmin
	}
	return rows
}

func jsonBody() []string { return []string{jsonType} }
