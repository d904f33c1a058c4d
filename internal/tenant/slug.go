package tenant

import (
	"slices"

	"bailiwick"
)

// reserved are labels that no customer gets: names of the product's own hosts,
// names with a meaning in the Internet's protocols, and names that would lend
// a customer the provider's authority (R8.1).
var reserved = []string{
	"about", "abuse", "account", "accounts", "admin", "administrator", "api", "app", "assets", "auth",
	"autoconfig", "autodiscover", "billing", "blog", "cdn", "chat", "console", "contact", "dev", "dns", "docs", "download",
	"example", "files", "ftp", "git", "health", "help", "hostmaster", "id", "imap", "internal", "invalid", "isatap", "legal",
	"livez", "local", "localhost", "log", "login", "logs", "mail", "metrics", "mta-sts", "mx", "news", "noreply", "ns", "ns1", "ns2", "oidc",
	"ops", "policy", "pop", "postmaster", "privacy", "provider", "public", "readyz", "root", "saml", "scim", "security", "smtp",
	"sso", "staff", "static", "status", "support", "system", "test", "transparency", "verify", "webmail", "wpad", "www",
}

// ParseSlug checks a slug: a DNS label of 3 to 63 lower-case letters, digits
// and inner hyphens that starts with a letter, is no punycode label and is not
// reserved. Otherwise it returns CodeInvalid (R8.1).
func ParseSlug(s string) (string, error) {
	rule, message := "", ""
	switch {
	case len(s) < 3 || !isLabel(s) || s[0] < 'a' || s[0] > 'z':
		rule, message = "label", "The slug is 3 to 63 lower-case letters, digits and hyphens, beginning with a letter."
	case len(s) > 3 && s[2:4] == "--":
		rule, message = "punycode", "The slug has two hyphens in third and fourth place, which is kept for encoded names."
	case slices.Contains(reserved, s):
		rule, message = "reserved", "The slug is reserved."
	default:
		return s, nil
	}
	return "", invalid(bailiwick.FieldError{Field: "slug", Rule: rule, Code: bailiwick.CodeInvalid, Message: message})
}

// isLabel reports whether s is a DNS label in lower case.
func isLabel(s string) bool {
	if len(s) < 1 || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

func invalid(fields ...bailiwick.FieldError) *bailiwick.Error {
	return &bailiwick.Error{Code: bailiwick.CodeInvalid, Message: "Some of the input breaks a rule.", Fields: fields}
}
