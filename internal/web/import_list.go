package web

import (
	"net/http"
	"strings"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// Imports lists the import runs of the workspace.
func (s *Site) Imports(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	return v.showImports(nil)
}

func (v *visit) showImports(notice *page.Notice) error {
	runs, err := v.door.Imports(v.r.Context(), v.actor)
	if err != nil {
		return err
	}
	m := page.Imports{Base: v.base(v.p.T("imports.title")), NewHref: "/imports/new"}
	if notice != nil {
		m.Notice = notice
	}
	m.Table = page.Table{Caption: v.p.T("imports.title"), Empty: v.p.T("imports.none"), Columns: []page.Column{
		{Label: v.p.T("imports.when")}, {Label: v.p.T("imports.source")}, {Label: v.p.T("imports.type")}, {Label: v.p.T("imports.who")},
		{Label: v.p.T("imports.state")}, {Label: v.p.T("imports.did.created"), Number: true}, {Label: v.p.T("imports.did.changed"), Number: true},
		{Label: v.p.T("imports.rejected"), Number: true}, {Label: v.p.T("list.act")},
	}}
	var who []bailiwick.UserID
	for _, run := range runs {
		who = append(who, run.User)
	}
	names := v.ids.Names(v.r.Context(), v.actor, who)
	tones := map[custody.ImportState]string{custody.ImportRunning: "warn", custody.ImportDone: "ok", custody.ImportUndone: "info"}
	for _, run := range runs {
		label := run.Type
		if t := v.cfg.Type(run.Type); t != nil {
			label = t.Plural.In(v.lang)
		}
		row := page.Row{Cells: []page.Cell{
			{Kind: "date", Text: v.dateTime(run.Started), Time: stamp(run.Started)}, {Kind: "title", Text: runName(run), Href: "/imports/runs/" + run.ID.String()}, {Text: label}, {Text: names[run.User]},
			{Kind: "tag", Text: v.p.T("imports.state." + string(run.State)), Tone: tones[run.State]},
			{Kind: "number", Text: v.number(run.Created)}, {Kind: "number", Text: v.number(run.Changed)}, {Kind: "number", Text: v.number(run.Rejected)},
		}}
		if run.State != custody.ImportUndone && run.Created+run.Changed > 0 {
			row.Form = &page.RowForm{Action: "/imports/runs/" + run.ID.String() + "/undo", Label: v.p.T("imports.undo"), Name: run.Source}
		} else {
			row.Cells = append(row.Cells, page.Cell{})
		}
		m.Table.Rows = append(m.Table.Rows, row)
	}
	return v.show("imports", m)
}

// ImportUndo takes back what an import wrote, and says what stays because
// somebody changed it since.
func (s *Site) ImportUndo(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	id, err := bailiwick.ParseID(r.PathValue("id"))
	if err != nil {
		return bailiwick.NotFound()
	}
	res, err := s.door.UndoImport(r.Context(), v.actor, bailiwick.ImportID{ID: id})
	if err != nil {
		return err
	}
	notice := &page.Notice{Tone: "ok", Text: v.p.T("imports.undone")}
	if n := len(res.Left); n > 0 {
		const named = 20
		notice = &page.Notice{Tone: "warn", Text: v.p.N("imports.left", n, "Refs", strings.Join(res.Left[:min(n, named)], ", "))}
	}
	return v.showImports(notice)
}

// runName is what a run is called: the file it came from, or its number where
// the name may not be seen.
func runName(run custody.Import) string {
	if run.Source != "" {
		return run.Source
	}
	return run.ID.String()
}
