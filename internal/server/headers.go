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
		h["Content-Security-Policy"] = ofAPI
	} else {
		h["Content-Security-Policy"] = ofPages
	}
	for i := range always {
		h[always[i].name] = always[i].value
	}
	if secure {
		h["Strict-Transport-Security"] = overTLS
	}
}

// fixed is a header of every answer.
type fixed struct {
	name  string // in canonical form
	value []string
}

// The headers are put in place as they are, without a copy for each answer.
// Their length is their capacity, so adding to one makes a new slice; nobody
// may write into them.
var (
	ofPages = []string{pagePolicy}
	ofAPI   = []string{apiPolicy}
	overTLS = []string{"max-age=63072000; includeSubDomains"}
	always  = []fixed{
		{"X-Content-Type-Options", []string{"nosniff"}},
		{"Referrer-Policy", []string{"same-origin"}},
		{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
		{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
		{"Permissions-Policy", []string{"camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"}},
		{"Cache-Control", []string{"no-store"}},
	}
)
