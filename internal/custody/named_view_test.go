package custody

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"bailiwick"
)

// TestNamedViews holds that a view is its owner's and of those it is shared
// with, that it shows to each what each may see, and that nobody learns by it
// what was filtered by on a field they may not see (R14.7).
func TestNamedViews(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr, colleague, auditor := h.user(1, "DE", "hr"), h.user(2, "DE", "hr"), h.user(3, "DE", "auditor")
		h.person(hr, "Ada Example", "US", "ethnicity", "asian")
		mine, err := h.door.SaveView(ctx, hr, NamedView{Type: "person", Name: "  My   people ", Query: Query{Text: "ada", Sort: "full_name", Columns: []string{"full_name", "country"}}})
		if err != nil || mine.Name != "My people" || mine.Version != 1 || !mine.Mine {
			t.Fatalf("%v %+v", err, mine)
		}
		shared, err := h.door.SaveView(ctx, hr, NamedView{Type: "person", Name: "By origin", Roles: []bailiwick.Role{"hr", "auditor"},
			Query: Query{Filters: []Filter{{Field: "ethnicity", Op: "eq", Values: []string{"asian"}}}}})
		if err != nil {
			t.Fatal(err)
		}
		names := func(a bailiwick.Actor) string {
			list, err := h.door.Views(ctx, a, "person")
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, v := range list {
				out = append(out, v.Name)
			}
			return strings.Join(out, "|")
		}
		for want, a := range map[string]bailiwick.Actor{"By origin|My people": hr, "By origin": colleague, "": auditor} {
			if got := names(a); got != want {
				t.Errorf("views %q, want %q", got, want)
			}
		}
		got, err := h.door.View(ctx, colleague, "person", shared.ID)
		if err != nil || got.Mine || h.list(colleague, got.Query).Total != 1 {
			t.Errorf("%v %+v", err, got)
		}
		_, err = h.door.View(ctx, colleague, "person", mine.ID)
		is(t, err, bailiwick.CodeNotFound)
		_, denied := h.door.View(ctx, auditor, "person", shared.ID)
		is(t, denied, bailiwick.CodeDenied)
		_, unknown := h.door.List(ctx, auditor, Query{Type: "person", Filters: []Filter{{Field: "no_such", Op: "set"}}})
		if denied.Error() != unknown.Error() {
			t.Errorf("%v differs from %v", denied, unknown)
		}
		_, err = h.door.SaveView(ctx, auditor, NamedView{Type: "person", Name: "x", Query: shared.Query})
		is(t, err, bailiwick.CodeDenied)

		shared.Name = "Origins"
		if shared, err = h.door.SaveView(ctx, hr, shared); err != nil || shared.Version != 2 {
			t.Fatalf("rename: %v %+v", err, shared)
		}
		stale := shared
		stale.Version = 1
		_, err = h.door.SaveView(ctx, hr, stale)
		is(t, err, bailiwick.CodeConflict)
		_, err = h.door.SaveView(ctx, colleague, shared)
		is(t, err, bailiwick.CodeNotFound)
		is(t, h.door.DropView(ctx, colleague, shared.ID), bailiwick.CodeNotFound)
		if err := h.door.DropView(ctx, hr, shared.ID); err != nil || names(hr) != "My people" {
			t.Errorf("%v %q", err, names(hr))
		}
		for _, wrong := range []NamedView{{Type: "person"}, {Type: "person", Name: strings.Repeat("x", 81)}, {Type: "person", Name: "x", Roles: []bailiwick.Role{"nobody"}},
			{Type: "person", Name: "x", Query: Query{Columns: []string{"no_such"}}}} {
			_, err := h.door.SaveView(ctx, hr, wrong)
			is(t, err, bailiwick.CodeInvalid)
		}
	})
}

// TestViewsOfOthersTakeNoRoom: whoever shares many views keeps nobody else
// from their own.
func TestViewsOfOthersTakeNoRoom(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		for n := range byte(5) {
			for i := range maxOwnViews + 1 {
				v := NamedView{Type: "person", Name: fmt.Sprint("View ", i), Roles: []bailiwick.Role{"hr"}}
				if _, err := h.door.SaveView(ctx, h.user(10+n, "DE", "hr"), v); (err != nil) != (i == maxOwnViews) {
					t.Fatalf("view %d: %v", i, err)
				}
			}
		}
		mine := h.user(1, "DE", "hr")
		if _, err := h.door.SaveView(ctx, mine, NamedView{Type: "person", Name: "Mine"}); err != nil {
			t.Fatal(err)
		}
		all, err := h.door.Views(ctx, mine, "person")
		if err != nil || !slices.ContainsFunc(all, func(v NamedView) bool { return v.Mine }) {
			t.Errorf("%d views, none my own: %v", len(all), err)
		}
	})
}
