package store

import "errors"

// Kind says what sort of failure of the engine it was, in words that both
// engines share.
type Kind uint8

// The kinds of failure.
const (
	Other       Kind = iota
	Unique           // a unique key or primary key exists already
	ForeignKey       // a referenced row is missing, or a referencing one exists
	Check            // a CHECK, NOT NULL or type rule refused the row
	ReadOnly         // a write in a View
	Forbidden        // the engine's own rules refuse it: append-only tables, grants, row-level security
	Conflict         // lost against a concurrent transaction; repeating may succeed
	Busy             // the database was locked for too long; repeating may succeed
	Unreachable      // the connection failed
)

// String names the kind.
func (k Kind) String() string {
	names := [...]string{"failure", "unique key violated", "foreign key violated", "check violated", "read-only transaction",
		"forbidden by the database", "conflicting transaction", "database busy", "database unreachable"}
	return names[min(int(k), len(names)-1)]
}

// Failure is an error of the engine without the values that engines like to
// put in theirs: a message of PostgreSQL can quote the row.
type Failure struct {
	Kind   Kind
	Code   string // the engine's own code, such as "pg 23505" or "sqlite 2067"
	Detail string // text that names objects of the schema only; may be empty
}

// Error names kind, code and detail.
func (f *Failure) Error() string {
	s := "store: " + f.Kind.String() + " (" + f.Code + ")"
	if f.Detail != "" {
		s += ": " + f.Detail
	}
	return s
}

// FailureKind returns the kind of the Failure in err, Other if there is none.
func FailureKind(err error) Kind {
	var f *Failure
	if errors.As(err, &f) {
		return f.Kind
	}
	return Other
}

// IsUnique reports whether err says that a unique key exists already.
func IsUnique(err error) bool { return FailureKind(err) == Unique }
