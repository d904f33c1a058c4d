package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// event is a line of go test -json.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of a build
	FailedBuild string // of a package that failed because this did not build
	Test        string
	Output      string
	Elapsed     float64
}

// summary collects the events of a run.
type summary struct {
	out      io.Writer
	brief    bool               // count skipped tests by reason instead of naming them
	packages map[string]*tested // those that have begun and not ended
	builds   map[string][]string

	passed, failed int
	skipped        []skip
	silent         []string // skipped without a reason
	ended          int      // packages
}

// skip is a test that was skipped, and why.
type skip struct{ name, why string }

// tested is a package while its tests run.
type tested struct {
	output   map[string][]string // by test; "" = of the package
	parent   map[string]bool     // tests that have subtests
	verdicts map[string]string   // by test: pass, fail or skip
}

func newSummary(out io.Writer) *summary {
	return &summary{out: out, packages: map[string]*tested{}, builds: map[string][]string{}}
}

func (s *summary) printf(format string, args ...any) { _, _ = fmt.Fprintf(s.out, format, args...) }

// line takes one line of the input.
func (s *summary) line(text []byte) {
	var e event
	if json.Unmarshal(text, &e) != nil || e.Action == "" {
		s.printf("%s\n", text) // what go itself has to say is no JSON
		return
	}
	if e.ImportPath != "" {
		s.builds[e.ImportPath] = append(s.builds[e.ImportPath], e.Output)
		return
	}
	p := s.packages[e.Package]
	if p == nil {
		p = &tested{output: map[string][]string{}, parent: map[string]bool{}, verdicts: map[string]string{}}
		s.packages[e.Package] = p
	}
	switch e.Action {
	case "output":
		p.output[e.Test] = append(p.output[e.Test], e.Output)
	case "run":
		p.verdicts[e.Test] = ""
		for i, c := range e.Test {
			if c == '/' {
				p.parent[e.Test[:i]] = true
			}
		}
	case "pass", "fail", "skip":
		if e.Test == "" {
			s.close(e, p)
		} else {
			s.judged(e, p)
		}
	}
}

// judged notes the end of one test.
func (s *summary) judged(e event, p *tested) {
	p.verdicts[e.Test] = e.Action
	switch e.Action {
	case "fail":
		s.printf("FAIL  %s %s\n%s", e.Package, e.Test, strings.Join(p.output[e.Test], ""))
	case "skip":
		name := e.Package + " " + e.Test
		why := reason(p.output[e.Test])
		if why == "" {
			s.silent = append(s.silent, name)
		}
		s.skipped = append(s.skipped, skip{name, why})
	}
	delete(p.output, e.Test)
}

// close counts the tests of a package that has ended.
func (s *summary) close(e event, p *tested) {
	delete(s.packages, e.Package)
	s.ended++
	passed, failed := 0, 0
	for _, name := range slices.Sorted(maps.Keys(p.verdicts)) {
		switch verdict := p.verdicts[name]; {
		case verdict == "fail" && !p.failedBelow(name):
			failed++
		case p.parent[name] || verdict == "skip" || verdict == "fail":
		case verdict == "pass":
			passed++
		default: // it was running when the package ended
			s.printf("FAIL  %s %s did not end\n%s", e.Package, name, strings.Join(p.output[name], ""))
			failed++
		}
	}
	if e.Action == "fail" {
		if failed == 0 {
			failed = 1
		}
		s.printf("FAIL  %s\n%s%s", e.Package, strings.Join(s.builds[e.FailedBuild], ""), strings.Join(p.output[""], ""))
	} else if passed+failed > 0 {
		s.printf("ok    %-45s %6.1f s  %d tests\n", e.Package, e.Elapsed, passed)
	}
	s.passed += passed
	s.failed += failed
}

// failedBelow reports whether a subtest of a test failed: then that one is
// counted.
func (p *tested) failedBelow(name string) bool {
	for other, verdict := range p.verdicts {
		if strings.HasPrefix(other, name+"/") && (verdict == "fail" || verdict == "") {
			return true
		}
	}
	return false
}

// end prints the rest and reports whether the run was a good one.
func (s *summary) end() bool {
	for _, name := range slices.Sorted(maps.Keys(s.packages)) {
		s.printf("FAIL  %s did not end\n", name)
		s.failed++
	}
	if s.ended == 0 && s.failed == 0 {
		s.printf("FAIL  nothing was tested\n")
		s.failed++
	}
	s.tellSkipped()
	for _, name := range s.silent {
		s.printf("FAIL  %s was skipped without a reason\n", name)
	}
	s.printf("%d passed, %d failed, %d skipped\n", s.passed, s.failed, len(s.skipped))
	return s.failed == 0 && len(s.silent) == 0
}

// tellSkipped lists what was skipped.
func (s *summary) tellSkipped() {
	if len(s.skipped) == 0 {
		return
	}
	lines := map[string]int{}
	for _, k := range s.skipped {
		if s.brief {
			lines[k.why]++
		} else {
			lines[k.name+": "+k.why]++
		}
	}
	s.printf("skipped tests:\n")
	for _, l := range slices.Sorted(maps.Keys(lines)) {
		if s.brief {
			s.printf("  %4d  %s\n", lines[l], l)
		} else {
			s.printf("  %s\n", l)
		}
	}
}

// reason is the line of a skipped test that says why.
func reason(lines []string) string {
	for _, l := range lines {
		if l = strings.TrimSpace(l); strings.Contains(l, ".go:") {
			_, why, _ := strings.Cut(l[strings.Index(l, ".go:")+4:], ": ")
			return why
		}
	}
	return ""
}
