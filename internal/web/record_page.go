package web

import (
	"net/http"
	"strings"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
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
	m.Form = m.CanSave
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
	for _, l := range lines {
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
		out = append(out, line)
	}
	return out
}

// RecordExplain answers "why?" for one field in full: of a stored record, or
// of one that does not exist yet.
func (s *Site) RecordExplain(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	t := v.cfg.Type(r.PathValue("type"))
	if t == nil {
		return bailiwick.NotFound()
	}
	field, op := r.URL.Query().Get("field"), r.URL.Query().Get("op")
	m := page.Explain{TypeLabel: t.Plural.In(v.lang)}
	var e custody.Explanation
	if r.PathValue("id") == "" {
		var countries []bailiwick.Country
		if country, err := bailiwick.ParseCountry(r.URL.Query().Get("country")); err == nil {
			countries = append(countries, country)
		}
		e, err = s.door.ExplainNew(r.Context(), v.actor, t.Key, countries, field, op, v.lang)
		m.Record = listPath(t)
	} else {
		id, idErr := v.recordID()
		if idErr != nil {
			return idErr
		}
		e, err = s.door.Explain(r.Context(), v.actor, t.Key, id, field, op, v.lang)
		m.Record = recordPath(t, id)
	}
	if err != nil {
		return err
	}
	v.explain(&m, t, e)
	return v.show("explain", m)
}

func (v *visit) explain(m *page.Explain, t *schema.Type, e custody.Explanation) {
	m.Field = e.Field
	if f := t.Field(e.Field); f != nil {
		m.Field = f.Label.In(v.lang)
	}
	m.Base = v.base(v.p.T("explain.title", "Field", m.Field))
	answer := "no"
	if e.Allowed {
		answer = "yes"
	}
	m.Allowed, m.Masked = e.Allowed, e.Mask != ""
	m.Answer = v.p.T("explain." + answer + "." + e.Op)
	if m.Masked && e.Op == "access" {
		m.Answer = v.p.T("explain.mask.access")
	}
	m.Chip, m.Reason, m.Rule, m.Matched, m.Note = v.chip(e.Category), e.Reason, e.Rule, e.Matched, e.Note
	m.Decision, m.Version = e.Decision, plain(e.Version)
	m.Level = e.Level
	if key := "explain.level." + e.Level; v.p.Has(key) {
		m.Level = v.p.T(key)
	}
	m.AskWhom = v.p.T("explain.ask.role", "Role", v.roleTitle(bailiwick.Role(e.AskWhom)))
	m.Subject, m.Viewer = v.countriesOr(e.Subject), v.countriesOr(e.Viewer)
}

func (v *visit) countriesOr(list []bailiwick.Country) string {
	if len(list) == 0 {
		return v.p.T("country.unknown")
	}
	return v.countryNames(list)
}

// Suggest answers a picker with targets, as JSON. What was typed comes in the
// body, so that no name gets into an address.
func (s *Site) Suggest(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	t := v.cfg.Type(r.PathValue("type"))
	if t == nil {
		return bailiwick.NotFound()
	}
	fl := t.Field(r.PathValue("field"))
	if fl == nil || !isReference(fl) {
		return bailiwick.NotFound()
	}
	found, err := v.suggest(t, fl, strings.TrimSpace(r.PostForm.Get("text")))
	if err != nil {
		return err
	}
	return writeSuggestions(w, found)
}
