package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/proposal"
	"bailiwick/internal/web/page"
)

// defaultRule begins the name of a decision that no rule took (access.Decision).
const defaultRule = "default:"

// seesMatrix reports whether the actor answers for the rules.
func (v *visit) seesMatrix() bool {
	return v.view.Has(access.PermPrivacy) || v.view.Has(access.PermConfigure) || v.view.Has(access.PermAudit)
}

// Matrix shows where each category may be filled in and seen under the version
// in force, and every rule of it.
func (s *Site) Matrix(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	if !v.seesMatrix() {
		return bailiwick.Denied("Your roles do not include this.")
	}
	// The text was parsed when the version was activated; what cannot be read
	// again is shown as no rules rather than no page.
	rules, _ := proposal.Rules(v.cfg.Document())
	g := v.readGrid("/matrix", r.URL.Query())
	m := v.matrixPage(v.cfg.Matrix, rules, g, false)
	m.Crumb = page.Link{Label: v.p.T("nav.privacy")}
	m.Version = v.p.T("matrix.version", "Number", v.p.Number(v.cfg.Version))
	m.Rules = v.ruleTable(rules, "")
	if v.view.Has(access.PermConfigure) {
		m.Start, m.Open = "/proposals", v.openDrafts()
	}
	m.WhatIf = v.whatIf(g, r.URL.Query(), v.cfg.Matrix, nil)
	return v.show("matrix", m)
}

// matrixPage fills in the grid and what chooses its parts.
func (v *visit) matrixPage(matrix *access.Matrix, rules []access.Rule, g gridState, edit bool) page.Matrix {
	m := page.Matrix{Base: v.base(v.p.T("matrix.title")), Edit: edit}
	for _, o := range []access.Op{access.Populate, access.Access} {
		other := g
		other.op = o
		m.Switch = append(m.Switch, page.Link{Label: v.p.T("matrix." + o.String()), Href: other.address(), Current: o == g.op})
	}
	cols := v.columns(g, rules)
	m.Who = page.WhoForm{Action: g.path, Roles: v.roleOptions(matrix, g.role, true), Hidden: g.hidden("role", "from"), Text: v.p.T("matrix.who." + g.op.String())}
	if g.op == access.Access {
		m.Who.Places = v.placeOptions(g.from, cols)
	}
	v.newGrid(matrix, rules, g, cols).fill(&m, edit)
	m.Add = v.addOptions(cols)
	if len(g.added) > 0 {
		plain := g
		plain.added = nil
		m.Reset = plain.address()
	}
	return m
}

// addOptions are the columns that are not shown yet: regions and countries.
func (v *visit) addOptions(cols []column) []page.Option {
	shown := map[string]bool{}
	for _, c := range cols {
		shown[c.key] = true
	}
	var out []page.Option
	for _, r := range []bailiwick.Region{bailiwick.RegionEEA, bailiwick.RegionEU} {
		if !shown[string(r)] {
			out = append(out, page.Option{Value: string(r), Label: v.p.T("matrix.region." + string(r))})
		}
	}
	for _, o := range countryOptions(v.p, "") {
		if !shown[o.Value] {
			out = append(out, o)
		}
	}
	return out
}

// ruleTable lists the rules as people read them; edit is the address of the
// form of one, up to its id, or empty.
func (v *visit) ruleTable(rules []access.Rule, edit string) page.Table {
	t := page.Table{Caption: v.p.T("matrix.rules"), Empty: v.p.T("matrix.rules.none"), Columns: []page.Column{
		{Label: v.p.T("matrix.rules.id")}, {Label: v.p.T("matrix.rules.op")}, {Label: v.p.T("explain.category")},
		{Label: v.p.T("matrix.rules.subject")}, {Label: v.p.T("matrix.rules.viewer")}, {Label: v.p.T("account.roles")},
		{Label: v.p.T("matrix.rules.effect")}, {Label: v.p.T("matrix.rules.why")},
	}}
	if edit != "" {
		t.Caption = v.p.T("matrix.rules.draft")
	}
	tones := map[access.Effect]string{access.Allow: "ok", access.Deny: "bad", access.Mask: "warn", access.Require: "warn"}
	for _, r := range rules {
		var roles []string
		for _, key := range r.Roles {
			roles = append(roles, v.roleTitle(key))
		}
		if len(roles) == 0 {
			roles = []string{v.p.T("matrix.every")}
		}
		id := page.Cell{Kind: "ref", Text: r.ID}
		if edit != "" {
			id.Href = edit + url.QueryEscape(r.ID)
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{
			id, {Text: v.opTitle(r.Op)}, {Text: v.chip(r.Category).Label},
			{Text: v.countrySet(r.Subject)}, {Text: v.countrySet(r.Viewer)}, {Text: strings.Join(roles, ", ")},
			{Kind: "tag", Text: v.p.T("matrix.effect." + r.Effect.String()), Tone: tones[r.Effect]},
			{Kind: "title", Text: v.ruleWhy(r)},
		}})
	}
	return t
}

// ruleWhy is what else a rule says: condition, term, note and citation.
func (v *visit) ruleWhy(r access.Rule) string {
	parts := []string{}
	if r.Require != "" {
		parts = append(parts, r.Require)
	}
	if !r.From.IsZero() {
		parts = append(parts, v.p.T("matrix.rules.from", "Day", v.day(r.From)))
	}
	if !r.Until.IsZero() {
		parts = append(parts, v.p.T("matrix.rules.until", "Day", v.day(r.Until)))
	}
	for _, text := range []string{r.Note, r.Cite} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " · ")
}

func (v *visit) opTitle(op access.Op) string {
	switch op {
	case access.Export:
		return v.p.T("matrix.op.export")
	case access.StoreRegion:
		return v.p.T("matrix.op.store")
	}
	return v.p.T("matrix." + op.String())
}

func (v *visit) countrySet(s access.CountrySet) string {
	if s.Every() {
		return v.p.T("matrix.every")
	}
	var parts []string
	if len(s.In) > 0 {
		parts = append(parts, v.countryItems(s.In))
	}
	if len(s.NotIn) > 0 {
		parts = append(parts, v.p.T("matrix.not", "Countries", v.countryItems(s.NotIn)))
	}
	return strings.Join(parts, "; ")
}

func (v *visit) countryItems(items []string) string {
	var names []string
	for _, i := range items {
		if bailiwick.Country(i).Known() {
			i = v.p.Country(bailiwick.Country(i))
		} else if key := "matrix.region." + i; v.p.Has(key) {
			i = v.p.T(key)
		}
		names = append(names, i)
	}
	return strings.Join(names, ", ")
}

// number writes an int in the reader's language.
func (v *visit) number(n int) string { return v.p.Number(int64(n)) }

// plain writes a number as an identifier, without separators.
func plain(n int64) string { return strconv.FormatInt(n, 10) }
