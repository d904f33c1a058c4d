package logformat

import "slices"

// Kind is what happened. The list is closed and is added to at the end.
type Kind string

// The kinds of entries.
const (
	RecordCreated   Kind = "record.created"
	RecordChanged   Kind = "record.changed"
	RecordDeleted   Kind = "record.deleted"
	RecordRestored  Kind = "record.restored"
	RecordRead      Kind = "record.read" // a block of a non-ordinary category was opened, or the tenant records all reads
	ListRead        Kind = "list.read"   // one entry a page, Root over the references
	SearchRead      Kind = "search.read" // likewise
	RecordExported  Kind = "record.exported"
	ListExported    Kind = "list.exported"
	ImportStarted   Kind = "import.started"
	ImportFinished  Kind = "import.finished"
	ImportUndone    Kind = "import.undone"
	AccessRefused   Kind = "access.refused"
	ExplainAsked    Kind = "explain.asked" // somebody asked why a thing is shown or withheld
	Configured      Kind = "configuration.activated"
	TenantCreated   Kind = "tenant.created"
	EntityChanged   Kind = "entity.changed"
	UserCreated     Kind = "user.created"
	UserChanged     Kind = "user.changed"
	UserDisabled    Kind = "user.disabled"
	Invited         Kind = "invitation.created"
	SignedIn        Kind = "signin.succeeded"
	SignInFailed    Kind = "signin.failed"
	SignedOut       Kind = "signout"
	SignedOutAll    Kind = "signout.everywhere"
	TokenCreated    Kind = "token.created"
	TokenRevoked    Kind = "token.revoked"
	SubjectCreated  Kind = "subject.created"
	Sealed          Kind = "sealed"          // a commitment now, the entry itself later; also as padding
	OriginOpened    Kind = "origin.opened"   // first entry after a restore: Root and Count of the log before it
	SubjectChanged  Kind = "subject.changed" // its countries or legal entity
	UserEnabled     Kind = "user.enabled"
	PasswordChanged Kind = "password.changed"
	LinkCreated     Kind = "link.created"     // a one-time sign-in link was handed out
	RecordsTallied  Kind = "records.tallied"  // stored records were counted by what they hold, without opening one
	FactorAdded     Kind = "factor.added"     // a user can prove themselves by a further factor
	FactorRemoved   Kind = "factor.removed"   // no longer
	CountryDeclared Kind = "country.declared" // somebody says from which country a user looks (R8.6); a second person decides
	CountryDecided  Kind = "country.decided"
	// A change of the configuration, Object the proposal, Before and After its
	// states, Reference its number (R14.10).
	ChangeStarted   Kind = "change.started"
	ChangeEdited    Kind = "change.edited"    // Root: digest of the document as it then was
	ChangeSimulated Kind = "change.simulated" // Count: of the stored records that become illegal
	ChangeSubmitted Kind = "change.submitted"
	ChangeApproved  Kind = "change.approved" // Detail "solo": not second-person reviewed (R14.13)
	ChangeActivated Kind = "change.activated"
	ChangeRejected  Kind = "change.rejected"
	ChangeWithdrawn Kind = "change.withdrawn"
	ChangeRebased   Kind = "change.rebased"
	ChangeReturned  Kind = "change.returned" // to its author: the configuration it was made for is no longer in force
	UnitChanged     Kind = "unit.changed"    // an organisational unit was added, renamed, moved or removed

	QuarantineErased    Kind = "quarantine.erased"    // what may not be held any more was taken out
	QuarantineJustified Kind = "quarantine.justified" // it is kept until a date; Reference names the decision
	QuarantineEnded     Kind = "quarantine.ended"     // a decision to keep it was ended before its date
	BasisRecorded       Kind = "basis.recorded"
	ConsentRecorded     Kind = "consent.recorded"
	ConsentWithdrawn    Kind = "consent.withdrawn"
	ReasonStated        Kind = "reason.stated" // a viewer met a rule that asks for a reason
	AccessAsked         Kind = "access.asked"
	AccessAnswered      Kind = "access.answered" // After tells how

	ViewSaved   Kind = "view.saved" // a list was named, or a named one changed; Object.Record names it
	ViewDeleted Kind = "view.deleted"
)

var kinds = []Kind{
	RecordCreated, RecordChanged, RecordDeleted, RecordRestored, RecordRead, ListRead, SearchRead,
	RecordExported, ListExported, ImportStarted, ImportFinished, ImportUndone, AccessRefused, ExplainAsked,
	Configured, TenantCreated, EntityChanged, UserCreated, UserChanged, UserDisabled, Invited,
	SignedIn, SignInFailed, SignedOut, SignedOutAll, TokenCreated, TokenRevoked, SubjectCreated,
	Sealed, OriginOpened, SubjectChanged, UserEnabled, PasswordChanged, LinkCreated,
	RecordsTallied,
	FactorAdded, FactorRemoved, CountryDeclared, CountryDecided,
	ChangeStarted, ChangeEdited, ChangeSimulated, ChangeSubmitted, ChangeApproved, ChangeActivated, ChangeRejected,
	ChangeWithdrawn, ChangeRebased, ChangeReturned,
	UnitChanged,
	QuarantineErased, QuarantineJustified, QuarantineEnded, BasisRecorded, ConsentRecorded, ConsentWithdrawn,
	ReasonStated, AccessAsked, AccessAnswered,
	ViewSaved, ViewDeleted,
}

// Kinds returns the closed list of kinds.
func Kinds() []Kind { return slices.Clone(kinds) }

// Valid reports whether k is on the list.
func (k Kind) Valid() bool { return slices.Contains(kinds, k) }

// Outcome is how it ended.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"
	Refused Outcome = "refused" // by a rule
	Failed  Outcome = "failed"
)

var (
	outcomes   = []string{string(Done), string(Refused), string(Failed)}
	actorKinds = []string{"nobody", "user", "respondent", "staff", "job"}
	purposes   = []string{"provide-service", "prevent-problem", "fix-problem", "support-case", "customer-instruction", "law"}
	// levels are those of R0.2, highest first.
	levels = []string{"law", "principles", "agreement", "instruction", "policy", "tenant-configuration", "product-default"}
)

// Outcomes returns the closed list of outcomes.
func Outcomes() []string { return slices.Clone(outcomes) }

// ActorKinds returns the closed list of kinds of actors.
func ActorKinds() []string { return slices.Clone(actorKinds) }

// Purposes returns the closed list of purposes (R2.1).
func Purposes() []string { return slices.Clone(purposes) }

// Levels returns the closed list of levels of precedence (R0.2).
func Levels() []string { return slices.Clone(levels) }
