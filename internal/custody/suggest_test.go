package custody

import (
	"context"
	"fmt"
	"testing"
)

// TestSuggestBestFirst holds that a picker shows what was typed, however many
// newer records have the same words, and takes references and numbers.
func TestSuggestBestFirst(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		owner := h.user(1, "DE", "owner")
		first := h.save(owner, Draft{Type: "control", Fields: fields("title", "Account Management", "requirement", "AC-2")})
		for i := range 20 {
			h.save(owner, Draft{Type: "control", Fields: fields("title", fmt.Sprintf("Privileged account management %02d", i), "requirement", fmt.Sprintf("AC-2(%d)", i+1))})
		}
		risk := h.save(owner, Draft{Type: "risk", Fields: fields("title", "R")})
		for _, text := range []string{"account management", "Account", "acc", "AC-2", "ac-2", first.Ref, "Management account"} {
			got, err := h.door.Suggest(ctx, owner, "risk", "controls", text, 5, "en")
			if err != nil || len(got) == 0 || text != "Management account" && got[0].ID != first.ID.String() {
				t.Errorf("%s: %v %+v", text, err, got)
			}
			seen := map[string]bool{}
			for _, l := range got {
				if seen[l.ID] || len(got) > 5 {
					t.Errorf("%s: %+v", text, got)
				}
				seen[l.ID] = true
			}
		}
		if got, err := h.door.Suggest(ctx, owner, "control", "risks", risk.Ref, 5, "en"); err != nil || len(got) != 1 {
			t.Errorf("%v %+v", err, got)
		}
		if got, err := h.door.Suggest(ctx, owner, "risk", "controls", "zzz", 5, "en"); err != nil || len(got) != 0 {
			t.Errorf("%v %+v", err, got)
		}
	})
}
