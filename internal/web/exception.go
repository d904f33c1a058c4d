package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/proposal"
	"bailiwick/internal/web/page"
)

// Exception shows what exception would be made of an access request, and for
// whom else it would open what was asked for.
func (s *Site) Exception(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	id, err := bailiwick.ParseID(r.PathValue("id"))
	if err != nil {
		return bailiwick.NotFound()
	}
	m := page.Exception{Base: v.base(v.p.T("exception.title")), Action: "/access-requests/" + id.String() + "/exception"}
	x, err := v.proposals.PlanException(r.Context(), v.actor, id)
	if m.Cannot = v.cannot(err); m.Cannot != "" {
		return v.show("exception", m)
	}
	if err != nil {
		return err
	}
	names := s.ids.Names(r.Context(), v.actor, append(slices.Clone(x.Others), x.User))
	m.Ref, m.Who, m.Chip, m.Countries, m.Until = x.Ref, names[x.User], v.chip(x.Category), v.setNames(x.Countries), v.dateTime(x.Until)
	m.Viewer = v.setNames([]bailiwick.Country{x.Viewer})
	m.Some = len(x.Countries) > 1
	for _, u := range x.Others {
		m.Others = append(m.Others, names[u])
	}
	slices.Sort(m.Others)
	for _, c := range x.Also {
		m.Also = append(m.Also, v.chip(c))
	}
	for _, rule := range x.Rules {
		m.Rules = append(m.Rules, rule.ID)
	}
	return v.show("exception", m)
}

// cannot words why no rule can make the exception; empty for any other error.
func (v *visit) cannot(err error) string {
	var e *bailiwick.Error
	if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Field != "exception" {
		return ""
	}
	switch e.Fields[0].Rule {
	case proposal.NoViewerCountry:
		return v.p.T("exception.cannot.viewer")
	case proposal.NoSubjectCountry:
		return v.p.T("exception.cannot.subject")
	case proposal.OtherRecord:
		return v.p.T("exception.cannot.no-one")
	}
	return v.p.T("exception.cannot.condition")
}

// ExceptionMake makes the change and shows it.
func (s *Site) ExceptionMake(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	id, err := bailiwick.ParseID(r.PathValue("id"))
	if err != nil {
		return bailiwick.NotFound()
	}
	p, err := v.proposals.MakeException(r.Context(), v.actor, id)
	if v.cannot(err) != "" {
		return v.redirect("/access-requests/"+id.String()+"/exception", "")
	}
	if err != nil {
		return err
	}
	return v.redirect(p.Path(), "")
}

// changeOf is where the change of a reference is found; empty if the reader
// may not see changes.
func (v *visit) changeOf(ref string) string {
	n, err := strconv.ParseInt(strings.TrimPrefix(ref, "CHG-"), 10, 64)
	if err != nil {
		return ""
	}
	list, err := v.proposals.List(v.r.Context(), v.actor, n+1, 1)
	if err != nil || len(list) == 0 || list[0].Number != n {
		return ""
	}
	return list[0].Path()
}
