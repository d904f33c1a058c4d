package oscal

import (
	"regexp"
	"strings"
)

// insertion is where a text inserts a parameter.
var insertion = regexp.MustCompile(`\{\{\s*insert:\s*param,\s*([^\s}]+)\s*\}\}`)

// maxInsertions bounds how deeply choices of a parameter insert others: a
// parameter may not be its own part.
const maxInsertions = 4

// Limits of all insertions of a catalogue together, since a parameter that
// inserts others many times multiplies.
const (
	maxInserted      = 50_000
	maxInsertedBytes = 64 << 20
)

// text returns the prose of the parts with one of the names: each item on a
// line of its own with its label, indented by its depth.
func (r *reader) text(parts []part, names ...string) string {
	var b strings.Builder
	for _, p := range parts {
		for _, n := range names {
			if p.Name == n {
				r.prose(&b, p, 0)
			}
		}
	}
	return strings.TrimSpace(b.String())
}

func (r *reader) prose(b *strings.Builder, p part, depth int) {
	if b.Len() > 8*MaxText { // refused by its length anyway
		return
	}
	text := strings.TrimSpace(strings.ReplaceAll(r.insert(p.Prose, 0), "\r\n", "\n"))
	if l := itemLabel(p); l != "" && depth > 0 {
		text = strings.TrimSpace(l + " " + text)
	}
	if text != "" {
		b.WriteString(strings.Repeat("  ", max(depth-1, 0)) + text + "\n")
	}
	for _, sub := range p.Parts {
		r.prose(b, sub, depth+1)
	}
}

func itemLabel(p part) string {
	for _, q := range p.Props {
		if q.Name == "label" && q.Class == "" {
			return line(q.Value)
		}
	}
	return ""
}

// insert puts parameters into a text: their values where the catalogue sets
// them, else what has to be assigned or selected, in brackets as the printed
// standards have it.
func (r *reader) insert(text string, depth int) string {
	if r.overflow {
		return ""
	}
	return insertion.ReplaceAllStringFunc(text, func(m string) string {
		if r.inserted++; r.inserted > maxInserted || r.insertedBytes > maxInsertedBytes {
			r.overflow = true
			return ""
		}
		out := r.parameter(insertion.FindStringSubmatch(m)[1], depth)
		r.insertedBytes += len(out)
		return out
	})
}

// parameter returns what stands for a parameter in a text.
func (r *reader) parameter(id string, depth int) string {
	p, ok := r.params[id]
	switch {
	case !ok || depth == maxInsertions:
		return "[Assignment]"
	case len(p.Values) > 0:
		return line(strings.Join(p.Values, ", "))
	case p.Select != nil:
		choices := make([]string, 0, len(p.Select.Choice))
		for _, c := range p.Select.Choice {
			choices = append(choices, line(r.insert(c, depth+1)))
		}
		how := "Selection"
		if p.Select.HowMany == "one-or-more" {
			how = "Selection (one or more)"
		}
		return "[" + how + ": " + strings.Join(choices, "; ") + "]"
	case line(p.Label) != "":
		return "[Assignment: " + line(p.Label) + "]"
	}
	return "[Assignment]"
}
