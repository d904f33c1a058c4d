package web

import (
	"net/http"
	"slices"
	"strings"

	"bailiwick/internal/identity"
	"bailiwick/internal/outbox"
	"bailiwick/internal/web/i18n"
)

// The cookies of a person's choices. They hold nothing personal and are read
// on pages without a sign-in too.
const (
	themeCookie = "bw-theme"
	langCookie  = "bw-lang"
	yearSeconds = 365 * 24 * 60 * 60
)

// language is the language of the answer: what the person chose, else what
// the browser asks for.
func (s *Site) language(r *http.Request, c identity.Caller) string {
	if k, err := r.Cookie(langCookie); err == nil && slices.Contains(i18n.Languages(), k.Value) {
		return k.Value
	}
	if slices.Contains(i18n.Languages(), c.Lang) {
		return c.Lang
	}
	return s.cat.Match(r.Header.Get("Accept-Language"))
}

// theme is the chosen appearance; empty for the system's.
func theme(r *http.Request) string {
	if k, err := r.Cookie(themeCookie); err == nil && (k.Value == "light" || k.Value == "dark") {
		return k.Value
	}
	return ""
}

// Preferences keeps language and appearance in the browser and goes back. Who
// is signed in gets mail in that language, too.
func (s *Site) Preferences(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	if err := parseForm(r); err != nil {
		return err
	}
	if lang := r.PostForm.Get("lang"); slices.Contains(i18n.Languages(), lang) {
		keep(w, langCookie, lang)
		if c.SignedIn() && s.told.box != nil {
			if err := s.told.box.SetSettings(r.Context(), c.Actor, outbox.Settings{Language: lang}); err != nil {
				return err
			}
		}
	}
	switch t := r.PostForm.Get("theme"); t {
	case "light", "dark", "system":
		keep(w, themeCookie, t)
	}
	http.Redirect(w, r, localPath(r.PostForm.Get("next")), http.StatusSeeOther)
	return nil
}

func keep(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: yearSeconds, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// localPath returns p if it is a path of this host, else the start page: a
// redirect never leads to an address that somebody put into a link.
func localPath(p string) string {
	if len(p) > 2000 || !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\r\n\t") {
		return "/"
	}
	return p
}
