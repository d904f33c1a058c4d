package api

import "bailiwick"

// changeOperations are the operations on changes of the configuration.
func changeOperations() []Operation {
	const (
		list    = "/api/v1/proposals"
		change  = list + "/{id}"
		version = "/api/v1/configuration/versions"
	)
	ops := []Operation{
		{Method: "GET", Pattern: list, ID: "proposals", Summary: "Changes of the configuration, newest first", Answer: "proposals", Status: 200, Query: []Parameter{cursorParam, limitParam}},
		{Method: "POST", Pattern: list, ID: "start-proposal", Summary: "Start a change: a draft of the configuration in force", Body: "proposal-start", Answer: "proposal", Status: 201},
		{Method: "GET", Pattern: change, ID: "proposal", Summary: "Read a change with what simulating it showed", Answer: "proposal", Status: 200},
		{Method: "PATCH", Pattern: change, ID: "change-proposal", Summary: "Change title, settings or agreements of a draft", Body: "proposal-change", Answer: "proposal", Status: 200, IfMatch: true},
		{Method: "GET", Pattern: change + "/diff", ID: "diff-proposal", Summary: "What a change does, in sentences and for programs", Answer: "diff", Status: 200},
		{Method: "GET", Pattern: change + "/rules", ID: "proposal-rules", Summary: "Rules of a change, one by one and as a rule file", Answer: "rules", Status: 200},
		{Method: "PUT", Pattern: change + "/rules", ID: "put-rules", Summary: "Replace rules and roles of a change by a rule file", Body: "rules-write", Answer: "proposal", Status: 200, IfMatch: true},
		{Method: "PUT", Pattern: change + "/rules/{rule}", ID: "put-rule", Summary: "Add a rule to a change, or replace the one of its id", Body: "rule-write", Answer: "proposal", Status: 200, IfMatch: true},
		{Method: "DELETE", Pattern: change + "/rules/{rule}", ID: "drop-rule", Summary: "Take a rule out of a change", Answer: "proposal", Status: 200, IfMatch: true},
		{Method: "POST", Pattern: change + "/simulate", ID: "simulate-proposal", Summary: "Compute which users, fields and stored records a change concerns", Answer: "proposal", Status: 200},
		{Method: "POST", Pattern: change + "/submit", ID: "submit-proposal", Summary: "Ask for the approval of a simulated draft", Answer: "proposal", Status: 200, IfMatch: true},
		{Method: "POST", Pattern: change + "/approve", ID: "approve-proposal", Summary: "Approve a change of somebody else, at once or at a time", Body: "proposal-approve", Answer: "proposal", Status: 200, IfMatch: true},
		{Method: "POST", Pattern: change + "/reject", ID: "reject-proposal", Summary: "Reject a change, with a reason", Body: "proposal-reject", Answer: "proposal", Status: 200, IfMatch: true},
		{Method: "POST", Pattern: change + "/withdraw", ID: "withdraw-proposal", Summary: "End a change that has not taken effect", Answer: "proposal", Status: 200, IfMatch: true},
		{Method: "POST", Pattern: change + "/rebase", ID: "rebase-proposal", Summary: "Bring a change onto the version in force", Body: "proposal-rebase", Answer: "proposal", Status: 200, IfMatch: true},
		{Method: "POST", Pattern: change + "/templates", ID: "accept-template", Summary: "Accept a template into a draft", Body: "template-accept", Answer: "proposal", Status: 200, IfMatch: true},
		{Method: "GET", Pattern: "/api/v1/access-requests/{id}/exception", ID: "plan-exception", Summary: "What dated exception would be made of a request, and for whom else it opens", Answer: "exception", Status: 200},
		{Method: "POST", Pattern: "/api/v1/access-requests/{id}/exception", ID: "make-exception", Summary: "Make a simulated change of a request: a dated exception", Answer: "proposal", Status: 201},
		{Method: "GET", Pattern: "/api/v1/templates", ID: "templates", Summary: "Drafts of rules by category and country, each with source and caution", Answer: "templates", Status: 200},
		{Method: "GET", Pattern: version, ID: "versions", Summary: "Versions of the configuration, newest first", Answer: "versions", Status: 200, Query: []Parameter{cursorParam, limitParam}},
		{Method: "GET", Pattern: version + "/{version}", ID: "version", Summary: "A version with its rules", Answer: "version", Status: 200},
		{Method: "POST", Pattern: version + "/{version}/rollback", ID: "rollback", Summary: "Start a change that goes back to a version", Body: "proposal-start", Answer: "proposal", Status: 201},
	}
	for i := range ops {
		ops[i].Scope = bailiwick.ScopeAdmin
	}
	return ops
}

// changeSchemas are the documents about them.
func changeSchemas() object {
	closed := func(o object) object {
		o["additionalProperties"] = false
		return o
	}
	title := object{"type": "string", "minLength": 1, "maxLength": 200}
	states := object{"enum": []any{"draft", "submitted", "approved", "active", "rejected", "withdrawn", "superseded"}}
	effects := object{"enum": []any{"gains", "loses", "masked", "unmasked"}}
	effect := with(object{
		"operation": str(), "category": str(), "countries": list(str()), "every": yes(), "unknown": yes(), "no_one": yes(), "effect": effects,
	}, "operation", "category", "effect")
	simulation := with(object{
		"revision": num(), "base": num(), "made": when(), "unchanged": num(), "records": num(), "illegal": num(),
		"users": list(with(object{"user": str(), "roles": list(str()), "country": str(), "changes": list(effect), "gained": list(str()), "lost": list(str())},
			"user", "changes")),
		"fields": list(with(object{"type": str(), "field": str(), "category": str(), "operation": str(), "effect": effects, "users": num()},
			"type", "field", "category", "operation", "effect", "users")),
		"stored": list(with(object{"type": str(), "category": str(), "countries": list(str()), "no_one": yes(), "entity": str(), "records": num(),
			"gains": num(), "loses": num(), "masked": num(), "unmasked": num(), "illegal": yes()}, "type", "category", "records", "illegal")),
		"sensitive": list(with(object{"type": str(), "field": str(), "category": str()}, "type", "field", "category")),
	}, "revision", "base", "made", "users", "unchanged", "fields", "stored", "records", "illegal")
	change := with(object{
		"id": str(), "ref": str(), "title": str(), "state": states, "base": num(), "revision": num(), "author": str(), "last_editor": str(),
		"editors": list(str()), "reviewer": str(), "created_at": when(), "updated_at": when(), "decided_at": when(), "active_at": when(), "version": num(),
		"solo": yes(), "reason": str(), "rollback_of": num(), "stale": yes(), "simulated": yes(), "simulation": ref("simulation"),
	}, "id", "ref", "title", "state", "base", "revision", "author", "last_editor", "created_at", "updated_at", "stale", "simulated")
	version := with(object{"version": num(), "active_since": when(), "author": str(), "proposal": str(), "ref": str(), "reviewer": str(), "solo": yes(),
		"rollback_of": num(), "rules": str()}, "version", "active_since")
	next := object{"type": []any{"string", "null"}}
	agreement := closed(with(object{"key": str(), "title": str(), "date": str(), "note": str()}, "key", "title", "date"))
	return object{
		"proposal": change, "simulation": simulation, "version": version,
		"proposals":        with(object{"items": list(ref("proposal")), "next": next}, "items", "next"),
		"versions":         with(object{"items": list(ref("version")), "next": next}, "items", "next"),
		"proposal-start":   closed(with(object{"title": title}, "title")),
		"proposal-change":  closed(with(object{"title": title, "settings": object{"type": "object"}, "agreements": list(agreement)})),
		"proposal-approve": closed(with(object{"active_at": when()})),
		"proposal-reject":  closed(with(object{"reason": object{"type": "string", "minLength": 1, "maxLength": 1000}}, "reason")),
		"proposal-rebase":  closed(with(object{"keep": object{"enum": []any{"", "change", "current"}}})),
		"rules":            with(object{"rules": list(ref("rule")), "text": str()}, "rules", "text"),
		"template-accept":  closed(with(object{"template": str()}, "template")),
		"templates": with(object{"notice": str(), "items": list(with(object{"id": str(), "categories": list(str()), "countries": list(str()), "rules": list(ref("rule")),
			"basis": str(), "source": str(), "caution": str(), "certainty": object{"enum": []any{"confirmed", "partly", "known", "weak"}}},
			"id", "categories", "countries", "rules", "basis", "source", "certainty"))}, "notice", "items"),
		"rules-write": closed(with(object{"text": str()}, "text")),
		"rule-write":  object{"type": "object", "description": "A rule as GET gives it; the id may be left out."},
		"diff": items(with(object{"group": str(), "kind": str(), "act": object{"enum": []any{"added", "removed", "changed"}}, "key": str(), "text": str(),
			"old": str(), "new": str()}, "group", "kind", "act", "key", "text")),
	}
}
