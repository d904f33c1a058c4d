package scenario

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"bailiwick/internal/custody"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

// typo is what bad input holds wherever it can hold a text: it must come out
// nowhere.
const typo = "zzkanari4711"

// bad is one line of the table "what bad input gets".
type bad struct {
	name   string
	q      Request
	status int
	slug   string
	has    string // in the answer: the field or the rule
}

func badInputs(id string, sibling string) []bad {
	const risks = "/api/v1/records/risk"
	one := risks + "/" + id
	post := func(path, body string) Request { return Request{Method: "POST", Path: path, Body: body} }
	patch := func(match, body string) Request {
		return Request{Method: "PATCH", Path: one, Body: body, Header: map[string]string{"If-Match": match}}
	}
	get := func(path string) Request { return Request{Method: "GET", Path: path} }
	with := func(q Request, header, value string) Request {
		h := map[string]string{header: value}
		for k, v := range q.Header {
			h[k] = v
		}
		q.Header = h
		return q
	}
	fields := func(f string) string { return `{"fields":{"title":"A risk","status":"open",` + f + `}}` }
	person := func(f string) Request {
		return post("/api/v1/records/person", `{"fields":{"full_name":"A Person","country":"DE",`+f+`}}`)
	}
	csv := func(params, body string) Request {
		return with(post("/api/v1/imports?type=risk"+params, body), "Content-Type", "text/csv")
	}
	const fine = `{"fields":{"title":"A risk","status":"open"}}`
	return []bad{
		{"JSON that breaks off", post(risks, `{"fields":{"title":"`+typo), 400, "malformed", ""},
		{"no JSON", post(risks, typo), 400, "malformed", ""},
		{"an empty body", with(post(risks, " "), "Content-Length", "1"), 400, "malformed", ""},
		{"an array instead of an object", post(risks, `["`+typo+`"]`), 400, "malformed", ""},
		{"two documents", post(risks, fine+fine), 400, "malformed", ""},
		{"an unknown member of the document", post(risks, `{"`+typo+`":1,"fields":{}}`), 400, "malformed", ""},
		{"a doubled member of the document", post(risks, `{"fields":{"title":"A risk","status":"open"},"fields":{"title":"`+typo+`","status":"open"}}`), 400, "malformed", ""},
		{"a doubled field", post(risks, fields(`"title":"`+typo+`"`)), 400, "malformed", ""},
		{"a doubled key deep within a value", post("/api/v1/records/incident", `{"fields":{"title":"x","status":"reported","affected":[{"involvement":"witness","involvement":"`+typo+`"}]}}`), 400, "malformed", ""},
		{"deep nesting in a field", post(risks, fields(`"description":`+strings.Repeat(`[`, 5000)+strings.Repeat(`]`, 5000))), 400, "malformed", ""},
		{"nesting without end", post(risks, strings.Repeat(`{"fields":`, 50_000)), 400, "malformed", ""},
		{"bytes that are no UTF-8", post(risks, "{\"fields\":{\"title\":\"\xff\xfe"+typo+"\",\"status\":\"open\"}}"), 422, "invalid-field", `"title"`},
		{"an unpaired surrogate", post(risks, fields(`"description":"\ud800`+typo+`"`)), 422, "invalid-field", `"description"`},
		{"a zero byte", post(risks, fields(`"description":"a\u0000`+typo+`"`)), 422, "invalid-field", `"description"`},
		{"an unknown field", post(risks, fields(`"no_such_field":"`+typo+`"`)), 422, "invalid-field", `"no_such_field"`},
		{"a number for a text", post(risks, fields(`"description":4711`)), 422, "invalid-field", `"description"`},
		{"a value outside a choice", post(risks, fields(`"theme":"`+typo+`"`)), 422, "invalid-field", `"theme"`},
		{"a title that is too long", post(risks, `{"fields":{"status":"open","title":"`+strings.Repeat(typo, 100)+`"}}`), 422, "invalid-field", `"title"`},
		{"a title that is missing", post(risks, `{"fields":{"status":"open"}}`), 422, "invalid-field", `"required"`},
		{"a date that is none", post(risks, fields(`"review_date":"2026-02-30"`)), 422, "invalid-field", `"review_date"`},
		{"a date in words", post(risks, fields(`"review_date":"`+typo+`"`)), 422, "invalid-field", `"review_date"`},
		{"a user who is none", post(risks, fields(`"owner":"`+typo+`"`)), 422, "invalid-field", `"owner"`},
		{"a record that is not there", post(risks, fields(`"controls":["`+sibling+`"]`)), 422, "invalid-field", `"controls"`},
		{"a computed field", post(risks, fields(`"inherent_score":25`)), 422, "invalid-field", `"inherent_score"`},
		{"a country that is none", post("/api/v1/records/person", `{"fields":{"full_name":"A","country":"`+typo+`"}}`), 422, "", `"country"`},
		{"an address that is none", person(`"work_email":"` + typo + `"`), 422, "invalid-field", `"work_email"`},
		{"a forbidden category", person(`"national_id":"` + typo + `"`), 422, "category-not-populatable", `"national_id"`},
		{"a legal entity that is none", post(risks, `{"entity":"`+typo+`","fields":{"title":"A risk","status":"open"}}`), 400, "malformed", ""},
		{"a legal entity of nobody", post(risks, `{"entity":"`+sibling+`","fields":{"title":"A risk","status":"open"}}`), 422, "invalid-field", `"entity"`},
		{"a change without If-Match", Request{Method: "PATCH", Path: one, Body: fine}, 428, "if-match-required", ""},
		{"If-Match that is none", patch(typo, fine), 400, "malformed", ""},
		{"a wrong revision", patch(`"7"`, fine), 412, "version-conflict", ""},
		{"a deletion of a wrong revision", with(Request{Method: "DELETE", Path: one}, "If-Match", `"7"`), 412, "version-conflict", ""},
		{"a change that clears what is required", patch(`"1"`, `{"fields":{"title":null}}`), 422, "invalid-field", `"title"`},
		{"an id that is none", get(risks + "/" + typo), 404, "not-found", ""},
		{"an id of nothing", get(risks + "/" + sibling), 404, "not-found", ""},
		{"an id in capitals", get(risks + "/" + strings.ToUpper(id)), 404, "not-found", ""},
		{"an id of another type", get("/api/v1/records/control/" + id), 404, "not-found", ""},
		{"a type that is none", get("/api/v1/records/" + typo), 404, "not-found", ""},
		{"a path that is none", get("/api/v1/" + typo), 404, "not-found", ""},
		{"a method that is none", Request{Method: "PUT", Path: one}, 405, "method-not-allowed", ""},
		{"a cursor that is none", get(risks + "?cursor=" + typo), 400, "malformed", ""},
		{"a cursor of the right length", get(risks + "?cursor=" + strings.Repeat("A", 44)), 400, "malformed", ""},
		{"a limit that is none", get(risks + "?limit=" + typo), 400, "malformed", ""},
		{"a limit that is too large", get(risks + "?limit=201"), 400, "malformed", ""},
		{"an unknown parameter", get(risks + "?" + typo + "=1"), 400, "malformed", ""},
		{"a filter that is none", get(risks + "?filter=" + typo), 400, "malformed", ""},
		{"a filter on an unknown field", get(risks + "?filter=" + typo + ":eq:x"), 403, "access-denied", ""},
		{"a filter on a sealed field in an address", get(risks + "?filter=title:eq:" + typo), 403, "access-denied", ""},
		{"a sort by an unknown field", get(risks + "?sort=" + typo), 403, "access-denied", ""},
		{"an operator that is none", post(risks+"/query", `{"filters":[{"field":"status","op":"`+typo+`","values":["x"]}]}`), 400, "malformed", ""},
		{"words in an address", get(risks + "?q=" + typo), 400, "malformed", ""},
		{"a query with a limit of less than nothing", post(risks+"/query", `{"limit":-1}`), 400, "malformed", ""},
		{"an unknown field to explain", get(one + "/explain?field=" + typo), 403, "access-denied", ""},
		{"an unknown operation to explain", get(one + "/explain?field=title&op=" + typo), 400, "malformed", ""},
		{"a key that is too long", with(post(risks, fine), "Idempotency-Key", strings.Repeat(typo, 50)), 400, "malformed", ""},
		{"no content type", with(post(risks, fine), "Content-Type", ""), 415, "unsupported-media-type", ""},
		{"a wrong content type", with(post(risks, fine), "Content-Type", "application/"+typo), 415, "unsupported-media-type", ""},
		{"a form for the API", with(post(risks, "title="+typo), "Content-Type", "application/x-www-form-urlencoded"), 415, "unsupported-media-type", ""},
		{"a body over the limit", post(risks, `{"fields":{"title":"`+strings.Repeat(typo, 100_000)+`"}}`), 413, "too-large", ""},
		{"an address over the limit", get(risks + "?filter=" + strings.Repeat(typo, 800)), 400, "malformed", ""},
		{"an import of nothing", csv("", "title,status\n"), 400, "malformed", ""},
		{"an import of another type", csv("&mode="+typo, "title,status\nx,open\n"), 400, "malformed", ""},
		{"an import with a quote that does not end", csv("", "title,status\n\""+typo+",open\n"), 400, "malformed", ""},
		{"an import with a column that leads nowhere", csv("&map=title%3D"+typo, "title,status\nx,open\n"), 422, "invalid-field", ""},
		{"an import of a type that is none", with(post("/api/v1/imports?type="+typo, "a,b\n1,2\n"), "Content-Type", "text/csv"), 404, "not-found", ""},
		{"an OSCAL catalogue that is none", post("/api/v1/imports?type=control", `{"catalog":"`+typo+`"}`), 400, "malformed", ""},
		{"an undo of nothing", post("/api/v1/imports/"+sibling+"/undo", ""), 404, "not-found", ""},
		{"no token", with(get("/api/v1/me"), "Authorization", ""), 401, "unauthenticated", ""},
		{"a token that is none", with(get("/api/v1/me"), "Authorization", "Bearer bw_"+typo), 401, "unauthenticated", ""},
		{"an unknown host", Request{Method: "GET", Path: "/api/v1/me", Host: typo + ".localhost"}, 404, "not-found", ""},
		{"a host that cannot be", Request{Method: "GET", Path: "/api/v1/me", Host: typo + ".." + typo}, 404, "not-found", ""},
	}
}

// TestBadInput walks through the table: each input gets its problem, nothing
// is stored, and what was typed is in no answer and no line of the log.
func TestBadInput(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		w := Start(t, data, nil)
		w.Workspace(t, "acme", nil)
		by := w.User(t, "acme", "ona", "DE", "owner")
		a := w.Do(t, Request{By: by, Method: "POST", Path: "/api/v1/records/risk", Body: `{"fields":{"title":"The one","status":"open"}}`})
		raw, err := member(a.Body, "id")
		if err != nil || a.Status != 201 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		id := strings.Trim(raw, `"`)
		for _, c := range badInputs(id, id[:35]+map[bool]string{true: "1", false: "0"}[id[35] == '0']) {
			t.Run(c.name, func(t *testing.T) {
				c.q.By = by
				got := w.Serve(c.q)
				if got.Status != c.status || c.slug != "" && !bytes.Contains(got.Body, []byte(`"type":"/problems/`+c.slug+`"`)) {
					t.Errorf("got %d %.300s, want %d %s", got.Status, got.Body, c.status, c.slug)
				}
				if !bytes.Contains(got.Body, []byte(c.has)) {
					t.Errorf("the answer does not name %s: %.400s", c.has, got.Body)
				}
				if bytes.Contains(got.Body, []byte(typo)) {
					t.Errorf("the answer echoes the value: %.400s", got.Body)
				}
			})
		}
		for typ, want := range map[string]int64{"risk": 1, "person": 0, "incident": 0, "control": 0} {
			page, err := w.Parts.Door.List(context.Background(), by.Actor, custody.Query{Type: typ})
			if err != nil || page.Total != want {
				t.Errorf("there are %d of type %s, want %d (%v)", page.Total, typ, want, err)
			}
		}
		if strings.Contains(strings.ToLower(w.Log.String()), typo) {
			t.Error("the log holds what was typed")
		}
	})
}
