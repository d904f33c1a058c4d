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

const (
	risks = "/api/v1/records/risk"
	fine  = `{"fields":{"title":"A risk","status":"open"}}`
)

func posted(path, body string) Request { return Request{Method: "POST", Path: path, Body: body} }

func asked(path string) Request { return Request{Method: "GET", Path: path} }

func patched(path, match, body string) Request {
	return Request{Method: "PATCH", Path: path, Body: body, Header: map[string]string{"If-Match": match}}
}

func with(q Request, header, value string) Request {
	h := map[string]string{header: value}
	for k, v := range q.Header {
		h[k] = v
	}
	q.Header = h
	return q
}

func riskWith(f string) string { return `{"fields":{"title":"A risk","status":"open",` + f + `}}` }

func personWith(f string) Request {
	return posted("/api/v1/records/person", `{"fields":{"full_name":"A Person","country":"DE",`+f+`}}`)
}

func imported(params, body string) Request {
	return with(posted("/api/v1/imports?type=risk"+params, body), "Content-Type", "text/csv")
}

// badDocuments are bodies of a create that cannot be read or break a rule of
// a field. absent is an identifier of nothing.
func badDocuments(absent string) []bad {
	return []bad{
		{"JSON that breaks off", posted(risks, `{"fields":{"title":"`+typo), 400, "malformed", ""},
		{"no JSON", posted(risks, typo), 400, "malformed", ""},
		{"an empty body", with(posted(risks, " "), "Content-Length", "1"), 400, "malformed", ""},
		{"an array instead of an object", posted(risks, `["`+typo+`"]`), 400, "malformed", ""},
		{"two documents", posted(risks, fine+fine), 400, "malformed", ""},
		{"an unknown member of the document", posted(risks, `{"`+typo+`":1,"fields":{}}`), 400, "malformed", ""},
		{"a doubled member of the document", posted(risks, `{"fields":{"title":"A risk","status":"open"},"fields":{"title":"`+typo+`","status":"open"}}`), 400, "malformed", ""},
		{"a doubled field", posted(risks, riskWith(`"title":"`+typo+`"`)), 400, "malformed", ""},
		{"a doubled key deep within a value", posted("/api/v1/records/incident", `{"fields":{"title":"x","status":"reported","affected":[{"involvement":"witness","involvement":"`+typo+`"}]}}`), 400, "malformed", ""},
		{"deep nesting in a field", posted(risks, riskWith(`"description":`+strings.Repeat(`[`, 5000)+strings.Repeat(`]`, 5000))), 400, "malformed", ""},
		{"nesting without end", posted(risks, strings.Repeat(`{"fields":`, 50_000)), 400, "malformed", ""},
		{"bytes that are no UTF-8", posted(risks, "{\"fields\":{\"title\":\"\xff\xfe"+typo+"\",\"status\":\"open\"}}"), 422, "invalid-field", `"title"`},
		{"an unpaired surrogate", posted(risks, riskWith(`"description":"\ud800`+typo+`"`)), 422, "invalid-field", `"description"`},
		{"a zero byte", posted(risks, riskWith(`"description":"a\u0000`+typo+`"`)), 422, "invalid-field", `"description"`},
		{"an unknown field", posted(risks, riskWith(`"no_such_field":"`+typo+`"`)), 422, "invalid-field", `"no_such_field"`},
		{"a number for a text", posted(risks, riskWith(`"description":4711`)), 422, "invalid-field", `"description"`},
		{"a value outside a choice", posted(risks, riskWith(`"theme":"`+typo+`"`)), 422, "invalid-field", `"theme"`},
		{"a title that is too long", posted(risks, `{"fields":{"status":"open","title":"`+strings.Repeat(typo, 100)+`"}}`), 422, "invalid-field", `"title"`},
		{"a title that is missing", posted(risks, `{"fields":{"status":"open"}}`), 422, "invalid-field", `"required"`},
		{"a date that is none", posted(risks, riskWith(`"review_date":"2026-02-30"`)), 422, "invalid-field", `"review_date"`},
		{"a date in words", posted(risks, riskWith(`"review_date":"`+typo+`"`)), 422, "invalid-field", `"review_date"`},
		{"a user who is none", posted(risks, riskWith(`"owner":"`+typo+`"`)), 422, "invalid-field", `"owner"`},
		{"a record that is not there", posted(risks, riskWith(`"controls":["`+absent+`"]`)), 422, "invalid-field", `"controls"`},
		{"a computed field", posted(risks, riskWith(`"inherent_score":25`)), 422, "invalid-field", `"inherent_score"`},
		{"a country that is none", posted("/api/v1/records/person", `{"fields":{"full_name":"A","country":"`+typo+`"}}`), 422, "", `"country"`},
		{"an address that is none", personWith(`"work_email":"` + typo + `"`), 422, "invalid-field", `"work_email"`},
		{"a forbidden category", personWith(`"national_id":"` + typo + `"`), 422, "category-not-populatable", `"national_id"`},
		{"a legal entity that is none", posted(risks, `{"entity":"`+typo+`","fields":{"title":"A risk","status":"open"}}`), 400, "malformed", ""},
		{"a legal entity of nobody", posted(risks, `{"entity":"`+absent+`","fields":{"title":"A risk","status":"open"}}`), 422, "invalid-field", `"entity"`},
	}
}

// badRequests are everything else that can be wrong about a request. id is
// that of a risk.
func badRequests(id, absent string) []bad {
	one := risks + "/" + id
	return []bad{
		{"a change without If-Match", Request{Method: "PATCH", Path: one, Body: fine}, 428, "if-match-required", ""},
		{"If-Match that is none", patched(one, typo, fine), 400, "malformed", ""},
		{"a wrong revision", patched(one, `"7"`, fine), 412, "version-conflict", ""},
		{"a deletion of a wrong revision", with(Request{Method: "DELETE", Path: one}, "If-Match", `"7"`), 412, "version-conflict", ""},
		{"a change that clears what is required", patched(one, `"1"`, `{"fields":{"title":null}}`), 422, "invalid-field", `"title"`},
		{"an id that is none", asked(risks + "/" + typo), 404, "not-found", ""},
		{"an id of nothing", asked(risks + "/" + absent), 404, "not-found", ""},
		{"an id in capitals", asked(risks + "/" + strings.ToUpper(id)), 404, "not-found", ""},
		{"an id of another type", asked("/api/v1/records/control/" + id), 404, "not-found", ""},
		{"a type that is none", asked("/api/v1/records/" + typo), 404, "not-found", ""},
		{"a path that is none", asked("/api/v1/" + typo), 404, "not-found", ""},
		{"a method that is none", Request{Method: "PUT", Path: one}, 405, "method-not-allowed", ""},
		{"a cursor that is none", asked(risks + "?cursor=" + typo), 400, "malformed", ""},
		{"a cursor of the right length", asked(risks + "?cursor=" + strings.Repeat("A", 44)), 400, "malformed", ""},
		{"a limit that is none", asked(risks + "?limit=" + typo), 400, "malformed", ""},
		{"a limit that is too large", asked(risks + "?limit=201"), 400, "malformed", ""},
		{"an unknown parameter", asked(risks + "?" + typo + "=1"), 400, "malformed", ""},
		{"a filter that is none", asked(risks + "?filter=" + typo), 400, "malformed", ""},
		{"a filter on an unknown field", asked(risks + "?filter=" + typo + ":eq:x"), 403, "access-denied", ""},
		{"a filter on a sealed field in an address", asked(risks + "?filter=title:eq:" + typo), 403, "access-denied", ""},
		{"a sort by an unknown field", asked(risks + "?sort=" + typo), 403, "access-denied", ""},
		{"an operator that is none", posted(risks+"/query", `{"filters":[{"field":"status","op":"`+typo+`","values":["x"]}]}`), 400, "malformed", ""},
		{"words in an address", asked(risks + "?q=" + typo), 400, "malformed", ""},
		{"a query with a limit of less than nothing", posted(risks+"/query", `{"limit":-1}`), 400, "malformed", ""},
		{"an unknown field to explain", asked(one + "/explain?field=" + typo), 404, "not-found", ""},
		{"an unknown operation to explain", asked(one + "/explain?field=title&op=" + typo), 400, "malformed", ""},
		{"a key that is too long", with(posted(risks, fine), "Idempotency-Key", strings.Repeat(typo, 50)), 400, "malformed", ""},
		{"no content type", with(posted(risks, fine), "Content-Type", ""), 415, "unsupported-media-type", ""},
		{"a wrong content type", with(posted(risks, fine), "Content-Type", "application/"+typo), 415, "unsupported-media-type", ""},
		{"a form for the API", with(posted(risks, "title="+typo), "Content-Type", "application/x-www-form-urlencoded"), 415, "unsupported-media-type", ""},
		{"a body over the limit", posted(risks, `{"fields":{"title":"`+strings.Repeat(typo, 100_000)+`"}}`), 413, "too-large", ""},
		{"an address over the limit", asked(risks + "?filter=" + strings.Repeat(typo, 800)), 400, "malformed", ""},
		{"an import of nothing", imported("", "title,status\n"), 400, "malformed", ""},
		{"an import of another type", imported("&mode="+typo, "title,status\nx,open\n"), 400, "malformed", ""},
		{"an import with a quote that does not end", imported("", "title,status\n\""+typo+",open\n"), 400, "malformed", ""},
		{"an import with a column that leads nowhere", imported("&map=title%3D"+typo, "title,status\nx,open\n"), 422, "invalid-field", ""},
		{"an import of a type that is none", with(posted("/api/v1/imports?type="+typo, "a,b\n1,2\n"), "Content-Type", "text/csv"), 404, "not-found", ""},
		{"an OSCAL catalogue that is none", posted("/api/v1/imports?type=control", `{"catalog":"`+typo+`"}`), 400, "malformed", ""},
		{"an undo of nothing", posted("/api/v1/imports/"+absent+"/undo", ""), 404, "not-found", ""},
		{"no token", with(asked("/api/v1/me"), "Authorization", ""), 401, "unauthenticated", ""},
		{"a token that is none", with(asked("/api/v1/me"), "Authorization", "Bearer bw_"+typo), 401, "unauthenticated", ""},
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
		absent := id[:35] + map[bool]string{true: "1", false: "0"}[id[35] == '0']
		for _, c := range append(badDocuments(absent), badRequests(id, absent)...) {
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
