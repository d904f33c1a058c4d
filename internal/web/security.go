package web

import (
	"fmt"
	"net/http"
	"strings"

	"rsc.io/qr"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// Security shows how the signed-in person signs in.
func (s *Site) Security(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	return v.showSecurity(http.StatusOK, func(*page.Security) {})
}

// showSecurity shows the page, with what more has to be on it.
func (v *visit) showSecurity(status int, more func(*page.Security)) error {
	m := page.Security{Base: v.base(v.p.T("security.title"))}
	u, err := v.ids.GetUser(v.r.Context(), v.actor, v.actor.User())
	if err != nil {
		return err
	}
	m.HasPassword = u.HasPassword
	factors, err := v.ids.Factors(v.r.Context(), v.actor)
	if err != nil {
		return err
	}
	left := 0
	for _, f := range factors {
		if f.Kind == identity.Recovery {
			left++
			continue
		}
		line := page.FactorLine{ID: f.ID.String(), Kind: string(f.Kind), Name: f.Label.Reveal(), Created: v.dateTime(f.Created), Used: v.p.T("security.never")}
		if f.Kind == identity.TOTP {
			m.TOTP, line.Name = true, v.p.T("security.totp")
		}
		if !f.Used.IsZero() {
			line.Used = v.dateTime(f.Used)
		}
		m.Factors = append(m.Factors, line)
	}
	m.MayRecover, m.Recovery = len(m.Factors) > 0, v.p.N("security.left", left)
	more(&m)
	return v.render.show(v.w, v.r, status, "security", v.lang, m)
}

// securityRefused shows the page with what is wrong; errors that say nothing
// about the form go their way.
func (v *visit) securityRefused(err error, more func(*page.Security)) error {
	code := bailiwick.ErrorCode(err)
	text := ""
	switch {
	case code == bailiwick.CodeLimited:
		text = v.p.T("signin.limited")
	case code == bailiwick.CodeExpired:
		text = v.p.T("second.expired")
	case len(faults(err)) > 0:
		text = firstFault(v.p, err)
	default:
		return err
	}
	return v.showSecurity(code.Status(), func(m *page.Security) {
		m.Error = text
		more(m)
	})
}

// TOTPBegin shows the key of one-time codes, once.
func (s *Site) TOTPBegin(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visitForm(w, r, c)
	if err != nil {
		return err
	}
	e, err := s.ids.BeginTOTP(r.Context(), v.actor, c.Tenant.Name, r.PostForm.Get("present"), s.meta(w, r))
	if err != nil {
		return v.securityRefused(err, func(*page.Security) {})
	}
	enrol := &page.Enrol{Challenge: e.Challenge, Key: spaced(e.Key)}
	if enrol.Size, enrol.Path, err = squares(e.URL); err != nil {
		return err
	}
	return v.showSecurity(http.StatusOK, func(m *page.Security) { m.Enrol = enrol })
}

// visitForm is visit for a posted form.
func (s *Site) visitForm(w http.ResponseWriter, r *http.Request, c identity.Caller) (*visit, error) {
	v, err := s.visit(w, r, c)
	if err != nil {
		return nil, err
	}
	return v, parseForm(r)
}

// TOTPConfirm switches one-time codes on.
func (s *Site) TOTPConfirm(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visitForm(w, r, c)
	if err != nil {
		return err
	}
	challenge := r.PostForm.Get("challenge")
	codes, err := s.ids.FinishTOTP(r.Context(), v.actor, challenge, r.PostForm.Get("code"))
	if err != nil {
		return v.securityRefused(err, func(m *page.Security) {
			if bailiwick.ErrorCode(err) == bailiwick.CodeInvalid { // the key is on the device already: only the code is asked for again
				m.Enrol, m.Error = &page.Enrol{Challenge: challenge, Error: m.Error}, ""
			}
		})
	}
	return v.factorsShown(codes)
}

// factorsShown answers with new recovery codes on the page, for they are shown
// once; without any it is a redirect like every other form's answer.
func (v *visit) factorsShown(codes []string) error {
	if len(codes) == 0 {
		return v.redirect("/account/security", "factor")
	}
	return v.showSecurity(http.StatusOK, func(m *page.Security) {
		m.Codes = codes
		m.Notice = &page.Notice{Tone: "ok", Text: v.p.T("done.factor")}
	})
}

// RecoveryNew makes new recovery codes and shows them once.
func (s *Site) RecoveryNew(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visitForm(w, r, c)
	if err != nil {
		return err
	}
	codes, err := s.ids.NewRecoveryCodes(r.Context(), v.actor, r.PostForm.Get("present"), s.meta(w, r))
	if err != nil {
		return v.securityRefused(err, func(*page.Security) {})
	}
	return v.factorsShown(codes)
}

// FactorRemove takes a code generator or passkey away.
func (s *Site) FactorRemove(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visitForm(w, r, c)
	if err != nil {
		return err
	}
	id, err := bailiwick.ParseID(r.PostForm.Get("factor"))
	if err != nil {
		return bailiwick.NotFound()
	}
	if err := s.ids.RemoveFactor(r.Context(), v.actor, r.PostForm.Get("present"), id, s.meta(w, r)); err != nil {
		return v.securityRefused(err, func(*page.Security) {})
	}
	return v.redirect("/account/security", "factor")
}

// PasskeyBegin tells the script what the device is asked to make.
func (s *Site) PasskeyBegin(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visitForm(w, r, c)
	if err != nil {
		return err
	}
	options, challenge, err := s.ids.BeginPasskey(r.Context(), v.actor, s.place(c), r.PostForm.Get("present"), s.meta(w, r))
	if code := bailiwick.ErrorCode(err); code == bailiwick.CodeInvalid || code == bailiwick.CodeLimited {
		text := v.p.T("signin.limited")
		if code == bailiwick.CodeInvalid {
			text = firstFault(v.p, err)
		}
		return tell(w, code.Status(), struct {
			Error string `json:"error"`
		}{text})
	}
	if err != nil {
		return err
	}
	return tell(w, http.StatusOK, ceremony{Options: options, Challenge: challenge})
}

// PasskeyKeep keeps the passkey that the device made.
func (s *Site) PasskeyKeep(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visitForm(w, r, c)
	if err != nil {
		return err
	}
	codes, err := s.ids.FinishPasskey(r.Context(), v.actor, s.place(c), r.PostForm.Get("challenge"), r.PostForm.Get("label"),
		[]byte(r.PostForm.Get("answer")))
	if err != nil {
		return v.securityRefused(err, func(*page.Security) {})
	}
	return v.factorsShown(codes)
}

// FactorsReset takes every factor of a user away who lost them.
func (s *Site) FactorsReset(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, u, err := s.userOf(w, r, c)
	if err != nil {
		return err
	}
	if err := s.ids.ResetFactors(r.Context(), v.actor, u.ID); err != nil {
		return v.userRefused(u, false, err)
	}
	return v.redirect("/users/"+u.ID.String(), "factors")
}

// CountryDecide confirms or refuses a country that another declared.
func (s *Site) CountryDecide(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, u, err := s.userOf(w, r, c)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	decide := s.ids.RefuseCountry
	if r.PostForm.Get("decision") == "confirm" {
		decide = s.ids.ConfirmCountry
	}
	if err := decide(r.Context(), v.actor, u.ID, bailiwick.Country(r.PostForm.Get("country"))); err != nil {
		return v.userRefused(u, false, err)
	}
	return v.redirect("/users/"+u.ID.String(), "country")
}

// spaced sets a key in groups of four, for typing.
func spaced(key string) string {
	var b strings.Builder
	for i, c := range key {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// squares draws a text as the dark squares of a QR code with the quiet margin
// that readers want.
func squares(text string) (size int, path string, err error) {
	const margin = 4
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return 0, "", err
	}
	var b strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x+margin, y+margin)
			}
		}
	}
	return code.Size + 2*margin, b.String(), nil
}
