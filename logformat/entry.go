package logformat

import (
	"encoding/hex"
	"time"
)

// ID is an identifier of 128 bits; the zero ID names nothing.
type ID [16]byte

// IsZero reports whether the identifier names nothing.
func (id ID) IsZero() bool { return id == ID{} }

// String returns the 36-character form.
func (id ID) String() string { return string(appendID(nil, id)) }

// Pseudonym stands for a person. It is made with a key that is destroyed with
// the person's data.
type Pseudonym [16]byte

// String returns 32 hexadecimal digits.
func (p Pseudonym) String() string { return hex.EncodeToString(p[:]) }

// Hash is a SHA-256 digest; the zero Hash means none.
type Hash [32]byte

// IsZero reports whether there is no digest.
func (h Hash) IsZero() bool { return h == Hash{} }

// String returns 64 hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Object is what was acted on.
type Object struct {
	Type   string // record type, or a noun of the platform such as "user"
	Record ID     // the record or other thing; zero for a list
}

// Entry is one entry of the activity record: every member of R0.1, and no
// place for a value. Empty members are not written. Codes are texts of
// letters, digits and "._:/-[]", at most the stated number of bytes.
type Entry struct {
	ID     ID        // required
	Time   time.Time // required; the server's, in whole microseconds (R0.5)
	Tenant ID        // required
	Kind   Kind      // required

	ActorKind    string   // required; one of ActorKinds
	Actor        string   // identifier of the person, or name of the job; 64
	ActorCountry string   // ISO 3166-1 alpha-2
	ActorRoles   []string // 64 each, at most MaxRoles
	Purpose      string   // one of Purposes
	Reference    string   // grant or case under which it was done; 64
	Session      ID       // session or API token used

	Object     Object
	Revision   int64       // of the record, after the act
	Subjects   []Pseudonym // people concerned, at most MaxSubjects; more: Count and Root
	Fields     []string    // names of fields, never values; 128 each, at most MaxFields
	Categories []string    // 64 each, at most MaxCategories
	Count      int64       // of records, rows or entries concerned
	Root       Hash        // Merkle root over references, see Root
	Import     ID          // run of an import

	ConfigVersion int64    // version of the tenant's configuration, its matrix included
	PolicyVersion int64    // version of the published policy
	Level         string   // which level decided; one of Levels
	Outcome       Outcome  // required
	Rules         []string // ids of the rules that decided; 128 each, at most MaxRules
	Reason        string   // code; 64
	Before        string   // state before; 64
	After         string   // state after; 64
	Detail        string   // code of what kind of act it was, where Kind leaves it open; 64

	Commitment Hash // of a Sealed entry
}

// Limits of the lists of an entry. An entry that is at all limits still fits
// MaxEncoded.
const (
	MaxRoles      = 32
	MaxSubjects   = 256
	MaxFields     = 256
	MaxCategories = 64
	MaxRules      = 64

	maxCode = 64
	maxName = 128
)

// MaxEncoded is the largest encoding of an entry in bytes: its length must fit
// the two bytes that a bundle of C2SP tlog-tiles has for it.
const MaxEncoded = 65_535
