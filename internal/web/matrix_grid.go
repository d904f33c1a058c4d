package web

import (
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/access/cells"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// The tokens of what a cell can be set to.
const (
	tokenDefault = "-" // no rule of the tenant
	tokenAllow   = "allow"
	tokenDeny    = "deny"
	tokenMask    = "mask:"
	tokenRequire = "require:"
	tokenMixed   = "mixed" // not one answer; never set
)

// grid is the answers of a matrix for the columns of a page.
type grid struct {
	v       *visit
	m       *access.Matrix
	rules   map[string]access.Rule
	state   gridState
	columns []column
	classes [][]bailiwick.Country // persons' countries that nothing tells apart
	viewers []bailiwick.Country   // one of each kind of viewer's country
	roles   []bailiwick.Role
	answers [][][][]access.GridCell // role, viewer, category, class
}

// newGrid asks a matrix for everything that the page shows.
func (v *visit) newGrid(m *access.Matrix, rules []access.Rule, g gridState, cols []column) *grid {
	out := &grid{v: v, m: m, state: g, columns: cols, rules: map[string]access.Rule{}}
	var subjects, viewers []access.CountrySet
	for _, r := range rules {
		out.rules[r.ID] = r
		subjects, viewers = append(subjects, r.Subject), append(viewers, r.Viewer)
	}
	for _, c := range cols {
		if !c.unknown {
			subjects = append(subjects, c.set)
		}
	}
	out.classes = cells.Classes(subjects)
	inside := cells.Members(g.from)
	for _, class := range cells.Classes(append(viewers, g.from)) {
		if slices.Contains(inside, class[0]) {
			out.viewers = append(out.viewers, class[0])
		}
	}
	out.roles = []bailiwick.Role{g.role}
	if g.role == "" {
		out.roles = nil
		for _, r := range m.Roles() {
			out.roles = append(out.roles, r.Key)
		}
	}
	var cats []bailiwick.Category
	for _, c := range m.Categories() {
		cats = append(cats, c.Key)
	}
	var countries []bailiwick.Country
	for _, class := range out.classes {
		countries = append(countries, class[0])
	}
	countries = append(countries, bailiwick.UnknownCountry)
	for _, role := range out.roles {
		var by [][][]access.GridCell
		for _, country := range out.viewers {
			viewer := access.Viewer{Roles: []bailiwick.Role{role}, Country: country, Purpose: bailiwick.ProvideService}
			by = append(by, m.Grid(g.op, viewer, cats, countries))
		}
		out.answers = append(out.answers, by)
	}
	return out
}

// answer is what a cell says: one token, or mixed with whom it is granted to.
type answer struct {
	token   string
	open    bool             // a default that grants
	rules   []string         // that decide anywhere in the cell
	granted []bailiwick.Role // of a mixed one: roles that are granted all or a part somewhere
	byRole  bool             // mixed by role alone
}

func (g *grid) token(c access.GridCell) (token string, open bool) {
	switch c.Outcome {
	case "allow":
		return tokenAllow, false
	case "deny":
		return tokenDeny, false
	case "mask":
		return tokenMask + c.Mask.String(), false
	case "require":
		return tokenRequire + conditionKey(g.rules[c.Rule]), false
	}
	return tokenDefault, c.Outcome == "default-allow"
}

// at joins the answers of a category and a column over the roles, the
// viewer's countries and the countries of the column.
func (g *grid) at(cat int, col column) answer {
	var out answer
	first, byRole := true, true
	inside := cells.Members(col.set)
	for r := range g.roles {
		grants, own := false, ""
		for vw := range g.viewers {
			row := g.answers[r][vw][cat]
			for i := range row {
				last := i == len(g.classes) // the unknown country
				if last != col.unknown || (!last && !slices.Contains(inside, g.classes[i][0])) {
					continue
				}
				token, open := g.token(row[i])
				if !strings.HasPrefix(row[i].Rule, defaultRule) && !slices.Contains(out.rules, row[i].Rule) {
					out.rules = append(out.rules, row[i].Rule)
				}
				full := token
				if open {
					full += "open"
				}
				if own == "" {
					own = full
				}
				byRole = byRole && own == full
				grants = grants || token == tokenAllow || open || strings.HasPrefix(token, tokenMask)
				if first {
					out.token, out.open, first = token, open, false
				} else if out.token != token || out.open != open {
					out.token = tokenMixed
				}
			}
		}
		if grants {
			out.granted = append(out.granted, g.roles[r])
		}
	}
	out.byRole = byRole && len(g.roles) > 1
	slices.Sort(out.rules)
	return out
}

// conditionKey is the kind of a rule's condition, or "other" for one that is
// only a text.
func conditionKey(r access.Rule) string {
	if r.Condition.Kind == "" {
		return "other"
	}
	return string(r.Condition.Kind)
}

// tokenWords are the text and the tone of an answer.
func (v *visit) tokenWords(a answer) (text, tone string) {
	switch {
	case a.token == tokenAllow:
		return v.p.T("matrix.cell.allow"), "ok"
	case a.token == tokenDeny:
		return v.p.T("matrix.cell.deny"), "bad"
	case a.token == tokenDefault && a.open:
		return v.p.T("matrix.cell.open"), "ok soft"
	case a.token == tokenDefault:
		return v.p.T("matrix.cell.closed"), "bad soft"
	case a.token == tokenMixed && a.byRole:
		return v.p.T("matrix.cell.roles"), "warn"
	case a.token == tokenMixed:
		return v.p.T("matrix.cell.mixed"), "warn"
	}
	if form, ok := strings.CutPrefix(a.token, tokenMask); ok {
		return v.p.T("matrix.mask." + form), "warn"
	}
	return v.p.T("matrix.require." + strings.TrimPrefix(a.token, tokenRequire)), "warn"
}

// rowCell is a cell as the page shows it.
func (g *grid) rowCell(info bailiwick.CategoryInfo, cat int, col column, edit bool) page.MatrixCell {
	v, a := g.v, g.at(cat, col)
	var c page.MatrixCell
	c.Text, c.Tone = v.tokenWords(a)
	var who []string
	for _, r := range a.granted {
		who = append(who, v.roleTitle(r))
	}
	switch {
	case a.token == tokenMixed && a.byRole:
		c.Whom = g.whom(who, a)
	case len(a.rules) > 2:
		c.Note = strings.Join(a.rules[:2], " ") + " " + v.p.T("matrix.rules.more", "Count", v.number(len(a.rules)-2))
	default:
		c.Note = strings.Join(a.rules, " ")
	}
	where := v.placeName(col.set)
	if len(col.set.NotIn) > 0 && !col.added {
		where = v.p.T("matrix.elsewhere")
	}
	if col.unknown {
		where = v.p.T("country.unknown")
	}
	c.Label = schema.Labels(info.Title).In(v.lang) + ", " + where
	c.Why = c.Label + ": " + c.Text
	if a.token == tokenMixed && len(who) > 0 {
		c.Why += ". " + v.p.T("matrix.granted", "Roles", strings.Join(who, ", "))
	}
	if len(a.rules) > 0 {
		c.Why += ". " + v.p.T("matrix.by", "Rules", strings.Join(a.rules, ", "))
	} else if a.token == tokenDefault {
		c.Why += ". " + v.p.T("matrix.bydefault")
	}
	if edit && !col.unknown {
		c.Name = cellName(info.Key, col.key)
		c.Options = v.cellOptions(g.state.op, info, a)
	}
	return c
}

// whom names the roles that are granted, or those that are not where they are
// fewer.
func (g *grid) whom(who []string, a answer) string {
	const most = 3
	if len(who) <= most {
		return strings.Join(who, ", ")
	}
	var not []string
	for _, r := range g.roles {
		if !slices.Contains(a.granted, r) {
			not = append(not, g.v.roleTitle(r))
		}
	}
	if len(not) > 0 && len(not) <= most {
		return g.v.p.T("matrix.whom.not", "Roles", strings.Join(not, ", "))
	}
	return g.v.p.T("matrix.whom.count", "Count", g.v.number(len(who)), "Total", g.v.number(len(g.roles)))
}

// cellName is the name of the input of a cell.
func cellName(c bailiwick.Category, key string) string { return "c:" + string(c) + ":" + key }

// cellOptions is what a cell can be set to. What may be filled in is filled in
// whole, so that has no masks and no conditions.
func (v *visit) cellOptions(op access.Op, info bailiwick.CategoryInfo, a answer) []page.CellOption {
	list := []answer{{token: tokenDefault, open: cells.TreeOf([]bailiwick.CategoryInfo{info}).Open(op, info.Key)}, {token: tokenAllow}, {token: tokenDeny}}
	if op == access.Access {
		for f := access.Last4; f <= access.Null; f++ {
			list = append(list, answer{token: tokenMask + f.String()})
		}
		for _, k := range cellConditions {
			list = append(list, answer{token: tokenRequire + string(k)})
		}
	}
	if !slices.ContainsFunc(list, func(o answer) bool { return o.token == a.token }) {
		list = append(list, a)
	}
	var out []page.CellOption
	for _, o := range list {
		c := page.CellOption{Value: o.token, Selected: o.token == a.token}
		c.Label, c.Tone = v.tokenWords(o)
		out = append(out, c)
	}
	return out
}

// cellConditions are the conditions that need nothing more said.
var cellConditions = []access.ConditionKind{access.ConsentGiven, access.Justified, access.Approved}

// everyColumn is the one cell of a category that is about no person.
var everyColumn = column{key: cells.Every}

// fill puts the grid into the page.
func (g *grid) fill(m *page.Matrix, edit bool) {
	for _, c := range g.columns {
		m.Columns = append(m.Columns, g.v.columnHead(c, g.state))
	}
	var was []string
	for i, info := range g.m.Categories() {
		row := page.MatrixRow{Chip: g.v.chipOf(info), Sub: info.Parent != "", Wide: !info.OfSubject}
		cols := g.columns
		if row.Wide {
			cols = []column{everyColumn}
		}
		for _, c := range cols {
			cell := g.rowCell(info, i, c, edit)
			row.Cells = append(row.Cells, cell)
			if cell.Name != "" {
				was = append(was, g.at(i, c).token)
			}
		}
		m.Rows = append(m.Rows, row)
	}
	if edit {
		m.Was = strings.Join(was, " ")
	}
}

// chipOf is the chip of a category of the matrix.
func (v *visit) chipOf(info bailiwick.CategoryInfo) page.Chip {
	return page.Chip{Label: schema.Labels(info.Title).In(v.lang), Flag: string(info.Flag)}
}
