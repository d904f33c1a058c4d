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
	m := page.Explain{TypeLabel: t.Plural.In(v.lang), ListHref: listPath(t)}
	var e custody.Explanation
	if r.PathValue("id") == "" {
		var countries []bailiwick.Country
		if country, err := bailiwick.ParseCountry(r.URL.Query().Get("country")); err == nil {
			countries = append(countries, country)
		}
		e, err = s.door.ExplainNew(r.Context(), v.actor, t.Key, countries, field, op, v.lang)
	} else {
		id, idErr := v.recordID()
		if idErr != nil {
			return idErr
		}
		e, err = s.door.Explain(r.Context(), v.actor, t.Key, id, field, op, v.lang)
		m.Record, m.Ref = recordPath(t, id), e.Ref
	}
	if err != nil {
		return err
	}
	v.explain(&m, t, e)
	if m.Record != "" && op != "populate" && op != "export" {
		m.Step = explainStep(m.Record, field, e)
	}
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
	if strings.Contains(m.Reason, m.Note) {
		m.Note = "" // the sentence holds it already
	}
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
