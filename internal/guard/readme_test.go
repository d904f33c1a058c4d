package guard

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	codeBlock  = regexp.MustCompile("(?s)```[a-z]*\n(.*?)```")
	makeTarget = regexp.MustCompile(`(?m)^([a-z][a-z-]*):`)
	makeCall   = regexp.MustCompile(`\bmake ([a-z][a-z-]*)`)
	subcommand = regexp.MustCompile(`(?m)(?:^\s*(?:\$ )?|\./|/|&& )bailiwick ([a-z]+)`)
)

func text(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestReadmeCommands holds that what the README tells people to type exists.
func TestReadmeCommands(t *testing.T) {
	readme := text(t, "README.md")
	targets := map[string]bool{}
	for _, m := range makeTarget.FindAllStringSubmatch(text(t, "Makefile"), -1) {
		targets[m[1]] = true
	}
	for _, m := range codeBlock.FindAllStringSubmatch(readme, -1) {
		for _, c := range makeCall.FindAllStringSubmatch(m[1], -1) {
			if !targets[c[1]] {
				t.Errorf("README.md says \"make %s\", and the Makefile has no such target", c[1])
			}
		}
		for _, c := range subcommand.FindAllStringSubmatch(m[1], -1) {
			if _, err := os.Stat(filepath.Join(root, "cmd", "bailiwick", c[1]+".go")); err != nil {
				t.Errorf("README.md says \"bailiwick %s\", and cmd/bailiwick has no file of that name", c[1])
			}
		}
	}
	for _, want := range []string{"go run ./cmd/bailiwick demo", "make test", "not for real data"} {
		if !strings.Contains(strings.ToLower(readme), want) {
			t.Errorf("README.md does not say %q", want)
		}
	}
	if ci := text(t, ".ci/run"); !strings.Contains(ci, "make test") {
		t.Error(".ci/run does not run the README's test command: make test")
	}
}

// TestDecisionRecords holds that decisions are numbered without gaps and have
// the parts of the template.
func TestDecisionRecords(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "docs", "decisions", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, f := range files {
		name := filepath.Base(f)
		if len(name) < 5 || name[3] != '-' {
			t.Errorf("%s: want NNN-title.md", name)
			continue
		}
		if other := seen[name[:3]]; other != "" {
			t.Errorf("%s and %s have the same number", name, other)
		}
		seen[name[:3]] = name
		body := text(t, "docs/decisions/"+name)
		for _, part := range []string{"# " + name[:3] + ": ", "*State*", "**Decision.**", "**Why.**", "**What follows.**"} {
			if !strings.Contains(body, part) {
				t.Errorf("%s: the part %q is missing", name, part)
			}
		}
	}
}
