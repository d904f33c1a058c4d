package main

import (
	"os"
	"strings"
	"testing"
)

// TestRegistry holds that prove.txt can be read and that every line names a
// package and a test that exist, so that no promise is proved by nothing.
func TestRegistry(t *testing.T) {
	text, err := os.ReadFile("prove.txt")
	if err != nil {
		t.Fatal(err)
	}
	proofs, err := parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range proofs {
		entries, err := os.ReadDir("../../" + p.dir)
		if err != nil {
			t.Errorf("%s: there is no package %s", p.promise, p.dir)
			continue
		}
		found := false
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), "_test.go") {
				continue
			}
			src, err := os.ReadFile("../../" + p.dir + "/" + e.Name())
			if err != nil {
				t.Fatal(err)
			}
			first := strings.FieldsFunc(p.pattern, func(r rune) bool { return strings.ContainsRune("^$|()/", r) })[0]
			found = found || strings.Contains(string(src), "func "+first)
		}
		if !found {
			t.Errorf("%s: %s has no test %s", p.promise, p.dir, p.pattern)
		}
	}
}

// TestParse holds what a line must look like.
func TestParse(t *testing.T) {
	for _, bad := range []string{"P0 ./x T what", "P18 ./x T what", "P1 x T what", "P1 ./x T", "P1 ./x ( what"} {
		if _, err := parse(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	got, err := parse("# note\n\nP14 ./internal/access TestX the matrix decides\n")
	if err != nil || len(got) != 1 || got[0].what != "the matrix decides" {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestRead holds that a proof without tests, or with a skipped one, does not
// hold.
func TestRead(t *testing.T) {
	for _, c := range []struct{ out, want string }{
		{``, "NOT PROVED (no such test)"},
		{`{"Action":"pass","Test":"A"}`, "holds"},
		{`{"Action":"pass","Test":"A"}` + "\n" + `{"Action":"skip","Test":"A/postgres"}`, "NOT PROVED (1 skipped)"},
		{`{"Action":"fail","Test":"A"}`, "FALLS SHORT"},
	} {
		if got := read([]byte(c.out)).verdict(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.out, got, c.want)
		}
	}
}
