package api

import "bailiwick/internal/identity"

// administrationSchemas are the documents about users, rules, legal entities
// and activity.
func administrationSchemas() object {
	closed := func(o object) object {
		o["additionalProperties"] = false
		return o
	}
	person := func() object {
		return object{
			"name": object{"type": "string", "minLength": 1, "maxLength": identity.MaxName}, "email": str(),
			"roles":   object{"type": "array", "items": str(), "maxItems": identity.MaxRoles},
			"country": object{"type": "string", "description": "ISO 3166-1 alpha-2; empty = not known."},
			"unit":    object{"type": "string", "description": "Identifier of an organisational unit; empty = none."},
			"entity":  object{"type": "string", "description": "Identifier of a legal entity; may be left out where there is one."},
		}
	}
	user := person()
	user["id"], user["country_source"], user["created_at"], user["disabled_at"] = str(), str(), when(), when()
	user["declared"] = with(object{"country": str(), "by": str(), "at": when()}, "country", "by", "at")
	user["state"] = object{"enum": []any{"active", "invited", "disabled"}}
	countries := with(object{"in": list(str()), "not_in": list(str())})
	rule := with(object{
		"id": str(), "operation": str(), "category": str(), "subject": countries, "viewer": countries, "roles": list(str()), "purposes": list(str()),
		"effect": str(), "mask": str(), "require": str(), "entities": list(str()), "regions": list(str()), "author": str(),
		"condition": with(object{"kind": str(), "agreement": str(), "k": num()}, "kind"),
		"from":      when(), "until": when(), "note": str(), "cite": str(),
	}, "id", "operation", "category", "subject", "viewer", "effect")
	category := with(object{"key": str(), "parent": str(), "title": str(), "of_subject": yes(), "populate_default": yes(), "access_default": yes()},
		"key", "title", "of_subject", "populate_default", "access_default")
	return object{
		"user": with(user, "id", "name", "email", "roles", "country", "country_source", "entity", "state", "created_at"),
		"users": with(object{"items": list(ref("user")), "next": object{"type": []any{"string", "null"}}, "total": num(), "limited": yes()},
			"items", "next", "total"),
		"user-query":       closed(with(object{"text": str(), "role": str(), "disabled": yes(), "cursor": str(), "limit": num()})),
		"user-invite":      closed(with(person(), "name", "email", "roles")),
		"user-change":      closed(with(person())),
		"country-decision": closed(with(object{"decision": object{"enum": []any{"confirm", "refuse"}}, "country": str()}, "decision", "country")),
		"user-link":        with(object{"id": str(), "link": str(), "days": num()}, "id", "link", "days"),
		"activity":         items(with(object{"at": when(), "kind": str(), "outcome": str(), "own": yes(), "user": str(), "name": str()}, "at", "kind", "outcome", "own")),
		"matrix":           with(object{"version": num(), "categories": list(category), "rules": list(ref("rule"))}, "version", "categories", "rules"),
		"rule":             rule,
		"entities":         items(with(object{"id": str(), "key": str(), "name": str(), "seat": str()}, "id", "key", "name", "seat")),
	}
}
