package identity

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/factor"
	"bailiwick/internal/store/session"
)

// Sweep deletes what has ended by itself: sessions, API tokens, links and
// counted guesses. None of it lets anyone in any more; the job that calls Sweep
// for every tenant keeps it from lying around. It is idempotent and writes no
// entry, for nobody does anything.
func (s *Service) Sweep(ctx context.Context, t bailiwick.TenantID) error {
	now := s.clock.Now()
	return s.store.Update(ctx, t, func(tx store.TenantTx) error {
		if err := session.DeleteAllEnded(ctx, tx, micros(now), micros(now.Add(-SessionIdle))); err != nil {
			return err
		}
		if err := session.DeleteEndedTokens(ctx, tx, micros(now)); err != nil {
			return err
		}
		if err := session.DeleteEndedLinks(ctx, tx, micros(now)); err != nil {
			return err
		}
		if err := factor.DropChallenges(ctx, tx, micros(now)); err != nil {
			return err
		}
		return session.DropGuesses(ctx, tx, micros(now.Add(-GuessWindow)))
	})
}
