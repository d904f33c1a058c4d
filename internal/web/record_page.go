package web

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// RecordPage shows one record as its reader may see it: a form where they may
// change it, else the same fields for reading.
func (s *Site) RecordPage(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, rec, err := s.recordOf(w, r, c)
	if err != nil {
		return err
	}
	f := &form{v: v, t: rec.Type, rec: rec, cells: rec.Cells, fixed: !rec.May.Change}
	return v.showRecord(http.StatusOK, f)
}

// recordOf opens the record that the address names.
func (s *Site) recordOf(w http.ResponseWriter, r *http.Request, c identity.Caller) (*visit, *custody.Record, error) {
	v, err := s.visit(w, r, c)
	if err != nil {
		return nil, nil, err
	}
	t := v.cfg.Type(r.PathValue("type"))
	id, err := v.recordID()
	if err != nil || t == nil {
		return nil, nil, bailiwick.NotFound()
	}
	rec, err := s.door.Open(r.Context(), v.actor, t.Key, id, v.lang)
	if err != nil {
		return nil, nil, err
	}
	return v, &rec, nil
}

// showRecord prints the page of a stored record.
func (v *visit) showRecord(status int, f *form) error {
	rec, t := f.rec, f.t
	path := recordPath(t, rec.ID)
	fields := f.fields()
	m := page.Record{
		Base: v.base(t.Title.In(v.lang) + " " + rec.Ref), TypeLabel: t.Plural.In(v.lang), ListHref: listPath(t), Ref: rec.Ref,
		Heading: v.titleOf(rec), Action: path, Revision: plain(rec.Revision), Fields: fields, Errors: f.summary(fields),
		CanSave: !f.fixed, HistoryHref: path + "/history", Meta: v.recordMeta(rec),
	}
	if t.Self && (rec.May.Change || v.view.Has(access.PermPrivacy)) {
		m.ConsentsHref = path + "/consents"
	}
	m.Form = m.CanSave
	if m.CanSave {
		unit := rec.Unit
		if f.typed.Has("unit") {
			unit = unitID(f.typed.Get("unit"))
		}
		var err error
		if m.Units, err = v.unitOptions(unit); err != nil {
			return err
		}
	}
	if m.Heading == "" {
		m.Heading = m.Title
	}
	switch {
	case !rec.Deleted.IsZero():
		m.Notice = &page.Notice{Tone: "warn", Text: v.p.T("record.removed")}
		if rec.May.Delete {
			m.RestoreForm = v.restoreForm(rec)
		}
	case rec.May.Delete:
		m.DeleteHref = path + "/delete"
	}
	lines, err := v.door.Activity(v.r.Context(), v.actor, t.Key, rec.ID, v.lang)
	if err != nil {
		return err
	}
	m.Activity, m.ActivityOff = v.rail(lines), !v.cfg.Settings.ShowColleagueActivity
	return v.render.show(v.w, v.r, status, "record", v.lang, m)
}

// recordMeta is the card about the record itself.
func (v *visit) recordMeta(rec *custody.Record) []page.Line {
	lines := []page.Line{
		{Label: v.p.T("record.created"), Text: v.dateTime(rec.Created)},
		{Label: v.p.T("record.updated"), Text: v.dateTime(rec.Updated)},
		{Label: v.p.T("record.revision"), Text: v.p.Number(rec.Revision)},
	}
	if e, ok := v.cfg.Entity(rec.Entity); ok {
		lines = append(lines, page.Line{Label: v.p.T("record.entity"), Text: e.Name})
	}
	var countries []bailiwick.Country
	for _, sub := range rec.Subjects {
		for _, c := range sub.Countries {
			countries = appendNew(countries, c)
		}
	}
	if len(countries) > 0 {
		lines = append(lines, page.Line{Label: v.p.T("record.countries"), Text: v.countryNames(countries)})
	}
	if !rec.Deleted.IsZero() {
		lines = append(lines, page.Line{Label: v.p.T("record.deleted"), Text: v.dateTime(rec.Deleted)})
	}
	return append(lines, page.Line{Label: v.p.T("record.id"), Text: rec.ID.String()})
}

func appendNew(list []bailiwick.Country, c bailiwick.Country) []bailiwick.Country {
	for _, have := range list {
		if have == c {
			return list
		}
	}
	return append(list, c)
}

// rail makes the activity rail.
func (v *visit) rail(lines []custody.ActivityLine) []page.ActivityLine {
	var out []page.ActivityLine
	times, text := 0, ""
	for i, l := range lines {
		if i > 0 && sameAct(lines[i-1], l) { // one act many times is one line, dated by its last time
			times++
			out[len(out)-1].Text = v.p.N("activity.times", times, "Text", text)
			continue
		}
		key := "activity." + l.Kind
		if !v.p.Has(key) {
			key = "activity.other"
		}
		line := page.ActivityLine{Time: stamp(l.Time), When: v.dateTime(l.Time), Who: l.Name, Text: v.p.T(key)}
		switch {
		case l.Own:
			line.Who = v.p.T("activity.you")
		case line.Who == "":
			line.Who = v.p.T("activity.someone")
		}
		if l.Outcome == "refused" {
			line.Note = v.p.T("activity.refused")
		}
		out, times, text = append(out, line), 1, line.Text
	}
	return out
}

// sameAct reports whether two lines say the same of the same person.
func sameAct(a, b custody.ActivityLine) bool {
	return a.Kind == b.Kind && a.User == b.User && a.Name == b.Name && a.Own == b.Own && a.Outcome == b.Outcome
}
