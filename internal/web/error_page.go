package web

import (
	"net/http"
	"strconv"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// ErrorPage shows a refusal: plain, exact, and with nothing of what was asked
// for. It writes the status of the error's code.
func (s *Site) ErrorPage(w http.ResponseWriter, r *http.Request, c identity.Caller, e *bailiwick.Error) {
	lang := s.language(r, c)
	p := s.cat.Printer(lang)
	code := "error." + string(e.Code)
	m := page.Error{
		Base:   page.Base{Title: p.T(code), Lang: lang, Theme: theme(r), Path: "/"},
		Status: strconv.Itoa(e.Code.Status()), Heading: p.T(code), Text: p.T(code + ".text"),
		BackHref: "/", Plain: true,
	}
	// Whoever is signed in keeps the navigation. To everybody else a page that
	// is not found looks the same (R8.1): it names no workspace. It never names
	// the request, so that what is hidden and what is not there look alike.
	v, err := s.visit(w, r, c)
	if err == nil {
		m.Base, m.Plain = v.base(m.Title), false
	}
	for _, f := range e.Fields {
		one := page.FieldError{Text: fieldText(p, f)}
		if err == nil {
			one.More = v.basisLink(one.Text)
		}
		m.Fields = append(m.Fields, one)
	}
	if e.Code != bailiwick.CodeNotFound {
		m.Request = c.RequestID
	}
	if err := s.render.show(w, r, e.Code.Status(), "error", lang, m); err != nil {
		http.Error(w, p.T(code), e.Code.Status())
	}
}
