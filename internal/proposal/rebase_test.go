package proposal

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/tenant"
)

// rule is an edit that puts one rule.
func rule(r access.Rule) func(*tenant.Document) error {
	return func(d *tenant.Document) (err error) {
		d.Rules, err = putRules(d.Rules, []access.Rule{r})
		return err
	}
}

func TestRebase(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		healthOf := func(note string) access.Rule {
			return access.Rule{ID: "health-eea", Op: access.Access, Category: "health", Viewer: access.CountrySet{NotIn: []string{"EEA", "CH"}}, Effect: access.Deny, Note: note}
		}
		ours := h.submitted("Ours", rule(healthOf("ours")))
		free := h.submitted("Clear of it", func(d *tenant.Document) error {
			d.Agreements = append(d.Agreements, tenant.Agreement{Key: "wa-2025-3", Title: "Works agreement 2025-3", Date: "2025-03-01"})
			return denyUS(d)
		})
		other := h.submitted("Theirs", func(d *tenant.Document) error {
			d.Settings.Language = "de"
			return rule(healthOf("theirs"))(d)
		})
		if _, err := h.Approve(ctx, h.second, other.ID, 0, time.Time{}); err != nil {
			t.Fatal(err)
		}
		_, err := h.Approve(ctx, h.second, free.ID, 0, time.Time{})
		is(t, err, bailiwick.CodeConflict)
		free, err = h.Rebase(ctx, h.privacy, free.ID, 0, KeepNone)
		if err != nil || free.State != Draft || free.Stale || free.Base != 2 || free.Document.Settings.Language != "de" ||
			len(free.Document.Agreements) != 1 || !strings.Contains(free.Document.Rules, "theirs") || !strings.Contains(free.Document.Rules, "contact-us") {
			t.Fatalf("rebased: %+v, %v", free, err)
		}
		if free = h.handIn(free); free.State != Submitted {
			t.Errorf("handed in again: %s", free.State)
		}
		_, err = h.Rebase(ctx, h.privacy, ours.ID, 0, KeepNone)
		is(t, err, bailiwick.CodeConflict)
		var e *bailiwick.Error
		if errors.As(err, &e); len(e.Fields) != 1 || e.Fields[0].Field != "rule/health-eea" {
			t.Errorf("clashes: %+v", e.Fields)
		}
		for keep, want := range map[Keep]string{KeepTheirs: "theirs", KeepOurs: "ours"} {
			got, err := merge(h.version(1), ours.Document, h.config().Document(), keep)
			if err != nil || !strings.Contains(got.Rules, want) {
				t.Errorf("keep %s: %v\n%s", keep, err, got.Rules)
			}
		}
	})
}

func TestRollback(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		p := h.submitted("There", denyUS)
		if _, err := h.Approve(ctx, h.second, p.ID, 0, time.Time{}); err != nil {
			t.Fatal(err)
		}
		_, err := h.Rollback(ctx, h.privacy, 2, "Back")
		is(t, err, bailiwick.CodeInvalid)
		_, err = h.Rollback(ctx, h.privacy, 7, "Back")
		is(t, err, bailiwick.CodeNotFound)
		p, err = h.Rollback(ctx, h.privacy, 1, "And back")
		if err != nil || p.RollbackOf != 1 {
			t.Fatal(err)
		}
		p = h.handIn(p)
		if p, err = h.Approve(ctx, h.second, p.ID, 0, time.Time{}); err != nil || p.Version != 3 {
			t.Fatalf("%+v, %v", p, err)
		}
		if _, ok := h.config().Matrix.Rule("contact-us"); ok {
			t.Error("the rule is still in force")
		}
	})
}

// version returns the document of a version.
func (h *house) version(n int64) tenant.Document {
	h.t.Helper()
	d, err := h.Version(context.Background(), h.privacy, n)
	if err != nil {
		h.t.Fatal(err)
	}
	return d.Document
}
