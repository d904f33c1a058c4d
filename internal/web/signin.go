package web

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/i18n"
	"bailiwick/internal/web/page"
)

// doorBase fills in what the pages before a sign-in share.
func (s *Site) doorBase(r *http.Request, c identity.Caller, title string) (page.Base, *i18n.Printer) {
	lang := s.language(r, c)
	p := s.cat.Printer(lang)
	return page.Base{Title: p.T(title), Lang: lang, Theme: theme(r), Tenant: c.Tenant.Name, Path: "/"}, p
}

// Landing is the page of the public host. It names no workspace.
func (s *Site) Landing(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	b, _ := s.doorBase(r, c, "landing.title")
	return s.render.show(w, r, http.StatusOK, "landing", b.Lang, page.Landing{Base: b})
}

// SignInPage asks for address and password.
func (s *Site) SignInPage(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	next := localPath(r.URL.Query().Get("next"))
	if c.SignedIn() {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	}
	b, _ := s.doorBase(r, c, "signin.title")
	return s.render.show(w, r, http.StatusOK, "signin", b.Lang, page.SignIn{Base: b, Next: next, Action: "/sign-in"})
}

// SignIn judges address and password. What was typed into the address field
// stays, the password never does.
func (s *Site) SignIn(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	if err := parseForm(r); err != nil {
		return err
	}
	next := localPath(r.PostForm.Get("next"))
	in, err := s.ids.SignIn(r.Context(), c.Tenant.ID, r.PostForm.Get("email"), r.PostForm.Get("password"), s.meta(w, r))
	code := bailiwick.ErrorCode(err)
	if code == bailiwick.CodeUnauthenticated || code == bailiwick.CodeLimited {
		b, p := s.doorBase(r, c, "signin.title")
		m := page.SignIn{Base: b, Next: next, Action: "/sign-in", Email: r.PostForm.Get("email"), Error: p.T("signin.failed")}
		if code == bailiwick.CodeLimited {
			m.Error = p.T("signin.limited")
		}
		return s.render.show(w, r, code.Status(), "signin", b.Lang, m)
	}
	if err != nil {
		return err
	}
	return s.letIn(w, r, c, in, next)
}

func (s *Site) meta(w http.ResponseWriter, r *http.Request) identity.Meta {
	return identity.Meta{Address: s.host.Client(r, w), Previous: s.host.Previous(r)}
}

// SignOut ends the session.
func (s *Site) SignOut(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	if err := s.ids.SignOut(r.Context(), actor); err != nil {
		return err
	}
	s.host.ClearSession(w)
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}
