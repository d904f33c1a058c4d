package schema

import (
	"fmt"
	"slices"
	"strings"
)

// MaxProblems is how many problems of a pack are reported; what follows is
// only counted.
const MaxProblems = 100

// Problem is one thing wrong with a pack.
type Problem struct {
	File    string
	Line    int    // from 1; 0 where none can be named
	Key     string // path of the key, such as "types.risk.fields.title.category"
	Message string
}

// String returns file:line: key: message.
func (p Problem) String() string {
	place := p.File
	if p.Line > 0 {
		place = fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	if p.Key == "" {
		return place + ": " + p.Message
	}
	return place + ": " + p.Key + ": " + p.Message
}

// Problems is the error of Parse and Check: everything that is wrong, sorted
// by file and line.
type Problems []Problem

// Error returns one problem per line.
func (ps Problems) Error() string {
	lines := make([]string, 0, len(ps))
	for i, p := range ps {
		if i == MaxProblems {
			lines = append(lines, fmt.Sprintf("and %d more", len(ps)-i))
			break
		}
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

// orNil returns the sorted problems as an error, nil when there are none.
func (ps Problems) orNil() error {
	if len(ps) == 0 {
		return nil
	}
	slices.SortStableFunc(ps, func(a, b Problem) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
	return ps
}
