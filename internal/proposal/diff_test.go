package proposal

import (
	"context"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bailiwick/internal/access"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/tenant"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestDiffReads holds the sentences in every language: testdata/diff.txt is
// what a privacy officer reads.
func TestDiffReads(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	p := h.started("Everything")
	p, err := h.Edit(context.Background(), h.privacy, p.ID, 0, func(d *tenant.Document) (err error) {
		d.Settings.SoloMode, d.Settings.Language = true, "fr"
		d.Agreements = append(d.Agreements, tenant.Agreement{Key: "wa-2025-3", Title: "Works agreement 2025-3", Date: "2025-03-01"})
		d.Entities[0].Name = "Acme SE"
		if d.Rules, err = dropRule(d.Rules, "health-hr"); err != nil {
			return err
		}
		if d.Rules, err = putRules(d.Rules, []access.Rule{
			{ID: "health-eea", Op: access.Access, Category: "health", Viewer: access.CountrySet{NotIn: []string{"EEA", "CH"}}, Effect: access.Deny, Note: "Works agreement 2025-3"},
			{ID: "nid-last4", Op: access.Access, Category: "national-id", Roles: nil, Effect: access.Mask, Mask: access.Last4},
			{ID: "perf", Op: access.Access, Category: "performance", Subject: access.CountrySet{In: []string{"DE", "AT"}}, Effect: access.Require,
				Require: "a works agreement", Condition: access.Condition{Kind: access.Agreement, Ref: "wa-2025-3"}},
			{ID: "ethnic-us", Op: access.Populate, Category: "ethnic-origin", Subject: access.CountrySet{In: []string{"US"}}, Roles: nil, Effect: access.Allow},
			{ID: "store-ru", Op: access.StoreRegion, Category: "contact", Subject: access.CountrySet{In: []string{"RU"}}, Effect: access.Allow, Regions: []string{"ru"}},
		}); err != nil {
			return err
		}
		d.Rules += "roles:\n  - {key: auditor, title: {en: Auditor, de: Revision, fr: Audit}, admin: [audit, privacy], types: [{type: '*', verbs: [list, open]}]}\n"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, lang := range []string{"en", "de", "fr"} {
		lines, err := h.Diff(context.Background(), h.privacy, p.ID, lang)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("== " + lang + "\n")
		for _, l := range lines {
			if l.Text == "" || strings.Contains(l.Text, "{") || l.Group == "" {
				t.Errorf("%s: %+v", lang, l)
			}
			b.WriteString("[" + l.Group + "] " + l.Text + "\n")
		}
	}
	const golden = "testdata/diff.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), b.String()); d != "" {
		t.Errorf("run with -update if this reads well:\n%s", d)
	}
}

// TestPhrasesComplete holds that each language has a word for everything.
func TestPhrasesComplete(t *testing.T) {
	for lang, p := range languages {
		for _, op := range []access.Op{access.Populate, access.Access, access.Export, access.StoreRegion} {
			for _, m := range []map[string]string{p.deny, p.denyNow, p.allow, p.allowNow, p.require, p.requireNow, p.mask, p.maskNow} {
				if m[op.String()] == "" {
					t.Errorf("%s: nothing for %s", lang, op)
				}
			}
		}
		for _, k := range partKinds[1:] {
			if p.groups[k] == "" || p.added[k] == "" || p.removed[k] == "" || p.altered[k] == "" {
				t.Errorf("%s: nothing for %s", lang, k)
			}
		}
		b := map[part]string{}
		if err := putMembers(b, ofSetting, tenant.Settings{SoloMode: true, QuarantineDays: 1}); err != nil {
			t.Fatal(err)
		}
		for s := range b {
			if p.settings[s.key] == "" {
				t.Errorf("%s: no name for the setting %s", lang, s.key)
			}
		}
	}
}
