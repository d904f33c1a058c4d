package server

import (
	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/api"
	"bailiwick/internal/web"
)

// exitPages are the pages by which content leaves a list, and on which many
// records change at once.
func exitPages(s *web.Site) []Row {
	const list = "/records/{type}"
	return []Row{
		{Method: "POST", Pattern: list + "/bulk", Verb: access.VerbChange, Changes: true, Slow: true, Accepts: form(), Handler: s.RecordBulk},
		{Method: "POST", Pattern: list + "/views", Verb: access.VerbList, Changes: true, Accepts: form(), Handler: s.ViewSave},
		{Method: "POST", Pattern: "/views/{type}/{id}", Verb: access.VerbList, Changes: true, Accepts: form(), Handler: s.ViewChange},
		{Method: "GET", Pattern: list + "/print", Verb: access.VerbList, Handler: s.ListPrint},
		{Method: "GET", Pattern: list + "/{id}/print", Verb: access.VerbOpen, Handler: s.RecordPrint},
		{Method: "GET", Pattern: "/bulk/{type}/{id}", Verb: access.VerbChange, Handler: s.RecordBulkPage},
		{Method: "POST", Pattern: "/bulk/{type}/{id}/undo", Verb: access.VerbChange, Changes: true, Slow: true, Accepts: form(), Handler: s.RecordBulkUndo},
		{Method: "GET", Pattern: "/imports/runs/{id}", Permission: access.PermImport, Handler: s.ImportDetail},
		{Method: "GET", Pattern: "/imports/runs/{id}/rejected", Permission: access.PermImport, Slow: true, Handler: s.ImportRejected},
		{Method: "GET", Pattern: "/imports/uploads/{id}/rejected", Permission: access.PermImport, Slow: true, Handler: s.ImportTried},
	}
}

// exitOperations are the same of the API.
func exitOperations(a *api.API) []Row {
	return []Row{
		{Method: "POST", Pattern: "/api/v1/records/{type}/bulk", Verb: access.VerbChange, Scope: bailiwick.ScopeWrite, Changes: true, Slow: true, Accepts: jsonBody(), Handler: a.BulkChange},
		{Method: "GET", Pattern: "/api/v1/records/{type}/views", Verb: access.VerbList, Scope: bailiwick.ScopeRead, Handler: a.ListViews},
		{Method: "POST", Pattern: "/api/v1/records/{type}/views", Verb: access.VerbList, Scope: bailiwick.ScopeWrite, Changes: true, Accepts: jsonBody(), Handler: a.CreateView},
		{Method: "PUT", Pattern: "/api/v1/views/{type}/{id}", Verb: access.VerbList, Scope: bailiwick.ScopeWrite, Changes: true, Accepts: jsonBody(), Handler: a.ReplaceView},
		{Method: "DELETE", Pattern: "/api/v1/views/{type}/{id}", Verb: access.VerbList, Scope: bailiwick.ScopeWrite, Changes: true, Handler: a.DeleteView},
		{Method: "POST", Pattern: "/api/v1/bulk/{id}/undo", Verb: access.VerbChange, Scope: bailiwick.ScopeWrite, Changes: true, Slow: true, Handler: a.UndoBulk},
		{Method: "GET", Pattern: "/api/v1/imports/{id}", Permission: access.PermImport, Scope: bailiwick.ScopeImport, Handler: a.GetImport},
		{Method: "GET", Pattern: "/api/v1/imports/{id}/rejected", Permission: access.PermImport, Scope: bailiwick.ScopeImport, Slow: true, Handler: a.GetRejected},
	}
}
