package store

import "context"

// CellState is how a cell of the installation is at this instant.
type CellState struct {
	Name   string
	Region string
	Engine string // empty while it has not been opened
	Err    error  // nil if the cell can be reached
}

// Cells asks every cell whether it can be reached; none if the installation
// has none besides the home store, which Ping asks. A cell that cannot be
// reached affects the tenants that it holds and no other.
func (s *Store) Cells(ctx context.Context) []CellState {
	c, ok := s.d.(interface {
		Cells(context.Context) []CellState
	})
	if !ok {
		return nil
	}
	states := c.Cells(ctx)
	for i := range states {
		states[i].Err = public(states[i].Err)
	}
	return states
}
