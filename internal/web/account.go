package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/i18n"
	"bailiwick/internal/web/page"
)

// tokenDays are the lives of a token that the page offers.
var tokenDays = []int{7, 30, 90, 365}

// Account shows the signed-in person's sessions, choices and API tokens.
func (s *Site) Account(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	m, err := v.account()
	if err != nil {
		return err
	}
	return v.show("account", m)
}

func (v *visit) account() (page.Account, error) {
	m := page.Account{Base: v.base(v.p.T("nav.account")), MayToken: true}
	u, err := v.ids.GetUser(v.r.Context(), v.actor, v.actor.User())
	if err != nil {
		return m, err
	}
	if me := m.Me; me != nil {
		m.Profile = []page.Line{
			{Label: v.p.T("account.name"), Text: me.Name}, {Label: v.p.T("signin.email"), Text: me.Email},
			{Label: v.p.T("account.country"), Text: me.Country + " (" + v.p.T("account.country."+u.CountrySource) + ")"},
			{Label: v.p.T("account.roles"), Text: me.Roles},
		}
	}
	if d, ok, err := v.ids.OwnDeclaration(v.r.Context(), v.actor); err == nil && ok { // the page is of use without it
		m.Profile = append(m.Profile, page.Line{
			Label: v.p.T("users.country.title"), Text: v.p.T("account.country.waits", "Country", v.p.Country(d.Country)) + " " + v.waits(d),
		})
	}
	m.HasPassword = u.HasPassword
	for _, l := range i18n.Languages() {
		m.Languages = append(m.Languages, page.Option{Value: l, Label: i18n.NativeName(l), Selected: l == v.lang})
	}
	for _, t := range []string{"system", "light", "dark"} {
		m.Themes = append(m.Themes, page.Option{Value: t, Label: v.p.T("theme." + t), Selected: t == m.Theme})
	}
	sessions, err := v.ids.Sessions(v.r.Context(), v.actor)
	if err != nil {
		return m, err
	}
	for _, x := range sessions {
		m.Sessions = append(m.Sessions, page.SessionLine{
			Text: v.p.T("account.session"), Started: v.dateTime(x.Created), Seen: v.dateTime(x.Seen), Current: x.Current,
		})
	}
	return m, v.tokens(&m)
}

func (v *visit) tokens(m *page.Account) error {
	tokens, err := v.ids.Tokens(v.r.Context(), v.actor, v.actor.User())
	if err != nil {
		return err
	}
	for _, t := range tokens {
		var scopes []string
		for _, sc := range t.Scopes {
			scopes = append(scopes, v.p.T("scope."+string(sc)))
		}
		m.Tokens = append(m.Tokens, page.TokenLine{
			ID: t.ID.String(), Name: t.Label.Reveal(), Scopes: strings.Join(scopes, " · "),
			Created: v.dateTime(t.Created), Expires: v.dateTime(t.Ends),
		})
	}
	for _, sc := range bailiwick.Scopes() {
		m.Scopes = append(m.Scopes, page.Option{
			Value: string(sc), Label: v.p.T("scope." + string(sc)), Selected: slices.Contains(v.r.PostForm["scopes"], string(sc)),
		})
	}
	for _, d := range tokenDays {
		m.Expiries = append(m.Expiries, page.Option{Value: strconv.Itoa(d), Label: v.p.N("tokens.days", d), Selected: d == 30})
	}
	return nil
}

// TokenCreate makes an API token and shows its secret once. The answer is the
// page itself, not a redirect: the secret must not pass through an address.
func (s *Site) TokenCreate(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	spec := identity.TokenSpec{Label: r.PostForm.Get("name")}
	if d, err := strconv.Atoi(r.PostForm.Get("days")); err == nil && slices.Contains(tokenDays, d) {
		spec.Life = time.Duration(d) * 24 * time.Hour
	}
	for _, sc := range r.PostForm["scopes"] {
		spec.Scopes = append(spec.Scopes, bailiwick.Scope(sc))
	}
	_, secret, err := s.ids.CreateToken(r.Context(), v.actor, v.actor.User(), spec)
	wrong := faults(err)
	if err != nil && len(wrong) == 0 {
		return err
	}
	m, accErr := v.account()
	if accErr != nil {
		return accErr
	}
	if err != nil {
		m.Error = userFault(v.p, wrong[0])
		return s.render.show(w, r, http.StatusUnprocessableEntity, "account", v.lang, m)
	}
	m.NewToken = secret
	return v.show("account", m)
}

// TokenRevoke ends an API token.
func (s *Site) TokenRevoke(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	id, err := bailiwick.ParseID(r.PathValue("id"))
	if err != nil {
		return bailiwick.NotFound()
	}
	if err := s.ids.RevokeToken(r.Context(), v.actor, v.actor.User(), bailiwick.SessionID{ID: id}); err != nil {
		return err
	}
	return v.redirect("/account", "revoked")
}

// SignOutEverywhere ends every session of the person.
func (s *Site) SignOutEverywhere(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	if _, err := s.ids.SignOutEverywhere(r.Context(), actor); err != nil {
		return err
	}
	s.host.ClearSession(w)
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}
