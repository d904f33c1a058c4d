package web

import (
	"net/http"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/chart"
	"bailiwick/internal/web/page"
)

// How much the first page shows.
const (
	homeCharts = 3
	homeMine   = 6
	homeRecent = 8
)

// Home is the first page: what there is, how it stands, what is yours and what
// changed.
func (s *Site) Home(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	m := page.Home{Base: v.base(v.p.T("nav.home")), Empty: true}
	m.Greeting = v.p.T("home.hello", "Name", m.Me.Name)
	head := []page.Column{{Label: v.p.T("list.ref")}, {Label: v.p.T("home.title")}, {Label: v.p.T("home.type")}}
	m.Mine = page.Table{Caption: v.p.T("home.mine"), Columns: head}
	m.Recent = page.Table{Caption: v.p.T("home.recent"), Columns: append(slices.Clone(head), page.Column{Label: v.p.T("list.updated")})}
	var recent []custody.Record
	for _, t := range v.types() {
		found, err := v.newest(t)
		if err != nil {
			return err
		}
		recent = append(recent, found.Items...)
		m.Empty = m.Empty && len(found.Items) == 0
		if found.Total >= 0 {
			m.Tiles = append(m.Tiles, page.Tile{Label: t.Plural.In(v.lang), Value: v.p.Number(found.Total), Href: listPath(t)})
		}
		if len(found.Items) == 0 {
			if v.may(t, access.VerbCreate) {
				m.Starts = append(m.Starts, page.Link{Label: v.p.T("list.new", "Type", t.Title.In(v.lang)), Href: listPath(t) + "/new"})
			}
			continue
		}
		if err := v.homeOf(&m, t); err != nil {
			return err
		}
	}
	m.NoRole = m.Empty && len(v.types()) == 0
	if m.Empty && !m.NoRole && v.view.Has(access.PermImport) {
		m.Starts = append(m.Starts, page.Link{Label: v.p.T("imports.new"), Href: "/imports/new"})
	}
	slices.SortStableFunc(recent, func(a, b custody.Record) int { return b.Updated.Compare(a.Updated) })
	for i := range recent[:min(len(recent), homeRecent)] {
		rec := &recent[i]
		row := v.homeRow(rec)
		row.Cells = append(row.Cells, page.Cell{Kind: "date", Text: v.p.Date(rec.Updated.In(v.zone)), Time: stamp(rec.Updated)})
		m.Recent.Rows = append(m.Recent.Rows, row)
	}
	return v.show("home", m)
}

// newest are the last changed records of a type, with the count of all.
func (v *visit) newest(t *schema.Type) (custody.Page, error) {
	q := custody.Query{Type: t.Key, Sort: "updated", Desc: true, Limit: homeRecent, Columns: []string{t.TitleField}, Lang: v.lang}
	found, err := v.door.List(v.r.Context(), v.actor, q)
	if bailiwick.ErrorCode(err) == bailiwick.CodeLimited { // too many to order by change: the newest will do
		q.Sort, q.Desc = "", false
		found, err = v.door.List(v.r.Context(), v.actor, q)
	}
	return found, err
}

// homeOf adds what one application contributes.
func (v *visit) homeOf(m *page.Home, t *schema.Type) error {
	if t.OwnerField != "" && len(m.Mine.Rows) < homeMine {
		mine, err := v.door.List(v.r.Context(), v.actor, custody.Query{
			Type: t.Key, Limit: homeMine - len(m.Mine.Rows), Columns: []string{t.TitleField}, Lang: v.lang,
			Filters: []custody.Filter{{Field: t.OwnerField, Op: "eq", Values: []string{v.actor.User().String()}}},
		})
		// An owner field that the reader may not see has no list of "yours".
		if err != nil && bailiwick.ErrorCode(err) != bailiwick.CodeDenied {
			return err
		}
		for i := range mine.Items {
			m.Mine.Rows = append(m.Mine.Rows, v.homeRow(&mine.Items[i]))
		}
	}
	if all := scores(t); len(all) > 0 && m.Heat == nil {
		g, err := v.heat(t, all[len(all)-1])
		if err == nil {
			m.Heat = &g.model
			m.HeatHref = listPath(t) + "/heat-map?of=" + all[len(all)-1].Key
		} else if bailiwick.ErrorCode(err) != bailiwick.CodeDenied {
			return err
		}
	}
	if f := chartField(t); f != nil && len(m.Charts) < homeCharts {
		return v.homeChart(m, t, f)
	}
	return nil
}

// chartField is what a type is counted by: the first listed choice that the
// pack gives colours, and of an application without one nothing.
func chartField(t *schema.Type) *schema.Field {
	for _, key := range t.List {
		f := t.Field(key)
		if f != nil && f.Clear && f.Kind.Name() == "choice" && slices.ContainsFunc(f.List.Options, func(o schema.Option) bool { return o.Tone != "" }) {
			return f
		}
	}
	return nil
}

func (v *visit) homeChart(m *page.Home, t *schema.Type, f *schema.Field) error {
	groups, err := v.door.Groups(v.r.Context(), v.actor, custody.GroupQuery{Type: t.Key, By: []string{f.Key}})
	if bailiwick.ErrorCode(err) == bailiwick.CodeDenied {
		return nil
	}
	if err != nil {
		return err
	}
	counts := map[string]int64{}
	for _, g := range groups {
		counts[g.Keys[0]] += g.Count
	}
	label := f.Label.In(v.lang)
	ch := page.Chart{
		Title: v.p.T("home.by", "Type", t.Plural.In(v.lang), "Field", label), Href: listPath(t),
		Head: []string{label, v.p.T("chart.count")},
	}
	var bars []chart.Bar
	add := func(text string, n int64, tone string) {
		bars = append(bars, chart.Bar{Label: text, Count: n, Text: v.p.Number(n), Tone: tone})
		ch.Rows = append(ch.Rows, []string{text, v.p.Number(n)})
	}
	for _, o := range f.List.Options {
		add(o.Label.In(v.lang), counts[o.Key], bandTones[o.Tone])
	}
	if n := counts[""]; n > 0 {
		add(v.p.T("chart.none"), n, "")
	}
	ch.SVG = chart.Bars(ch.Title, bars)
	m.Charts = append(m.Charts, ch)
	return nil
}

func (v *visit) homeRow(rec *custody.Record) page.Row {
	path := recordPath(rec.Type, rec.ID)
	cells := []page.Cell{{Kind: "ref", Text: rec.Ref, Href: path}}
	if c := rec.Cell(rec.Type.TitleField); c != nil {
		cells = append(cells, v.tableCell(rec, c, true))
	} else {
		cells = append(cells, page.Cell{})
	}
	return page.Row{Cells: append(cells, page.Cell{Text: rec.Type.Title.In(v.lang)})}
}
