package web

import (
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/proposal"
	"bailiwick/internal/web/page"
)

// Limits of what a page shows of a simulation; the rest is counted.
const (
	maxEffectUsers  = 60
	maxEffectStored = 60
)

// effect turns a simulation into tables of people and of stored records.
func (v *visit) effect(p proposal.Proposal) *page.Effect {
	s := p.Simulation
	if s == nil {
		return nil
	}
	m := &page.Effect{When: v.p.T("change.effect.when", "When", v.dateTime(s.Made), "Version", plain(s.Base))}
	loses, gains := met(s, worse, false), met(s, better, false)
	fillLoses, fillGains := met(s, worse, true), met(s, better, true)
	var less, more int64
	for _, r := range s.Stored {
		if r.Illegal || r.Loses+r.Masked > 0 { // what lies in quarantine is hidden from everybody
			less += r.Records
		}
		if r.Gains > 0 {
			more += r.Records
		}
	}
	tile := func(n int64, key, tone string) {
		if n == 0 {
			tone = ""
		}
		m.Tiles = append(m.Tiles, page.Tile{Label: v.p.T("change.effect." + key), Value: v.p.Number(n), Tone: tone})
	}
	tile(int64(loses), "lose.users", "bad")
	tile(int64(gains), "gain.users", "warn")
	if fillLoses > 0 {
		tile(int64(fillLoses), "lose.fill", "bad")
	}
	if fillGains > 0 {
		tile(int64(fillGains), "gain.fill", "warn")
	}
	tile(less, "lose.records", "bad")
	tile(more, "gain.records", "warn")
	tile(s.Illegal, "illegal", "bad")
	if len(s.Users) == 0 && len(s.Stored) == 0 {
		m.None = v.p.T("change.effect.nobody")
	}
	if s.Illegal > 0 {
		m.Notes = append(m.Notes, v.p.T("change.effect.quarantine", "Count", v.p.Number(s.Illegal)))
	}
	if text := v.sensitive(p); text != "" {
		m.Notes = append(m.Notes, v.p.T("change.effect.sensitive", "Fields", text))
	}
	m.Users, m.Records = v.effectUsers(s), v.effectStored(s)
	return m
}

// met counts the users whose filling in, or whose seeing and exporting, changes
// in a way.
func met(s *proposal.Simulation, way func(proposal.Effect) bool, filling bool) (n int) {
	for _, u := range s.Users {
		if slices.ContainsFunc(u.Changes, func(c proposal.Change) bool { return way(c.Effect) && (c.Op == access.Populate.String()) == filling }) {
			n++
		}
	}
	return n
}

// sensitive names the fields of other than ordinary categories that a
// simulated change adds, with the category of each.
func (v *visit) sensitive(p proposal.Proposal) string {
	d, err := v.drafted(p, p.Document)
	if err != nil {
		return "" // the page says elsewhere what is wrong with the document
	}
	var out []string
	for _, f := range p.Simulation.Sensitive {
		label := f.Type + " / " + f.Field
		if t := d.typ(f.Type); t != nil {
			if field := t.Field(f.Field); field != nil {
				label = t.Title.In(v.lang) + " / " + field.Label.In(v.lang)
			}
		}
		out = append(out, label+" ("+d.chip(f.Category, v.lang).Label+")")
	}
	return strings.Join(out, ", ")
}

func better(e proposal.Effect) bool { return !worse(e) }

// worse reports whether somebody sees or may do less.
func worse(e proposal.Effect) bool { return e == proposal.Loses || e == proposal.Masked }

// effectWords are what happens, and its tone.
func (v *visit) effectWords(e proposal.Effect) (string, string) {
	if worse(e) {
		return v.p.T("change.effect." + string(e)), "bad"
	}
	return v.p.T("change.effect." + string(e)), "warn"
}

func (v *visit) effectUsers(s *proposal.Simulation) page.Table {
	t := page.Table{Caption: v.p.T("change.effect.users"), Columns: []page.Column{
		{Label: v.p.T("change.effect.user")}, {Label: v.p.T("change.effect.does")}, {Label: v.p.T("change.effect.category")}, {Label: v.p.T("change.effect.people")},
	}}
	var who []bailiwick.UserID
	for _, u := range s.Users {
		who = append(who, u.User)
	}
	names := v.ids.Names(v.r.Context(), v.actor, who)
	for _, u := range s.Users {
		var roles []string
		for _, r := range u.Roles {
			roles = append(roles, v.roleTitle(r))
		}
		name := names[u.User] + " (" + strings.Join(roles, ", ") + ", " + v.p.Country(u.Country) + ")"
		for _, c := range u.Changes {
			if len(t.Rows) == maxEffectUsers {
				return t
			}
			text, tone := v.effectWords(c.Effect)
			if c.Op == access.Populate.String() {
				text = v.p.T("change.effect.fill." + string(c.Effect))
			}
			what := v.p.T("change.effect.op."+c.Op, "Category", v.chip(c.Category).Label)
			if fields := v.fieldsOf(s, c); fields != "" {
				what += ": " + fields
			}
			t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{
				{Kind: "title", Text: name}, {Kind: "tag", Text: text, Tone: tone}, {Kind: "title", Text: what}, {Kind: "title", Text: v.effectPlaces(c.Countries)},
			}})
		}
	}
	return t
}

// fieldsOf names the fields that a change of a category is about.
func (v *visit) fieldsOf(s *proposal.Simulation, c proposal.Change) string {
	const most = 6
	var out []string
	for _, f := range s.Fields {
		if f.Category != c.Category || f.Op != c.Op || f.Effect != c.Effect || len(out) == most {
			continue
		}
		t := v.cfg.Type(f.Type)
		if t == nil {
			continue
		}
		label := f.Field
		if field := t.Field(f.Field); field != nil {
			label = field.Label.In(v.lang)
		}
		if text := label + " (" + t.Title.In(v.lang) + ")"; !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, ", ")
}

// effectPlaces names countries, few by name; many as a count.
func (v *visit) effectPlaces(list []bailiwick.Country) string {
	const most = 8
	if len(list) == 0 {
		return v.p.T("matrix.everywhere")
	}
	if len(list) > most {
		return v.countryNames(list[:most]) + " " + v.p.T("matrix.rules.more", "Count", v.number(len(list)-most))
	}
	return v.countryNames(list)
}

func (v *visit) effectStored(s *proposal.Simulation) page.Table {
	t := page.Table{Caption: v.p.T("change.effect.records"), Columns: []page.Column{
		{Label: v.p.T("change.effect.type")}, {Label: v.p.T("explain.category")}, {Label: v.p.T("change.effect.people")},
		{Label: v.p.T("change.effect.does")}, {Label: v.p.T("change.effect.count"), Number: true},
	}}
	for _, r := range s.Stored {
		if len(t.Rows) == maxEffectStored {
			break
		}
		label := r.Type
		if typ := v.cfg.Type(r.Type); typ != nil {
			label = typ.Plural.In(v.lang)
		}
		does, tone := v.p.T("change.effect.more"), "warn"
		switch {
		case r.Illegal:
			does, tone = v.p.T("change.effect.illegal.tag"), "bad"
		case r.Loses+r.Masked > 0:
			does, tone = v.p.T("change.effect.less"), "bad"
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{
			{Text: label}, {Text: v.chip(r.Category).Label}, {Kind: "title", Text: v.effectPlaces(r.Countries)},
			{Kind: "tag", Text: does, Tone: tone}, {Kind: "number", Text: v.p.Number(r.Records)},
		}})
	}
	return t
}
