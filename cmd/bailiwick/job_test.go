package main

import (
	"path/filepath"
	"strings"
	"testing"

	"bailiwick/internal/server"
)

// TestJob holds that every job is listed and can be run by its name, and that
// another name is refused with what to do.
func TestJob(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	if out, err := command(t, nil, "tenant", "create", "acme", "--country", "DE", "--data", data); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	list, err := command(t, nil, "job", "list", "--data", data)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range server.Jobs() {
		if !strings.Contains(list, j.Name) || !strings.Contains(list, j.Does) {
			t.Errorf("%s is not listed:\n%s", j.Name, list)
		}
		if out, err := command(t, nil, "job", "run", j.Name, "--data", data); err != nil || !strings.Contains(out, "is done") {
			t.Errorf("%s: %v: %s", j.Name, err, out)
		}
	}
	if _, err := command(t, nil, "job", "run", "no-such-job", "--data", data); err == nil || !strings.Contains(sentence(err), "job list") {
		t.Errorf("a job that is not in the table: %v", err)
	}
}
