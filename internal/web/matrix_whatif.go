package web

import (
	"net/url"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// whatIf answers what somebody would see of a person: asked of the rules
// alone, so no block is opened by it. next is the matrix of a change that
// stands beside the version in force, or nil.
func (v *visit) whatIf(g gridState, q url.Values, now, next *access.Matrix) page.WhatIf {
	m := page.WhatIf{Action: g.path + "#what-if", Hidden: g.hidden(), Compare: next != nil}
	role := bailiwick.Role(q.Get("wr"))
	if v.cfg.Role(role) == nil {
		role = "manager"
	}
	viewer, person := bailiwick.Country(q.Get("wv")), bailiwick.Country(q.Get("wp"))
	m.Asked = q.Has("wr")
	if !m.Asked {
		viewer, person = "US", "FR"
	}
	m.Roles = v.roleOptions(now, role, false)
	m.Viewers, m.People = v.withUnknown(viewer), v.withUnknown(person)
	typ := v.cfg.Type(q.Get("wt"))
	for _, t := range v.types() {
		if typ == nil {
			typ = t
		}
		m.Types = append(m.Types, page.Option{Value: t.Key, Label: t.Plural.In(v.lang), Selected: t.Key == typ.Key})
	}
	if !m.Asked {
		return m
	}
	m.Text = v.p.T("whatif.text", "Role", v.roleTitle(role), "Viewer", v.p.Country(viewer), "Person", v.p.Country(person))
	ask := asking{v: v, viewer: access.Viewer{Roles: []bailiwick.Role{role}, Country: viewer, Purpose: bailiwick.ProvideService}, person: access.Of(person)}
	if !person.Known() {
		ask.person = access.Of()
	}
	ask.now = now.Preview(ask.viewer)
	if next != nil {
		ask.then = next.Preview(ask.viewer)
	}
	cats := page.WhatIfGroup{Caption: v.p.T("whatif.categories"), Head: v.p.T("explain.category")}
	for _, info := range now.Categories() {
		cats.Lines = append(cats.Lines, ask.line(page.WhatIfLine{Chip: v.chipOf(info)}, info.Key, info.OfSubject))
	}
	m.Groups = append(m.Groups, cats)
	if typ != nil {
		m.Groups = append(m.Groups, ask.fields(typ))
	}
	return m
}

// withUnknown lists the countries, the unknown one first.
func (v *visit) withUnknown(chosen bailiwick.Country) []page.Option {
	first := page.Option{Value: "", Label: v.p.T("country.unknown"), Selected: !chosen.Known()}
	return append([]page.Option{first}, countryOptions(v.p, chosen)...)
}

// asking is one question of the what-if panel.
type asking struct {
	v         *visit
	viewer    access.Viewer
	person    access.Subject
	now, then *access.Preview
}

// line answers for a category, under both matrices.
func (a *asking) line(l page.WhatIfLine, c bailiwick.Category, ofSubject bool) page.WhatIfLine {
	about := a.person
	if !ofSubject {
		about = access.NoSubject
	}
	l.Now = a.cell(a.now, c, about)
	if a.then != nil {
		l.Then = a.cell(a.then, c, about)
		l.Changed = l.Then.Text != l.Now.Text
	}
	return l
}

func (a *asking) cell(p *access.Preview, c bailiwick.Category, about access.Subject) page.MatrixCell {
	e := p.Explain(access.Access, c, about, a.v.lang)
	out := page.MatrixCell{Text: a.v.p.T("whatif.no"), Tone: "bad", Why: e.Reason, Note: e.Rule}
	switch {
	case e.Allowed && e.Mask != access.MaskNone:
		out.Text, out.Tone = a.v.p.T("matrix.mask."+e.Mask.String()), "warn"
	case e.Allowed:
		out.Text, out.Tone = a.v.p.T("whatif.yes"), "ok"
	case e.Requires != "":
		out.Text, out.Tone = a.v.p.T("matrix.require"), "warn"
	}
	if e.Level == access.LevelDefault {
		out.Note = a.v.p.T("matrix.default")
	}
	return out
}

// stricter is the answer that shows less: a value that reveals several
// categories is judged by all of them.
func stricter(a, b page.MatrixCell) page.MatrixCell {
	order := map[string]int{"ok": 1, "warn": 2, "bad": 3}
	if order[b.Tone] > order[a.Tone] {
		return b
	}
	return a
}

// fields answers for the fields of a record type, members of groups included.
func (a *asking) fields(t *schema.Type) page.WhatIfGroup {
	out := page.WhatIfGroup{Caption: a.v.p.T("whatif.fields", "Type", t.Plural.In(a.v.lang)), Head: a.v.p.T("whatif.field")}
	infos := a.v.cfg.Matrix.Categories()
	var add func(fields []*schema.Field, prefix string)
	add = func(fields []*schema.Field, prefix string) {
		for _, f := range fields {
			label := prefix + f.Label.In(a.v.lang)
			if len(f.Group) > 0 {
				add(f.Group, label+": ")
				continue
			}
			var worst page.WhatIfLine
			for n, c := range append([]bailiwick.Category{f.Category}, f.Carries...) {
				i := slices.IndexFunc(infos, func(info bailiwick.CategoryInfo) bool { return info.Key == c })
				if i < 0 {
					continue
				}
				l := a.line(page.WhatIfLine{Label: label, Chip: a.v.chipOf(infos[i])}, c, infos[i].OfSubject)
				if n == 0 {
					worst = l
					continue
				}
				worst.Now, worst.Then = stricter(worst.Now, l.Now), stricter(worst.Then, l.Then)
				worst.Changed = worst.Then.Text != worst.Now.Text && a.then != nil
			}
			if worst.Label != "" {
				out.Lines = append(out.Lines, worst)
			}
		}
	}
	add(t.Fields, "")
	return out
}
