package server

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bailiwick/internal/sheet"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/tenant"
)

const hiddenText = "qvortexcanary"

// exits is a workspace in which an auditor may not see what people do.
type exits struct {
	*house
	t                  *testing.T
	host               string
	hr, auditor, owner guest
	person             string // path of the one record
}

// TestExitsTellNothingWithheld: what a reader may not see is in no byte of the
// exits, header or body: export in every format, pages for paper, named views,
// changes of many records, imports and their refused rows.
func TestExitsTellNothingWithheld(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		x := &exits{house: newHouse(t, data, nil), t: t, host: strings.Replace(hosts[TenantHost], "acme", "gamma", 1)}
		made, err := x.parts.Tenants.Create(t.Context(), tenant.Spec{Slug: "gamma", Name: "Gamma", Entities: []tenant.Entity{{Key: "gamma", Name: "Gamma", Seat: "DE"}}, Rules: []byte(`rules:
  - {id: no-jobs, operation: access, category: employment, roles: [auditor], effect: deny, note: "x"}
`)})
		if err != nil {
			t.Fatal(err)
		}
		x.hr, x.auditor, x.owner = x.invite(t, made.ID, "hr-person", "hr"), x.invite(t, made.ID, "audit-person", "auditor"), x.invite(t, made.ID, "owner-person", "owner")
		var rec struct{ ID string }
		x.json(x.hr.token, "/api/v1/records/person", `{"fields":{"full_name":"Ada Beispiel","country":"US","work_email":"ada@example.com","job_title":"`+hiddenText+` clerk"}}`, &rec)
		x.json(x.hr.token, "/api/v1/records/person/views", `{"name":"`+hiddenText+` own","roles":[],"filters":[],"columns":[]}`, &struct{}{})
		x.person = "/records/person/" + rec.ID
		x.lists()
		x.bulk()
		x.refusedRows()
		if log := x.log.String(); strings.Contains(log, hiddenText) || strings.Contains(log, "Bea") {
			t.Error("the log holds what was typed")
		}
	})
}

// json posts a document and reads the answer to what it made.
func (x *exits) json(token, path, body string, v any) { // any: as encoding/json
	x.t.Helper()
	w := x.do(x.t, request{method: "POST", host: x.host, path: path, body: body, media: jsonType, token: token})
	if w.Code != http.StatusCreated {
		x.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), v); err != nil {
		x.t.Fatal(err)
	}
}

// probe is all that an answer tells, a workbook unpacked.
func (x *exits) probe(q request) string {
	x.t.Helper()
	q.host = x.host
	w := x.do(x.t, q)
	out := w.Body.String()
	if sheet.IsXLSX(w.Body.Bytes()) {
		table, err := sheet.ReadXLSX(w.Body.Bytes())
		if err != nil {
			x.t.Fatal(err)
		}
		b, _ := json.Marshal(table) // of strings: does not fail
		out = string(b)
	}
	for k, v := range w.Header() {
		out += k + ": " + strings.Join(v, ",") + "\n"
	}
	return out
}

func (x *exits) lists() {
	for _, path := range []string{"/records/person/print?cols=full_name&cols=job_title", x.person + "/print", "/records/person?cols=job_title",
		"/records/person/export?format=csv", "/records/person/export?format=xlsx", "/records/person/export?format=json"} {
		if out := x.probe(request{method: "GET", path: path, cookie: x.hr.cookie}); !strings.Contains(out, hiddenText) {
			x.t.Errorf("%s does not show what may be seen", path)
		}
		out := x.probe(request{method: "GET", path: path, cookie: x.auditor.cookie})
		if strings.Contains(out, hiddenText) || !strings.Contains(out, "PER-1") {
			x.t.Errorf("%s tells what is withheld, or not what may be seen", path)
		}
	}
	if out := x.probe(request{method: "GET", path: "/api/v1/records/person/views", token: x.auditor.token}); strings.Contains(out, hiddenText) {
		x.t.Error("somebody else's view is told")
	}
}

// bulk changes records by the pages: preview, change, undo.
func (x *exits) bulk() {
	t := x.t
	post := func(path string, v url.Values) (int, string, string) {
		w := x.do(t, request{method: "POST", host: x.host, path: path, body: v.Encode(), media: formType, cookie: x.hr.cookie})
		return w.Code, w.Header().Get("Location"), w.Body.String()
	}
	form := url.Values{"id": {strings.TrimPrefix(x.person, "/records/person/")}, "act": {"preview"}, "do.department": {"set"}, "v.department": {"Ministry"}}
	if code, _, body := post("/records/person/bulk", form); code != http.StatusOK || !strings.Contains(body, `value="run"`) {
		t.Fatalf("preview: %d %s", code, body)
	}
	form.Set("act", "run")
	code, to, _ := post("/records/person/bulk", form)
	if code != http.StatusSeeOther || !strings.HasPrefix(to, "/bulk/person/") {
		t.Fatalf("run: %d %s", code, to)
	}
	if out := x.probe(request{method: "GET", path: "/api/v1" + x.person, token: x.hr.token}); !strings.Contains(out, "Ministry") {
		t.Error("nothing is changed")
	}
	if w := x.do(t, request{method: "GET", host: x.host, path: to, cookie: x.auditor.cookie}); w.Code != http.StatusNotFound && w.Code != http.StatusForbidden {
		t.Errorf("somebody else sees the change: %d", w.Code)
	}
	if code, _, _ := post(to+"/undo", nil); code != http.StatusSeeOther {
		t.Errorf("undo: %d", code)
	}
	if out := x.probe(request{method: "GET", path: "/api/v1" + x.person, token: x.hr.token}); strings.Contains(out, "Ministry") {
		t.Error("the change is not undone")
	}
}

// refusedRows come back by the API, dry and kept, to who brought them.
func (x *exits) refusedRows() {
	t := x.t
	q := request{method: "POST", path: "/api/v1/imports?type=person&dry_run=true&answer=sheet", media: csvType, token: x.hr.token,
		body: "full_name,country,work_email\nBea Beispiel,XX,bea@example.com\n"}
	if out := x.probe(q); !strings.Contains(out, "Bea Beispiel,XX") || !strings.Contains(out, "What is wrong") {
		t.Errorf("the refused rows of a dry run: %s", out)
	}
	q.path, q.host = "/api/v1/imports?type=person", x.host
	var run struct{ ID string }
	w := x.do(t, q)
	if err := json.Unmarshal(w.Body.Bytes(), &run); err != nil || w.Code != http.StatusCreated {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	page := "/imports/runs/" + run.ID
	if out := x.probe(request{method: "GET", path: page + "/rejected", cookie: x.hr.cookie}); !strings.Contains(out, "Bea Beispiel,XX") {
		t.Errorf("the refused rows of a run: %s", out)
	}
	if out := x.probe(request{method: "GET", path: page, cookie: x.hr.cookie}); !strings.Contains(out, "/rejected") || strings.Contains(out, "Bea") {
		t.Errorf("the page of the run: %s", out)
	}
	for _, other := range []guest{x.auditor, x.owner} {
		if out := x.probe(request{method: "GET", path: page + "/rejected", cookie: other.cookie}); strings.Contains(out, "Bea") {
			t.Error("somebody else gets the refused rows")
		}
	}
}
