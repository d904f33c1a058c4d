package tenant

import (
	"net"
	"strings"
)

// noLabel is looked up in place of a host that cannot name a tenant, so that
// every unknown host costs the same lookup. ParseSlug refuses it.
const noLabel = "-"

// Label returns the label of a tenant's host below base: "acme" for
// "Acme.example.com:8443" under "example.com". The port is dropped, letters
// are folded to lower case and one trailing dot is allowed. The base itself,
// deeper names, foreign names and addresses yield false (R8.1).
func Label(host, base string) (string, bool) {
	if len(host) > 260 {
		return "", false
	}
	name := host
	if strings.Contains(host, ":") {
		h, port, err := net.SplitHostPort(host)
		if err != nil || !digits(port) {
			return "", false
		}
		name = h
	}
	name = strings.TrimSuffix(asciiLower(name), ".")
	label, ok := strings.CutSuffix(name, "."+base)
	if !ok {
		return "", false
	}
	if _, err := ParseSlug(label); err != nil {
		return "", false
	}
	return label, true
}

// asciiLower folds A to Z only: full Unicode folding would let U+212A (Kelvin)
// pass for "k".
func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

func digits(s string) bool {
	return len(s) <= 5 && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}
