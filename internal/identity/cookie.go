package identity

import "net/http"

// SessionCookie carries the session of a browser. The prefix makes browsers
// refuse it with a Domain or without Secure, so a sibling workspace can
// neither read nor plant it (R8.2). Browsers keep it over plain http on
// localhost, which is the only place where there is plain http.
const SessionCookie = "__Host-bw"

// SetSession puts the session of a fresh sign-in into the browser.
func SetSession(w http.ResponseWriter, secret string) {
	http.SetCookie(w, &http.Cookie{
		Name: SessionCookie, Value: secret, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// ClearSession takes it out again.
func ClearSession(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{
		Name: SessionCookie, Path: "/", MaxAge: -1, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
