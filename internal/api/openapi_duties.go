package api

import "bailiwick"

// dutyOperations are the operations of the privacy people's duties.
func dutyOperations() []Operation {
	return []Operation{
		{Method: "GET", Pattern: "/api/v1/quarantine", ID: "quarantine", Summary: "What may not be held any more: counts and references, no values", Scope: bailiwick.ScopeRead, Answer: "quarantine", Status: 200},
		{Method: "POST", Pattern: "/api/v1/quarantine/erase", ID: "erase-quarantine", Summary: "Take a line out of every record and its history, for good", Scope: bailiwick.ScopeAdmin, Body: "quarantine-key", Answer: "quarantine-erased", Status: 200},
		{Method: "POST", Pattern: "/api/v1/quarantine/justify", ID: "justify-quarantine", Summary: "Keep a line until a date", Scope: bailiwick.ScopeAdmin, Body: "quarantine-justify", Status: 204},
		{Method: "DELETE", Pattern: "/api/v1/quarantine/decisions/{id}", ID: "end-quarantine", Summary: "End a decision to keep a line before its date", Scope: bailiwick.ScopeAdmin, Status: 204},
		{Method: "GET", Pattern: "/api/v1/bases", ID: "bases", Summary: "On what basis each application holds a category that is not ordinary, or none", Scope: bailiwick.ScopeRead, Answer: "bases", Status: 200},
		{Method: "POST", Pattern: "/api/v1/bases", ID: "record-basis", Summary: "Record a basis, in the place of an earlier one", Scope: bailiwick.ScopeAdmin, Body: "basis-write", Status: 204},
		{Method: "GET", Pattern: "/api/v1/records/{type}/{id}/consents", ID: "consents", Summary: "What the person of a record has consented to", Scope: bailiwick.ScopeRead, Answer: "consents", Status: 200},
		{Method: "POST", Pattern: "/api/v1/records/{type}/{id}/consents", ID: "record-consent", Summary: "Record a consent of the person of a record", Scope: bailiwick.ScopeWrite, Body: "consent-write", Status: 204},
		{Method: "DELETE", Pattern: "/api/v1/records/{type}/{id}/consents/{category}", ID: "withdraw-consent", Summary: "Withdraw every consent of the person to a category", Scope: bailiwick.ScopeWrite, Status: 204},
		{Method: "POST", Pattern: "/api/v1/reasons", ID: "state-reason", Summary: "State a reason for a rule that asks for one; it counts for an hour", Scope: bailiwick.ScopeRead, Body: "reason-write", Status: 204},
		{Method: "GET", Pattern: "/api/v1/access-requests", ID: "access-requests", Summary: "Your requests to see something; every one for the privacy people", Scope: bailiwick.ScopeRead, Answer: "access-requests", Status: 200},
		{Method: "POST", Pattern: "/api/v1/access-requests", ID: "ask-access", Summary: "Ask to see a field of a record until a date", Scope: bailiwick.ScopeRead, Body: "access-ask", Answer: "access-asked", Status: 201},
		{Method: "POST", Pattern: "/api/v1/access-requests/{id}", ID: "answer-access", Summary: "Grant, refuse, withdraw or end a request", Scope: bailiwick.ScopeAdmin, Body: "access-answer", Status: 204},
	}
}

// dutySchemas are their documents.
func dutySchemas() object {
	set := func(o object) object {
		o["additionalProperties"] = false
		return o
	}
	key := func(more object) object {
		out := object{"type": str(), "category": str(), "set": num()}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
	basis := func(more object) object {
		out := object{"application": str(), "entity": str(), "category": str(), "responsible": str(), "basis": str(), "notice": str()}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
	return object{
		"quarantine": with(object{
			"items": list(with(key(object{"countries": list(str()), "rule": str(), "count": num(), "since": when(), "due_at": when(), "kept": yes(),
				"records": list(with(object{"id": str(), "ref": str()}, "id", "ref"))}), "type", "category", "set", "count", "due_at")),
			"decisions": list(with(key(object{"id": str(), "countries": list(str()), "user": str(), "created_at": when(), "until": when(), "reference": str(), "reason": str()}), "id", "until")),
		}, "items", "decisions"),
		"quarantine-key":     set(with(key(nil), "type", "category", "set")),
		"quarantine-erased":  with(object{"records": num()}, "records"),
		"quarantine-justify": set(with(key(object{"reference": str(), "reason": str(), "until": when()}), "type", "category", "set", "reference", "reason", "until")),
		"bases": with(object{"items": list(with(basis(object{"fields": list(str()), "recorded_at": object{"type": []any{"string", "null"}, "format": "date-time"}}),
			"application", "entity", "category"))}, "items"),
		"consents": with(object{"items": list(with(object{"category": str(), "given_at": when(), "user": str(), "reference": str(),
			"withdrawn_at": object{"type": []any{"string", "null"}, "format": "date-time"}}, "category", "given_at"))}, "items"),
		"consent-write": set(with(object{"category": str(), "given_at": when(), "reference": str()}, "category", "given_at", "reference")),
		"reason-write":  set(with(object{"rule": str(), "reason": str()}, "rule", "reason")),
		"access-ask":    set(with(object{"type": str(), "record": str(), "field": str(), "reason": str(), "until": when()}, "type", "record", "field", "reason", "until")),
		"access-asked":  with(object{"ref": str()}, "ref"),
		"access-answer": set(with(object{"state": object{"enum": []any{"granted", "refused", "withdrawn", "ended"}}}, "state")),
		"access-requests": with(object{"items": list(with(object{"id": str(), "ref": str(), "user": str(), "type": str(), "field": str(), "category": str(),
			"countries": list(str()), "rule": str(), "state": str(), "created_at": when(), "until": when(), "decided_at": object{"type": []any{"string", "null"}, "format": "date-time"},
			"reason": str(), "direct": yes(), "proposal": str()}, "id", "ref", "state", "until"))}, "items"),
		"exception": with(object{"ref": str(), "user": str(), "category": str(), "countries": list(str()), "viewer": str(), "until": when(),
			"rules": list(str()), "others": list(str()), "also": list(str())}, "ref", "rules", "others", "also", "until"),
		"basis-write": set(with(basis(nil), "application", "entity", "category", "responsible", "basis", "notice")),
	}
}
