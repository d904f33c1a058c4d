// Command prove runs what proves a promise of the product and prints a table.
// The file prove.txt says which tests prove what; a promise of which a test
// fails, is skipped, or no longer exists, is not proved.
//
//	make prove P=14      one promise
//	make prove           all that have proofs
package main

import (
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
)

func main() {
	ok, err := prove(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "prove:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

// prove runs the proofs of the promises named ("14" or "P14"; none = all).
func prove(names []string) (ok bool, err error) {
	text, err := os.ReadFile("internal/prove/prove.txt")
	if err != nil {
		return false, fmt.Errorf("run it from the root of the project: %w", err)
	}
	proofs, err := parse(string(text))
	if err != nil {
		return false, err
	}
	chosen := choose(proofs, names)
	if len(chosen) == 0 {
		return false, fmt.Errorf("internal/prove/prove.txt has no proof of %s yet", strings.Join(names, ", "))
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "PROMISE\tWHAT\tTESTS\tRESULT\tTIME")
	ok = true
	var notes []string
	for _, p := range chosen {
		r := run(p)
		ok = ok && r.ok()
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%.1f s\n", p.promise, p.what, r.passed, r.verdict(), r.seconds)
		for _, f := range r.figures {
			notes = append(notes, p.promise+": "+f)
		}
		if !r.ok() {
			notes = append(notes, p.promise+": "+p.what+":\n"+r.output)
		}
	}
	if err := w.Flush(); err != nil {
		return false, err
	}
	for _, n := range notes {
		fmt.Println(n)
	}
	return ok, nil
}

// choose keeps the proofs of the promises named.
func choose(all []proof, names []string) []proof {
	if len(names) == 0 {
		return all
	}
	var out []proof
	for _, p := range all {
		for _, n := range names {
			if p.promise == "P"+strings.TrimPrefix(n, "P") {
				out = append(out, p)
			}
		}
	}
	return out
}
