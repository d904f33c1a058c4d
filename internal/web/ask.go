package web

import (
	"net/http"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// explainStep is what the reader of an explanation can do: state a reason where
// the rule asks for one, else ask for access. Nil where it is shown anyway, or
// only the person can meet the condition.
func explainStep(record, field string, e custody.Explanation) *page.ExplainStep {
	switch {
	case e.Allowed, e.Step == string(access.ConsentGiven), e.Step == string(access.AggregateOnly), e.Step == string(access.Agreement):
		return nil
	case e.Step == string(access.Justified):
		return &page.ExplainStep{Action: record + "/explain", Act: "reason", Field: field, Rule: e.StepRule}
	}
	return &page.ExplainStep{Action: record + "/explain", Act: "ask", Field: field}
}

// ExplainAct takes the step that an explanation offers.
func (s *Site) ExplainAct(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	t := v.cfg.Type(r.PathValue("type"))
	id, err := v.recordID()
	if err != nil || t == nil {
		return bailiwick.NotFound()
	}
	if err := r.ParseForm(); err != nil {
		return bailiwick.Malformed("The form could not be read.")
	}
	field, text, done, to := r.PostForm.Get("field"), r.PostForm.Get("reason"), "reason-stated", recordPath(t, id)
	if r.PostForm.Get("act") == "reason" {
		err = s.door.StateReason(r.Context(), v.actor, r.PostForm.Get("rule"), text)
	} else {
		done, to = "access-asked", "/access-requests"
		_, err = s.door.Ask(r.Context(), v.actor, t.Key, id, field, text, v.endOfDay(r.PostForm.Get("until")))
	}
	wrong := v.wrongFields(err)
	if wrong == nil {
		if err != nil {
			return err
		}
		return v.redirect(to, done)
	}
	e, err := s.door.Explain(r.Context(), v.actor, t.Key, id, field, access.Access.String(), v.lang)
	if err != nil {
		return err
	}
	m := page.Explain{TypeLabel: t.Plural.In(v.lang), ListHref: listPath(t), Record: recordPath(t, id), Ref: e.Ref}
	v.explain(&m, t, e)
	if m.Step = explainStep(m.Record, field, e); m.Step != nil {
		m.Step.Text, m.Step.Until, m.Step.Errors = text, r.PostForm.Get("until"), wrong
	}
	return v.render.show(v.w, v.r, http.StatusUnprocessableEntity, "explain", v.lang, m)
}

// AccessRequests lists requests: every one for the privacy people, one's own
// for anybody else.
func (s *Site) AccessRequests(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	list, err := s.door.AccessRequests(r.Context(), v.actor)
	if err != nil {
		return err
	}
	var who []bailiwick.UserID
	for _, q := range list {
		who = append(who, q.User)
	}
	names := s.ids.Names(r.Context(), v.actor, who)
	m := page.AccessRequests{Base: v.base(v.p.T("asks.title")), Privacy: v.view.Has(access.PermPrivacy)}
	for _, q := range list {
		m.Lines = append(m.Lines, v.request(q, names[q.User], m.Privacy))
	}
	return v.show("access-requests", m)
}

// request words one request.
func (v *visit) request(q custody.AccessRequest, name string, privacy bool) page.AccessRequest {
	out := page.AccessRequest{
		ID: q.ID.String(), Ref: q.Ref, Chip: v.chip(q.Category), Who: name, Type: q.Type, Field: q.Field, Countries: v.setNames(q.Countries),
		Reason: q.Reason, Until: v.dateTime(q.Ends), Rule: q.Rule,
	}
	if out.Change = q.Proposal; privacy {
		out.ChangeHref = v.changeOf(q.Proposal)
	}
	var roles []string
	for _, r := range q.Roles {
		roles = append(roles, v.roleTitle(bailiwick.Role(r)))
	}
	out.Roles = strings.Join(roles, ", ")
	if t := v.cfg.Type(q.Type); t != nil {
		out.Type = t.Plural.In(v.lang)
		if f := t.Field(q.Field); f != nil {
			out.Field = f.Label.In(v.lang)
		}
	}
	switch q.State {
	case "asked":
		out.Stage, out.Tone = v.p.T("asks.state.asked"), "warn"
		out.Withdraw, out.Refuse = q.Own, privacy && !q.Own
		out.Grant, out.Indirect = out.Refuse && q.Direct, out.Refuse && !q.Direct && v.view.Has(access.PermConfigure)
	case "granted":
		out.Stage, out.Tone, out.End = v.p.T("asks.state.granted"), "ok", q.Proposal == ""
	case "refused":
		out.Stage, out.Tone = v.p.T("asks.state.refused"), "bad"
	case "withdrawn":
		out.Stage = v.p.T("asks.state.withdrawn")
	default:
		out.Stage = v.p.T("asks.state.ended")
	}
	return out
}

// AccessAnswer takes a step on a request.
func (s *Site) AccessAnswer(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	id, err := bailiwick.ParseID(r.PathValue("id"))
	if err != nil {
		return bailiwick.NotFound()
	}
	if err := r.ParseForm(); err != nil {
		return bailiwick.Malformed("The form could not be read.")
	}
	if err := s.door.AnswerRequest(r.Context(), v.actor, id, r.PostForm.Get("to")); err != nil {
		return err
	}
	return v.redirect("/access-requests", "access-answered")
}
