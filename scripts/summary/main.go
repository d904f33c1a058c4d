// Command summary reads the JSON lines of go test from standard input and
// prints what people want to know: a line per package, the output of what
// failed, the name and reason of every skipped test, and as its last line
//
//	N passed, N failed, N skipped
//
// A test counts once, by its innermost subtests. A package that does not build,
// ends by a panic or a time-out, or never ends counts as failed; so does an
// empty input, for a run of nothing proves nothing. The exit status is 0 only
// if nothing failed and every skipped test says why. With -brief, skipped tests
// are counted by reason instead of named: for runs that leave out a part on
// purpose.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
)

func main() {
	s := newSummary(os.Stdout)
	flag.BoolVar(&s.brief, "brief", false, "count skipped tests by reason instead of naming them")
	flag.Parse()
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 16<<20)
	for in.Scan() {
		s.line(in.Bytes())
	}
	if err := in.Err(); err != nil {
		fmt.Println("the input could not be read:", err)
		s.failed++
	}
	if !s.end() {
		os.Exit(1)
	}
}
