package api

import "bailiwick"

// unitOperations are the operations on organisational units.
func unitOperations() []Operation {
	return []Operation{
		{Method: "GET", Pattern: "/api/v1/units", ID: "units", Summary: "Organisational units, each before those below it", Scope: bailiwick.ScopeRead, Answer: "units", Status: 200},
		{Method: "POST", Pattern: "/api/v1/units", ID: "add-unit", Summary: "Add an organisational unit", Scope: bailiwick.ScopeAdmin, Body: "unit-write", Answer: "units", Status: 201},
		{Method: "PATCH", Pattern: "/api/v1/units/{id}", ID: "change-unit", Summary: "Rename or move an organisational unit; an empty parent is the top", Scope: bailiwick.ScopeAdmin, Body: "unit-write", Answer: "units", Status: 200},
		{Method: "DELETE", Pattern: "/api/v1/units/{id}", ID: "drop-unit", Summary: "Remove an organisational unit that is not used", Scope: bailiwick.ScopeAdmin, Status: 204},
	}
}

// unitSchemas are their documents.
func unitSchemas() object {
	write := with(object{"name": object{"type": "string", "minLength": 1, "maxLength": 200}, "parent": str()})
	write["additionalProperties"] = false
	return object{
		"units":      items(with(object{"id": str(), "name": str(), "parent": object{"type": []any{"string", "null"}}}, "id", "name", "parent")),
		"unit-write": write,
	}
}
