package access

import (
	"fmt"
	"strings"
)

// Problem is one thing wrong with a policy or a rule file. It names where and
// what was expected, never the text that was found.
type Problem struct {
	File    string // empty when found by Compile
	Line    int    // 1-based; 0 when found by Compile
	Where   string // "rule health-eea", "role hr", or empty
	Key     string // path of the key within it, such as "subject.in[3]"
	Message string
}

// String returns "file:line: where: key: message", leaving out what is empty.
func (p Problem) String() string {
	var b strings.Builder
	if p.File != "" {
		fmt.Fprintf(&b, "%s:%d: ", p.File, p.Line)
	}
	for _, s := range []string{p.Where, p.Key} {
		if s != "" {
			b.WriteString(s + ": ")
		}
	}
	return b.String() + p.Message
}

// maxProblems bounds a report; the last one then says that there are more.
const maxProblems = 100

// Problems is everything found wrong, in one error.
type Problems []Problem

// Error returns one line per problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// add appends a problem while there is room.
func (ps *Problems) add(p Problem) {
	switch {
	case len(*ps) < maxProblems:
		*ps = append(*ps, p)
	case len(*ps) == maxProblems:
		*ps = append(*ps, Problem{File: p.File, Line: p.Line, Message: "there are more problems"})
	}
}

// err returns the problems as an error, nil if there are none.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}
