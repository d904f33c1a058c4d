package web

import (
	"encoding/json"
	"net/http"
	"net/url"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// place is where passkeys of a workspace work.
func (s *Site) place(c identity.Caller) identity.Place {
	origin := s.host.TenantURL(c.Tenant.Slug)
	p := identity.Place{Origin: origin, Name: c.Tenant.Name}
	if u, err := url.Parse(origin); err == nil {
		p.Host = u.Hostname()
	}
	return p
}

// letIn puts a fresh session into the browser, or asks for the second factor
// that it waits for. The secret of the wait travels in the page, not in an
// address.
func (s *Site) letIn(w http.ResponseWriter, r *http.Request, c identity.Caller, in identity.SignedIn, next string) error {
	if in.Second != "" {
		return s.secondPage(w, r, c, http.StatusOK, page.Second{Challenge: in.Second, Next: next})
	}
	s.host.SetSession(w, in.Cookie)
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

func (s *Site) secondPage(w http.ResponseWriter, r *http.Request, c identity.Caller, status int, m page.Second) error {
	m.Base, _ = s.doorBase(r, c, "second.title")
	return s.render.show(w, r, status, "second", m.Lang, m)
}

// SignInCode ends a sign-in with a one-time code or a recovery code.
func (s *Site) SignInCode(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	if err := parseForm(r); err != nil {
		return err
	}
	next := localPath(r.PostForm.Get("next"))
	in, err := s.ids.ProveSecond(r.Context(), c.Tenant.ID, r.PostForm.Get("challenge"), r.PostForm.Get("code"), s.meta(w, r))
	p := s.cat.Printer(s.language(r, c))
	switch code := bailiwick.ErrorCode(err); code {
	case bailiwick.CodeUnauthenticated:
		return s.secondPage(w, r, c, code.Status(), page.Second{Challenge: r.PostForm.Get("challenge"), Next: next, Error: p.T("second.wrong")})
	case bailiwick.CodeLimited:
		return s.secondPage(w, r, c, code.Status(), page.Second{Challenge: r.PostForm.Get("challenge"), Next: next, Error: p.T("signin.limited")})
	case bailiwick.CodeExpired:
		return s.signInAgain(w, r, c, code, next, p.T("second.expired"))
	}
	if err != nil {
		return err
	}
	return s.letIn(w, r, c, in, next)
}

// signInAgain shows the first page of the sign-in with what went wrong.
func (s *Site) signInAgain(w http.ResponseWriter, r *http.Request, c identity.Caller, code bailiwick.Code, next, wrong string) error {
	b, _ := s.doorBase(r, c, "signin.title")
	return s.render.show(w, r, code.Status(), "signin", b.Lang, page.SignIn{Base: b, Next: next, Action: "/sign-in", Error: wrong})
}

// ceremony is what a script needs to ask a device for a passkey.
type ceremony struct {
	Options   json.RawMessage `json:"options"`
	Challenge string          `json:"challenge"`
}

// tell sends a small JSON document to the script of the page.
func tell(w http.ResponseWriter, status int, v any) error { // any: whatever encodes
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, err = w.Write(b)
	return err
}

// PasskeyAsk begins a sign-in by passkey. It says nothing of who has one.
func (s *Site) PasskeyAsk(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	options, challenge, err := s.ids.BeginPasskeySignIn(r.Context(), c.Tenant.ID, s.place(c))
	if err != nil {
		return err
	}
	return tell(w, http.StatusOK, ceremony{Options: options, Challenge: challenge})
}

// PasskeySignIn ends a sign-in by passkey.
func (s *Site) PasskeySignIn(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	if err := parseForm(r); err != nil {
		return err
	}
	next := localPath(r.PostForm.Get("next"))
	in, err := s.ids.FinishPasskeySignIn(r.Context(), c.Tenant.ID, s.place(c), r.PostForm.Get("challenge"),
		[]byte(r.PostForm.Get("answer")), s.meta(w, r))
	if code := bailiwick.ErrorCode(err); code == bailiwick.CodeUnauthenticated || code == bailiwick.CodeExpired {
		return s.signInAgain(w, r, c, code, next, s.cat.Printer(s.language(r, c)).T("passkey.refused"))
	}
	if err != nil {
		return err
	}
	return s.letIn(w, r, c, in, next)
}
