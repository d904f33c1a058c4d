package server

import (
	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/api"
	"bailiwick/internal/web"
)

// dutyRoutes are the pages of the privacy people's duties.
func dutyRoutes(s *web.Site) []Row {
	rows := []Row{
		{Method: "GET", Pattern: "/quarantine", Permission: access.PermPrivacy, Slow: true, Handler: s.Quarantine},
		{Method: "POST", Pattern: "/quarantine", Permission: access.PermPrivacy, Changes: true, Slow: true, Accepts: form(), Handler: s.QuarantineDecide},
		{Method: "POST", Pattern: "/quarantine/decisions/{id}/end", Permission: access.PermPrivacy, Changes: true, Accepts: form(), Handler: s.QuarantineEnd},
		{Method: "GET", Pattern: "/bases", Permission: access.PermPrivacy, Handler: s.Bases},
		{Method: "POST", Pattern: "/bases", Permission: access.PermPrivacy, Changes: true, Accepts: form(), Handler: s.BasisRecord},
		{Method: "POST", Pattern: "/records/{type}/{id}/explain", Verb: access.VerbOpen, Changes: true, Accepts: form(), Handler: s.ExplainAct},
		{Method: "GET", Pattern: "/records/{type}/{id}/consents", Verb: access.VerbOpen, Handler: s.Consents},
		{Method: "POST", Pattern: "/records/{type}/{id}/consents", Verb: access.VerbOpen, Changes: true, Accepts: form(), Handler: s.ConsentAct},
		{Method: "GET", Pattern: "/access-requests", Handler: s.AccessRequests},
		{Method: "POST", Pattern: "/access-requests/{id}", Changes: true, Accepts: form(), Handler: s.AccessAnswer},
		{Method: "GET", Pattern: "/access-requests/{id}/exception", Permission: access.PermPrivacy, Handler: s.Exception},
		{Method: "POST", Pattern: "/access-requests/{id}/exception", Permission: access.PermPrivacy, Changes: true, Slow: true, Accepts: form(), Handler: s.ExceptionMake},
	}
	for i := range rows {
		rows[i].Host, rows[i].Face, rows[i].Actors, rows[i].Purpose = TenantHost, Page, users, bailiwick.ProvideService
	}
	return rows
}

// dutyAPIRoutes are the operations of the same.
func dutyAPIRoutes(a *api.API) []Row {
	rows := []Row{
		{Method: "GET", Pattern: "/api/v1/quarantine", Permission: access.PermPrivacy, Scope: bailiwick.ScopeRead, Slow: true, Handler: a.Quarantine},
		{Method: "POST", Pattern: "/api/v1/quarantine/erase", Permission: access.PermPrivacy, Scope: bailiwick.ScopeAdmin, Changes: true, Slow: true, Accepts: jsonBody(), Handler: a.QuarantineErase},
		{Method: "POST", Pattern: "/api/v1/quarantine/justify", Permission: access.PermPrivacy, Scope: bailiwick.ScopeAdmin, Changes: true, Accepts: jsonBody(), Handler: a.QuarantineJustify},
		{Method: "DELETE", Pattern: "/api/v1/quarantine/decisions/{id}", Permission: access.PermPrivacy, Scope: bailiwick.ScopeAdmin, Changes: true, Handler: a.QuarantineEnd},
		{Method: "GET", Pattern: "/api/v1/bases", Permission: access.PermPrivacy, Scope: bailiwick.ScopeRead, Handler: a.Bases},
		{Method: "POST", Pattern: "/api/v1/bases", Permission: access.PermPrivacy, Scope: bailiwick.ScopeAdmin, Changes: true, Accepts: jsonBody(), Handler: a.RecordBasis},
		{Method: "GET", Pattern: "/api/v1/records/{type}/{id}/consents", Verb: access.VerbOpen, Scope: bailiwick.ScopeRead, Handler: a.Consents},
		{Method: "POST", Pattern: "/api/v1/records/{type}/{id}/consents", Verb: access.VerbOpen, Scope: bailiwick.ScopeWrite, Changes: true, Accepts: jsonBody(), Handler: a.RecordConsent},
		{Method: "DELETE", Pattern: "/api/v1/records/{type}/{id}/consents/{category}", Verb: access.VerbOpen, Scope: bailiwick.ScopeWrite, Changes: true, Handler: a.WithdrawConsent},
		{Method: "POST", Pattern: "/api/v1/reasons", Scope: bailiwick.ScopeRead, Changes: true, Accepts: jsonBody(), Handler: a.StateReason},
		{Method: "GET", Pattern: "/api/v1/access-requests", Scope: bailiwick.ScopeRead, Handler: a.AccessRequests},
		{Method: "POST", Pattern: "/api/v1/access-requests", Scope: bailiwick.ScopeRead, Changes: true, Accepts: jsonBody(), Handler: a.AskAccess},
		{Method: "POST", Pattern: "/api/v1/access-requests/{id}", Scope: bailiwick.ScopeAdmin, Changes: true, Accepts: jsonBody(), Handler: a.AnswerAccess},
	}
	for i := range rows {
		rows[i].Host, rows[i].Face, rows[i].Actors, rows[i].Purpose = TenantHost, API, users, bailiwick.ProvideService
	}
	return rows
}
