package server

import (
	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/web"
	"bailiwick/internal/web/static"
)

// doorRoutes are the pages before a sign-in and the files that every page
// loads.
func doorRoutes(s *web.Site) []Row {
	rows := []Row{
		{Method: "GET", Pattern: "/{$}", Host: BaseHost, Face: Page, Actors: everyone, Handler: s.Landing},
		{Method: "GET", Pattern: "/{$}", Host: ProviderHost, Face: Page, Actors: everyone, Handler: s.Landing},
		{Method: "GET", Pattern: "/sign-in", Host: TenantHost, Face: Page, Actors: everyone, Handler: s.SignInPage},
		{Method: "POST", Pattern: "/sign-in", Host: TenantHost, Face: Page, Actors: everyone, Changes: true, Accepts: form(), Handler: s.SignIn},
		{Method: "GET", Pattern: "/link/{secret}", Host: TenantHost, Face: Page, Actors: everyone, Handler: s.LinkPage},
		{Method: "POST", Pattern: "/link/{secret}", Host: TenantHost, Face: Page, Actors: everyone, Changes: true, Accepts: form(), Handler: s.Redeem},
		{Method: "POST", Pattern: "/sign-out", Host: TenantHost, Face: Page, Actors: users, Changes: true, Accepts: form(), Handler: s.SignOut},
	}
	for _, host := range []HostKind{TenantHost, BaseHost, ProviderHost} {
		rows = append(rows,
			Row{Method: "GET", Pattern: "/privacy", Host: host, Face: Page, Actors: everyone, Handler: s.Policy},
			Row{Method: "GET", Pattern: "/problems/{code}", Host: host, Face: Page, Actors: everyone, Handler: s.Problem},
			Row{Method: "GET", Pattern: static.Prefix + "{file}", Host: host, Face: Asset, Actors: everyone, Handler: s.Static},
			// Kept in the browser, and the language of a person's mail in the workspace.
			Row{Method: "POST", Pattern: "/preferences", Host: host, Face: Page, Actors: everyone, Changes: host == TenantHost, Accepts: form(), Handler: s.Preferences})
	}
	return rows
}

// workspaceRoutes are the pages of a workspace.
func workspaceRoutes(s *web.Site) []Row {
	const (
		list   = "/records/{type}"
		record = list + "/{id}"
		upload = "/imports/uploads/{id}"
	)
	rows := []Row{
		{Method: "GET", Pattern: "/{$}", Handler: s.Home},
		{Method: "GET", Pattern: "/search", Verb: access.VerbList, Handler: s.SearchPage},
		{Method: "POST", Pattern: "/search", Verb: access.VerbList, Accepts: form(), Handler: s.Search},

		{Method: "GET", Pattern: list, Verb: access.VerbList, Handler: s.RecordList},
		{Method: "POST", Pattern: list + "/filter", Verb: access.VerbList, Accepts: form(), Handler: s.RecordFilter},
		{Method: "GET", Pattern: list + "/export", Verb: access.VerbExport, Slow: true, Handler: s.RecordExport},
		{Method: "GET", Pattern: list + "/heat-map", Verb: access.VerbList, Handler: s.HeatMap},
		{Method: "GET", Pattern: list + "/explain", Verb: access.VerbList, Handler: s.RecordExplain},
		{Method: "POST", Pattern: "/suggest/{type}/{field}", Verb: access.VerbList, Accepts: form(), Handler: s.Suggest},
		{Method: "GET", Pattern: list + "/new", Verb: access.VerbCreate, Handler: s.RecordNew},
		{Method: "POST", Pattern: list + "/new", Verb: access.VerbCreate, Changes: true, Accepts: form(), Handler: s.RecordCreate},

		{Method: "GET", Pattern: record, Verb: access.VerbOpen, Handler: s.RecordPage},
		{Method: "POST", Pattern: record, Verb: access.VerbChange, Changes: true, Accepts: form(), Handler: s.RecordSave},
		{Method: "GET", Pattern: record + "/explain", Verb: access.VerbOpen, Handler: s.RecordExplain},
		{Method: "GET", Pattern: record + "/history", Verb: access.VerbOpen, Handler: s.RecordHistory},
		{Method: "GET", Pattern: record + "/delete", Verb: access.VerbDelete, Handler: s.RecordDeletePage},
		{Method: "POST", Pattern: record + "/delete", Verb: access.VerbDelete, Changes: true, Accepts: form(), Handler: s.RecordDelete},
		{Method: "POST", Pattern: record + "/restore", Verb: access.VerbDelete, Changes: true, Accepts: form(), Handler: s.RecordRestore},

		{Method: "GET", Pattern: "/imports", Permission: access.PermImport, Handler: s.Imports},
		{Method: "GET", Pattern: "/imports/new", Permission: access.PermImport, Handler: s.ImportNew},
		{Method: "POST", Pattern: "/imports/upload", Permission: access.PermImport, Changes: true, Slow: true,
			Accepts: []string{multipartType}, Limit: web.UploadBody, Handler: s.ImportUpload},
		{Method: "GET", Pattern: upload, Permission: access.PermImport, Handler: s.ImportMapPage},
		{Method: "POST", Pattern: upload, Permission: access.PermImport, Slow: true, Accepts: form(), Handler: s.ImportTry},
		{Method: "GET", Pattern: upload + "/run", Permission: access.PermImport, Handler: s.ImportRunPage},
		{Method: "POST", Pattern: upload + "/run", Permission: access.PermImport, Changes: true, Slow: true, Accepts: form(), Handler: s.ImportRun},
		{Method: "POST", Pattern: "/imports/runs/{id}/undo", Permission: access.PermImport, Changes: true, Slow: true, Accepts: form(), Handler: s.ImportUndo},

		{Method: "GET", Pattern: "/matrix", AnyOf: rulesReaders, Handler: s.Matrix},
		{Method: "GET", Pattern: "/dictionary", AnyOf: rulesReaders, Handler: s.Dictionary},

		{Method: "GET", Pattern: "/users", Permission: access.PermManageUsers, Handler: s.UserList},
		{Method: "GET", Pattern: "/users/new", Permission: access.PermManageUsers, Handler: s.UserNew},
		{Method: "POST", Pattern: "/users", Permission: access.PermManageUsers, Changes: true, Accepts: form(), Handler: s.UserInvite},
		{Method: "GET", Pattern: "/users/{id}", Permission: access.PermManageUsers, Handler: s.UserPage},
		{Method: "POST", Pattern: "/users/{id}", Permission: access.PermManageUsers, Changes: true, Accepts: form(), Handler: s.UserSave},
		{Method: "POST", Pattern: "/users/{id}/able", Permission: access.PermManageUsers, Changes: true, Accepts: form(), Handler: s.UserAble},
		{Method: "POST", Pattern: "/users/{id}/link", Permission: access.PermManageUsers, Changes: true, Accepts: form(), Handler: s.UserRelink},

		{Method: "GET", Pattern: "/account", Handler: s.Account},
		{Method: "POST", Pattern: "/account/password", Changes: true, Accepts: form(), Handler: s.PasswordChange},
		{Method: "POST", Pattern: "/account/tokens", Changes: true, Accepts: form(), Handler: s.TokenCreate},
		{Method: "POST", Pattern: "/account/tokens/{id}/revoke", Changes: true, Accepts: form(), Handler: s.TokenRevoke},
		{Method: "POST", Pattern: "/account/sign-out-everywhere", Changes: true, Accepts: form(), Handler: s.SignOutEverywhere},
	}
	rows = append(rows, exitPages(s)...)
	for i := range rows {
		rows[i].Host, rows[i].Face, rows[i].Actors, rows[i].Purpose = TenantHost, Page, users, bailiwick.ProvideService
	}
	return rows
}

func form() []string { return []string{formType} }
