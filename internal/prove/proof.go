package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
)

// proof is one line of prove.txt: PROMISE PACKAGE PATTERN WHAT...
type proof struct {
	promise string
	dir     string // package, as go test wants it
	pattern string // -run
	what    string // one sentence
}

var promise = regexp.MustCompile(`^P([1-9]|1[0-7])$`)

// parse reads prove.txt; empty lines and lines that begin with # are skipped.
func parse(text string) ([]proof, error) {
	var out []proof
	for i, l := range strings.Split(text, "\n") {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		f := strings.Fields(l)
		if len(f) < 4 || !promise.MatchString(f[0]) || !strings.HasPrefix(f[1], "./") {
			return nil, fmt.Errorf("prove.txt:%d: want PROMISE ./PACKAGE PATTERN WHAT", i+1)
		}
		if _, err := regexp.Compile(f[2]); err != nil {
			return nil, fmt.Errorf("prove.txt:%d: %w", i+1, err)
		}
		out = append(out, proof{f[0], f[1], f[2], strings.Join(f[3:], " ")})
	}
	return out, nil
}

// result is what became of the tests of a proof.
type result struct {
	passed, failed, skipped int
	seconds                 float64
	figures                 []string // what tests logged as "figure: ..."
	output                  string   // of what failed
}

func (r *result) ok() bool { return r.failed == 0 && r.skipped == 0 && r.passed > 0 }

func (r *result) verdict() string {
	switch {
	case r.failed > 0:
		return "FALLS SHORT"
	case r.skipped > 0:
		return fmt.Sprintf("NOT PROVED (%d skipped)", r.skipped)
	case r.passed == 0:
		return "NOT PROVED (no such test)"
	default:
		return "holds"
	}
}

// run runs the tests of a proof, in the module that the package belongs to.
func run(p proof) *result {
	cmd := exec.Command("go", "test", "-json", "-count=1", "-run", p.pattern, p.dir)
	if _, err := os.Stat(p.dir + "/go.mod"); err == nil {
		cmd.Dir, cmd.Args[len(cmd.Args)-1] = p.dir, "."
	}
	out, err := cmd.Output()
	r := read(out)
	if err != nil && r.failed == 0 {
		r.failed++
		r.output = string(out) + err.Error()
	}
	return r
}

// read counts the events of go test -json.
func read(out []byte) *result {
	r := &result{}
	in := bufio.NewScanner(bytes.NewReader(out))
	in.Buffer(nil, 16<<20)
	lines := map[string]string{}
	for in.Scan() {
		var e struct {
			Action, Test, Output string
			Elapsed              float64
		}
		if json.Unmarshal(in.Bytes(), &e) != nil {
			continue
		}
		switch {
		case e.Action == "output" || e.Action == "build-output":
			lines[e.Test] += e.Output
			if _, f, ok := strings.Cut(e.Output, "figure: "); ok {
				r.figures = append(r.figures, strings.TrimSpace(f))
			}
		case e.Test == "" && (e.Action == "pass" || e.Action == "fail"):
			r.seconds = e.Elapsed
		case e.Action == "pass":
			r.passed++
		case e.Action == "skip":
			r.skipped++
		case e.Action == "fail":
			r.failed++
			r.output += lines[e.Test]
		}
	}
	return r
}
