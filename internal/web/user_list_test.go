package web

import "testing"

// TestUserPages: every user is on some page.
func TestUserPages(t *testing.T) {
	for _, tc := range []struct {
		offset, total int
		next, first   string
	}{
		{0, 3, "", ""}, {0, 200, "", ""}, {0, 201, "/users?from=200", ""}, {200, 401, "/users?from=400", "/users"}, {400, 401, "", "/users"},
	} {
		if next, first := userPages(tc.offset, tc.total); next != tc.next || first != tc.first {
			t.Errorf("from %d of %d: %q, %q", tc.offset, tc.total, next, first)
		}
	}
}
