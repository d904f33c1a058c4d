package server

import (
	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/api"
)

// changeRoutes are the operations on changes of the configuration. Reading is
// open to several permissions, so the service decides there.
func changeRoutes(a *api.Changes) []Row {
	const (
		list    = "/api/v1/proposals"
		change  = list + "/{id}"
		version = "/api/v1/configuration/versions"
	)
	json := jsonBody()
	rows := []Row{
		{Method: "GET", Pattern: list, Handler: a.List},
		{Method: "POST", Pattern: list, Permission: access.PermConfigure, Changes: true, Accepts: json, Handler: a.Start},
		{Method: "GET", Pattern: change, Handler: a.Get},
		{Method: "PATCH", Pattern: change, Permission: access.PermConfigure, Changes: true, Accepts: []string{jsonType, mergeType}, Handler: a.Change},
		{Method: "GET", Pattern: change + "/diff", Handler: a.Diff},
		{Method: "GET", Pattern: change + "/rules", Handler: a.Rules},
		{Method: "PUT", Pattern: change + "/rules", Permission: access.PermConfigure, Changes: true, Accepts: json, Limit: 4 << 20, Handler: a.PutRules},
		{Method: "PUT", Pattern: change + "/rules/{rule}", Permission: access.PermConfigure, Changes: true, Accepts: json, Handler: a.PutRule},
		{Method: "DELETE", Pattern: change + "/rules/{rule}", Permission: access.PermConfigure, Changes: true, Handler: a.DropRule},
		{Method: "POST", Pattern: change + "/simulate", Permission: access.PermConfigure, Changes: true, Slow: true, Handler: a.Simulate},
		{Method: "POST", Pattern: change + "/submit", Permission: access.PermConfigure, Changes: true, Handler: a.Submit},
		{Method: "POST", Pattern: change + "/approve", Permission: access.PermApprove, Changes: true, Accepts: json, Handler: a.Approve},
		{Method: "POST", Pattern: change + "/reject", Permission: access.PermApprove, Changes: true, Accepts: json, Handler: a.Reject},
		{Method: "POST", Pattern: change + "/withdraw", Changes: true, Handler: a.Withdraw},
		{Method: "POST", Pattern: change + "/rebase", Permission: access.PermConfigure, Changes: true, Accepts: json, Handler: a.Rebase},
		{Method: "POST", Pattern: change + "/templates", Permission: access.PermConfigure, Changes: true, Accepts: json, Handler: a.AcceptTemplate},
		{Method: "GET", Pattern: "/api/v1/access-requests/{id}/exception", Permission: access.PermPrivacy, Handler: a.PlanException},
		{Method: "POST", Pattern: "/api/v1/access-requests/{id}/exception", Permission: access.PermPrivacy, Changes: true, Slow: true, Handler: a.MakeException},
		{Method: "GET", Pattern: "/api/v1/templates", Handler: a.Templates},
		{Method: "GET", Pattern: version, Handler: a.Versions},
		{Method: "GET", Pattern: version + "/{version}", Handler: a.Version},
		{Method: "POST", Pattern: version + "/{version}/rollback", Permission: access.PermConfigure, Changes: true, Accepts: json, Handler: a.Rollback},
	}
	for i := range rows {
		rows[i].Host, rows[i].Face, rows[i].Actors, rows[i].Purpose, rows[i].Scope = TenantHost, API, users, bailiwick.ProvideService, bailiwick.ScopeAdmin
	}
	return rows
}
