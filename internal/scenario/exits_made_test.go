package scenario

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"bailiwick/internal/identity"
	"bailiwick/internal/server"
)

// prepare makes one of everything that has an identifier, in both houses.
func (s *exitStage) prepare() {
	for _, h := range s.houses {
		make := func(as *Person, key, path, body string, header ...string) {
			s.t.Helper()
			q := Request{By: as, Method: "POST", Path: path, Body: body, Header: map[string]string{}}
			for i := 0; i < len(header); i += 2 {
				q.Header[header[i]] = header[i+1]
			}
			a := s.w.Serve(q)
			if a.Status >= 300 {
				s.t.Fatalf("%s: %d %.600s", path, a.Status, a.Body)
			}
			var made struct {
				ID    string
				Items []struct{ ID string }
			}
			_ = json.Unmarshal(a.Body, &made)
			if h.made[key] = made.ID; len(made.Items) > 0 {
				h.made[key] = made.Items[0].ID
			}
		}
		make(h.viewer, "proposal", "/api/v1/proposals", `{"title":"A change"}`)
		make(h.viewer, "unit", "/api/v1/units", `{"name":"Unit"}`)
		make(h.viewer, "token", "/api/v1/tokens", `{"name":"Another","scopes":["records:read"],"days":1}`)
		make(h.viewer, "view", "/api/v1/records/"+exitTypes[0]+"/views", `{"name":"Mine","roles":[],"filters":[],"columns":["name"]}`)
		made := `{"name":"Shared","roles":["watcher"],"filters":[{"field":"denied_integer","op":"ge","values":["1"]}],"text":"Somebody","columns":["name","denied_text"]}`
		make(h.writer, "shared", "/api/v1/records/"+exitTypes[0]+"/views", made)
		make(h.viewer, "bulk", "/api/v1/records/"+exitTypes[0]+"/bulk", `{"ids":["`+h.records[exitTypes[0]][2]+`"],"fields":{"note":"Bulk words"}}`)
		make(h.viewer, "import", "/api/v1/imports?type="+exitTypes[0], "name,country,number\nSomebody imported,FR,N-70\nBad,XX,N-71\n", "Content-Type", "text/csv")
		make(h.colleague, "", "/api/v1/access-requests", `{"type":"`+exitTypes[1]+`","record":"`+h.records[exitTypes[1]][0]+`","field":"approval_text","reason":"Because","until":"`+time.Now().Add(48*time.Hour).UTC().Format(time.RFC3339)+`"}`)
		a := s.w.Serve(Request{By: h.viewer, Method: "GET", Path: "/api/v1/access-requests"})
		var asked struct{ Items []struct{ ID string } }
		if err := json.Unmarshal(a.Body, &asked); err != nil || len(asked.Items) != 1 {
			s.t.Fatalf("%d %s", a.Status, a.Body)
		}
		h.made["ask"] = asked.Items[0].ID
		h.made["decision"] = h.made["ask"]
		media, body := uploadForm("name,country,number\nSomebody new,FR,N-79\nBad,XX,N-78\n")
		body = strings.Replace(body, "\r\n\r\nrisk\r\n", "\r\n\r\n"+exitTypes[0]+"\r\n", 1)
		a = s.w.Serve(Request{By: h.viewer, Page: true, Method: "POST", Path: "/imports/upload", Body: body, Header: map[string]string{"Content-Type": media}})
		id, ok := strings.CutPrefix(a.Header.Get("Location"), "/imports/uploads/")
		if !ok {
			s.t.Fatalf("upload: %d %s", a.Status, a.Body)
		}
		h.made["upload"] = id
		link, err := s.w.Parts.Identity.SignInLink(context.Background(), h.ID, identity.Operator(h.ID), h.third.Actor.User(), time.Hour)
		if err != nil {
			s.t.Fatal(err)
		}
		h.made["link"] = link
	}
}

// exitBodies is what is sent to the routes of the API that no case of its own
// names.
func exitBodies(row server.Row, path string, h *exitHouse) []any { // any: documents
	type m = map[string]any
	labels := m{"en": "New"}
	switch tail := strings.TrimPrefix(row.Pattern, "/api/v1"); {
	case tail == "/proposals":
		return []any{m{"title": "Another change"}}
	case tail == "/proposals/{id}":
		return []any{m{"title": "The change"}}
	case strings.HasSuffix(tail, "/rules"):
		return []any{m{"text": "rules: ["}}
	case strings.HasSuffix(tail, "/rules/{rule}"):
		return []any{m{"operation": "access", "category": "tax", "effect": "deny"}}
	case strings.HasSuffix(tail, "/templates"):
		return []any{m{"template": "ethnic-fr"}}
	case strings.HasSuffix(tail, "/rebase"):
		return []any{m{"keep": "theirs"}}
	case strings.HasSuffix(tail, "/reject"):
		return []any{m{"reason": "No"}}
	case tail == "/reasons":
		return []any{m{"rule": "h-denied", "reason": "Because"}}
	case tail == "/access-requests":
		return []any{m{"type": exitTypes[1], "record": h.records[exitTypes[1]][1], "field": "approval_date", "reason": "Because", "until": time.Now().Add(48 * time.Hour).UTC().Truncate(time.Second)}}
	case tail == "/access-requests/{id}":
		return []any{m{"state": "granted"}}
	case tail == "/bases":
		return []any{m{"application": "own", "entity": "house", "category": "health", "responsible": "Privacy", "basis": "test", "notice": "test"}}
	case tail == "/tokens":
		return []any{m{"name": "One more", "scopes": []string{"records:read"}, "days": 1}}
	case tail == "/units", tail == "/units/{id}":
		return []any{m{"name": "Unit again"}}
	case tail == "/users/query":
		return []any{m{"text": "an"}}
	case tail == "/users":
		return []any{m{"name": "Invited", "email": "invited@example.com", "roles": []string{"member"}, "country": "DE"}}
	case tail == "/users/{id}":
		return []any{m{"name": "Theo"}}
	case strings.HasSuffix(tail, "/country"):
		return []any{m{"decision": "confirm", "country": "DE"}}
	case tail == "/notifications":
		return []any{m{"language": "en"}}
	case tail == "/inbox/read":
		return []any{m{"up_to": "ffffffff-ffff-7fff-bfff-ffffffffffff"}}
	case strings.HasSuffix(tail, "/views/{type}/{id}"):
		return []any{m{"name": "Mine again", "roles": []string{}, "filters": []m{}, "columns": []string{"name"}}}
	case strings.HasSuffix(tail, "/types/{key}"):
		return []any{m{"title": labels, "ref": "NEW", "schedule": "vulnerability-fixed", "list": []string{"title"}, "title_field": "title",
			"fields": []m{{"key": "title", "kind": "text", "category": "business", "label": labels}}}}
	case strings.HasSuffix(tail, "/fields/{field}"):
		return []any{m{"key": "x_more", "kind": "text", "category": "tax", "label": labels}}
	case strings.HasSuffix(tail, "/categories/{category}"):
		return []any{m{"parent": "business", "title": labels}}
	case strings.HasSuffix(tail, "/quarantine/erase"):
		return []any{m{"type": exitTypes[0], "category": "nothing", "set": 1}}
	}
	return []any{m{}}
}

// exitForms is the same for pages.
func exitForms(row server.Row, path string, h *exitHouse) [][]string {
	one := func(pairs ...string) [][]string { return [][]string{append(pairs, "revision", h.made["revision"])} }
	switch tail := row.Pattern; {
	case tail == "/proposals":
		return one("title", "A change by page")
	case tail == "/proposals/rollback":
		return one("version", "1")
	case strings.HasSuffix(tail, "/text"):
		return one("text", "rules: [")
	case tail == "/bases":
		return one("line", "0", "responsible", "Privacy", "basis", "test", "notice", "test")
	case tail == "/account/tokens":
		return one("name", "By page", "days", "30", "scopes", "records:read")
	case tail == "/users":
		return one("name", "Invited by page", "email", "page@example.com", "roles", "member", "country", "DE")
	case tail == "/users/{id}":
		return one("name", "Theo", "email", "theo@example.com", "roles", "member", "country", "DE")
	case strings.HasSuffix(tail, "/units"), strings.HasSuffix(tail, "/units/{id}"):
		return one("name", "Unit by page")
	case strings.HasSuffix(tail, "/imports/uploads/{id}"):
		return one("c0", "name", "c1", "country", "c2", "number", "match", "create")
	case tail == "/inbox/read":
		return one("up-to", "ffffffff-ffff-7fff-bfff-ffffffffffff")
	case tail == "/access-requests/{id}":
		return one("to", "granted")
	case tail == "/password-reset", tail == "/sign-in":
		return one("email", "nobody@example.com", "password", "guess")
	case strings.HasPrefix(tail, "/views/"):
		return one("name", "Mine by page", "act", "rename")
	case strings.HasPrefix(tail, "/types"), strings.HasPrefix(tail, "/lists"), strings.HasPrefix(tail, "/categories"), strings.HasPrefix(tail, "/roles"):
		return one("change", h.made["proposal"], "title.en", "New", "label.en", "New", "kind", "text", "category", "tax", "ref", "NEW", "key", "x_new", "parent", "business",
			"schedule", "vulnerability-fixed", "option.0.en", "One", "pack", "own")
	case strings.HasSuffix(tail, "/rule"):
		return one("id", "new-rule", "operation", "access", "category", "tax", "effect", "deny")
	}
	return [][]string{append(url.Values{}["none"], "act", "nothing", "revision", h.made["revision"])}
}
