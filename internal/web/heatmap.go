package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/chart"
	"bailiwick/internal/web/page"
)

// HeatMap draws the records of a type by the two factors of one of its scores.
func (s *Site) HeatMap(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	t, err := v.typ()
	if err != nil {
		return err
	}
	all := scores(t)
	if len(all) == 0 {
		return bailiwick.NotFound()
	}
	score := all[0]
	for _, f := range all {
		if f.Key == r.URL.Query().Get("of") {
			score = f
		}
	}
	m := page.HeatMap{Base: v.base(v.p.T("heat.title")), TypeLabel: t.Plural.In(v.lang), ListHref: listPath(t)}
	for _, f := range all {
		m.Switch = append(m.Switch, page.Link{Label: f.Label.In(v.lang), Href: listPath(t) + "/heat-map?of=" + f.Key, Current: f == score})
	}
	grid, err := v.heat(t, score)
	if err != nil {
		return err
	}
	m.Heat = grid.model
	if grid.unrated > 0 {
		m.Unrated = v.p.N("heat.unrated", int(grid.unrated))
	}
	m.Bands = v.bandChart(score, grid.bands)
	return v.show("heatmap", m)
}

// heatGrid is a counted heat map.
type heatGrid struct {
	model   page.Heat
	bands   map[string]int64 // by key of the band
	unrated int64
}

// heat counts by the two factors of a score: the first as rows, greatest on
// top, the second as columns.
func (v *visit) heat(t *schema.Type, score *schema.Field) (heatGrid, error) {
	rows, cols := t.Field(score.Compute.Of[0]), t.Field(score.Compute.Of[1])
	groups, err := v.door.Groups(v.r.Context(), v.actor, custody.GroupQuery{Type: t.Key, By: []string{rows.Key, cols.Key}})
	if err != nil {
		return heatGrid{}, err
	}
	counts := map[[2]string]int64{}
	g := heatGrid{bands: map[string]int64{}}
	for _, x := range groups {
		if len(x.Keys) != 2 || x.Keys[0] == "" || x.Keys[1] == "" {
			g.unrated += x.Count
			continue
		}
		counts[[2]string{x.Keys[0], x.Keys[1]}] += x.Count
	}
	g.model = page.Heat{Caption: v.p.T("heat.caption"), RowTitle: rows.Label.In(v.lang), ColTitle: cols.Label.In(v.lang)}
	for _, o := range cols.List.Options {
		g.model.Columns = append(g.model.Columns, o.Label.In(v.lang))
	}
	for _, ro := range slices.Backward(rows.List.Options) {
		row := page.HeatRow{Label: ro.Label.In(v.lang)}
		for _, co := range cols.List.Options {
			n := counts[[2]string{ro.Key, co.Key}]
			cell := v.heatCell(score, &ro, &co, n)
			cell.Href = listPath(t) + "?" + url.Values{fieldName(rows.Key): {ro.Key}, fieldName(cols.Key): {co.Key}}.Encode()
			if b := score.Compute.Band(ro.Value * co.Value); b != nil {
				g.bands[b.Key] += n
			}
			row.Cells = append(row.Cells, cell)
		}
		g.model.Rows = append(g.model.Rows, row)
	}
	return g, nil
}

func (v *visit) heatCell(score *schema.Field, ro, co *schema.Option, n int64) page.HeatCell {
	value := ro.Value * co.Value
	cell := page.HeatCell{Count: v.p.Number(n), Score: plain(value), Zero: n == 0}
	if b := score.Compute.Band(value); b != nil {
		cell.Band, cell.Tone = b.Label.In(v.lang), bandTones[b.Tone]
	}
	cell.Label = v.p.T("heat.cell", "Row", ro.Label.In(v.lang), "Column", co.Label.In(v.lang), "Band", strings.ToLower(cell.Band), "Score", cell.Score)
	return cell
}

// bandChart draws the counts by band, worst first.
func (v *visit) bandChart(score *schema.Field, counts map[string]int64) page.Chart {
	m := page.Chart{Title: v.p.T("heat.bands"), Head: []string{score.Label.In(v.lang), v.p.T("chart.count")}}
	var bars []chart.Bar
	for _, b := range slices.Backward(score.Compute.Bands.Options) {
		n := counts[b.Key]
		bars = append(bars, chart.Bar{Label: b.Label.In(v.lang), Count: n, Text: v.p.Number(n), Tone: bandTones[b.Tone]})
		m.Rows = append(m.Rows, []string{b.Label.In(v.lang), v.p.Number(n)})
	}
	m.SVG = chart.Bars(m.Title, bars)
	return m
}
