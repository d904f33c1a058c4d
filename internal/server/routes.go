package server

import (
	"bailiwick/internal/api"
)

// table is THE table of routes: the muxes are built from it and from nothing
// else. Pages, API operations and static files stand in their own files; what
// belongs to no face stands here.
func (s *Server) table() []Row {
	rows := []Row{}
	for _, host := range []HostKind{TenantHost, BaseHost, ProviderHost} {
		rows = append(rows,
			Row{Method: "GET", Pattern: "/.well-known/security.txt", Host: host, Face: Asset, Actors: everyone, Handler: s.securityTxt})
	}
	rows = append(rows, doorRoutes(s.site)...)
	rows = append(rows, workspaceRoutes(s.site)...)
	rows = append(rows, toldRoutes(s.site)...)
	rows = append(rows, scopeRoutes(s.site)...)
	rows = append(rows, changePages(s.site)...)
	rows = append(rows, peopleRoutes(s.site)...)
	rows = append(rows, typeRoutes(s.site)...)
	rows = append(rows, dutyRoutes(s.site)...)
	a := api.New(s.parts.Door, s.parts.Identity, s)
	a.Inform(s.parts.Outbox, s.tasks(), s.mailer != nil)
	rows = append(rows, toldAPIRoutes(a)...)
	rows = append(rows, scopeAPIRoutes(a)...)
	rows = append(rows, changeRoutes(api.NewChanges(s.parts.Proposals))...)
	rows = append(rows, dutyAPIRoutes(a)...)
	rows = append(rows, overlayRoutes(api.NewChanges(s.parts.Proposals))...)
	return append(rows, apiRoutes(a)...)
}
