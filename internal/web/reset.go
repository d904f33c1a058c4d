package web

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// ResetPage asks who has forgotten the password; without a mail server it says
// whom to ask.
func (s *Site) ResetPage(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	return s.resetPage(w, r, c, http.StatusOK, page.Reset{Sent: r.URL.Query().Get("sent") != ""})
}

func (s *Site) resetPage(w http.ResponseWriter, r *http.Request, c identity.Caller, status int, m page.Reset) error {
	m.Base, _ = s.doorBase(r, c, "reset.title")
	m.Action, m.Mail = "/password-reset", s.told.mail
	return s.render.show(w, r, status, "reset", m.Base.Lang, m)
}

// Reset sends the link. The answer is the same for everybody: whether there is
// such an account is nobody's business.
func (s *Site) Reset(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	if err := parseForm(r); err != nil {
		return err
	}
	if !s.told.mail {
		return s.resetPage(w, r, c, http.StatusOK, page.Reset{})
	}
	err := s.ids.AskReset(r.Context(), c.Tenant.ID, s.told.box, r.PostForm.Get("email"), s.meta(w, r))
	if code := bailiwick.ErrorCode(err); code == bailiwick.CodeLimited {
		p := s.cat.Printer(s.language(r, c))
		return s.resetPage(w, r, c, code.Status(), page.Reset{Email: r.PostForm.Get("email"), Error: p.T("reset.limited")})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/password-reset?sent=1", http.StatusSeeOther)
	return nil
}
