package web

import (
	"net/http"
	"time"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// Consents lists what the person of a record has consented to.
func (s *Site) Consents(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, rec, err := s.recordOf(w, r, c)
	if err != nil {
		return err
	}
	return v.consents(http.StatusOK, rec, nil)
}

// consents prints the page, with what was typed where something is wrong.
func (v *visit) consents(status int, rec *custody.Record, wrong map[string]string) error {
	list, err := v.door.Consents(v.r.Context(), v.actor, rec.Type.Key, rec.ID)
	if err != nil {
		return err
	}
	m := page.Consents{
		Base: v.base(v.p.T("consents.title") + " " + rec.Ref), TypeLabel: rec.Type.Plural.In(v.lang), ListHref: listPath(rec.Type),
		Ref: rec.Ref, Record: recordPath(rec.Type, rec.ID), Errors: wrong,
		Given: v.r.PostForm.Get("given"), Reference: v.r.PostForm.Get("reference"),
	}
	for _, info := range v.cfg.Matrix.Categories() {
		if info.OfSubject {
			o := page.Option{Value: string(info.Key), Label: schema.Labels(info.Title).In(v.lang)}
			o.Selected = o.Value == v.r.PostForm.Get("category")
			m.Categories = append(m.Categories, o)
		}
	}
	var who []bailiwick.UserID
	for _, c := range list {
		who = append(who, c.User)
	}
	names := v.ids.Names(v.r.Context(), v.actor, who)
	for _, c := range list {
		line := page.Consent{Category: string(c.Category), Chip: v.chip(c.Category), Given: v.day(c.Given), Reference: c.Reference, Who: names[c.User], Stands: c.Withdrawn.IsZero()}
		if !line.Stands {
			line.Withdrawn = v.day(c.Withdrawn)
		}
		m.Lines = append(m.Lines, line)
	}
	return v.render.show(v.w, v.r, status, "consents", v.lang, m)
}

// ConsentAct records or withdraws a consent.
func (s *Site) ConsentAct(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, rec, err := s.recordOf(w, r, c)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return bailiwick.Malformed("The form could not be read.")
	}
	category, to := bailiwick.Category(r.PostForm.Get("category")), recordPath(rec.Type, rec.ID)+"/consents"
	if r.PostForm.Get("act") == "withdraw" {
		if err := s.door.WithdrawConsent(r.Context(), v.actor, rec.Type.Key, rec.ID, category); err != nil {
			return err
		}
		return v.redirect(to, "consent-withdrawn")
	}
	given, err := time.ParseInLocation("2006-01-02", r.PostForm.Get("given"), v.zone)
	if err != nil {
		given = time.Time{}
	}
	err = s.door.RecordConsent(r.Context(), v.actor, rec.Type.Key, rec.ID, category, given, r.PostForm.Get("reference"))
	if wrong := v.wrongFields(err); wrong != nil {
		return v.consents(http.StatusUnprocessableEntity, rec, wrong)
	}
	if err != nil {
		return err
	}
	return v.redirect(to, "consent-recorded")
}
