package server

import "net/http"

// pagePolicy is the Content-Security-Policy of pages: nothing from elsewhere,
// no inline script or style, and the one Trusted Types policy "fragment"
// through which the own modules put server-rendered fragments into a page.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; " +
	"require-trusted-types-for 'script'; trusted-types fragment"

// apiPolicy is that of answers which are no pages.
const apiPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"

// secureHeaders sets what every answer carries. Nothing is cached unless a
// handler of static files says otherwise: an answer about people must not
// outlive the session in a browser's or a proxy's cache.
//
// Referrer-Policy is same-origin, not no-referrer: under the latter browsers
// send "Origin: null" with forms, and the check against forged requests would
// have to refuse them in older browsers.
func secureHeaders(h http.Header, api, secure bool) {
	if api {
		h.Set("Content-Security-Policy", apiPolicy)
	} else {
		h.Set("Content-Security-Policy", pagePolicy)
	}
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()")
	h.Set("Cache-Control", "no-store")
	if secure {
		h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
}
