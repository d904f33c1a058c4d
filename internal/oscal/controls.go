package oscal

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"bailiwick"
)

// reader turns the tree of a catalogue into controls.
type reader struct {
	params map[string]param // by identifier; the whole catalogue shares them
	seen   map[string]bool  // identifiers of controls
	out    *Catalogue

	inserted, insertedBytes int  // see maxInserted
	overflow                bool // whether the limits of insertions were passed
}

var controlID = regexp.MustCompile(`^[A-Za-z0-9_.()-]{1,60}$`)

// collect gathers parameters before any text is made, since a text may insert
// a parameter that stands further down. It also holds the depth limit for
// everything that walks the tree later.
func (r *reader) collect(g group, depth int) error {
	if depth > MaxDepth {
		return tooDeep()
	}
	r.keep(g.Params)
	for _, c := range g.Controls {
		if err := r.collectControl(c, depth+1); err != nil {
			return err
		}
	}
	for _, sub := range g.Groups {
		if err := r.collect(sub, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) collectControl(c control, depth int) error {
	if depth > MaxDepth || partDepth(c.Parts) > MaxDepth {
		return tooDeep()
	}
	r.keep(c.Params)
	for _, sub := range c.Controls {
		if err := r.collectControl(sub, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) keep(ps []param) {
	for _, p := range ps {
		r.params[p.ID] = p
	}
}

func partDepth(parts []part) int {
	deepest := 0
	for _, p := range parts {
		deepest = max(deepest, 1+partDepth(p.Parts))
		if deepest > MaxDepth {
			break
		}
	}
	return deepest
}

func tooDeep() error { return bailiwick.Malformed("The catalogue is nested too deeply.") }

func (r *reader) group(g group, family string) error {
	if t := short(g.Title); t != "" {
		family = t
	}
	for _, c := range g.Controls {
		if err := r.control(c, family, ""); err != nil {
			return err
		}
	}
	for _, sub := range g.Groups {
		if err := r.group(sub, family); err != nil {
			return err
		}
	}
	return nil
}

// control adds a control and its enhancements.
func (r *reader) control(c control, family, parent string) error {
	if !controlID.MatchString(c.ID) {
		return bailiwick.Malformed("A control has no proper identifier.")
	}
	if r.seen[c.ID] {
		return bailiwick.Malformed("The control " + c.ID + " appears twice.")
	}
	r.seen[c.ID] = true
	if len(r.seen) > MaxControls {
		return &bailiwick.Error{Code: bailiwick.CodeTooLarge, Message: fmt.Sprintf("The catalogue has more than %d controls.", MaxControls)}
	}
	title := line(c.Title)
	full := title
	if parent != "" {
		full = parent + " | " + title
	}
	if value(c.Props, "status") == "withdrawn" {
		r.out.Withdrawn++
	} else {
		k := Control{
			ID: c.ID, Label: label(c), Family: family, Title: full,
			Statement: r.text(c.Parts, "statement"), Guidance: r.text(c.Parts, "guidance", "overview"),
		}
		if r.overflow || title == "" || utf8.RuneCountInString(full) > MaxName ||
			utf8.RuneCountInString(k.Statement) > MaxText || utf8.RuneCountInString(k.Guidance) > MaxText {
			return bailiwick.Malformed("The control " + c.ID + " has no title, or a longer text than a record can hold.")
		}
		r.out.Controls = append(r.out.Controls, k)
	}
	for _, sub := range c.Controls {
		if err := r.control(sub, family, title); err != nil {
			return err
		}
	}
	return nil
}

// label returns the number by which people cite a control: the label meant for
// reading rather than for sorting, else any label, else the identifier.
func label(c control) string {
	other := ""
	for _, p := range c.Props {
		if p.Name != "label" || line(p.Value) == "" || len(p.Value) > 60 {
			continue
		}
		if p.Class == "" {
			return line(p.Value)
		}
		if other == "" {
			other = line(p.Value)
		}
	}
	if other != "" {
		return other
	}
	return strings.ToUpper(c.ID)
}

func value(props []prop, name string) string {
	for _, p := range props {
		if p.Name == name {
			return strings.ToLower(strings.TrimSpace(p.Value))
		}
	}
	return ""
}

// line brings a text onto one line.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// short is line cut to the length of a name.
func short(s string) string {
	r := []rune(line(s))
	return string(r[:min(len(r), MaxName)])
}
