package api

import "bailiwick"

// overlayOperations are the operations on what a change makes of the
// applications: record types, fields, lists, categories and roles.
func overlayOperations() []Operation {
	const change = "/api/v1/proposals/{id}"
	ops := []Operation{
		{Method: "GET", Pattern: change + "/overlay", ID: "overlay", Summary: "What a change makes of record types, lists and categories, and its roles", Answer: "overlay", Status: 200},
		{Method: "PUT", Pattern: change + "/types/{key}", ID: "put-type", Summary: "Add an own record type to a change, or replace it", Body: "own-type", Answer: "proposal", Status: 200, IfMatch: true},
		{Method: "PUT", Pattern: change + "/types/{key}/change", ID: "put-type-change", Summary: "Rename, order, hide and add fields of a record type", Body: "type-change", Answer: "proposal", Status: 200, IfMatch: true},
		{Method: "PUT", Pattern: change + "/types/{key}/fields/{field}", ID: "put-field", Summary: "Add a field to a record type, or replace the own one", Body: "own-field", Answer: "proposal", Status: 200, IfMatch: true},
		{Method: "DELETE", Pattern: change + "/types/{key}/fields/{field}", ID: "hide-field", Summary: "Hide a field, or take out an own one that was never in force", Answer: "proposal", Status: 200, IfMatch: true},
		{Method: "PUT", Pattern: change + "/lists/{list}", ID: "put-list", Summary: "Add an own option list to a change, or replace it", Body: "own-list", Answer: "proposal", Status: 200, IfMatch: true},
		{Method: "PUT", Pattern: change + "/lists/{pack}/{list}", ID: "put-list-change", Summary: "Add, rename and retire options of a shipped list", Body: "list-change", Answer: "proposal", Status: 200, IfMatch: true},
		{Method: "PUT", Pattern: change + "/categories/{category}", ID: "put-category", Summary: "Add an own category to a change, or rename it", Body: "own-category", Answer: "proposal", Status: 200, IfMatch: true},
		{Method: "PUT", Pattern: change + "/roles/{role}", ID: "put-role", Summary: "Add a role to a change, or replace the one of its key", Body: "role", Answer: "proposal", Status: 200, IfMatch: true},
	}
	for i := range ops {
		ops[i].Scope = bailiwick.ScopeAdmin
	}
	return ops
}

// overlaySchemas are the documents about them.
func overlaySchemas() object {
	closed := func(o object) object {
		o["additionalProperties"] = false
		return o
	}
	labels := func() object {
		return object{"type": "object", "properties": object{"en": str(), "de": str(), "fr": str()}, "additionalProperties": false}
	}
	category := func(text string) object { return object{"type": "string", "description": text} }
	field := object{
		"key": str(), "kind": str(), "category": category("Exactly one (R14.1); none of a group."), "label": labels(), "help": labels(), "required": yes(),
		"search": object{"enum": []any{"", "word", "prefix"}}, "clear": yes(), "about": str(), "options": str(), "type": str(), "many": yes(), "max_length": num(),
		"scale": num(), "min": str(), "max": str(), "default": str(), "show_if": closed(with(object{"field": str(), "is": list(str())}, "field")),
		"product": list(str()), "bands": str(), "fields": list(ref("own-field")),
	}
	option := closed(with(object{"key": str(), "label": labels(), "value": num(), "tone": str(), "retired": yes()}, "key", "label"))
	ownType := object{
		"key": str(), "pack": str(), "title": labels(), "plural": labels(), "ref": str(), "self": yes(), "identity": category("Makes a row visible at all."),
		"countries": list(str()), "schedule": str(), "title_field": str(), "owner": str(), "key_field": str(), "list": list(str()),
		"import": object{"type": "object", "additionalProperties": str()}, "retired": yes(), "fields": list(ref("own-field")),
	}
	change := object{
		"type": str(), "title": labels(), "plural": labels(), "added": list(ref("own-field")), "hidden": list(str()), "order": list(str()), "list": list(str()),
		"fields": list(closed(with(object{"field": str(), "label": labels(), "help": labels(), "category": str()}, "field"))),
	}
	role := object{
		"key": str(), "title": labels(), "admin": list(str()), "manages": str(),
		"types": list(closed(with(object{"type": str(), "verbs": list(str()), "scope": str()}, "type", "verbs", "scope"))),
	}
	listChange := object{"pack": str(), "list": str(), "added": list(option), "changed": list(closed(with(object{"key": str(), "label": labels(), "retired": yes()}, "key")))}
	return object{
		"own-field": closed(with(field, "kind", "label")), "own-type": closed(with(ownType, "title", "ref", "schedule", "list", "fields")),
		"type-change": closed(with(change)), "own-list": closed(with(object{"key": str(), "title": labels(), "options": list(option)}, "options")),
		"list-change":  closed(with(listChange)),
		"own-category": closed(with(object{"key": str(), "parent": str(), "title": labels(), "flag": str(), "after": num()}, "parent", "title")),
		"role":         closed(with(role, "title")),
		"overlay": with(object{
			"overlay": with(object{"categories": list(ref("own-category")), "lists": list(ref("own-list")), "options": list(ref("list-change")),
				"types": list(ref("own-type")), "changes": list(ref("type-change"))}),
			"roles": list(ref("role")),
		}, "overlay", "roles"),
	}
}
