package main

import (
	"path/filepath"
	"strings"
	"testing"

	"bailiwick/internal/outbox/mailtest"
)

// TestDoctorAsksTheMailServer holds that a mail server which cannot be used is
// found before mail waits for it, and that asking sends nothing.
func TestDoctorAsksTheMailServer(t *testing.T) {
	sink := mailtest.Start(t)
	flags := []string{"--data", filepath.Join(t.TempDir(), "none"), "--mail-from", "bailiwick@example.com", "--mail-url"}
	out, err := command(t, nil, append(append([]string{"doctor"}, flags...), sink.URL)...)
	if err != nil || !strings.Contains(out, "ok   the mail server answers") || sink.Asked() != 0 {
		t.Errorf("%v: %s", err, out)
	}
	out, err = command(t, nil, append(append([]string{"doctor"}, flags...), "smtp://127.0.0.1:1?tls=none")...)
	if err == nil || !strings.Contains(out, "BAD  the mail server cannot be reached") {
		t.Errorf("%v: %s", err, out)
	}
	out, err = command(t, nil, append(append([]string{"config", "check"}, flags...), "smtp://mail.example.com?tls=none")...)
	if err == nil || !strings.Contains(err.Error(), "mail leaves this machine encrypted only") {
		t.Errorf("%v: %s", err, out)
	}
	env := []string{"BAILIWICK_MAIL_PASSWORD=canary-92"}
	out, err = command(t, env, append(append([]string{"config", "print"}, flags...), "smtps://user@mail.example.com")...)
	if err != nil || strings.Contains(out, "canary-92") || !strings.Contains(out, "smtps://user@mail.example.com") {
		t.Errorf("%v: %s", err, out)
	}
}
