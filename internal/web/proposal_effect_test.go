package web

import (
	"testing"

	"bailiwick"
	"bailiwick/internal/proposal"
)

// TestMetByFillingIn: who may fill in less does not lose sight of anything.
func TestMetByFillingIn(t *testing.T) {
	u := func(op string, e proposal.Effect) proposal.UserEffect {
		return proposal.UserEffect{Changes: []proposal.Change{{Op: op, Category: bailiwick.Category("health"), Effect: e}}}
	}
	s := &proposal.Simulation{Users: []proposal.UserEffect{
		u("populate", proposal.Loses), u("populate", proposal.Loses), u("access", proposal.Masked), u("export", proposal.Gains),
	}}
	if met(s, worse, true) != 2 || met(s, worse, false) != 1 || met(s, better, true) != 0 || met(s, better, false) != 1 {
		t.Error(met(s, worse, true), met(s, worse, false), met(s, better, true), met(s, better, false))
	}
}
