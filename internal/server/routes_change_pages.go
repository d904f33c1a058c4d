package server

import (
	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/web"
)

// changePages are the pages on which the rules of a workspace are changed.
// Who may read them is more than one permission: the pages decide.
func changePages(s *web.Site) []Row {
	const change = "/proposals/{id}"
	rows := []Row{
		{Method: "GET", Pattern: "/proposals", Handler: s.ProposalList},
		{Method: "POST", Pattern: "/proposals", Permission: access.PermConfigure, Changes: true, Accepts: form(), Handler: s.ProposalStart},
		{Method: "POST", Pattern: "/proposals/rollback", Permission: access.PermConfigure, Changes: true, Accepts: form(), Handler: s.ProposalRollback},
		{Method: "GET", Pattern: change, Handler: s.ProposalPage},
		{Method: "GET", Pattern: change + "/matrix", Handler: s.ProposalMatrix},
		{Method: "POST", Pattern: change + "/matrix", Permission: access.PermConfigure, Changes: true, Accepts: form(), Handler: s.MatrixSave},
		{Method: "GET", Pattern: change + "/rule", Handler: s.RulePage},
		{Method: "POST", Pattern: change + "/rule", Permission: access.PermConfigure, Changes: true, Accepts: form(), Handler: s.RuleSave},
		{Method: "POST", Pattern: change + "/rule/drop", Permission: access.PermConfigure, Changes: true, Accepts: form(), Handler: s.RuleDrop},
		{Method: "GET", Pattern: change + "/text", Handler: s.RuleText},
		{Method: "POST", Pattern: change + "/text", Permission: access.PermConfigure, Changes: true, Accepts: form(), Limit: web.RuleTextBody, Handler: s.RuleTextSave},
		{Method: "GET", Pattern: change + "/settings", Handler: s.SettingsPage},
		{Method: "POST", Pattern: change + "/settings", Permission: access.PermConfigure, Changes: true, Accepts: form(), Handler: s.SettingsSave},
		{Method: "POST", Pattern: change + "/act/{act}", Changes: true, Slow: true, Accepts: form(), Handler: s.ProposalAct},
		{Method: "GET", Pattern: "/templates", Handler: s.TemplateList},
		{Method: "POST", Pattern: "/templates/{id}", Permission: access.PermConfigure, Changes: true, Accepts: form(), Handler: s.TemplateAccept},
	}
	for i := range rows {
		rows[i].Host, rows[i].Face, rows[i].Actors, rows[i].Purpose = TenantHost, Page, users, bailiwick.ProvideService
	}
	return rows
}
