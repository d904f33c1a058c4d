package web

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// report is one report on its way: what it is about, and its lines.
type report struct {
	*visit
	countries []bailiwick.Country
	entity    string
	m         page.Report
}

// mayReport reports whether somebody may ask who sees what.
func (v *visit) mayReport() bool {
	return v.view.Has(access.PermPrivacy) || v.view.Has(access.PermManageUsers) || v.view.Has(access.PermAudit)
}

// report reads what both reports are about.
func (s *Site) report(w http.ResponseWriter, r *http.Request, c identity.Caller, title string) (*report, error) {
	v, err := s.visit(w, r, c)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	p := &report{visit: v, m: page.Report{Base: v.base(v.p.T(title)), Heading: v.p.T(title)}}
	country, err := bailiwick.ParseCountry(q.Get("country"))
	if err == nil {
		p.countries = []bailiwick.Country{country}
	}
	for _, e := range v.cfg.Entities {
		if p.entity == "" || e.Key == q.Get("entity") {
			p.entity = e.Key
		}
	}
	for _, l := range []struct{ href, label string }{{"/reports/field", "report.field.title"}, {"/reports/user", "report.user.title"}} {
		p.m.Switch = append(p.m.Switch, page.Link{Href: l.href, Label: v.p.T(l.label), Current: l.label == title})
	}
	return p, nil
}

// choose adds the choices that both reports end with.
func (p *report) choose() {
	q := p.r.URL.Query()
	countries := append([]page.Option{{Label: p.p.T("country.unknown")}}, countryOptions(p.p, bailiwick.Country(q.Get("country")))...)
	p.m.Choices = append(p.m.Choices, page.Select{Name: "country", Label: p.p.T("report.country"), Options: countries})
	if len(p.cfg.Entities) < 2 {
		return
	}
	var entities []page.Option
	for _, e := range p.cfg.Entities {
		entities = append(entities, page.Option{Value: e.Key, Label: e.Name, Selected: e.Key == p.entity})
	}
	p.m.Choices = append(p.m.Choices, page.Select{Name: "entity", Label: p.p.T("report.entity"), Options: entities})
}

// answer are the cells that tell a Foresight.
func (p *report) answer(f custody.Foresight) []page.Cell {
	tone := map[string]string{custody.ForeseenShown: "ok", custody.ForeseenMasked: "warn"}[f.Outcome]
	if tone == "" {
		tone = "bad"
	}
	var scopes []string
	for _, s := range f.Scopes.List() {
		scopes = append(scopes, p.p.T("scope."+s.String()))
	}
	return []page.Cell{
		{Kind: "tag", Text: p.p.T("report.outcome." + f.Outcome), Tone: tone},
		{Text: strings.Join(scopes, ", ")}, {Text: f.Rule}, {Text: f.Reason},
	}
}

func (p *report) columns(first ...string) {
	for _, key := range append(first, "report.outcome", "report.scope", "report.rule", "report.why") {
		p.m.Table.Columns = append(p.m.Table.Columns, page.Column{Label: p.p.T(key)})
	}
	p.m.Table.Caption, p.m.Table.Empty = p.m.Heading, p.p.T("report.none")
}

// send shows the report, or hands it out as CSV.
func (p *report) send() error {
	q := p.r.URL.Query()
	if q.Get("as") != "csv" || !p.m.Asked {
		if p.m.Asked {
			q.Set("as", "csv")
			p.m.Download = p.r.URL.Path + "?" + q.Encode()
		}
		return p.show("report", p.m)
	}
	p.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	p.w.Header().Set("Content-Disposition", `attachment; filename="report.csv"`)
	out := csv.NewWriter(p.w)
	var head []string
	for _, c := range p.m.Table.Columns {
		head = append(head, c.Label)
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for _, row := range p.m.Table.Rows {
		var cells []string
		for _, c := range row.Cells {
			text := c.Text
			if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
				text = "'" + text // a spreadsheet takes it for text
			}
			cells = append(cells, text)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// ReportField answers who can see a field.
func (s *Site) ReportField(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	p, err := s.report(w, r, c, "report.field.title")
	if err != nil {
		return err
	}
	asked := r.URL.Query().Get("field")
	typ, field, _ := strings.Cut(asked, "/")
	var options []page.Option
	for _, pack := range p.cfg.Packs {
		for _, t := range pack.Types {
			for _, f := range t.Fields {
				value := t.Key + "/" + f.Path()
				options = append(options, page.Option{Value: value, Label: t.Title.In(p.lang) + ": " + f.Label.In(p.lang), Selected: value == asked})
			}
		}
	}
	p.m.Choices = []page.Select{{Name: "field", Label: p.p.T("report.field"), Options: options}}
	p.choose()
	forecast, ok := custody.NewForecast(p.cfg, typ)
	if !ok {
		return p.send()
	}
	groups, limited, err := s.ids.Groups(r.Context(), p.actor)
	if err != nil {
		return err
	}
	if limited {
		p.m.Note = p.p.T("report.limited")
	}
	p.columns("users.roles", "report.viewer-country", "report.users")
	for _, g := range groups {
		f, ok := forecast.Of(access.Viewer{Roles: g.Roles, Country: g.Country}, field, p.countries, p.entity, p.lang)
		if !ok {
			return p.send()
		}
		p.m.Asked = true
		p.m.Table.Rows = append(p.m.Table.Rows, page.Row{Cells: append([]page.Cell{
			{Text: p.roleTitles(g.Roles)}, {Text: p.p.Country(g.Country)}, {Text: userNames(g.Users)},
		}, p.answer(f)...)})
	}
	return p.send()
}

func (v *visit) roleTitles(roles []bailiwick.Role) string {
	var out []string
	for _, key := range roles {
		out = append(out, v.roleTitle(key))
	}
	return strings.Join(out, ", ")
}

func userNames(users []identity.User) string {
	var out []string
	for _, u := range users {
		out = append(out, u.Name.Reveal())
	}
	return strings.Join(out, ", ")
}

// ReportUser answers what a user can see.
func (s *Site) ReportUser(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	p, err := s.report(w, r, c, "report.user.title")
	if err != nil {
		return err
	}
	groups, limited, err := s.ids.Groups(r.Context(), p.actor)
	if err != nil {
		return err
	}
	if limited {
		p.m.Note = p.p.T("report.limited")
	}
	asked, viewer, found := r.URL.Query().Get("user"), access.Viewer{}, false
	var options []page.Option
	for _, g := range groups {
		for _, u := range g.Users {
			o := page.Option{Value: u.ID.String(), Label: u.Name.Reveal(), Selected: u.ID.String() == asked}
			if o.Selected {
				viewer, found = access.Viewer{Roles: g.Roles, Country: g.Country}, true
			}
			options = append(options, o)
		}
	}
	slices.SortFunc(options, func(a, b page.Option) int { return strings.Compare(schema.Fold(a.Label), schema.Fold(b.Label)) })
	p.m.Choices = []page.Select{{Name: "user", Label: p.p.T("report.user"), Options: options}}
	p.choose()
	if !found {
		return p.send()
	}
	p.m.Asked = true
	p.columns("report.field")
	for _, pack := range p.cfg.Packs {
		for _, t := range pack.Types {
			forecast, ok := custody.NewForecast(p.cfg, t.Key)
			if !ok {
				continue
			}
			for _, f := range t.Fields {
				x, _ := forecast.Of(viewer, f.Path(), p.countries, p.entity, p.lang)
				p.m.Table.Rows = append(p.m.Table.Rows, page.Row{Cells: append([]page.Cell{
					{Text: t.Title.In(p.lang) + ": " + f.Label.In(p.lang)}}, p.answer(x)...)})
			}
		}
	}
	return p.send()
}
