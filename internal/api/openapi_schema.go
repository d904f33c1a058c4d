package api

import (
	"encoding/json"
	"maps"

	"bailiwick"
	"bailiwick/internal/schema"
)

func str() object  { return object{"type": "string"} }
func num() object  { return object{"type": "integer"} }
func yes() object  { return object{"type": "boolean"} }
func when() object { return object{"type": "string", "format": "date-time"} }
func list(of object) object {
	return object{"type": "array", "items": of}
}
func items(of object) object {
	return object{"type": "object", "required": []any{"items"}, "properties": object{"items": list(of)}}
}
func with(properties object, required ...any) object {
	out := object{"type": "object", "properties": properties}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

// fieldSchema is what a field takes, with its data category.
func fieldSchema(f *schema.Field, lang string) object {
	s := object{}
	for k, v := range f.Kind.JSONSchema(f) {
		s[k] = json.RawMessage(v)
	}
	s["title"] = f.Label.In(lang)
	if help := f.Help.In(lang); help != "" {
		s["description"] = help
	}
	s["x-data-category"] = string(f.Category)
	s["x-kind"] = f.Kind.Name()
	if f.Clear {
		s["x-readable-at-rest"] = true
	}
	if f.Computed() {
		s["readOnly"] = true
	}
	return s
}

func fieldsSchema(t *schema.Type, lang string) object {
	props := object{}
	for _, f := range t.Fields {
		props[f.Key] = object{"anyOf": []any{fieldSchema(f, lang), object{"type": "null"}}}
	}
	return object{"type": "object", "additionalProperties": false, "properties": props}
}

func writeSchema(t *schema.Type) object {
	s := with(object{"fields": ref("fields-" + t.Key), "entity": str(), "unit": str()}, "fields")
	s["additionalProperties"] = false
	return s
}

func recordSchema(t *schema.Type) object {
	return with(object{
		"id": str(), "ref": str(), "type": object{"const": t.Key}, "revision": num(),
		"subjects": list(with(object{"id": str(), "countries": list(str())}, "id", "countries")),
		// Masked values are text whatever the kind, and withheld fields are left
		// out, so a read field is only described.
		"fields":     object{"type": "object"},
		"withheld":   list(ref("withheld")),
		"created_at": when(), "updated_at": when(), "unit": object{"type": "string", "description": "Organisational unit, where there is one; told for a single record only."},
	}, "id", "ref", "type", "revision", "subjects", "fields", "withheld", "created_at", "updated_at")
}

func pageSchema(t *schema.Type) object {
	return with(object{
		"items": list(ref("record-" + t.Key)),
		"next":  object{"type": []any{"string", "null"}},
		"total": num(), "limited": yes(), "left_out": list(str()),
	}, "items", "next")
}

func sharedSchemas() object {
	filter := with(object{"field": str(), "op": object{"enum": []any{"eq", "in", "lt", "le", "gt", "ge", "set", "unset", "word", "prefix"}}, "values": list(str())}, "field", "op")
	rowError := with(object{"row": num(), "column": str(), "field": str(), "rule": str(), "code": str(), "message": str()}, "row", "rule")
	run := with(object{"id": str(), "type": str(), "state": str(), "dry_run": yes(), "rows": num(), "created": num(), "changed": num(), "skipped": num(), "rejected": num(), "errors": list(rowError)}, "type", "rows", "rejected")
	scopes := []any{}
	for _, s := range bailiwick.Scopes() {
		scopes = append(scopes, string(s))
	}
	token := object{"id": str(), "name": str(), "scopes": list(object{"enum": scopes}), "expires_at": when(), "created_at": when(), "last_used_at": when()}
	out := object{
		"problem": with(object{
			"type": str(), "title": str(), "status": num(), "detail": str(), "request_id": str(),
			"errors": list(with(object{"field": str(), "rule": str(), "code": object{"enum": problemCodes()}, "message": str()}, "field", "rule")),
		}, "type", "title", "status"),
		"withheld": with(object{"field": str(), "category": str(), "rule": str(), "reason": str()}, "field", "category", "rule", "reason"),
		"explanation": with(object{
			"field": str(), "category": str(), "operation": str(), "allowed": yes(), "mask": str(), "decision": str(), "rule": str(),
			"matched": list(str()), "level": str(), "reason": str(), "subject_countries": list(str()), "viewer_countries": list(str()),
			"configuration": num(), "note": str(), "ask": str(),
		}, "field", "allowed", "rule", "reason"),
		"query":        with(object{"filters": list(filter), "text": str(), "sort": str(), "desc": yes(), "cursor": str(), "limit": num(), "deleted": yes(), "total": yes()}),
		"views":        items(with(object{"id": str(), "type": str(), "name": str(), "mine": yes(), "roles": list(str()), "version": num(), "filters": list(filter), "text": str(), "sort": str(), "desc": yes(), "columns": list(str())}, "id", "name", "version")),
		"view":         with(object{"id": str(), "type": str(), "name": str(), "mine": yes(), "roles": list(str()), "version": num(), "filters": list(filter), "text": str(), "sort": str(), "desc": yes(), "columns": list(str())}, "id", "name", "version"),
		"view-write":   with(object{"name": str(), "roles": list(str()), "filters": list(filter), "text": str(), "sort": str(), "desc": yes(), "columns": list(str())}, "name"),
		"bulk":         with(object{"ids": list(str()), "query": with(object{"filters": list(filter), "text": str()}), "fields": object{"type": "object"}, "dry_run": yes()}, "fields"),
		"bulk-result":  with(object{"id": str(), "type": str(), "dry_run": yes(), "rows": num(), "changed": num(), "unchanged": num(), "refused": num(), "errors": list(with(object{"ref": str(), "field": str(), "rule": str(), "code": str(), "message": str()}, "rule"))}, "type", "rows", "changed", "refused"),
		"suggest":      with(object{"field": str(), "text": str(), "limit": num()}, "field"),
		"search":       with(object{"text": str(), "limit": num()}, "text"),
		"links":        items(with(object{"kind": str(), "type": str(), "id": str(), "ref": str(), "title": str()}, "kind", "id", "title")),
		"hits":         items(with(object{"type": str(), "id": str(), "ref": str(), "title": str()}, "type", "id", "ref", "title")),
		"groups":       with(object{"by": list(str()), "items": list(with(object{"keys": list(str()), "count": num()}, "keys", "count"))}, "by", "items"),
		"history":      items(with(object{"revision": num(), "at": when(), "user": str(), "kind": str(), "fields": list(with(object{"field": str(), "old": object{}, "new": object{}}, "field"))}, "revision", "at", "kind", "fields")),
		"types":        items(with(object{"key": str(), "title": str(), "plural": str(), "application": str(), "ref": str()}, "key", "title")),
		"me":           with(object{"unread": num(), "user": str(), "roles": list(str()), "country": str(), "tenant": str()}, "user", "roles"),
		"import":       run,
		"imports":      items(run),
		"undo":         with(object{"deleted": num(), "reverted": num(), "left": list(str())}, "deleted", "reverted"),
		"tokens":       items(with(token, "id", "scopes")),
		"token-write":  with(object{"name": str(), "scopes": list(object{"enum": scopes}), "days": num()}, "name", "scopes", "days"),
		"token-secret": with(object{"id": str(), "token": str(), "expires_at": when()}, "id", "token"),
	}
	maps.Copy(out, administrationSchemas())
	maps.Copy(out, changeSchemas())
	maps.Copy(out, dutySchemas())
	maps.Copy(out, inboxSchemas())
	maps.Copy(out, overlaySchemas())
	maps.Copy(out, unitSchemas())
	return out
}
