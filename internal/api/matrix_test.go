package api

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
)

// TestRuleDocument holds that a rule is told whole.
func TestRuleDocument(t *testing.T) {
	rules, _, err := access.ParseRules("rules.yaml", []byte(`rules:
  - id: late
    operation: access
    category: bank
    subject: {in: [DE, FR], not-in: [FR]}
    viewer: {not-in: [EU]}
    roles: [payroll]
    effect: mask
    mask: last4
    from: 2026-01-01
    until: 2027-01-01
    note: Only the end.
    cite: Agreement 4
`))
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(ruleOf(&rules[0]))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"id":"late","operation":"access","category":"bank","subject":{"in":["DE","FR"],"not_in":["FR"]},"viewer":{"not_in":["EU"]},` +
		`"roles":["payroll"],"effect":"mask","mask":"last4","from":"2026-01-01T00:00:00Z","until":"2027-01-01T00:00:00Z","note":"Only the end.","cite":"Agreement 4"}`
	if string(b) != want {
		t.Errorf("got  %s\nwant %s", b, want)
	}
}

// FuzzUserParams: no parameters make a list of users panic or go beyond its
// bounds, and no refusal repeats them.
func FuzzUserParams(f *testing.F) {
	for _, s := range []string{"", "cursor=50&limit=10", "disabled=true", "cursor=-1", "limit=201", "text=anna", "limit=1&limit=2", "cursor=99999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		params, err := url.ParseQuery(s)
		if err != nil {
			return
		}
		q, err := userParams(params)
		if err != nil {
			if bailiwick.ErrorCode(err) != bailiwick.CodeMalformed {
				t.Errorf("%v", err)
			}
			return
		}
		if q.Offset < 0 || q.Offset > identity.MaxScan || q.Limit < 0 || q.Limit > 200 || q.Text != "" || strings.TrimSpace(string(q.Role)) != "" {
			t.Errorf("%q passed as %+v", s, q)
		}
	})
}
