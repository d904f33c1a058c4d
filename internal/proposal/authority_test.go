package proposal

import (
	"context"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/tenant"
)

// TestNobodyMakesRightsThatNobodyHolds holds that two people who configure
// cannot make a role that can do more than either of them.
func TestNobodyMakesRightsThatNobodyHolds(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		role := func(admin, verbs string) func(*tenant.Document) error {
			return func(d *tenant.Document) error {
				head, rest, found := strings.Cut(d.Rules, "rules:")
				if !found {
					t.Fatal("the rules of the test begin otherwise")
				}
				d.Rules = head + "roles:\n  - {key: maker, title: {en: Maker}, admin: [" + admin + "], types: [{type: risk, verbs: [" + verbs + "], scope: all}]}\nrules:" + rest
				return nil
			}
		}
		for what, edit := range map[string]func(*tenant.Document) error{
			"a permission": role("manage-users", "list"), "a verb": role("audit", "list, delete"),
		} {
			p := h.submitted("More rights: "+what, edit)
			_, err := h.Approve(ctx, h.second, p.ID, p.Revision, time.Time{})
			if bailiwick.ErrorCode(err) != bailiwick.CodeApproval {
				t.Errorf("%s that neither holds: %v", what, err)
			}
			if _, err := h.Withdraw(ctx, h.privacy, p.ID, 0); err != nil {
				t.Fatal(err)
			}
		}
		p := h.submitted("No more than they hold", role("audit", "list, open"))
		if _, err := h.Approve(ctx, h.second, p.ID, p.Revision, time.Time{}); err != nil {
			t.Errorf("a role that both hold: %v", err)
		}
		p = h.submitted("An owner approves", func(d *tenant.Document) error {
			d.Rules = strings.Replace(d.Rules, "admin: [audit]", "admin: [audit, manage-users]", 1)
			return nil
		})
		if _, err := h.Approve(ctx, h.owner, p.ID, p.Revision, time.Time{}); err != nil {
			t.Errorf("somebody who holds the rights approves: %v", err)
		}
	})
}
