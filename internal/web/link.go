package web

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/i18n"
	"bailiwick/internal/web/page"
)

// LinkPage is where a one-time link leads. Opening it uses nothing up: mail
// scanners open links, people press buttons.
func (s *Site) LinkPage(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	kind, err := s.ids.PeekLink(r.Context(), c.Tenant.ID, r.PathValue("secret"))
	if err != nil {
		return err
	}
	if kind == identity.LinkSignIn {
		b, _ := s.doorBase(r, c, "redeem.title")
		return s.render.show(w, r, http.StatusOK, "redeem", b.Lang, page.Redeem{Base: b, Action: r.URL.Path})
	}
	return s.passwordPage(w, r, c, http.StatusOK, kind, "")
}

// passwordPage asks for a password and, of the first person of a workspace,
// for who they are.
func (s *Site) passwordPage(w http.ResponseWriter, r *http.Request, c identity.Caller, status int, kind identity.LinkKind, wrong string) error {
	b, p := s.doorBase(r, c, "password.title")
	m := page.SetPassword{Base: b, Action: r.URL.Path, Error: wrong, First: kind == identity.LinkFirstRun}
	if !m.First {
		return s.render.show(w, r, status, "password", b.Lang, m)
	}
	m.Name, m.Email = r.PostForm.Get("name"), r.PostForm.Get("email")
	m.Countries = countryOptions(p, bailiwick.Country(r.PostForm.Get("country")))
	cfg, err := s.host.Configuration(r.Context(), c.Tenant.ID)
	if err != nil {
		return err
	}
	m.Entities = entityOptions(cfg.Entities, r.PostForm.Get("entity"))
	return s.render.show(w, r, status, "password", b.Lang, m)
}

// Redeem uses a link up: it signs in, or sets the password first.
func (s *Site) Redeem(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	if err := parseForm(r); err != nil {
		return err
	}
	secret := r.PathValue("secret")
	kind, err := s.ids.PeekLink(r.Context(), c.Tenant.ID, secret)
	if err != nil {
		return err
	}
	p := s.cat.Printer(s.language(r, c))
	if kind != identity.LinkSignIn && r.PostForm.Get("password") != r.PostForm.Get("again") {
		return s.passwordPage(w, r, c, http.StatusUnprocessableEntity, kind, p.T("password.differ"))
	}
	if kind == identity.LinkFirstRun && r.PostForm.Get("country") == "" { // an owner of no country would see next to nothing
		return s.passwordPage(w, r, c, http.StatusUnprocessableEntity, kind, p.T("fault.country.country"))
	}
	in, err := s.redeem(w, r, c, kind, secret)
	if code := bailiwick.ErrorCode(err); code == bailiwick.CodeInvalid || code == bailiwick.CodeUnknownCountry {
		return s.passwordPage(w, r, c, http.StatusUnprocessableEntity, kind, firstFault(p, err))
	}
	if err != nil {
		return err
	}
	return s.letIn(w, r, c, in, "/")
}

func (s *Site) redeem(w http.ResponseWriter, r *http.Request, c identity.Caller, kind identity.LinkKind, secret string) (identity.SignedIn, error) {
	meta := s.meta(w, r)
	switch kind {
	case identity.LinkSignIn:
		return s.ids.RedeemLink(r.Context(), c.Tenant.ID, secret, meta)
	case identity.LinkFirstRun:
		spec := identity.UserSpec{
			Name: r.PostForm.Get("name"), Email: r.PostForm.Get("email"),
			Country: bailiwick.Country(r.PostForm.Get("country")), Entity: entityID(r.PostForm.Get("entity")),
		}
		return s.ids.RedeemFirstRun(r.Context(), c.Tenant.ID, secret, spec, r.PostForm.Get("password"), meta)
	default:
		return s.ids.SetPasswordByLink(r.Context(), c.Tenant.ID, secret, r.PostForm.Get("password"), meta)
	}
}

// firstFault is the first thing wrong with a form about a user.
func firstFault(p *i18n.Printer, err error) string {
	f := faults(err)
	if len(f) == 0 {
		return p.T("error.invalid-field")
	}
	return userFault(p, f[0])
}
