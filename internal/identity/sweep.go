package identity

import (
	"context"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/factor"
	"bailiwick/internal/store/session"
	"bailiwick/internal/store/user"
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
		if err := user.DropHandlings(ctx, tx, micros(now.Add(-HandlingTime))); err != nil {
			return err
		}
		return session.DropGuesses(ctx, tx, micros(now.Add(-GuessWindow)))
	})
}

// SettleAlone puts declared countries in force that have waited SoloWait in a
// tenant whose one privacy person may work alone (R14.13). They stay marked as
// declared by one person. It is idempotent.
func (s *Service) SettleAlone(ctx context.Context, t bailiwick.TenantID) error {
	return s.update(ctx, t, func(tx store.TenantTx) error {
		c, err := s.tenants.Configuration(ctx, tx)
		if err != nil || !c.Settings.SoloMode {
			return err
		}
		// Where there is a second person, that person decides.
		if holders, err := Holders(ctx, tx, c, access.PermManageUsers); err != nil || len(holders) > 1 {
			return err
		}
		all, err := user.Declarations(ctx, tx, maxDeclarations)
		if err != nil {
			return err
		}
		until := micros(s.clock.Now().Add(-SoloWait))
		for _, d := range all {
			if d.Declared > until {
				continue
			}
			r, err := getUser(ctx, tx, d.User)
			if err != nil {
				return err
			}
			if err := s.settle(ctx, tx, Operator(t), r, d, true, CountryAlone); err != nil {
				return err
			}
		}
		return nil
	})
}

// SoloWait is how long what one person alone decides waits (R14.13).
const SoloWait = 24 * time.Hour
