package proposal

import (
	"context"
	"strings"
	"testing"

	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/tenant"
)

// TestDiffTellsOfRights: who approves reads of a field that becomes less
// protected, and of users that a role manages from now on.
func TestDiffTellsOfRights(t *testing.T) {
	h, ctx := newHouse(t, storetest.SQLite(t)), context.Background()
	told := func(change func(*tenant.Document) error) string {
		t.Helper()
		p := h.started("Wording")
		p, err := h.Edit(ctx, h.privacy, p.ID, p.Revision, change)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := h.Diff(ctx, h.second, p.ID, "en")
		if err != nil || len(lines) != 1 {
			t.Fatalf("%+v %v", lines, err)
		}
		return lines[0].Text
	}
	got := told(func(d *tenant.Document) error {
		d.Overlay.Changes = append(d.Overlay.Changes, schema.TypeChange{
			Type: "person", Hidden: []string{"department"}, Fields: []schema.FieldChange{{Field: "health_note", Category: "business"}},
		})
		return nil
	})
	if !strings.Contains(got, "health_note (Health") || !strings.Contains(got, "→") || !strings.Contains(got, "− department") {
		t.Error(got)
	}
	desk := func(scope access.TypeScope) string {
		return told(func(d *tenant.Document) error {
			return PutRole(d, access.RoleDef{Key: "desk", Title: map[string]string{"en": "Desk", "de": "Desk", "fr": "Desk"}, Admin: []access.Permission{access.PermManageUsers}, Manages: scope})
		})
	}
	if all, part := desk(access.ScopeNone), desk(access.ScopeUnit); all == part {
		t.Error(all)
	}
}

// TestDiffTellsOfNewType: who approves a record type reads what is in it, in
// every language, and is warned of what is not ordinary.
func TestDiffTellsOfNewType(t *testing.T) {
	h, ctx := newHouse(t, storetest.SQLite(t)), context.Background()
	p := h.started("A type")
	label := func(s string) schema.Labels { return schema.Labels{"en": s, "de": s, "fr": s} }
	p, err := h.Edit(ctx, h.privacy, p.ID, 0, func(d *tenant.Document) error {
		d.Overlay.Changes = append(d.Overlay.Changes, schema.TypeChange{Type: "person", Added: []schema.OwnField{
			{Key: "x_fitness", Kind: "boolean", Category: "health", Label: label("Fitness")},
			{Key: "x_desk", Kind: "text", Category: "business", Label: label("Desk"), MaxLength: 40, Search: schema.SearchWord},
		}})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string][]string{
		"en": {"Fitness [x_fitness] (Health", "yes or no", "Desk [x_desk] (", "found by words"},
		"de": {"Fitness [x_fitness] (", "Ja oder Nein", "über Wörter zu finden"},
		"fr": {"Fitness [x_fitness] (", "oui ou non", "trouvable par mots"},
	} {
		lines, err := h.Diff(ctx, h.second, p.ID, lang)
		if err != nil || len(lines) != 1 {
			t.Fatalf("%+v %v", lines, err)
		}
		for _, s := range want {
			if !strings.Contains(lines[0].Text, s) {
				t.Errorf("%s: lacks %q: %s", lang, s, lines[0].Text)
			}
		}
	}
	if p, err = h.Simulate(ctx, h.privacy, p.ID, 0); err != nil {
		t.Fatal(err)
	}
	if got := p.Simulation.Sensitive; len(got) != 1 || got[0] != (AddedField{"person", "x_fitness", "health"}) {
		t.Errorf("%+v", got)
	}
}

// TestKindWords holds that every kind has a word.
func TestKindWords(t *testing.T) {
	for _, k := range schema.Kinds() {
		if _, ok := kindWords[k.Name()]; !ok {
			t.Errorf("no word for the kind %s", k.Name())
		}
	}
}
