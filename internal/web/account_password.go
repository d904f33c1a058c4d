package web

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/identity"
)

// PasswordChange changes the signed-in person's own password. Every session
// ends with it, and this browser gets a new one.
func (s *Site) PasswordChange(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	if r.PostForm.Get("password") != r.PostForm.Get("again") {
		return v.passwordRefused(bailiwick.CodeInvalid, v.p.T("password.differ"))
	}
	in, err := s.ids.SetPassword(r.Context(), v.actor, r.PostForm.Get("present"), r.PostForm.Get("password"), s.meta(w, r))
	switch code := bailiwick.ErrorCode(err); {
	case err == nil:
		s.host.SetSession(w, in.Cookie)
		return v.redirect("/account", "password")
	case code == bailiwick.CodeLimited:
		return v.passwordRefused(code, v.p.T("signin.limited"))
	case len(faults(err)) > 0:
		return v.passwordRefused(code, firstFault(v.p, err))
	}
	return err
}

// passwordRefused shows the page again with what is wrong; what was typed as a
// password is never shown again.
func (v *visit) passwordRefused(code bailiwick.Code, wrong string) error {
	m, err := v.account()
	if err != nil {
		return err
	}
	m.Error = wrong
	return v.render.show(v.w, v.r, code.Status(), "account", v.lang, m)
}
