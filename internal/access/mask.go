package access

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaskForm is what a mask leaves of a value (R14.8).
type MaskForm uint8

// The forms. MaskNone masks nothing. Last4, YearOnly and Initials each leave a
// part; PresentAbsent leaves only whether there is a value; Null leaves nothing.
const (
	MaskNone MaskForm = iota
	Last4
	YearOnly
	Initials
	PresentAbsent
	Null
)

const maskCount = 6

var maskNames = [maskCount]string{"", "last4", "year-only", "initials", "present-absent", "null"}

// String returns the form as it is written in a rule file; empty for MaskNone.
func (m MaskForm) String() string {
	if int(m) >= len(maskNames) {
		return ""
	}
	return maskNames[m]
}

// ParseMask reads a form as it is written in a rule file.
func ParseMask(s string) (MaskForm, bool) {
	for i, n := range maskNames {
		if i > 0 && n == s {
			return MaskForm(i), true
		}
	}
	return MaskNone, false
}

// Join returns the form that shows nothing which either of two masks hides:
// two different forms that each leave a part meet in PresentAbsent.
func (m MaskForm) Join(o MaskForm) MaskForm {
	switch {
	case m == o || o == MaskNone:
		return m
	case m == MaskNone:
		return o
	case m >= Null || o >= Null:
		return Null
	default:
		return PresentAbsent
	}
}

// The fixed texts of masked values. The placeholder has one length whatever
// the value's, so that it tells nothing of it.
const (
	MaskPlaceholder = "••••"
	MaskPresent     = "present"
	MaskAbsent      = "absent"
)

// Apply returns what a mask leaves of a display text. An empty value stays
// empty under the forms that leave a part; a form that is not known leaves
// nothing. MaskNone returns v itself.
//
// Only a value of at least eight letters or digits shows its last four: of a
// shorter one they would be half of it or more.
func Apply(mask MaskForm, v string) string {
	switch mask {
	case MaskNone:
		return v
	case PresentAbsent:
		if v == "" {
			return MaskAbsent
		}
		return MaskPresent
	case Last4, YearOnly, Initials:
		if v == "" {
			return ""
		}
	default:
		return ""
	}
	if !utf8.ValidString(v) {
		return MaskPlaceholder
	}
	switch mask {
	case Last4:
		return lastFour(v)
	case YearOnly:
		return yearOnly(v)
	default:
		return initials(v)
	}
}

// lastFour keeps the last four letters or digits, each with the marks that
// combine with it; separators count for nothing.
func lastFour(v string) string {
	var clusters []string
	for _, r := range v {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			clusters = append(clusters, string(r))
		case unicode.IsMark(r) && len(clusters) > 0:
			clusters[len(clusters)-1] += string(r)
		}
	}
	if len(clusters) < 8 {
		return MaskPlaceholder
	}
	return MaskPlaceholder + strings.Join(clusters[len(clusters)-4:], "")
}

// yearOnly keeps the one run of exactly four ASCII digits of a date in any
// usual notation. With none, or with two that differ, nothing is kept.
func yearOnly(v string) string {
	year := ""
	for i := 0; i < len(v); {
		j := i
		for j < len(v) && v[j] >= '0' && v[j] <= '9' {
			j++
		}
		if j-i == 4 {
			if year != "" && year != v[i:j] {
				return MaskPlaceholder
			}
			year = v[i:j]
		}
		i = max(j, i+1)
	}
	if year == "" {
		return MaskPlaceholder
	}
	return year
}

// maxInitials bounds what of a long text its initials may give away.
const maxInitials = 4

// initials keeps the first letter of each word, of the first few words.
func initials(v string) string {
	var b strings.Builder
	words := strings.FieldsFunc(v, func(r rune) bool { return unicode.IsSpace(r) || r == '-' || r == '.' || r == ',' })
	for i, w := range words {
		if i == maxInitials {
			break
		}
		r, _ := utf8.DecodeRuneInString(w)
		if unicode.IsLetter(r) {
			b.WriteRune(unicode.ToUpper(r))
			b.WriteByte('.')
		}
	}
	if b.Len() == 0 {
		return MaskPlaceholder
	}
	return b.String()
}
