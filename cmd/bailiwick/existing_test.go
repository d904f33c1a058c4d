package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLookingMakesNothing holds that a misspelt --data makes no second
// installation, unless the command is there to make one.
func TestLookingMakesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "typo")
	for _, args := range [][]string{{"tenant", "list"}, {"tenant", "link", "acme"}, {"migrate"}, {"job", "run", "ended-access"}} {
		_, err := command(t, nil, append(args, "--data", dir)...)
		if err == nil || !strings.Contains(err.Error(), "no installation in "+dir) {
			t.Errorf("%v: got %v", args, err)
		}
	}
	if out, err := command(t, nil, "doctor", "--data", dir); err != nil || !strings.Contains(out, "nothing has been made") {
		t.Errorf("doctor: %v: %s", err, out)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	_, _ = command(t, nil, "tenant", "list", "--data", dir)
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("%v: %d files were made", err, len(entries))
	}
}

// TestDoctorBesideAServer holds that a directory which a server has open is no
// fault: that is how things are on a good day.
func TestDoctorBesideAServer(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if out, err := command(t, nil, "tenant", "create", "acme", "--country", "DE", "--data", dir); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	unlock, err := lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unlock() }()
	out, err := command(t, nil, "doctor", "--data", dir)
	if err != nil || strings.Contains(out, "BAD") || !strings.Contains(out, "--   a process has") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestHelp holds that a call without arguments helps, and that a command's own
// flags stand before those that every command has.
func TestHelp(t *testing.T) {
	out, err := command(t, nil)
	if err != nil || !strings.Contains(out, "Usage: bailiwick <command>") {
		t.Errorf("%v: %s", err, out)
	}
	if out, err = command(t, nil, "import", "--help"); err != nil {
		t.Fatal(err)
	}
	if own, all := strings.Index(out, "--dry-run"), strings.Index(out, "--listen"); own < 0 || all < own {
		t.Errorf("the flags of the server come first:\n%s", out)
	}
}

// TestConfigPrintDerives holds that no place an operator may look for is blank.
func TestConfigPrintDerives(t *testing.T) {
	out, err := command(t, nil, "config", "print")
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"data": "bailiwick-data derived", "root-key": "bailiwick-data/root.key derived",
		"base-url": "http://localhost:8080 derived", "keystore": "file:bailiwick-data/keys derived",
	} {
		if got := row(out, key); got != want {
			t.Errorf("%s: got %q, want %q", key, got, want)
		}
	}
}

// TestImportReport holds what the terminal says of a run.
func TestImportReport(t *testing.T) {
	for name, c := range map[string]struct {
		cmd  importCommand
		code int
		res  result
		want string
		not  string
	}{
		"a dry run":   {res: result{DryRun: true, Rows: 2, Created: 2}, code: 200, want: "2 rows: 2 would be created", not: "Undo"},
		"an undo":     {cmd: importCommand{Undo: true}, res: result{Deleted: 3}, code: 200, want: "3 deleted, 0 reverted\n", not: "left"},
		"an undo, +":  {cmd: importCommand{Undo: true}, res: result{Left: []string{"RSK-1"}}, code: 200, want: "changed since: RSK-1\n"},
		"a refusal":   {res: result{Title: "No.", Detail: "No."}, code: 404, want: "refused (404): No.", not: "No. No."},
		"a known key": {res: result{DryRun: true, Rows: 9, Present: 9, PresentKey: "cve_id"}, code: 200, want: "already here by cve_id: 9 rows; --mode skip --key cve_id"},
	} {
		var out bytes.Buffer
		if err := c.cmd.report(&out, c.code, &c.res); err != nil {
			out.WriteString(err.Error())
		}
		if got := out.String(); !strings.Contains(got, c.want) || c.not != "" && strings.Contains(got, c.not) {
			t.Errorf("%s: %s", name, got)
		}
	}
}
