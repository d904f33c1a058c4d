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

// TestExitsTellNothingWithheld: what a reader may not see is in no byte of the
// exits, header or body: export in every format, pages for paper, named views,
// changes of many records, imports and their refused rows.
func TestExitsTellNothingWithheld(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		h := newHouse(t, data, nil)
		made0, err := h.parts.Tenants.Create(t.Context(), tenant.Spec{Slug: "gamma", Name: "Gamma", Entities: []tenant.Entity{{Key: "gamma", Name: "Gamma", Seat: "DE"}}, Rules: []byte(`rules:
  - {id: no-jobs, operation: access, category: employment, roles: [auditor], effect: deny, note: "x"}
`)})
		if err != nil {
			t.Fatal(err)
		}
		host := strings.Replace(hosts[TenantHost], "acme", "gamma", 1)
		hr, auditor, owner := h.invite(t, made0.ID, "hr-person", "hr"), h.invite(t, made0.ID, "audit-person", "auditor"), h.invite(t, made0.ID, "owner-person", "owner")
		ask := func(token, method, path, body string, want int, v any) string {
			t.Helper()
			q := request{method: method, host: host, path: path, body: body, token: token}
			if body != "" {
				q.media = jsonType
			}
			w := h.do(t, q)
			if w.Code != want {
				t.Fatalf("%s %s: got %d, want %d: %s", method, path, w.Code, want, w.Body)
			}
			if v != nil {
				if err := json.Unmarshal(w.Body.Bytes(), v); err != nil {
					t.Fatal(err)
				}
			}
			return w.Body.String()
		}
		const hidden = "qvortexcanary"
		var made struct{ ID string }
		ask(hr.token, "POST", "/api/v1/records/person", `{"fields":{"full_name":"Ada Beispiel","country":"US","work_email":"ada@example.com","birth_date":"1983-04-05","job_title":"`+hidden+` clerk"}}`, 201, &made)
		ask(hr.token, "POST", "/api/v1/records/person/views", `{"name":"`+hidden+` own","roles":[],"filters":[],"columns":[]}`, 201, nil)
		probe := func(q request) string {
			t.Helper()
			q.host = host
			w := h.do(t, q)
			out := w.Body.String()
			if sheet.IsXLSX(w.Body.Bytes()) {
				table, err := sheet.ReadXLSX(w.Body.Bytes())
				if err != nil {
					t.Fatal(err)
				}
				b, _ := json.Marshal(table)
				out = string(b)
			}
			return out + strings.Join(flat(w.Header()), "\n")
		}
		person := "/records/person/" + made.ID
		sees := map[string]bool{}
		for _, path := range []string{"/records/person/print?cols=full_name&cols=job_title", person + "/print", "/records/person?cols=job_title",
			"/records/person/export?format=csv", "/records/person/export?format=xlsx", "/records/person/export?format=json"} {
			sees[path] = strings.Contains(probe(request{method: "GET", path: path, cookie: hr.cookie}), hidden)
			out := probe(request{method: "GET", path: path, cookie: auditor.cookie})
			if !strings.Contains(out, "PER-1") && !strings.Contains(out, "Ada") {
				t.Errorf("%s does not show the record to the auditor", path)
			}
			if sees[path] && strings.Contains(out, hidden) {
				t.Errorf("%s tells what is withheld", path)
			}
		}
		if n := len(sees); n != 6 || !sees["/records/person/export?format=xlsx"] || !sees[person+"/print"] {
			t.Error("the page for paper does not show what may be seen")
		}
		if out := probe(request{method: "GET", path: "/api/v1/records/person/views", token: auditor.token}); strings.Contains(out, hidden) {
			t.Error("somebody else's view is told")
		}
		// A change of many by the page: form, preview, run, undo.
		form := url.Values{"id": {made.ID}, "act": {"preview"}, "do.department": {"set"}, "v.department": {"Clerk of " + hidden}}
		post := func(path string, v url.Values, cookie string) (int, string, string) {
			w := h.do(t, request{method: "POST", host: host, path: path, body: v.Encode(), media: formType, cookie: cookie})
			return w.Code, w.Header().Get("Location"), w.Body.String()
		}
		if code, _, body := post("/records/person/bulk", form, hr.cookie); code != http.StatusOK || !strings.Contains(body, `value="run"`) {
			t.Fatalf("preview: %d %s", code, body)
		}
		form.Set("act", "run")
		code, to, _ := post("/records/person/bulk", form, hr.cookie)
		if code != http.StatusSeeOther || !strings.HasPrefix(to, "/bulk/person/") {
			t.Fatalf("run: %d %s", code, to)
		}
		if w := h.do(t, request{method: "GET", host: host, path: to, cookie: auditor.cookie}); w.Code != http.StatusNotFound && w.Code != http.StatusForbidden {
			t.Errorf("somebody else sees the change: %d", w.Code)
		}
		if code, _, _ := post(to+"/undo", nil, hr.cookie); code != http.StatusSeeOther {
			t.Errorf("undo: %d", code)
		}
		if strings.Contains(ask(hr.token, "GET", "/api/v1"+person, "", 200, nil), "Clerk of") {
			t.Error("the change is not undone")
		}
		// Refused rows by the API, dry and kept.
		csv := "full_name,country,work_email\nBea Beispiel,XX,bea@example.com\n"
		q := request{method: "POST", path: "/api/v1/imports?type=person&dry_run=true&answer=sheet", body: csv, media: csvType, token: hr.token}
		if out := probe(q); !strings.Contains(out, "Bea Beispiel,XX") || !strings.Contains(out, "What is wrong") {
			t.Errorf("the refused rows of a dry run: %s", out)
		}
		q.path, q.host = "/api/v1/imports?type=person", host
		var run struct{ ID string }
		w := h.do(t, q)
		if err := json.Unmarshal(w.Body.Bytes(), &run); err != nil || w.Code != 201 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if out := probe(request{method: "GET", path: "/imports/runs/" + run.ID + "/rejected", cookie: hr.cookie}); !strings.Contains(out, "Bea Beispiel,XX") {
			t.Errorf("the refused rows of a run: %s", out)
		}
		if out := probe(request{method: "GET", path: "/imports/runs/" + run.ID, cookie: hr.cookie}); !strings.Contains(out, "/rejected") || strings.Contains(out, "Bea") {
			t.Errorf("the page of the run: %s", out)
		}
		for _, other := range []guest{auditor, owner} {
			if out := probe(request{method: "GET", path: "/imports/runs/" + run.ID + "/rejected", cookie: other.cookie}); strings.Contains(out, "Bea") {
				t.Error("somebody else gets the refused rows")
			}
		}
		if log := h.log.String(); strings.Contains(log, hidden) || strings.Contains(log, "Bea") {
			t.Error("the log holds what was typed")
		}
	})
}

func flat(h http.Header) (out []string) {
	for k, v := range h {
		out = append(out, k+": "+strings.Join(v, ","))
	}
	return out
}
