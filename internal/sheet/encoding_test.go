package sheet_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"bailiwick/internal/sheet"
)

// TestEncodings holds which files are read though they are not UTF-8, and that
// a guess never spoils a file that is nearly UTF-8.
func TestEncodings(t *testing.T) {
	for in, want := range map[string]string{
		"a\nM\xfcller \x80\n":        "Müller €",
		"a\nMüller\n":                "Müller",
		"a\nM\xfcller Müller\n":      "", // both
		"a\nx\x81\n":                 "", // used by neither
		"\xff\xfea\x00\n\x00":        "", // UTF-16
		"\xef\xbb\xbfa\nM\xfcller\n": "", // says that it is UTF-8
	} {
		got, err := sheet.ReadCSV([]byte(in))
		if want == "" && err == nil {
			t.Errorf("%q was read as %q", in, got.Rows)
		}
		if want != "" && (err != nil || got.Rows[0][0] != want) {
			t.Errorf("%q: %v, %q", in, err, got.Rows)
		}
	}
}

// TestLines holds that every row knows the line of the file it begins on.
func TestLines(t *testing.T) {
	got, err := sheet.ReadCSV([]byte("a,b\r\n1,\"x\r\ny\"\r\n\r\n2,z\r\n3,z"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{2, 5, 6}, got.Lines); diff != "" {
		t.Error(diff)
	}
}
