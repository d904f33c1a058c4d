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
