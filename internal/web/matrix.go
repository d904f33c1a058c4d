package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// maxMatrixColumns keeps the matrix readable; the rules below it name the rest.
const maxMatrixColumns = 14

// defaultRule begins the name of a decision that no rule took (access.Decision).
const defaultRule = "default:"

// seesMatrix reports whether the actor answers for the rules.
func (v *visit) seesMatrix() bool {
	return v.view.Has(access.PermPrivacy) || v.view.Has(access.PermConfigure) || v.view.Has(access.PermAudit)
}

// Matrix shows where each category may be filled in and seen, as the reader
// is judged, and every rule in force.
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
	rules, _, _ := access.ParseRules("rules.yaml", []byte(v.cfg.Document().Rules))
	op := access.Populate
	if r.URL.Query().Get("op") == access.Access.String() {
		op = access.Access
	}
	m := page.Matrix{
		Base: v.base(v.p.T("matrix.title")), Op: op.String(),
		Version: v.p.T("matrix.version", "Number", v.p.Number(v.cfg.Version)),
		Rules:   v.ruleTable(rules),
	}
	if m.Me != nil {
		m.Viewer = v.p.T("matrix.viewer", "Role", m.Me.Roles, "Country", m.Me.Country)
	}
	for _, o := range []access.Op{access.Populate, access.Access} {
		m.Switch = append(m.Switch, page.Link{Label: v.p.T("matrix." + o.String()), Href: "/matrix?op=" + o.String(), Current: o == op})
	}
	countries := v.matrixCountries(rules)
	for _, country := range countries {
		m.Countries = append(m.Countries, v.p.Country(country))
	}
	for _, info := range v.cfg.Matrix.Categories() {
		row := page.MatrixRow{Label: schema.Labels(info.Title).In(v.lang), Chip: v.chip(info.Key)}
		for _, country := range countries {
			row.Cells = append(row.Cells, v.matrixCell(op, info, country))
		}
		m.Rows = append(m.Rows, row)
	}
	return v.show("matrix", m)
}

func (v *visit) matrixCell(op access.Op, info bailiwick.CategoryInfo, country bailiwick.Country) page.MatrixCell {
	subject := access.NoSubject
	if info.OfSubject {
		subject = access.Of(country)
		if country == bailiwick.UnknownCountry {
			subject = access.Of()
		}
	}
	d := v.view.Decide(op, info.Key, subject)
	cell := page.MatrixCell{Text: v.p.T("matrix.no"), Tone: "bad", Rule: d.Rule()}
	if strings.HasPrefix(cell.Rule, defaultRule) {
		cell.Rule = v.p.T("matrix.default")
	}
	switch {
	case d.Mask() != access.MaskNone:
		cell.Text, cell.Tone = v.p.T("matrix.part"), "warn"
	case d.Allowed():
		cell.Text, cell.Tone = v.p.T("matrix.yes"), "ok"
	case d.Requires() != "":
		cell.Text, cell.Tone = v.p.T("matrix.require"), "warn"
	}
	return cell
}

// matrixCountries are the columns: the seats of the legal entities, the
// countries that rules name for people or for those who look, and the unknown
// country last.
func (v *visit) matrixCountries(rules []access.Rule) []bailiwick.Country {
	var out []bailiwick.Country
	add := func(c bailiwick.Country) {
		if c.Known() && !slices.Contains(out, c) && len(out) < maxMatrixColumns {
			out = append(out, c)
		}
	}
	for _, e := range v.cfg.Entities {
		add(e.Seat)
	}
	for _, r := range rules {
		for _, items := range [][]string{r.Subject.In, r.Subject.NotIn, r.Viewer.In, r.Viewer.NotIn} {
			for _, item := range items {
				add(bailiwick.Country(item))
			}
		}
	}
	slices.Sort(out)
	return append(out, bailiwick.UnknownCountry)
}

// ruleTable lists the rules as people read them.
func (v *visit) ruleTable(rules []access.Rule) page.Table {
	t := page.Table{Caption: v.p.T("matrix.rules"), Empty: v.p.T("matrix.rules.none"), Columns: []page.Column{
		{Label: v.p.T("matrix.rules.id")}, {Label: v.p.T("matrix.rules.op")}, {Label: v.p.T("explain.category")},
		{Label: v.p.T("matrix.rules.subject")}, {Label: v.p.T("matrix.rules.viewer")}, {Label: v.p.T("account.roles")},
		{Label: v.p.T("matrix.rules.effect")}, {Label: v.p.T("matrix.rules.why")},
	}}
	tones := map[access.Effect]string{access.Allow: "ok", access.Deny: "bad", access.Mask: "warn", access.Require: "warn"}
	for _, r := range rules {
		var roles []string
		for _, key := range r.Roles {
			roles = append(roles, v.roleTitle(key))
		}
		if len(roles) == 0 {
			roles = []string{v.p.T("matrix.every")}
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{
			{Kind: "ref", Text: r.ID}, {Text: v.opTitle(r.Op)}, {Text: v.chip(r.Category).Label},
			{Text: v.countrySet(r.Subject)}, {Text: v.countrySet(r.Viewer)}, {Text: strings.Join(roles, ", ")},
			{Kind: "tag", Text: v.p.T("matrix.effect." + r.Effect.String()), Tone: tones[r.Effect]},
			{Kind: "title", Text: strings.TrimSpace(r.Note + " " + r.Cite)},
		}})
	}
	return t
}

func (v *visit) opTitle(op access.Op) string {
	if op == access.Export {
		return v.p.T("matrix.op.export")
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
		}
		names = append(names, i)
	}
	return strings.Join(names, ", ")
}

// number writes an int in the reader's language.
func (v *visit) number(n int) string { return v.p.Number(int64(n)) }

// plain writes a number as an identifier, without separators.
func plain(n int64) string { return strconv.FormatInt(n, 10) }
