package server

import (
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"bailiwick"
	"bailiwick/internal/identity"
)

// languages is what people can read, the default first.
var languages = language.NewMatcher([]language.Tag{language.English, language.German, language.French})

// admit finds out who asks and whether the row lets them in.
func (s *Server) admit(x *exchange, r *http.Request) error {
	x.caller = identity.Caller{Tenant: x.place.tenant, RequestID: x.id, Lang: preferred(r)}
	if x.row.Face == Asset || x.place.kind != TenantHost {
		return nil
	}
	if err := s.recognise(x, r); err != nil && !x.row.Public() {
		return err
	}
	a := x.caller.Actor
	if !x.row.admits(a.Kind()) {
		if a.Kind() == bailiwick.Nobody {
			return unauthenticated()
		}
		return s.refuse(x, r, []string{"actor:" + a.Kind().String()}, 0, bailiwick.Denied("This is not for you."))
	}
	if x.row.Scope != "" && a.Kind() != bailiwick.Nobody && !a.InScope(x.row.Scope) {
		return s.refuse(x, r, []string{"scope:" + string(x.row.Scope)}, 0,
			bailiwick.Denied("The token does not cover this: it needs the scope "+string(x.row.Scope)+"."))
	}
	return s.permitted(x, r)
}

// recognise fills in the actor. A page looks at the cookie only and the API
// at the bearer token only: see the package comment.
func (s *Server) recognise(x *exchange, r *http.Request) error {
	if x.row.Face == API {
		secret, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok {
			return unauthenticated()
		}
		a, err := s.parts.Identity.AuthenticateToken(r.Context(), x.tenant(), strings.TrimSpace(secret))
		if err != nil {
			return err
		}
		x.caller.Actor = a.Located(s.country(r))
		return nil
	}
	c, err := r.Cookie(identity.SessionCookie)
	if err != nil {
		return unauthenticated()
	}
	a, session, err := s.parts.Identity.Authenticate(r.Context(), x.tenant(), c.Value)
	if err != nil {
		return err
	}
	x.caller.Actor, x.caller.Session = a.Located(s.country(r)), session
	return nil
}

// permitted judges an administrative row by the roles of the caller under the
// active configuration.
func (s *Server) permitted(x *exchange, r *http.Request) error {
	needs := x.row.needs()
	if len(needs) == 0 {
		return nil
	}
	c, err := s.Configuration(r.Context(), x.tenant())
	if err != nil {
		return err
	}
	if slices.ContainsFunc(needs, c.Matrix.View(x.caller.Actor).Has) {
		return nil
	}
	rules := make([]string, len(needs))
	for i, p := range needs {
		rules[i] = "permission:" + string(p)
	}
	return s.refuse(x, r, rules, c.Version, bailiwick.Denied("Your roles do not include this."))
}

// preferred is the language that a browser asks for, or English.
func preferred(r *http.Request) string {
	accept := r.Header.Get("Accept-Language")
	if accept == "" {
		return "en" // programs mostly; matching would cost more than their record
	}
	tags, _, err := language.ParseAcceptLanguage(head(accept, 200))
	if err != nil {
		return "en"
	}
	_, i, _ := languages.Match(tags...)
	return [...]string{"en", "de", "fr"}[i]
}

// head cuts s to n bytes.
func head(s string, n int) string { return s[:min(len(s), n)] }
