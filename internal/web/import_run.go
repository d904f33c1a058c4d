package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// shownErrors is how many errors of an import its page lists.
const shownErrors = 200

// ImportTry takes the mapping and starts a dry run.
func (s *Site) ImportTry(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, f, t, err := s.uploadOf(w, r, c)
	if err != nil {
		return err
	}
	if f == nil {
		return v.askFile(http.StatusGone, "", v.p.T("imports.error.gone"))
	}
	if err := parseForm(r); err != nil {
		return err
	}
	f.read(r, t)
	if len(f.mapping) == 0 {
		return v.mapPage(http.StatusUnprocessableEntity, f, t, v.p.T("imports.error.map"))
	}
	s.uploads.start(context.WithoutCancel(r.Context()), s.door, v.actor, f, true)
	return v.redirect(runPath(r), "")
}

// read takes the mapping out of the form.
func (f *upload) read(r *http.Request, t *schema.Type) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.running {
		return
	}
	f.mapping = map[string]string{}
	for i, h := range f.header {
		if key := r.PostForm.Get(columnName(i)); key != "" && t.Field(key) != nil {
			f.mapping[h] = key
		}
	}
	mode, key, _ := strings.Cut(r.PostForm.Get("match"), ":")
	f.mode, f.key = custody.ImportCreate, ""
	if (mode == "update" || mode == "skip") && t.Field(key) != nil {
		f.mode, f.key = custody.ImportMode(mode), key
	}
}

func runPath(r *http.Request) string { return "/imports/uploads/" + r.PathValue("id") + "/run" }

// ImportRun starts the import itself.
func (s *Site) ImportRun(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, f, _, err := s.uploadOf(w, r, c)
	if err != nil {
		return err
	}
	if f == nil {
		return v.askFile(http.StatusGone, "", v.p.T("imports.error.gone"))
	}
	if len(f.data) > 0 {
		s.uploads.start(context.WithoutCancel(r.Context()), s.door, v.actor, f, false)
	}
	return v.redirect(runPath(r), "")
}

// ImportRunPage shows a run, at work or done. It can be left and returned to.
func (s *Site) ImportRunPage(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, f, t, err := s.uploadOf(w, r, c)
	if err != nil {
		return err
	}
	if f == nil {
		return v.redirect("/imports", "")
	}
	running, dry, failed, res := f.state()
	if id := f.began(); !dry && !id.IsZero() && !failed {
		return v.redirect("/imports/runs/"+id.String(), "")
	}
	if running {
		w.Header().Set("Refresh", refreshSeconds)
	}
	m := page.ImportRun{File: f.file, TypeLabel: t.Plural.In(v.lang), DryRun: dry, Running: running, Self: runPath(r)}
	title := "imports.run.title"
	if dry {
		title = "imports.dry.title"
	}
	m.Base = v.base(v.p.T(title))
	switch {
	case running:
		m.Total = f.rows
		m.State = v.p.T("imports.running", "Count", v.number(m.Total))
		if dry {
			m.State = v.p.T("imports.trying", "Count", v.number(m.Total))
		}
	case failed || res == nil:
		m.AllBad, m.State = true, v.p.T("imports.failed")
		m.Back = "/imports/uploads/" + r.PathValue("id")
		m.RunAction, m.RunLabel = runPath(r), v.p.N("imports.run", f.rows)
	default:
		v.runResult(&m, t, res)
	}
	return v.show("import-run", m)
}

// refreshSeconds is how soon the page of a run that is at work is asked for
// again by a browser without scripts.
const refreshSeconds = "4"

// runResult shows what became of the rows.
func (v *visit) runResult(m *page.ImportRun, t *schema.Type, res *custody.Import) {
	keys := [3]string{"imports.did.created", "imports.did.changed", "imports.did.skipped"}
	m.State, m.ListHref, m.Undo = v.p.T("imports.done"), listPath(t), "/imports/runs/"+res.ID.String()+"/undo"
	if res.State == custody.ImportUndone {
		m.State, m.Undo = v.p.T("imports.undone"), ""
	}
	if m.DryRun {
		keys = [3]string{"imports.created", "imports.changed", "imports.skipped"}
		m.State, m.ListHref, m.Undo = v.p.T("imports.dry.done"), "", ""
		m.Back = "/imports/uploads/" + v.r.PathValue("id")
		if n := res.Created + res.Changed; n > 0 {
			m.RunAction, m.RunLabel = runPath(v.r), v.p.N("imports.run", n)
		} else if res.Rejected == 0 && res.Skipped > 0 {
			m.State = v.p.N("imports.dry.same", res.Skipped)
		} else {
			m.AllBad, m.State = true, v.p.T("imports.dry.bad")
		}
	}
	m.Tiles = []page.Tile{
		{Label: v.p.T(keys[0]), Value: v.number(res.Created), Tone: "ok"}, {Label: v.p.T(keys[1]), Value: v.number(res.Changed)},
		{Label: v.p.T(keys[2]), Value: v.number(res.Skipped)}, {Label: v.p.T("imports.rejected"), Value: v.number(res.Rejected)},
	}
	if res.Rejected > 0 {
		m.Tiles[3].Tone = "bad"
	}
	if f := t.Field(res.PresentKey); f != nil && res.Present > 0 {
		m.Warning = v.p.N("imports.present", res.Present, "Field", f.Label.In(v.lang))
	}
	if !m.DryRun && res.Created+res.Changed == 0 {
		m.Undo = "" // there is nothing to take back
	}
	if m.DryRun && res.Returned != nil {
		m.BackHref = "/imports/uploads/" + v.r.PathValue("id") + "/rejected"
	}
	m.Bad = v.badRows(t, res.Errors)
	if len(res.Errors) > shownErrors {
		m.BadMore = v.p.T("imports.bad.more", "Count", v.number(shownErrors))
	}
}

// badRows names row, column and rule of every error; never what stood there.
func (v *visit) badRows(t *schema.Type, errs []custody.RowError) page.Table {
	out := page.Table{Caption: v.p.T("imports.bad"), Columns: []page.Column{
		{Label: v.p.T("imports.bad.row"), Number: true}, {Label: v.p.T("imports.column")}, {Label: v.p.T("imports.field")}, {Label: v.p.T("imports.bad.rule")}, {Label: v.p.T("rule")},
	}}
	for _, e := range errs[:min(len(errs), shownErrors)] {
		place := e.Line // as the spreadsheet program counts
		if place == 0 {
			place = e.Row
		}
		label := e.Field
		if f := t.Field(e.Field); f != nil {
			label = f.Label.In(v.lang)
		}
		out.Rows = append(out.Rows, page.Row{Cells: []page.Cell{
			{Kind: "number", Text: strconv.Itoa(place)}, {Text: e.Column}, {Text: label},
			{Kind: "title", Text: fieldText(v.p, bailiwick.FieldError{Rule: e.Rule, Code: e.Code, Message: e.Message, Args: e.Args})}, {Kind: "ref", Text: e.Rule},
		}})
	}
	return out
}
