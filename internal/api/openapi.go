package api

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
)

// object is a JSON object under construction; json.Marshal sorts its members,
// so that the same workspace yields the same bytes.
type object = map[string]any

// OpenAPI answers GET /api/openapi.json with the OpenAPI 3.1 document of the
// tenant: its own record types, each field with x-data-category.
func (a *API) OpenAPI(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	types, version, err := a.workspace.Types(r, actor)
	if err != nil {
		return err
	}
	b, err := json.Marshal(Document(c.Tenant.Name, version, types, lang(c)))
	if err != nil {
		return err
	}
	return send(w, http.StatusOK, b)
}

// Document builds the OpenAPI document of a workspace.
func Document(name string, version int64, types []*schema.Type, lang string) map[string]any {
	paths := object{}
	add := func(pattern, method string, op object) {
		item, _ := paths[pattern].(object)
		if item == nil {
			item = object{}
			paths[pattern] = item
		}
		item[strings.ToLower(method)] = op
	}
	for _, op := range Operations() {
		if !strings.Contains(op.Pattern, "{type}") {
			add(op.Pattern, op.Method, operation(op, nil, lang))
			continue
		}
		for _, t := range types {
			add(strings.Replace(op.Pattern, "{type}", t.Key, 1), op.Method, operation(op, t, lang))
		}
	}
	schemas := sharedSchemas()
	for _, t := range types {
		schemas["fields-"+t.Key] = fieldsSchema(t, lang)
		schemas["write-"+t.Key] = writeSchema(t)
		schemas["record-"+t.Key] = recordSchema(t)
		schemas["page-"+t.Key] = pageSchema(t)
	}
	return object{
		"openapi": "3.1.0",
		"info": object{
			"title": "Bailiwick: " + name, "version": "v1." + strconv.FormatInt(version, 10),
			"description": "What you may not see is left out of fields and listed under withheld, with the rule and the reason; it looks the same whether it is filled or empty. A masked value is text; sent back unchanged it counts as absent. Errors are problems (RFC 9457) that never repeat a value.",
			"license":     object{"name": "Apache-2.0", "identifier": "Apache-2.0"},
		},
		"servers":  []any{object{"url": "/"}},
		"security": []any{object{"token": []any{}}},
		"paths":    paths,
		"components": object{
			"securitySchemes": object{"token": object{"type": "http", "scheme": "bearer", "description": "An API token of the workspace, bw_..."}},
			"schemas":         schemas,
			"responses": object{"problem": object{
				"description": "What went wrong, by field and rule",
				"content":     object{"application/problem+json": object{"schema": ref("problem")}},
			}},
		},
	}
}

func ref(name string) object { return object{"$ref": "#/components/schemas/" + name} }

// typed says which schemas exist once per record type.
func typed(name string, t *schema.Type) string {
	if t != nil && (name == "page" || name == "record" || name == "write") {
		return name + "-" + t.Key
	}
	return name
}

func operation(op Operation, t *schema.Type, lang string) object {
	id, summary, tag := op.ID, op.Summary, "workspace"
	if t != nil {
		id, tag = op.ID+"-"+t.Key, t.Plural.In(lang)
		summary += " (" + t.Title.In(lang) + ")"
	}
	out := object{"operationId": id, "summary": summary, "tags": []any{tag}, "x-token-scope": string(op.Scope), "responses": responses(op, t)}
	if params := parameters(op); len(params) > 0 {
		out["parameters"] = params
	}
	if media, ok := strings.CutPrefix(op.Body, "media:"); ok {
		out["requestBody"] = object{"required": true, "content": object{
			media:              object{"schema": object{"type": "string"}},
			"application/json": object{"schema": object{"type": "object", "description": "An OSCAL catalogue"}},
		}}
	} else if op.Body != "" {
		out["requestBody"] = object{"required": true, "content": object{"application/json": object{"schema": ref(typed(op.Body, t))}}}
	}
	return out
}

func parameters(op Operation) []any {
	var out []any
	for _, name := range []string{"id", "rule", "version"} {
		if strings.Contains(op.Pattern, "{"+name+"}") {
			out = append(out, object{"name": name, "in": "path", "required": true, "schema": object{"type": "string"}})
		}
	}
	for _, p := range op.Query {
		s := object{"type": "string"}
		if p.Repeat {
			s = object{"type": "array", "items": object{"type": "string"}}
		}
		out = append(out, object{"name": p.Name, "in": "query", "description": p.Text, "schema": s})
	}
	if op.IfMatch {
		out = append(out, object{"name": "If-Match", "in": "header", "required": true, "description": "ETag of the revision you read.", "schema": object{"type": "string"}})
	}
	if op.ID == "create" {
		out = append(out, object{"name": "Idempotency-Key", "in": "header", "description": "The same key and request make the record once.", "schema": object{"type": "string", "maxLength": maxKey}})
	}
	return out
}

func responses(op Operation, t *schema.Type) object {
	ok := object{"description": op.Summary}
	switch op.Answer {
	case "":
	case "file":
		ok["content"] = object{"text/csv": object{"schema": object{"type": "string"}}, custody.XLSX.Media(): object{"schema": object{"type": "string", "format": "binary"}}, "application/json": object{"schema": object{"type": "object"}}}
	case "openapi":
		ok["content"] = object{"application/json": object{"schema": object{"type": "object"}}}
	default:
		ok["content"] = object{"application/json": object{"schema": ref(typed(op.Answer, t))}}
	}
	out := object{strconv.Itoa(op.Status): ok, "default": object{"$ref": "#/components/responses/problem"}}
	return out
}

func problemCodes() []any {
	var out []any
	for _, c := range bailiwick.Codes() {
		out = append(out, string(c.Code))
	}
	return out
}
