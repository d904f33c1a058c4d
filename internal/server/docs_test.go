package server

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bailiwick"
)

var update = flag.Bool("update", false, "write the generated documents anew")

// golden compares a generated document with the one that is checked in.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is out of date; run \"make docs\" (-want +got):\n%s", path, diff)
	}
}

// TestDocsConfig holds that every key is documented, and nothing else is.
func TestDocsConfig(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# Configuration

<!-- Generated from server.Config by "make docs"; a test compares. -->

Each key can be given as a flag (` + "`--listen`" + `), as an environment variable (` + "`BAILIWICK_LISTEN`" + `) or in the file named by
` + "`--config`" + ` or ` + "`BAILIWICK_CONFIG`" + ` (YAML or JSON, with the same names). A flag wins over the environment, the environment over the
file, the file over the default. Unknown keys and unknown variables are errors. A key marked *secret* can also be given as the name of a
file, by the variable with ` + "`_FILE`" + ` at its end, and is masked by ` + "`bailiwick config print`" + `, which also says where each value comes from.
What a customer decides (rules, roles, language) is no key here: it is part of the workspace's own configuration.

| key | variable | default | meaning |
|---|---|---|---|
`)
	for _, k := range Keys() {
		def := "`" + k.Default + "`"
		if k.Default == "" {
			def = ""
		}
		help := strings.ReplaceAll(k.Help, "|", "\\|")
		if k.Secret {
			help += " *Secret.*"
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s |\n", k.Name, k.Variable(), def, help)
	}
	b.WriteString(`
## Limits that are not keys

| limit | value |
|---|---|
`)
	for _, l := range []struct{ what, value string }{
		{"request line and headers", size(maxHeaderBytes)}, {"path and query", size(maxPathBytes)},
		{"body of a form or JSON document", size(defaultBody)}, {"uploaded import file", size(uploadBody)},
		{"time for the headers", readHeaderTimeout.String()}, {"idle connection", idleTimeout.String()},
		{"import or export", slowTimeout.String()}, {"wait for a free place among max-requests", gateWait.String()},
	} {
		fmt.Fprintf(&b, "| %s | %s |\n", l.what, l.value)
	}
	golden(t, "../../docs/config.md", b.String())
}

func size(n int) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}

// TestDefaults holds that the tags, which the command line reads, and Defaults
// say the same.
func TestDefaults(t *testing.T) {
	d := Defaults()
	for _, k := range Keys() {
		want := k.Default
		if k.Name == "request-timeout" {
			want = "1m0s"
		}
		if got := k.Value(&d); got != want {
			t.Errorf("%s: Defaults says %q, the tag %q", k.Name, got, want)
		}
		if k.Name == "" || k.Help == "" {
			t.Errorf("a key has no name or no help: %+v", k)
		}
	}
}

// TestDocsErrors holds that every error code is documented.
func TestDocsErrors(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# Errors

<!-- Generated from bailiwick.Codes by "make docs"; a test compares. -->

The API answers an error with a problem document (RFC 9457, ` + "`application/problem+json`" + `) whose ` + "`type`" + ` is ` + "`/problems/CODE`" + `, the
address of a page that explains it on every host; pages show the same code and sentence. A problem names fields and rules and never echoes a value.

| code | status | meaning |
|---|---|---|
`)
	for _, c := range bailiwick.Codes() {
		fmt.Fprintf(&b, "| `%s` | %d | %s |\n", c.Code, c.Status, c.Meaning)
	}
	golden(t, "../../docs/errors.md", b.String())
}
