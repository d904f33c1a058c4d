package api

import (
	"bailiwick"
	"bailiwick/internal/outbox"
)

// inboxOperations are the operations on what a person is told.
func inboxOperations() []Operation {
	return []Operation{
		{Method: "GET", Pattern: "/api/v1/inbox", ID: "inbox", Summary: "What you were told, newest first; references and paths only", Scope: bailiwick.ScopeRead, Answer: "inbox", Status: 200,
			Query: []Parameter{cursorParam, {"limit", "Lines of a page, 1 to 100; 50 without it.", false}}},
		{Method: "POST", Pattern: "/api/v1/inbox/read", ID: "read-inbox", Summary: "Mark one line as read, or every line up to one", Scope: bailiwick.ScopeWrite, Body: "inbox-read", Status: 204},
		{Method: "GET", Pattern: "/api/v1/day", ID: "day", Summary: "What waits for you, the earliest deadline first; at most 200", Scope: bailiwick.ScopeRead, Answer: "day", Status: 200},
		{Method: "GET", Pattern: "/api/v1/notifications", ID: "notifications", Summary: "How you are told: by kind, and the language of mail", Scope: bailiwick.ScopeRead, Answer: "notifications", Status: 200},
		{Method: "PATCH", Pattern: "/api/v1/notifications", ID: "change-notifications", Summary: "Choose how you are told; kinds about your own sign-in are told always", Scope: bailiwick.ScopeAdmin, Body: "notifications-change", Answer: "notifications", Status: 200},
	}
}

// inboxSchemas are their documents.
func inboxSchemas() object {
	choices := []any{}
	for _, c := range outbox.Choices() {
		choices = append(choices, string(c))
	}
	kinds := object{}
	for _, k := range outbox.Choosable() {
		kinds[string(k)] = object{"enum": choices}
	}
	language := []any{}
	for _, l := range outbox.Languages() {
		language = append(language, l)
	}
	set := func(o object) object {
		o["additionalProperties"] = false
		return o
	}
	return object{
		"inbox": with(object{
			"items": list(with(object{"id": str(), "kind": str(), "text": str(), "ref": str(), "path": str(), "due_at": object{"type": []any{"string", "null"}, "format": "date-time"},
				"created_at": when(), "read_at": object{"type": []any{"string", "null"}, "format": "date-time"}}, "id", "kind", "text", "ref", "path", "created_at")),
			"next": object{"type": []any{"string", "null"}}, "unread": num(),
		}, "items", "next", "unread"),
		"day": with(object{
			"items": list(with(object{"kind": str(), "text": str(), "ref": str(), "path": str(), "due_at": object{"type": []any{"string", "null"}, "format": "date-time"}},
				"kind", "text", "ref", "path")),
			"complete": yes(),
		}, "items", "complete"),
		"inbox-read":           set(with(object{"id": str(), "up_to": str()})),
		"notifications":        with(object{"kinds": with(kinds), "language": object{"type": []any{"string", "null"}}, "mail": yes()}, "kinds", "mail"),
		"notifications-change": set(with(object{"kinds": set(with(kinds)), "language": object{"enum": language}})),
	}
}
