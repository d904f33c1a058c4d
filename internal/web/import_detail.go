package web

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// importID reads the run that the address names.
func (v *visit) importID() (bailiwick.ImportID, error) {
	id, err := bailiwick.ParseID(v.r.PathValue("id"))
	if err != nil {
		return bailiwick.ImportID{}, bailiwick.NotFound()
	}
	return bailiwick.ImportID{ID: id}, nil
}

// ImportDetail shows a run, at work or done: how far it is, what became of its
// rows, and to who ran it what was wrong with those that were refused.
func (s *Site) ImportDetail(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	id, err := v.importID()
	if err != nil {
		return err
	}
	run, err := s.door.ImportRun(r.Context(), v.actor, id, shownErrors+1)
	if err != nil {
		return err
	}
	t := v.cfg.Type(run.Type)
	if t == nil {
		return bailiwick.NotFound()
	}
	m := page.ImportRun{Base: v.base(v.p.T("imports.run.title")), File: run.Source, TypeLabel: t.Plural.In(v.lang), Self: "/imports/runs/" + id.String()}
	if run.State == custody.ImportRunning {
		m.Running, m.Total, m.Done = true, run.Rows, run.Created+run.Changed+run.Skipped+run.Rejected
		m.State = v.p.T("imports.progress", "Done", v.number(m.Done), "Count", v.number(m.Total))
		if run.User == v.actor.User() {
			m.Resume = "/imports/new?type=" + t.Key + "&resume=" + id.String()
		}
		w.Header().Set("Refresh", refreshSeconds)
		return v.show("import-run", m)
	}
	v.runResult(&m, t, &run)
	if len(run.Errors) > 0 {
		m.BackHref = m.Self + "/rejected"
	}
	return v.show("import-run", m)
}

// ImportRejected sends the refused rows of a run as the sheet they came in.
func (s *Site) ImportRejected(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	id, err := v.importID()
	if err != nil {
		return err
	}
	back, err := s.door.Rejects(r.Context(), v.actor, id)
	if err != nil {
		return err
	}
	return v.giveBack(back)
}

// ImportTried sends the rows that a dry run refused.
func (s *Site) ImportTried(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, f, _, err := s.uploadOf(w, r, c)
	if err != nil {
		return err
	}
	if f == nil {
		return bailiwick.NotFound()
	}
	_, dry, _, res := f.state()
	if !dry || res == nil || res.Returned == nil {
		return bailiwick.NotFound()
	}
	return v.giveBack(res.Returned)
}

func (v *visit) giveBack(back *custody.Rejects) error {
	out := &download{w: v.w, media: back.Format().Media(), name: "rejected." + string(back.Format())}
	return back.Write(out, [2]string{v.p.T("imports.bad.rule"), v.p.T("rule")}, func(e custody.RowError) string {
		return fieldText(v.p, bailiwick.FieldError{Rule: e.Rule, Code: e.Code, Message: e.Message, Args: e.Args})
	})
}
