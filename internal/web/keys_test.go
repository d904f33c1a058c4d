package web

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"bailiwick/internal/web/i18n"
)

// composed are the beginnings of keys that code puts together: from codes,
// rules, kinds of entries and the like.
var composed = []string{
	"activity.", "done.", "error.", "explain.", "fault.", "history.kind.", "imports.match.", "imports.state.",
	"list.export.", "change.", "matrix.", "rule.", "say.", "templates.certainty.", "dictionary.", "problem.", "rule.", "expect.", "sheet.", "report.outcome.", "scope.", "theme.", "list.mine", "list.deleted", "notifications.choice.", "account.country.",
}

// TestNoUnusedKeys keeps the catalogue free of sentences that nobody reads.
func TestNoUnusedKeys(t *testing.T) {
	cat, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, root := range []string{".", "templates"} {
		entries, err := os.ReadDir(root)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.IsDir() || strings.HasSuffix(e.Name(), "_test.go") {
				continue
			}
			b, err := fs.ReadFile(os.DirFS(root), e.Name())
			if err != nil {
				t.Fatal(err)
			}
			source.Write(b)
		}
	}
next:
	for _, key := range cat.Keys() {
		for _, prefix := range composed {
			if strings.HasPrefix(key, prefix) {
				continue next
			}
		}
		if !strings.Contains(source.String(), `"`+key+`"`) {
			t.Errorf("nothing uses the message %q", key)
		}
	}
}
