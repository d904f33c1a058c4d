package web

import (
	"strings"

	"bailiwick/internal/access"
	"bailiwick/internal/proposal"
	"bailiwick/internal/web/page"
)

// ruleSentence says what a rule does, for people who read no YAML: "Health may
// not be seen by viewers outside the European Economic Area. Works agreement
// 2026-1".
func (v *visit) ruleSentence(r access.Rule) string {
	op := r.Op.String()
	if r.Op == access.StoreRegion {
		op = "store"
	}
	out := v.p.T("say."+op+"."+r.Effect.String(), "Category", v.chip(r.Category).Label)
	add := func(key, name, text string) { out += v.p.T("say."+key, name, text) }
	if len(r.Roles) > 0 {
		var roles []string
		for _, key := range r.Roles {
			roles = append(roles, v.roleTitle(key))
		}
		add("roles", "Roles", strings.Join(roles, ", "))
	}
	if !r.Viewer.Every() {
		add("viewer", "Places", v.placeName(r.Viewer))
	}
	if !r.Subject.Every() {
		add("subject", "Places", v.placeName(r.Subject))
	}
	switch {
	case r.Effect == access.Mask:
		add("mask", "Form", v.p.T("matrix.mask."+r.Mask.String()))
	case r.Effect == access.Require:
		add("require", "Text", r.Require)
	case len(r.Regions) > 0:
		add("regions", "Regions", strings.Join(r.Regions, ", "))
	}
	if !r.From.IsZero() {
		add("from", "Day", v.day(r.From))
	}
	if !r.Until.IsZero() {
		add("until", "Day", v.day(r.Until))
	}
	out += "."
	for _, text := range []string{r.Note, r.Cite} {
		if text != "" {
			out += " " + text + "."
		}
	}
	return out
}

// diffWords puts the line of a rule into words where it has only its name: Old
// and New hold the rule as it is written.
func (v *visit) diffWords(l proposal.DiffLine) proposal.DiffLine {
	if l.Kind != "rule" || l.Text != l.Key {
		return l
	}
	say := func(text string) string {
		rules, _, err := access.ParseRules("rules.yaml", []byte("rules: ["+text+"]"))
		if err != nil || len(rules) != 1 {
			return text
		}
		return v.ruleSentence(rules[0])
	}
	l.Group = v.p.T("change.part.rules")
	if l.Old != "" {
		l.Old = say(l.Old)
	}
	if l.New != "" {
		l.New = say(l.New)
	}
	if l.Text = l.New; l.Text == "" {
		l.Text = l.Old
	}
	return l
}

// diffGroups turns what a change does into lists.
func (v *visit) diffGroups(lines []proposal.DiffLine) []page.DiffGroup {
	kinds := map[string]string{"added": "add", "removed": "drop", "changed": "edit"}
	var out []page.DiffGroup
	for _, l := range lines {
		l = v.diffWords(l)
		if len(out) == 0 || out[len(out)-1].Title != l.Group {
			out = append(out, page.DiffGroup{Title: l.Group})
		}
		d := page.DiffLine{Kind: kinds[l.Act], Text: l.Text, Ref: l.Key}
		if d.Kind == "" {
			d.Kind = "edit"
		}
		if d.Kind == "edit" && l.Old != l.New {
			d.Was = l.Old
		}
		d.Word = v.p.T("change.diff." + d.Kind)
		g := &out[len(out)-1]
		g.Lines = append(g.Lines, d)
	}
	return out
}
