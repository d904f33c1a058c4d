package main

import (
	"strings"
	"testing"
)

const (
	good = `{"Action":"start","Package":"a"}
{"Action":"run","Package":"a","Test":"TestA"}
{"Action":"run","Package":"a","Test":"TestA/s"}
{"Action":"pass","Package":"a","Test":"TestA/s"}
{"Action":"pass","Package":"a","Test":"TestA"}
{"Action":"pass","Package":"a","Elapsed":0.1}
{"Action":"start","Package":"none"}
{"Action":"output","Package":"none","Output":"?  none [no test files]\n"}
{"Action":"skip","Package":"none"}`
	skips = `{"Action":"run","Package":"b","Test":"TestS"}
{"Action":"output","Package":"b","Test":"TestS","Output":"    b_test.go:7: no browser here\n"}
{"Action":"skip","Package":"b","Test":"TestS"}
{"Action":"pass","Package":"b"}`
	silent = `{"Action":"run","Package":"b","Test":"TestN"}
{"Action":"output","Package":"b","Test":"TestN","Output":"--- SKIP: TestN (0.00s)\n"}
{"Action":"skip","Package":"b","Test":"TestN"}
{"Action":"pass","Package":"b"}`
	fails = `{"Action":"run","Package":"c","Test":"TestF"}
{"Action":"run","Package":"c","Test":"TestF/bad"}
{"Action":"output","Package":"c","Test":"TestF/bad","Output":"    c_test.go:1: wrong\n"}
{"Action":"fail","Package":"c","Test":"TestF/bad"}
{"Action":"fail","Package":"c","Test":"TestF"}
{"Action":"fail","Package":"c"}`
	unbuilt = `{"ImportPath":"d [d.test]","Action":"build-output","Output":"x.go:1: undefined: y\n"}
{"ImportPath":"d [d.test]","Action":"build-fail"}
{"Action":"start","Package":"d"}
{"Action":"output","Package":"d","Output":"FAIL\td [build failed]\n"}
{"Action":"fail","Package":"d","FailedBuild":"d [d.test]"}`
	panics = `{"Action":"run","Package":"e","Test":"TestP"}
{"Action":"run","Package":"e","Test":"TestQ"}
{"Action":"output","Package":"e","Test":"TestP","Output":"panic: boom\n"}
{"Action":"fail","Package":"e","Test":"TestP"}
{"Action":"fail","Package":"e"}`
	leaks = `{"Action":"run","Package":"f","Test":"TestE"}
{"Action":"pass","Package":"f","Test":"TestE"}
{"Action":"output","Package":"f","Output":"goroutines were left behind\n"}
{"Action":"fail","Package":"f"}`
)

func TestSummary(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		last string
		good bool
		says string
	}{
		"passes":                   {good, "1 passed, 0 failed, 0 skipped", true, "ok    a "},
		"skips":                    {good + "\n" + skips, "1 passed, 0 failed, 1 skipped", true, "b TestS: no browser here"},
		"skips without a reason":   {silent, "0 passed, 0 failed, 1 skipped", false, "b TestN was skipped without a reason"},
		"fails":                    {fails, "0 passed, 1 failed, 0 skipped", false, "wrong"},
		"does not build":           {good + "\n" + unbuilt, "1 passed, 1 failed, 0 skipped", false, "undefined: y"},
		"panics":                   {panics, "0 passed, 2 failed, 0 skipped", false, "panic: boom"},
		"fails after its tests":    {leaks, "1 passed, 1 failed, 0 skipped", false, "goroutines were left"},
		"never ends":               {good + "\n" + `{"Action":"start","Package":"g"}`, "1 passed, 1 failed, 0 skipped", false, "g did not end"},
		"nothing":                  {"", "0 passed, 1 failed, 0 skipped", false, "nothing was tested"},
		"go cannot even begin":     {"go: cannot find main module", "0 passed, 1 failed, 0 skipped", false, "cannot find main module"},
		"a package without a test": {`{"Action":"skip","Package":"none"}`, "0 passed, 0 failed, 0 skipped", true, ""},
	} {
		var out strings.Builder
		s := newSummary(&out)
		for l := range strings.SplitSeq(c.in, "\n") {
			if l != "" {
				s.line([]byte(l))
			}
		}
		ok := s.end()
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		if last := lines[len(lines)-1]; last != c.last || ok != c.good || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s: %v, want %v, %q, %q in:\n%s", name, ok, c.good, c.last, c.says, out.String())
		}
	}
}

func TestBrief(t *testing.T) {
	var out strings.Builder
	s := newSummary(&out)
	s.brief = true
	for l := range strings.SplitSeq(skips, "\n") {
		s.line([]byte(l))
	}
	const want = "skipped tests:\n     1  no browser here\n0 passed, 0 failed, 1 skipped\n"
	if !s.end() || out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}
