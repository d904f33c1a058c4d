package proposal

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
)

// TestTemplates holds that every template compiles, says where it comes from,
// and claims nothing.
func TestTemplates(t *testing.T) {
	seen := map[string]bool{}
	usable := 0
	for _, x := range Templates() {
		if seen[x.ID] || x.Basis == "" || x.Source == "" || len(x.Countries) == 0 || !slices.Contains(Certainties(), x.Certainty) {
			t.Errorf("%s: twice, or without basis, source, countries or certainty", x.ID)
		}
		seen[x.ID] = true
		if !x.Usable() {
			if x.Caution == "" {
				t.Errorf("%s: has no rules and does not say what it takes", x.ID)
			}
			continue
		}
		usable++
		if _, err := compiled(x, nil); err != nil {
			t.Errorf("%s: %v", x.ID, err)
		}
	}
	if len(seen) < 45 || usable < 35 {
		t.Errorf("%d templates, %d with rules", len(seen), usable)
	}
}

func compiled(x Template, agreements []string) (*access.Matrix, error) {
	return access.Compile(access.Policy{
		Version: 1, Categories: bailiwick.ShippedCategories(), Rules: x.Rules, Roles: access.ShippedRoles(), Agreements: agreements,
	}, time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC))
}

// TestWhatTemplatesDo reads testdata/templates.txt.
func TestWhatTemplatesDo(t *testing.T) {
	type want struct{ template, op, role, viewer, category, subject, answer string }
	text, err := os.ReadFile("testdata/templates.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		f := strings.Fields(line)
		if f[0] == "#" || len(f) != 7 {
			continue
		}
		w := want{f[0], f[1], f[2], f[3], f[4], f[5], f[6]}
		id, recorded := w.template, w.template[0] == '!'
		if recorded {
			id = id[1:]
		}
		x, err := TemplateOf(id)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		var agreements []string
		for _, r := range x.Rules {
			if recorded && r.Condition.Ref != "" {
				agreements = append(agreements, r.Condition.Ref)
			}
		}
		m, err := compiled(x, agreements)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		op, _ := access.ParseOp(w.op)
		p := m.Preview(access.Viewer{Roles: []bailiwick.Role{bailiwick.Role(w.role)}, Country: bailiwick.Country(w.viewer)})
		e := p.Explain(op, bailiwick.Category(w.category), access.Of(bailiwick.Country(w.subject)), "en")
		got := "deny"
		if e.Allowed {
			if got = "allow"; e.Mask != access.MaskNone {
				got = e.Mask.String()
			}
		}
		if got != w.answer {
			t.Errorf("%+v: %s, by %s", w, got, e.Rule)
		}
	}
}

// TestTemplatesStoreRegion holds what the templates about hosting places do.
func TestTemplatesStoreRegion(t *testing.T) {
	for id, country := range map[string]bailiwick.Country{"localisation-ru": "RU", "localisation-cn": "CN", "resident-cn": "CN"} {
		x, err := TemplateOf(id)
		if err != nil {
			t.Fatal(err)
		}
		m, err := compiled(x, nil)
		if err != nil {
			t.Fatal(err)
		}
		for region, want := range map[string]bool{"eu": false, map[bailiwick.Country]string{"RU": "ru", "CN": "cn"}[country]: true} {
			if ok, rule := m.MayStore("national-id", access.Of(country), region); ok != want {
				t.Errorf("%s: in %s: %v by %s", id, region, ok, rule)
			}
		}
	}
}

func TestAcceptTemplate(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		p := h.started("France")
		_, err := h.AcceptTemplate(ctx, h.privacy, p.ID, p.Revision, "caste-in")
		is(t, err, bailiwick.CodeTransition)
		_, err = h.AcceptTemplate(ctx, h.privacy, p.ID, p.Revision, "none")
		is(t, err, bailiwick.CodeNotFound)
		x, err := TemplateOf("ethnic-fr")
		if err != nil || x.AcceptedIn(p.Document) {
			t.Fatal(err)
		}
		p, err = h.AcceptTemplate(ctx, h.privacy, p.ID, p.Revision, "ethnic-fr")
		if err != nil || !x.AcceptedIn(p.Document) {
			t.Fatal(err)
		}
		rules, err := Rules(p.Document)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(rules, func(r access.Rule) bool { return r.ID == "tpl-ethnic-fr-p" })
		if i < 0 || rules[i].Cite != "template ethnic-fr: "+x.Source+", accepted in CHG-1" {
			t.Errorf("rules: %+v", rules)
		}
		_, err = h.AcceptTemplate(ctx, h.reader, p.ID, p.Revision, "ethnic-de")
		is(t, err, bailiwick.CodeDenied)
	})
}
