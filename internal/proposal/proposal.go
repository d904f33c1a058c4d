package proposal

import (
	"strconv"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/tenant"
)

// State says how far a change is.
type State string

// The states and the only ways between them:
//
//	draft      -> submitted, withdrawn
//	submitted  -> approved, active, rejected, withdrawn, draft (edited)
//	approved   -> active, withdrawn, draft (edited), superseded
//	rejected   -> draft (edited), withdrawn
//	superseded -> draft (rebased), withdrawn
//
// Approved is scheduled: it takes effect at ActiveAt. Superseded means that
// another change took effect first, so that it has to be rebased, simulated
// and approved again. Active and withdrawn are ends.
const (
	Draft      State = "draft"
	Submitted  State = "submitted"
	Approved   State = "approved"
	Active     State = "active"
	Rejected   State = "rejected"
	Withdrawn  State = "withdrawn"
	Superseded State = "superseded"
)

// States returns the closed list of states.
func States() []State {
	return []State{Draft, Submitted, Approved, Active, Rejected, Withdrawn, Superseded}
}

// Open reports whether the change can still take effect.
func (s State) Open() bool { return s != Active && s != Withdrawn }

// Limits of what people type.
const (
	MaxTitle  = 200  // runes of a title
	MaxReason = 1000 // runes of a reason
	SoloWait  = 24 * time.Hour
	// MaxAhead is how far ahead a change can be scheduled.
	MaxAhead = 366 * 24 * time.Hour
)

// ProposalID names a change of the configuration.
type ProposalID struct{ bailiwick.ID }

// Proposal is a change of the configuration on its way.
type Proposal struct {
	ID         ProposalID
	Number     int64  // shown as "CHG-12"
	Title      string // typed by its author; a person's words, not for logs
	State      State
	Base       int64           // version that the document was made from
	Document   tenant.Document // zero in a list
	Revision   int64           // of the document, from 1
	Author     bailiwick.UserID
	LastEditor bailiwick.UserID
	Editors    []bailiwick.UserID // everybody who changed it; nil in a list
	Reviewer   bailiwick.UserID   // zero until decided
	Created    time.Time
	Updated    time.Time
	Decided    time.Time // when it was approved or rejected; zero = not yet
	ActiveAt   time.Time // when it takes or took effect; zero = not approved
	Version    int64     // that it became; 0 = none
	Solo       bool      // approved without a second person (R14.13)
	Reason     string    // why it was rejected
	RollbackOf int64     // version that it goes back to; 0 = none
	Simulation *Simulation
	// Stale says that another version than Base is in force and the change has
	// not taken effect: it has to be rebased first.
	Stale bool
}

// Ref is the number as people write it.
func (p Proposal) Ref() string { return Ref(p.Number) }

// Ref writes the number of a change.
func Ref(number int64) string { return "CHG-" + strconv.FormatInt(number, 10) }

// Path is where the change is found in the workspace.
func (p Proposal) Path() string { return "/proposals/" + p.ID.String() }

// Simulated reports whether the present revision has been simulated against
// the version it was made from.
func (p Proposal) Simulated() bool {
	return p.Simulation != nil && p.Simulation.Revision == p.Revision && p.Simulation.Base == p.Base && !p.Stale
}

// EditedBy reports whether a user wrote or changed the proposal, and so may
// not be the second person.
func (p Proposal) EditedBy(u bailiwick.UserID) bool {
	if u == p.Author || u == p.LastEditor {
		return true
	}
	for _, e := range p.Editors {
		if e == u {
			return true
		}
	}
	return false
}

func checkTitle(s string) (string, error) {
	s = strings.TrimSpace(s)
	if !printable(s, 1, MaxTitle) {
		return "", invalid("title", "name", "The title is 1 to 200 printable characters.")
	}
	return s, nil
}
