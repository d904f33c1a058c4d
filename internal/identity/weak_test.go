package identity

import (
	"testing"

	"bailiwick"
)

// TestWeakPasswords holds which passwords of a good length are refused, by
// which rule, and that ordinary ones are not.
func TestWeakPasswords(t *testing.T) {
	for password, want := range map[string]string{
		"passwordpassword": "weak", "PasswordPassword1!": "weak", "aaaaaaaaaaaaaa": "weak", "abcabcabcabcab": "weak", "121212112212": "weak",
		"ada.example-2026": "weak", "I am Ada.Example": "weak",
		"123456789012": "common", "Password12345": "common", "qwertyuiop!!": "common", "Bailiwick2026": "common",
		"correct horse battery": "", "Rain on a Tuesday": "", "ada was here today": "", "süß-und-salzig-7": "", "kzQ93!mmPp2w": "",
	} {
		err := checkPassword(password, "ada.example@example.com")
		got := ""
		if e, ok := err.(*bailiwick.Error); ok {
			got = e.Fields[0].Rule
		}
		if got != want {
			t.Errorf("%s: %q, want %q", password, got, want)
		}
	}
	if err := checkPassword("bob likes tea and toast", "bob@example.com"); err != nil {
		t.Errorf("three letters stand in many passwords: %v", err)
	}
}
