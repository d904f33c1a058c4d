package tenant

import (
	"net/mail"
	"strings"
	"unicode/utf8"

	"bailiwick"
)

// Entity is a legal entity of a tenant: one of the controllers inside a
// multinational. Every person, record and form belongs to one.
type Entity struct {
	ID             bailiwick.EntityID
	Key            string            // lower-case label that stays the same when the entity is renamed
	Name           string            // registered name
	Seat           bailiwick.Country // country of the registered seat
	PrivacyContact string            // mailbox for privacy questions, published in notices
}

// check returns what is wrong with the entity, field paths starting at path.
func (e Entity) check(path string) []bailiwick.FieldError {
	var out []bailiwick.FieldError
	bad := func(field, rule, message string) {
		out = append(out, bailiwick.FieldError{Field: path + "." + field, Rule: rule, Code: bailiwick.CodeInvalid, Message: message})
	}
	if !isLabel(e.Key) {
		bad("key", "label", "The key is 1 to 63 lower-case letters, digits and hyphens.")
	}
	if !isName(e.Name) {
		bad("name", "name", "The name is 1 to 200 printable characters.")
	}
	if !e.Seat.Known() {
		out = append(out, bailiwick.FieldError{Field: path + ".seat", Rule: "country", Code: bailiwick.CodeUnknownCountry, Message: "The seat is not an ISO 3166-1 country code."})
	}
	if e.PrivacyContact != "" && !isMailbox(e.PrivacyContact) {
		bad("privacy_contact", "mailbox", "The privacy contact is not an e-mail address.")
	}
	return out
}

func isName(s string) bool { return isText(s, MaxName) }

// isText reports whether s is 1 to limit printable characters without space
// around them.
func isText(s string, limit int) bool {
	n := utf8.RuneCountInString(s)
	if n < 1 || n > limit || !utf8.ValidString(s) || strings.TrimSpace(s) != s {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

func isMailbox(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= 254
}
