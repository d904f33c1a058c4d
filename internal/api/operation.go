package api

import (
	"slices"

	"bailiwick"
)

// Operation describes one operation for the OpenAPI document. The server's
// route table has a row for each; a test holds that neither has more.
type Operation struct {
	Method  string
	Pattern string // with {type} where one path per record type is published
	ID      string
	Summary string
	Scope   bailiwick.Scope // what a token must cover
	Query   []Parameter
	Body    string // name of a schema, or a media type other than JSON with "media:" before it
	Answer  string // name of a schema; "" = no body
	Status  int
	IfMatch bool // whether it needs If-Match
}

// Parameter is a parameter in the query of an address.
type Parameter struct {
	Name, Text string
	Repeat     bool
}

var (
	filterParam = Parameter{"filter", "FIELD:OPERATOR:VALUE on a field that is readable at rest; operators eq, in, lt, le, gt, ge, set, unset. May be repeated.", true}
	sortParam   = Parameter{"sort", "Field to sort by, with - before it for descending.", false}
	cursorParam = Parameter{"cursor", "Cursor of the next page, as the last page gave it.", false}
	limitParam  = Parameter{"limit", "Rows of a page, 1 to 200; 50 without it.", false}
	totalParam  = Parameter{"total", "true counts the rows of the whole list. Some lists say it unasked.", false}
	gone        = Parameter{"deleted", "true lists what has been deleted and can be restored.", false}
)

// Operations lists every operation of the API, in the order of the document.
func Operations() []Operation {
	return slices.Concat(recordOperations(), workspaceOperations(), userOperations(), inboxOperations(), unitOperations(), changeOperations(), overlayOperations(), dutyOperations())
}

func recordOperations() []Operation {
	const base = "/api/v1/records/{type}"
	return []Operation{
		{Method: "GET", Pattern: base, ID: "list", Summary: "List records", Scope: bailiwick.ScopeRead, Answer: "page", Status: 200,
			Query: []Parameter{filterParam, sortParam, cursorParam, limitParam, totalParam, gone}},
		{Method: "POST", Pattern: base, ID: "create", Summary: "Create a record", Scope: bailiwick.ScopeWrite, Body: "write", Answer: "record", Status: 201},
		{Method: "POST", Pattern: base + "/query", ID: "query", Summary: "List records by words or by filters on sealed fields", Scope: bailiwick.ScopeRead, Body: "query", Answer: "page", Status: 200},
		{Method: "POST", Pattern: base + "/suggest", ID: "suggest", Summary: "Find targets for a reference field", Scope: bailiwick.ScopeRead, Body: "suggest", Answer: "links", Status: 200},
		{Method: "GET", Pattern: base + "/groups", ID: "groups", Summary: "Count records by one or two fields", Scope: bailiwick.ScopeRead, Answer: "groups", Status: 200,
			Query: []Parameter{{"by", "One field that is readable at rest, or two with a comma.", false}, filterParam}},
		{Method: "GET", Pattern: base + "/export", ID: "export", Summary: "Export records as CSV, XLSX or JSON", Scope: bailiwick.ScopeExport, Answer: "file", Status: 200,
			Query: []Parameter{{"format", "csv, xlsx or json; json without it.", false}, filterParam, sortParam}},
		{Method: "GET", Pattern: base + "/views", ID: "views", Summary: "Named lists, your own and those shared with your roles", Scope: bailiwick.ScopeRead, Answer: "views", Status: 200},
		{Method: "POST", Pattern: base + "/views", ID: "create-view", Summary: "Name a list, for yourself or to share with roles", Scope: bailiwick.ScopeWrite, Body: "view-write", Answer: "view", Status: 201},
		{Method: "PUT", Pattern: "/api/v1/views/{type}/{id}", ID: "replace-view", Summary: "Change a named list of your own", Scope: bailiwick.ScopeWrite, Body: "view-write", Answer: "view", Status: 200, IfMatch: true},
		{Method: "DELETE", Pattern: "/api/v1/views/{type}/{id}", ID: "delete-view", Summary: "Delete a named list of your own", Scope: bailiwick.ScopeWrite, Status: 204},
		{Method: "POST", Pattern: base + "/bulk", ID: "bulk", Summary: "Change many records at once, or see what a change would do", Scope: bailiwick.ScopeWrite, Body: "bulk", Answer: "bulk-result", Status: 200},
		{Method: "GET", Pattern: base + "/{id}", ID: "get", Summary: "Read a record", Scope: bailiwick.ScopeRead, Answer: "record", Status: 200},
		{Method: "PATCH", Pattern: base + "/{id}", ID: "change", Summary: "Change a record; absent fields keep what they hold, null clears", Scope: bailiwick.ScopeWrite, Body: "write", Answer: "record", Status: 200, IfMatch: true},
		{Method: "DELETE", Pattern: base + "/{id}", ID: "delete", Summary: "Move a record to Deleted", Scope: bailiwick.ScopeDelete, Status: 204, IfMatch: true},
		{Method: "POST", Pattern: base + "/{id}/restore", ID: "restore", Summary: "Take a record back from Deleted", Scope: bailiwick.ScopeDelete, Answer: "record", Status: 200},
		{Method: "GET", Pattern: base + "/{id}/history", ID: "history", Summary: "What changed, old and new", Scope: bailiwick.ScopeRead, Answer: "history", Status: 200},
		{Method: "GET", Pattern: base + "/{id}/activity", ID: "activity", Summary: "The newest acts on a record; who did them where that may be told", Scope: bailiwick.ScopeRead, Answer: "activity", Status: 200},
		{Method: "GET", Pattern: base + "/{id}/explain", ID: "explain", Summary: "Why a field may or may not be seen, filled in or exported", Scope: bailiwick.ScopeRead, Answer: "explanation", Status: 200,
			Query: []Parameter{{"field", "Key of the field.", false}, {"op", "access, populate or export; access without it.", false}, {"country", "With the id new: country of the person. May be repeated.", true}, {"at", "A time (RFC 3339): by the configuration and rules then in force. Roles and countries are those of today.", false}}},
	}
}

func workspaceOperations() []Operation {
	return []Operation{
		{Method: "POST", Pattern: "/api/v1/search", ID: "search", Summary: "Search all record types by words", Scope: bailiwick.ScopeRead, Body: "search", Answer: "hits", Status: 200},
		{Method: "GET", Pattern: "/api/v1/types", ID: "types", Summary: "Record types of the workspace", Scope: bailiwick.ScopeRead, Answer: "types", Status: 200},
		{Method: "GET", Pattern: "/api/v1/entities", ID: "entities", Summary: "Legal entities of the workspace", Scope: bailiwick.ScopeRead, Answer: "entities", Status: 200},
		{Method: "GET", Pattern: "/api/v1/matrix", ID: "matrix", Summary: "Rules in force, and what holds of a category without them", Scope: bailiwick.ScopeAdmin, Answer: "matrix", Status: 200},
		{Method: "GET", Pattern: "/api/v1/me", ID: "me", Summary: "Who the token acts for", Scope: bailiwick.ScopeRead, Answer: "me", Status: 200},
		{Method: "GET", Pattern: "/api/v1/imports", ID: "imports", Summary: "Runs of imports", Scope: bailiwick.ScopeImport, Answer: "imports", Status: 200},
		{Method: "POST", Pattern: "/api/v1/imports", ID: "import", Summary: "Import CSV, XLSX or an OSCAL catalogue", Scope: bailiwick.ScopeImport, Body: "media:text/csv", Answer: "import", Status: 201,
			Query: []Parameter{{"type", "Key of the record type.", false}, {"dry_run", "true judges every row and writes nothing.", false},
				{"mode", "create, update or skip.", false}, {"key", "Field that tells records apart, for update and skip; without it the key of the type.", false}, {"answer", "sheet answers a dry run with the refused rows as a sheet, if there are any; json without it.", false}, {"resume", "Identifier of an interrupted run of the same file, to go on with it.", false}, {"map", "HEADER=FIELD. May be repeated.", true}}},
		{Method: "POST", Pattern: "/api/v1/bulk/{id}/undo", ID: "undo-bulk", Summary: "Take back your change of many records", Scope: bailiwick.ScopeWrite, Answer: "undo", Status: 200},
		{Method: "GET", Pattern: "/api/v1/imports/{id}", ID: "import-run", Summary: "How far an import is, and what was wrong", Scope: bailiwick.ScopeImport, Answer: "import", Status: 200},
		{Method: "GET", Pattern: "/api/v1/imports/{id}/rejected", ID: "rejected", Summary: "The refused rows of your import as the sheet they came in, for seven days", Scope: bailiwick.ScopeImport, Answer: "file", Status: 200},
		{Method: "POST", Pattern: "/api/v1/imports/{id}/undo", ID: "undo-import", Summary: "Take back an import", Scope: bailiwick.ScopeImport, Answer: "undo", Status: 200},
		{Method: "GET", Pattern: "/api/v1/tokens", ID: "tokens", Summary: "Your API tokens, without their secrets", Scope: bailiwick.ScopeAdmin, Answer: "tokens", Status: 200},
		{Method: "POST", Pattern: "/api/v1/tokens", ID: "create-token", Summary: "Make an API token; its secret is shown once", Scope: bailiwick.ScopeAdmin, Body: "token-write", Answer: "token-secret", Status: 201},
		{Method: "DELETE", Pattern: "/api/v1/tokens/{id}", ID: "revoke-token", Summary: "Revoke an API token", Scope: bailiwick.ScopeAdmin, Status: 204},
		{Method: "GET", Pattern: "/api/openapi.json", ID: "openapi", Summary: "This document", Scope: bailiwick.ScopeRead, Answer: "openapi", Status: 200},
	}
}

func userOperations() []Operation {
	const base = "/api/v1/users"
	return []Operation{
		{Method: "GET", Pattern: base, ID: "users", Summary: "List users by name", Scope: bailiwick.ScopeAdmin, Answer: "users", Status: 200,
			Query: []Parameter{{"disabled", "true lists those too who may not sign in.", false}, cursorParam, limitParam}},
		{Method: "POST", Pattern: base + "/query", ID: "query-users", Summary: "Find users by words, role and state", Scope: bailiwick.ScopeAdmin, Body: "user-query", Answer: "users", Status: 200},
		{Method: "POST", Pattern: base, ID: "invite-user", Summary: "Invite a user; the link is shown once", Scope: bailiwick.ScopeAdmin, Body: "user-invite", Answer: "user-link", Status: 201},
		{Method: "GET", Pattern: base + "/{id}", ID: "user", Summary: "Read a user", Scope: bailiwick.ScopeAdmin, Answer: "user", Status: 200},
		{Method: "PATCH", Pattern: base + "/{id}", ID: "change-user", Summary: "Change a user; absent members keep what they hold", Scope: bailiwick.ScopeAdmin, Body: "user-change", Answer: "user", Status: 200},
		{Method: "POST", Pattern: base + "/{id}/disable", ID: "disable-user", Summary: "Keep a user from signing in; sessions, links and tokens end", Scope: bailiwick.ScopeAdmin, Answer: "user", Status: 200},
		{Method: "POST", Pattern: base + "/{id}/country", ID: "decide-country", Summary: "Confirm or refuse a country that another person stated", Scope: bailiwick.ScopeAdmin, Body: "country-decision", Answer: "user", Status: 200},
		{Method: "DELETE", Pattern: base + "/{id}/factors", ID: "reset-factors", Summary: "Take one-time codes and passkeys of a user away", Scope: bailiwick.ScopeAdmin, Status: 204},
		{Method: "POST", Pattern: base + "/{id}/enable", ID: "enable-user", Summary: "Let a disabled user sign in again", Scope: bailiwick.ScopeAdmin, Answer: "user", Status: 200},
		{Method: "POST", Pattern: base + "/{id}/link", ID: "link-user", Summary: "Make a link to set a new password; it is shown once", Scope: bailiwick.ScopeAdmin, Answer: "user-link", Status: 201},
	}
}
