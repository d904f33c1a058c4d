package schema_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bailiwick/internal/schema"
)

var backquoted = regexp.MustCompile("`([a-z-]+)`")

// sections returns the tables of docs/packs.md: by heading, the rows with
// their cells, titles left out.
func sections(t *testing.T, text string) map[string][][]string {
	t.Helper()
	out := map[string][][]string{}
	for _, s := range strings.Split(text, "\n## ")[1:] {
		heading, body, _ := strings.Cut(s, "\n")
		for _, line := range strings.Split(body, "\n") {
			if strings.HasPrefix(line, "| ") && strings.Contains(line, "`") {
				out[heading] = append(out[heading], strings.Split(line, "|")[1:])
			}
		}
	}
	return out
}

func names(cell string) []string {
	var out []string
	for _, m := range backquoted.FindAllStringSubmatch(cell, -1) {
		out = append(out, m[1])
	}
	return out
}

func TestDocumentedKeysAreTheParsers(t *testing.T) {
	b, err := os.ReadFile("../../docs/packs.md")
	if err != nil {
		t.Fatal(err)
	}
	docs := sections(t, string(b))
	grammar := schema.Grammar()
	for heading, place := range map[string]string{
		"Keys of a pack": "pack", "Keys of an option": "option", "Keys of a type": "type", "Keys of every field": "field", "Keys of show-if": "show-if",
	} {
		var got []string
		for _, row := range docs[heading] {
			got = append(got, names(row[0])...)
		}
		slices.Sort(got)
		want := grammar[place]
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", heading, diff)
		}
	}
	var kinds []string
	for _, row := range docs["Kinds"] {
		kind := names(row[0])[0]
		kinds = append(kinds, kind)
		want := grammar["kind "+kind]
		if kind == "group" {
			want = append(want, "about")
		}
		if diff := cmp.Diff(want, keysOfKind(row)); diff != "" {
			t.Errorf("kind %s: %s", kind, diff)
		}
	}
	var want []string
	for _, k := range schema.Kinds() {
		want = append(want, k.Name())
	}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Error(diff)
	}
	var rules []string
	for _, row := range docs["What goes wrong, by rule"] {
		rules = append(rules, names(row[0])...)
	}
	if len(rules) != len(schema.Rules()) {
		t.Errorf("%d rules documented, %d exist", len(rules), len(schema.Rules()))
	}
	for _, r := range rules {
		if schema.Rules()[r] == "" {
			t.Errorf("there is no rule %s", r)
		}
	}
}

// keysOfKind returns the keys in the second column, in the order of the
// grammar, which for decimal is not that of the page.
func keysOfKind(row []string) []string {
	keys := names(row[1])
	if names(row[0])[0] == "decimal" {
		return append(keys[1:], keys[0])
	}
	return keys
}

func TestPackInTheDocsParses(t *testing.T) {
	b, err := os.ReadFile("../../docs/packs.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "```yaml\n")
	text, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("docs/packs.md has no example")
	}
	if _, err := schema.Parse("docs/packs.md", []byte(text)); err != nil {
		t.Error(err)
	}
}
