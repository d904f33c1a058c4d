package scenario

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"bailiwick/internal/server"
)

// exitAsk is a request, and whether its sender puts a hidden value into it: an
// answer may repeat what was sent, so only the twins are compared then.
type exitAsk struct {
	Request
	guess bool
}

// exitRefused are the routes that refuse the viewer here, and how: they want
// somebody else, a secret, or a state that would show what is hidden.
var exitRefused = map[string]int{
	"POST /api/v1/access-requests/{id}":                        409,
	"POST /api/v1/access-requests/{id}/exception":              409,
	"POST /access-requests/{id}/exception":                     409,
	"GET /api/v1/access-requests/{id}/exception":               409,
	"POST /api/v1/access-requests":                             409,
	"DELETE /api/v1/proposals/{id}/types/{key}/fields/{field}": 422,
	"DELETE /api/v1/quarantine/decisions/{id}":                 404,
	"DELETE /api/v1/records/{type}/{id}":                       404,
	"DELETE /api/v1/units/{id}":                                404,
	// No type of these workspaces is a person of its own.
	"DELETE /api/v1/records/{type}/{id}/consents/{category}": 404,
	"POST /api/v1/records/{type}/{id}/consents":              404,
	"POST /records/{type}/{id}/consents":                     404,
	"GET /imports/uploads/{id}/rejected":                     404,
	"GET /link/{secret}":                                     410,
	"PATCH /api/v1/units/{id}":                               404,
	"POST /access-requests/{id}":                             403,
	"POST /account/password":                                 404,
	"POST /account/security/passkey":                         422,
	"POST /account/security/recovery":                        409,
	"POST /account/security/remove":                          404,
	"POST /account/security/totp/confirm":                    410,
	"POST /account/sign-out-everywhere":                      404,
	"POST /account/tokens/{id}/revoke":                       404,
	"POST /api/v1/configuration/versions/{version}/rollback": 422,
	"POST /api/v1/proposals/{id}/approve":                    409,
	"POST /api/v1/proposals/{id}/rebase":                     422,
	"POST /api/v1/proposals/{id}/reject":                     409,
	"POST /api/v1/proposals/{id}/submit":                     422,
	"POST /api/v1/proposals/{id}/withdraw":                   409,
	"POST /api/v1/quarantine/erase":                          409,
	"POST /api/v1/quarantine/justify":                        422,
	"POST /api/v1/reasons":                                   404,
	"POST /api/v1/records/{type}/{id}/restore":               404,
	"POST /api/v1/users/{id}/country":                        404,
	"POST /bases":                                            404,
	"POST /link/{secret}":                                    410,
	"POST /lists/{pack}/{list}":                              422,
	"POST /proposals/{id}/matrix":                            422,
	"POST /proposals/{id}/rule/drop":                         404,
	"POST /proposals/{id}/settings":                          422,
	"POST /proposals/{id}/text":                              422,
	"POST /quarantine":                                       404,
	"POST /quarantine/decisions/{id}/end":                    404,
	"POST /roles":                                            422,
	"POST /sign-in":                                          401,
	"POST /sign-in/code":                                     410,
	"POST /sign-in/passkey":                                  401,
	"POST /sign-out":                                         404,
	"POST /types":                                            422,
	"POST /types/{type}":                                     422,
	"POST /users/{id}/country":                               404,
	"POST /users/{id}/link":                                  409,
	"PUT /api/v1/proposals/{id}/lists/{list}":                422,
	"PUT /api/v1/proposals/{id}/roles/{role}":                422,
	"PUT /api/v1/proposals/{id}/rules":                       422,
	"PUT /api/v1/proposals/{id}/types/{key}/fields/{field}":  422,
	"PUT /api/v1/views/{type}/{id}":                          404,
}

// requests is everything that is asked of one route in one house.
func (s *exitStage) requests(row server.Row, h *exitHouse) []exitAsk {
	var out []exitAsk
	for _, path := range s.paths(row, h) {
		for _, q := range s.queries(row, path, h) {
			q.By, q.Method, q.Page = h.viewer, row.Method, row.Face == server.Page
			if harms(row) {
				q.By = nil
			}
			q.Header = map[string]string{}
			if row.Method != "GET" {
				h.made["revision"] = s.revision(row, path, h)
			}
			if row.Face == server.API && row.Method != "GET" {
				q.Header["If-Match"] = `"` + h.made["revision"] + `"`
			}
			if row.Accepts == nil {
				out = append(out, q)
				continue
			}
			for _, b := range s.bodies(row, path, h) {
				one := q
				one.Body, one.guess = b.Body, q.guess || b.guess
				one.Header = map[string]string{}
				for k, v := range q.Header {
					one.Header[k] = v
				}
				for k, v := range b.Header {
					one.Header[k] = v
				}
				if b.Path != "" {
					one.Path += b.Path
				}
				out = append(out, one)
			}
		}
	}
	return out
}

// revision is how often what a path names was changed.
func (s *exitStage) revision(row server.Row, path string, h *exitHouse) string {
	at := ""
	switch parts := strings.Split(strings.TrimPrefix(path, "/api/v1"), "/"); {
	case strings.HasPrefix(row.Pattern, "/types"), strings.HasPrefix(row.Pattern, "/lists"), strings.HasPrefix(row.Pattern, "/categories"), strings.HasPrefix(row.Pattern, "/roles"):
		at = "/api/v1/proposals/" + h.made["proposal"]
	case strings.Contains(row.Pattern, "/records/{type}/{id}"):
		at = "/api/v1/records/" + parts[2] + "/" + parts[3]
	case strings.Contains(row.Pattern, "/proposals/{id}"):
		at = "/api/v1/proposals/" + parts[2]
	default:
		return "1"
	}
	if tag := strings.Trim(s.w.Serve(Request{By: h.viewer, Method: "GET", Path: at}).Header.Get("ETag"), `"`); tag != "" {
		return tag
	}
	return "1"
}

// paths fills the placeholders of a pattern.
func (s *exitStage) paths(row server.Row, h *exitHouse) []string {
	pattern := strings.TrimSuffix(row.Pattern, "{$}")
	out := []string{pattern}
	for strings.Contains(out[0], "{") {
		var next []string
		for _, p := range out {
			i, j := strings.Index(p, "{"), strings.Index(p, "}")
			values := s.fill(p[:i], p[i+1:j], h)
			if len(values) == 0 {
				s.t.Fatalf("%s: nothing to put into %s", row.Pattern, p[i:j+1])
			}
			for _, v := range values {
				next = append(next, p[:i]+v+p[j+1:])
			}
		}
		out = next
	}
	return out
}

// fill is what can stand in a placeholder after a prefix of a path.
func (s *exitStage) fill(before, name string, h *exitHouse) []string {
	types := append(slices.Clone(exitTypes), "person", "risk")
	parts := strings.Split(strings.Trim(before, "/"), "/")
	last := parts[len(parts)-1]
	made := func(key string) []string { return []string{h.made[key]} }
	switch {
	case name == "type" && last == "types":
		return exitTypes[:1]
	case name == "type":
		return types
	case name == "field" && last == "fields":
		return []string{"note", "denied_text", "hidden_text"}
	case name == "field":
		if last == "person" || last == "risk" {
			return []string{"manager", "owner"}
		}
		return s.some(h.hiddenKeys(last))
	case name == "secret":
		return made("link")
	case name == "code":
		return []string{"access-denied"}
	case name == "act":
		return []string{"simulate", "submit", "withdraw"}
	case name == "rule":
		return []string{"h-denied"}
	case name == "version":
		return []string{"2"}
	case name == "key":
		return []string{"x_new"}
	case name == "category":
		return []string{"x_newcat"}
	case name == "role":
		return []string{"watcher"}
	case name == "pack":
		return []string{"own"}
	case name == "list":
		return []string{"x_scale"}
	case name == "id" && (last == "proposals"):
		return made("proposal")
	case name == "id" && last == "templates":
		return []string{"ethnic-fr"}
	case name == "id" && last == "units":
		return made("unit")
	case name == "id" && last == "users":
		return []string{h.third.Actor.User().String()}
	case name == "id" && last == "access-requests":
		return made("ask")
	case name == "id" && last == "decisions":
		return made("decision")
	case name == "id" && last == "tokens":
		return made("token")
	case name == "id" && last == "uploads":
		return made("upload")
	case name == "id" && (last == "runs" || last == "imports"):
		return made("import")
	case name == "id" && last == "bulk":
		return made("bulk")
	case name == "id" && len(parts) > 1 && parts[len(parts)-2] == "bulk":
		return made("bulk")
	case name == "id" && len(parts) > 1 && parts[len(parts)-2] == "views":
		return []string{h.made["view"], h.made["shared"]}
	case name == "id" && len(parts) > 1 && parts[len(parts)-2] == "records":
		return h.records[last]
	}
	return nil
}

// some is a part of the fields, for what is asked of each alone: over all ways
// to hide, each kind is in it. Whole lists and records show every field.
func (s *exitStage) some(keys []string) []string {
	var out []string
	for i := 0; i < len(keys); i += s.step {
		out = append(out, keys[i])
	}
	return out
}

// guesses are values that the first house holds in a field.
func (h *exitHouse) guess(key string) string {
	_, kind, _ := strings.Cut(key, "_")
	switch kind {
	case "boolean":
		return "true"
	case "choice", "multichoice":
		return "first"
	case "date":
		return "1911-03-07"
	case "datetime":
		return "1911-03-07T05:06:07Z"
	case "country":
		return "FR"
	case "integer", "score":
		return "9170000000"
	case "decimal":
		return "917000.00"
	case "user":
		return h.writer.Actor.User().String()
	case "subject":
		return h.made["subject0"]
	case "record":
		return h.records["risk"][0]
	default:
		return zebra
	}
}

// queries puts queries behind a path.
func (s *exitStage) queries(row server.Row, path string, h *exitHouse) []exitAsk {
	out := []exitAsk{}
	add := func(guess bool, pairs ...string) {
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Add(pairs[i], pairs[i+1])
		}
		q := ""
		if len(v) > 0 {
			q = "?" + v.Encode()
		}
		out = append(out, exitAsk{Request{Path: path + q}, guess})
	}
	typ := ""
	if parts := strings.Split(path, "/records/"); len(parts) == 2 {
		typ, _, _ = strings.Cut(parts[1], "/")
	}
	keys := s.some(h.hiddenKeys(typ))
	if strings.HasSuffix(row.Pattern, "/reports/field") {
		for _, key := range s.some(h.hiddenKeys(exitTypes[0])) {
			add(false, "type", exitTypes[0], "field", key, "country", "FR")
		}
		return out
	}
	if strings.HasSuffix(row.Pattern, "/reports/user") {
		add(false, "user", h.third.Actor.User().String())
	}
	if row.Method != "GET" {
		if strings.HasSuffix(row.Pattern, "/api/v1/imports") {
			return s.importQueries(path)
		}
		add(false)
		return out
	}
	switch tail := strings.TrimPrefix(row.Pattern, "/api/v1"); {
	case strings.HasSuffix(tail, "/groups"):
		add(false, "by", "country")
		add(false, "by", "stage")
		for _, key := range keys {
			add(false, "by", key)
			add(false, "by", "country,"+key)
		}
	case strings.HasSuffix(tail, "/heat-map"):
		add(false)
		for _, key := range keys {
			add(false, "of", key)
		}
	case strings.HasSuffix(tail, "/explain"):
		add(false, "field", "note")
		for _, key := range keys {
			for _, op := range []string{"access", "populate", "export"} {
				add(false, "field", key, "op", op, "country", "FR")
			}
		}
	case tail == "/records/{type}", strings.HasSuffix(tail, "{type}/print"), strings.HasSuffix(tail, "{type}/export"):
		s.listQueries(row, tail, typ, h, add)
	default:
		add(false)
	}
	return out
}

// listQueries are lists in every form: all columns, deleted ones, a shared
// view, and sorted and filtered by what is hidden.
func (s *exitStage) listQueries(row server.Row, tail, typ string, h *exitHouse, add func(bool, ...string)) {
	keys := s.some(h.hiddenKeys(typ))
	formats := []string{""}
	if strings.HasSuffix(tail, "/export") {
		formats = []string{"csv", "xlsx", "json"}
	}
	for _, f := range formats {
		base := []string{}
		if f != "" {
			base = []string{"format", f}
		}
		add(false, base...)
		if row.Face == server.Page {
			all := base
			for _, key := range h.hiddenKeys(typ) {
				all = append(all, "cols", key)
			}
			add(false, all...)
			add(false, append(slices.Clone(base), "tab", "deleted")...)
			if typ == exitTypes[0] {
				add(false, append(slices.Clone(base), "saved", h.made["shared"])...)
			}
		} else {
			add(false, append(slices.Clone(base), "limit", "2")...)
			add(false, append(slices.Clone(base), "deleted", "true")...)
		}
		for _, key := range keys {
			add(false, append(slices.Clone(base), "sort", key)...)
			add(false, append(slices.Clone(base), "sort", "-"+key)...)
			if row.Face == server.Page {
				add(true, append(slices.Clone(base), "f."+key, h.guess(key))...)
			} else {
				add(true, append(slices.Clone(base), "filter", key+":eq:"+h.guess(key))...)
			}
		}
	}
}

// importQueries are dry runs and runs, by keys that are hidden as well.
func (s *exitStage) importQueries(path string) []exitAsk {
	var out []exitAsk
	for _, typ := range exitTypes {
		out = append(out, exitAsk{Request{Path: path + "?type=" + typ + "&dry_run=true"}, true}, exitAsk{Request{Path: path + "?type=" + typ + "&dry_run=true&answer=sheet"}, true})
		for _, key := range append(s.some(s.houses[0].hiddenKeys(typ)), "number") {
			for _, mode := range []string{"update", "skip"} {
				out = append(out, exitAsk{Request{Path: path + "?type=" + typ + "&dry_run=true&mode=" + mode + "&key=" + key}, true})
			}
		}
	}
	return append(out, exitAsk{Request{Path: path + "?type=" + exitTypes[0]}, false})
}

// bodies is what is sent to a route that reads one.
func (s *exitStage) bodies(row server.Row, path string, h *exitHouse) []exitAsk {
	typ := ""
	if parts := strings.Split(path, "/records/"); len(parts) == 2 {
		typ, _, _ = strings.Cut(parts[1], "/")
	}
	keys := s.some(h.hiddenKeys(typ))
	if row.Face == server.Page {
		return s.pageBodies(row, path, typ, keys, h)
	}
	var out []exitAsk
	add := func(guess bool, v any) {
		b, _ := json.Marshal(v)
		out = append(out, exitAsk{Request{Body: string(b)}, guess})
	}
	type m = map[string]any
	switch tail := strings.TrimPrefix(row.Pattern, "/api/v1"); {
	case strings.HasSuffix(tail, "/imports"):
		header := append([]string{"name", "country", "number"}, "note")
		line := []string{"Somebody 0", "FR", "N-00", "More words"}
		for _, key := range s.some(s.houses[0].hiddenKeys(exitTypes[0])) {
			header, line = append(header, key), append(line, h.guess(key))
		}
		csv := strings.Join(header, ",") + "\n" + strings.Join(line, ",") + "\n,XX,,\n"
		out = append(out, exitAsk{Request{Body: "name,country,number\nSomebody new,FR,N-77\nBad,XX,N-78\n", Header: map[string]string{"Content-Type": "text/csv"}}, false},
			exitAsk{Request{Body: csv, Header: map[string]string{"Content-Type": "text/csv"}}, true})
	case strings.HasSuffix(tail, "{type}/query"):
		add(false, m{"total": true})
		add(true, m{"text": zebra, "total": true})
		for _, key := range keys {
			add(false, m{"sort": key, "limit": 2, "total": true})
			for _, op := range []string{"eq", "prefix", "ge", "lt", "empty"} {
				add(true, m{"filters": []m{{"field": key, "op": op, "values": []string{h.guess(key)}}}, "total": true})
			}
		}
	case strings.HasSuffix(tail, "/suggest"):
		for _, key := range append(keys, "manager", "owner") {
			add(true, m{"field": key, "text": "Target"})
			add(true, m{"field": key, "text": zebra})
		}
	case strings.HasSuffix(tail, "/search"):
		add(false, m{"text": "Somebody"})
		for _, v := range s.guessed() {
			add(true, m{"text": v})
		}
	case strings.HasSuffix(tail, "/views"):
		add(false, m{"name": "By words", "roles": []string{}, "filters": []m{}, "columns": []string{"name"}})
		for _, key := range keys {
			add(true, m{"name": "Guess", "roles": []string{}, "filters": []m{{"field": key, "op": "eq", "values": []string{h.wrong(key)}}}, "columns": []string{"name", key}})
		}
	case strings.HasSuffix(tail, "{type}/bulk"):
		ids := h.records[typ]
		add(false, m{"ids": ids, "fields": m{"note": "Changed words"}, "dry_run": true})
		for _, key := range keys {
			add(false, m{"ids": ids, "fields": m{key: nil}, "dry_run": true})
			add(true, m{"ids": ids, "fields": m{key: h.guess(key)}, "dry_run": true})
			add(true, m{"query": m{"filters": []m{{"field": key, "op": "eq", "values": []string{h.guess(key)}}}}, "fields": m{"note": "x"}, "dry_run": true})
		}
		add(false, m{"ids": ids[:1], "fields": m{"note": "Changed words"}})
	case tail == "/records/{type}", tail == "/records/{type}/{id}":
		add(false, m{"fields": m{"name": ""}})
		add(false, m{"fields": m{"nothing": 1}})
		for _, key := range keys {
			add(true, m{"fields": m{"name": "", key: h.guess(key)}})
			add(true, m{"fields": m{key: []int{1}}})
		}
		if tail == "/records/{type}" {
			add(false, m{"fields": m{"name": "Somebody made", "country": "FR"}})
		} else {
			add(false, m{"fields": m{"note": "Words again"}})
		}
	default:
		for _, v := range exitBodies(row, path, h) {
			add(false, v)
		}
	}
	return out
}

// guessed are words that the first house holds.
func (s *exitStage) guessed() []string {
	out := []string{zebra, "1911-03-07"}
	for i, v := range s.houses[0].values {
		if i%11 == 0 {
			out = append(out, v)
		}
	}
	return out
}

// pageBodies is the same for forms.
func (s *exitStage) pageBodies(row server.Row, path, typ string, keys []string, h *exitHouse) []exitAsk {
	var out []exitAsk
	add := func(guess bool, pairs ...string) {
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Add(pairs[i], pairs[i+1])
		}
		out = append(out, exitAsk{Request{Body: v.Encode() + "&"}, guess})
	}
	switch tail := row.Pattern; {
	case strings.HasSuffix(tail, "/imports/upload"):
		media, body := uploadForm("name,country,number\nSomebody new,FR,N-79\nBad,XX,N-78\n")
		body = strings.Replace(body, "\r\n\r\nrisk\r\n", "\r\n\r\n"+exitTypes[0]+"\r\n", 1)
		out = append(out, exitAsk{Request{Body: body, Header: map[string]string{"Content-Type": media}}, false})
	case strings.HasSuffix(tail, "/filter"):
		add(false, "q", "Somebody")
		add(true, "q", zebra)
		for _, key := range keys {
			add(true, "f."+key, h.guess(key))
			add(false, "sort", key)
		}
	case tail == "/search":
		add(false, "q", "Somebody")
		for _, v := range s.guessed() {
			add(true, "q", v)
		}
	case strings.HasPrefix(tail, "/suggest/"):
		add(false, "text", "Target")
		add(true, "text", zebra)
	case strings.HasSuffix(tail, "{type}/bulk"):
		ids := h.records[typ]
		all := []string{"act", "preview", "do.note", "set", "v.note", "Other words"}
		for _, id := range ids {
			all = append(all, "id", id)
		}
		add(false, all...)
		for _, key := range keys {
			add(true, "id", ids[0], "act", "preview", "do."+key, "set", "v."+key, h.guess(key))
			add(false, "id", ids[0], "act", "preview", "do."+key, "clear")
			add(true, "which", "all", "state", url.Values{"f." + key: {h.guess(key)}}.Encode(), "act", "preview", "do.note", "set", "v.note", "y")
		}
		add(false, "id", ids[0], "act", "run", "do.note", "set", "v.note", "Other words")
	case strings.HasSuffix(tail, "{type}/views"):
		add(false, "name", "Somebody's")
		for _, key := range keys {
			add(true, "name", "Guess", "state", url.Values{"f." + key: {h.wrong(key)}, "cols": {key}}.Encode())
		}
	case tail == "/records/{type}/new", tail == "/records/{type}/{id}":
		add(false, "revision", "1", "f.name", "", "f.country", "FR")
		for _, key := range keys {
			add(true, "revision", "1", "f.name", "", "f.country", "FR", "f."+key, h.guess(key))
			add(true, "revision", "99", "f.name", "Somebody", "f.country", "FR", "f."+key, h.wrong(key)) // a conflict shows both sides
		}
		add(false, "revision", h.made["revision"], "f.name", "Somebody made", "f.full_name", "Somebody made", "f.title", "Made", "f.status", "open", "f.country", "FR")
	case strings.HasSuffix(tail, "{id}/explain"):
		for _, key := range keys {
			add(false, "field", key, "act", "ask", "reason", "Because", "until", "2026-12-24")
		}
		add(false, "field", "note", "act", "reason", "reason", "", "rule", "h-reason")
	default:
		for _, v := range exitForms(row, path, h) {
			add(false, v...)
		}
	}
	return out
}

// wrong is a value of the kind that neither house holds, for what the viewer
// may keep: it is shown to them later, as their own words.
func (h *exitHouse) wrong(key string) string {
	return strings.NewReplacer(zebra, "other", "1911", "1955").Replace(h.guess(key))
}
