package access_test

import (
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/access"
)

// TestShippedRoles lists what each shipped role may do with each type of
// record: the first letters of the verbs, small where only on its own.
func TestShippedRoles(t *testing.T) {
	m := compile(t, policy())
	types := []string{"risk", "person", "incident", "control", "vulnerability", "questionnaire"}
	want := map[string]string{ // l list, o open, c create, h change, d delete, e export, a approve
		"owner":              "LOCHDEA LOCHDEA LOCHDEA LOCHDEA LOCHDEA LOCHDEA | configure manage-users import privacy audit approve-configuration",
		"privacy":            "LOE LOE LOE LOE LOE LOE | configure privacy audit approve-configuration",
		"hr":                 "- LOCHDEA LOCH - - - | import",
		"payroll":            "- LOH - - - - |",
		"manager":            "LOCH LO LOCH LOCH LOCH - |",
		"risk-manager":       "LOCHDEA - LOCHDEA LOCHDEA LOCHDEA - | import",
		"auditor":            "LOE LOE LOE LOE LOE LOE | audit",
		"member":             "LOh - LOCh LOh LOh - |",
		"member manager":     "LOCH LO LOCH LOCH LOCH - |",
		"member payroll":     "LOh LOH LOCh LOh LOh - |",
		"payroll member":     "LOh LOH LOCh LOh LOh - |",
		"":                   "- - - - - - |",
		"chief-of-all":       "- - - - - - |",
		"auditor risk-owner": "LOE LOE LOE LOE LOE LOE | audit",
	}
	letters := "LOCHDEA"
	for held, w := range want {
		var roles []bailiwick.Role
		for _, r := range strings.Fields(held) {
			roles = append(roles, bailiwick.Role(r))
		}
		v := m.View(actor("DE", "", bailiwick.ProvideService, roles...))
		var got strings.Builder
		for _, typ := range types {
			may := ""
			for i, verb := range access.Verbs() {
				switch scope, ok := v.May(typ, verb); {
				case scope == access.ScopeAll && ok:
					may += letters[i : i+1]
				case scope == access.ScopeOwn && ok:
					may += strings.ToLower(letters[i : i+1])
				case ok || scope != access.ScopeNone:
					t.Errorf("%s may %s: %v, %v", held, verb, scope, ok)
				}
			}
			if may == "" {
				may = "-"
			}
			got.WriteString(may + " ")
		}
		got.WriteString("|")
		for _, p := range access.Permissions() {
			if v.Has(p) {
				got.WriteString(" " + string(p))
			}
		}
		if got.String() != w {
			t.Errorf("%q:\n got %s\nwant %s", held, got.String(), w)
		}
		if _, ok := v.May("risk", "read"); ok || v.Has("root") {
			t.Errorf("%q may what there is not", held)
		}
	}
	for _, r := range access.ShippedRoles() {
		for _, lang := range []string{"en", "de", "fr"} {
			if r.Title[lang] == "" {
				t.Errorf("%s has no title in %s", r.Key, lang)
			}
		}
	}
}

func TestWithShippedRoles(t *testing.T) {
	own := []access.RoleDef{{Key: "hr", Title: map[string]string{"en": "People team"}}, {Key: "works-council"}}
	got := access.WithShippedRoles(own)
	if len(got) != len(access.ShippedRoles())+1 || got[2].Title["en"] != "People team" || got[len(got)-1].Key != "works-council" {
		t.Errorf("%v", got)
	}
	if access.ShippedRoles()[2].Title["en"] == "People team" {
		t.Error("the shipped roles have changed")
	}
	for s, want := range map[access.TypeScope]string{access.ScopeNone: "none", access.ScopeOwn: "own", access.ScopeAll: "all", 9: "all"} {
		if s.String() != want {
			t.Errorf("%d is %s", s, s)
		}
	}
}
