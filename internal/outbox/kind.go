package outbox

import (
	"slices"
	"strings"
)

// Kind is what a person is told. The list is closed; each kind has its texts in
// every language.
type Kind string

// The kinds of notices.
const (
	ReviewAsked     Kind = "review-asked"      // a change waits for this person's review
	ChangeDecided   Kind = "change-decided"    // a change was approved, rejected or sent back
	ChangeActive    Kind = "change-active"     // a change is in force
	SoloChangeWaits Kind = "solo-change-waits" // a change without a second person takes effect by itself
	AccessAsked     Kind = "access-asked"      // somebody asks for access to what is withheld
	AccessDecided   Kind = "access-decided"    // the answer to who asked
	ExceptionEnding Kind = "exception-ending"  // an exception ends soon
	QuarantineDue   Kind = "quarantine-due"    // quarantined data has to be decided on
	CountryDeclared Kind = "country-declared"  // a user's country was declared and waits for a second person
	CountryDecided  Kind = "country-decided"
	ImportDone      Kind = "import-done"
	PasswordReset   Kind = "password-reset"  // the link by which a new password is set; by mail only
	SignInChanged   Kind = "sign-in-changed" // password, second factor or sign-in data of the person changed
	MailFailed      Kind = "mail-failed"     // a mail to the person could not be delivered; inbox only
)

// BasisMissing is a kind of tasks alone: a category could be filled in and has
// no basis. Nobody is told of it, so it is not on the list of kinds.
const BasisMissing Kind = "basis-missing"

var kinds = []Kind{
	ReviewAsked, ChangeDecided, ChangeActive, SoloChangeWaits, AccessAsked, AccessDecided, ExceptionEnding, QuarantineDue,
	CountryDeclared, CountryDecided, ImportDone, PasswordReset, SignInChanged, MailFailed,
}

// Outcome is how something was decided; a closed word, never anything that
// somebody typed. Empty = the text of the kind says enough.
type Outcome string

// The outcomes of ChangeDecided, AccessDecided and CountryDecided.
const (
	Approved  Outcome = "approved"
	Rejected  Outcome = "rejected"
	Returned  Outcome = "returned"
	Withdrawn Outcome = "withdrawn"
	Granted   Outcome = "granted"
	Refused   Outcome = "refused"
	Ended     Outcome = "ended"
	Confirmed Outcome = "confirmed"
)

var outcomes = map[Kind][]Outcome{
	ChangeDecided:  {Approved, Rejected, Returned, Withdrawn},
	AccessDecided:  {Granted, Refused, Ended},
	CountryDecided: {Confirmed, Refused},
}

// Outcomes returns the outcomes of a kind; nil for most.
func (k Kind) Outcomes() []Outcome { return slices.Clone(outcomes[k]) }

// stored is how a row keeps kind and outcome, in one word.
func (k Kind) stored(o Outcome) string {
	if o == "" {
		return string(k)
	}
	return string(k) + "." + string(o)
}

// kindOf takes apart what a row keeps.
func kindOf(stored string) (Kind, Outcome) {
	k, o, _ := strings.Cut(stored, ".")
	return Kind(k), Outcome(o)
}

// Kinds returns the closed list.
func Kinds() []Kind { return slices.Clone(kinds) }

// Valid reports whether k is on the list.
func (k Kind) Valid() bool { return slices.Contains(kinds, k) }

// Security reports whether a person is told in any case: turning these off
// would help whoever took over an account.
func (k Kind) Security() bool { return k == PasswordReset || k == SignInChanged || k == MailFailed }

// Choosable returns the kinds whose way a person chooses.
func Choosable() []Kind {
	return slices.DeleteFunc(Kinds(), Kind.Security)
}

// Choice is how a person wants to be told of a kind.
type Choice string

// The choices. Mail includes the inbox.
const (
	ByMail  Choice = "mail"
	ByInbox Choice = "inbox"
	Off     Choice = "off"
)

// Choices returns the closed list.
func Choices() []Choice { return []Choice{ByMail, ByInbox, Off} }

// Default is how somebody is told who chose nothing.
func (k Kind) Default() Choice {
	switch k {
	case ImportDone, ChangeActive:
		return ByInbox
	default:
		return ByMail
	}
}

// byInbox and byMail tell where a notice of a kind goes under a choice.
func (k Kind) byInbox(c Choice) bool { return k != PasswordReset && (c != Off || k.Security()) }

func (k Kind) byMail(c Choice) bool { return k != MailFailed && (c == ByMail || k.Security()) }
