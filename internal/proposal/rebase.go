package proposal

import (
	"context"

	"bailiwick"
)

// Keep says which side wins where a change and the version in force clash.
type Keep string

// The ways.
const (
	KeepNone   Keep = ""        // refuse, and name the clashes
	KeepOurs   Keep = "change"  // what the change says
	KeepTheirs Keep = "current" // what the version in force says
)

// Rebase brings a change onto the version in force: what it does is done again
// there. Where both changed the same thing to something different it clashes:
// CodeConflict with a field error per clash ("rule/health-eea"), unless keep
// says which side wins. The change is a draft afterwards and has to be
// simulated again. The actor needs PermConfigure.
func (s *Service) Rebase(ctx context.Context, a bailiwick.Actor, id ProposalID, revision int64, keep Keep) (Proposal, error) {
	return Proposal{}, bailiwick.NotFound()
}
