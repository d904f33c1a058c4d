package proposal

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// Simulation is what simulating a revision showed.
type Simulation struct {
	Proposal bailiwick.ID
	Revision int64
	Base     int64
	Made     int64 // Unix microseconds
	User     bailiwick.UserID
	Result   []byte
}

const qPutSimulation = `INSERT INTO proposal_simulations (proposal, revision, base, made, user_id, result)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, proposal) DO UPDATE
SET revision = excluded.revision, base = excluded.base, made = excluded.made, user_id = excluded.user_id, result = excluded.result`

// PutSimulation keeps a simulation in the place of the last.
func PutSimulation(ctx context.Context, tx store.TenantTx, s Simulation) error {
	_, err := tx.Exec(ctx, qPutSimulation, s.Proposal, s.Revision, s.Base, s.Made, s.User, s.Result)
	return wrap("put simulation", err)
}

const qGetSimulation = `SELECT proposal, revision, base, made, user_id, result FROM proposal_simulations WHERE proposal = $1`

// GetSimulation returns the last simulation; store.ErrNoRows if there is none.
func GetSimulation(ctx context.Context, tx store.TenantTx, id bailiwick.ID) (Simulation, error) {
	var s Simulation
	err := tx.QueryRow(ctx, qGetSimulation, id).Scan(&s.Proposal, &s.Revision, &s.Base, &s.Made, &s.User, &s.Result)
	return s, wrap("get simulation", err)
}
