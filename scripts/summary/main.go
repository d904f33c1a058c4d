// Command summary reads the JSON lines of go test from standard input and
// prints what people want to know: a line per package, the output of what
// failed, and the name and reason of every skipped test. It fails if a test
// failed.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"
)

// event is a line of go test -json.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
	Elapsed float64
}

func main() {
	if failed := summarise(bufio.NewScanner(os.Stdin)); failed {
		os.Exit(1)
	}
}

// summarise prints the events and reports whether something failed.
func summarise(in *bufio.Scanner) (failed bool) {
	in.Buffer(nil, 16<<20)
	output := map[string][]string{}
	var skipped []string
	count := map[string]int{}
	for in.Scan() {
		var e event
		if json.Unmarshal(in.Bytes(), &e) != nil {
			fmt.Println(in.Text()) // a build error is no JSON
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "output", "build-output":
			output[key] = append(output[key], e.Output)
		case "skip":
			if e.Test != "" {
				skipped = append(skipped, e.Package+" "+e.Test+reason(output[key]))
			}
			delete(output, key)
		case "pass":
			count[e.Package]++
			if e.Test == "" {
				fmt.Printf("ok    %-45s %6.1f s  %d tests\n", e.Package, e.Elapsed, count[e.Package]-1)
			}
			delete(output, key)
		case "fail", "build-fail":
			failed = true
			fmt.Printf("FAIL  %s\n%s", key, strings.Join(output[key], ""))
		}
	}
	if len(skipped) > 0 {
		sort.Strings(skipped)
		fmt.Printf("skipped tests (%d):\n  %s\n", len(skipped), strings.Join(skipped, "\n  "))
	} else {
		fmt.Println("no test was skipped")
	}
	return failed || in.Err() != nil
}

// reason is the line of a skipped test that says why.
func reason(lines []string) string {
	for _, l := range lines {
		if l = strings.TrimSpace(l); strings.Contains(l, ".go:") {
			return ": " + l[strings.Index(l, ".go:")+4:]
		}
	}
	return ""
}
