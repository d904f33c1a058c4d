package api

import "bailiwick"

// unitOperations are the operations on organisational units, and the reports
// on who sees what.
func unitOperations() []Operation {
	about := []Parameter{{"country", "Country of the person; none = not known. May be repeated.", true}, {"entity", "Key of the legal entity; the first one without it.", false}}
	return []Operation{
		{Method: "GET", Pattern: "/api/v1/units", ID: "units", Summary: "Organisational units, each before those below it", Scope: bailiwick.ScopeRead, Answer: "units", Status: 200},
		{Method: "POST", Pattern: "/api/v1/units", ID: "add-unit", Summary: "Add an organisational unit", Scope: bailiwick.ScopeAdmin, Body: "unit-write", Answer: "units", Status: 201},
		{Method: "PATCH", Pattern: "/api/v1/units/{id}", ID: "change-unit", Summary: "Rename or move an organisational unit; an empty parent is the top", Scope: bailiwick.ScopeAdmin, Body: "unit-write", Answer: "units", Status: 200},
		{Method: "GET", Pattern: "/api/v1/reports/field", ID: "report-field", Summary: "Who can see a field: users grouped by roles and country, with the deciding rule", Scope: bailiwick.ScopeAdmin, Answer: "report-field", Status: 200,
			Query: append([]Parameter{{"type", "Key of the record type.", false}, {"field", "Key of the field.", false}}, about...)},
		{Method: "GET", Pattern: "/api/v1/reports/user", ID: "report-user", Summary: "What a user can see of every record type", Scope: bailiwick.ScopeAdmin, Answer: "report-user", Status: 200,
			Query: append([]Parameter{{"user", "Identifier of the user.", false}}, about...)},
		{Method: "DELETE", Pattern: "/api/v1/units/{id}", ID: "drop-unit", Summary: "Remove an organisational unit that is not used", Scope: bailiwick.ScopeAdmin, Status: 204},
	}
}

// unitSchemas are their documents.
func unitSchemas() object {
	write := with(object{"name": object{"type": "string", "minLength": 1, "maxLength": 200}, "parent": str()})
	write["additionalProperties"] = false
	line := func(more object, required ...any) object {
		more["outcome"] = object{"enum": []any{"shown", "masked", "withheld", "quarantined", "hidden", "no-type"}}
		more["mask"], more["rule"], more["reason"], more["scopes"] = str(), str(), str(), list(str())
		return with(more, append(required, "outcome", "scopes")...)
	}
	return object{
		"report-field": with(object{"items": list(line(object{"roles": list(str()), "country": str(), "users": list(str())}, "roles", "country", "users")), "limited": yes()}, "items", "limited"),
		"report-user":  items(line(object{"type": str(), "field": str()}, "type", "field")),
		"units":        items(with(object{"id": str(), "name": str(), "parent": object{"type": []any{"string", "null"}}}, "id", "name", "parent")),
		"unit-write":   write,
	}
}
