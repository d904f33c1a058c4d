package identity

import (
	"context"
	"slices"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/user"
)

// HandlingTime is how long after somebody had a hand in how another signs in
// the two do not count as a first and a second person.
const HandlingTime = 24 * time.Hour

// handle notes that the actor had a hand in how a user signs in: whoever made a
// link for a colleague's account, or the account itself, may be sitting in it.
// The operator has no account that could act as a first person.
func (s *Service) handle(ctx context.Context, tx store.TenantTx, by bailiwick.Actor, id bailiwick.UserID) error {
	if by.Kind() != bailiwick.User || by.User() == id {
		return nil
	}
	return user.Handle(ctx, tx, id, by.User(), micros(s.clock.Now()))
}

// SecondPerson reports whether the actor counts as another human being than
// the given users (R0.1): none of them, and none of them had a hand in how the
// actor signs in during the last HandlingTime. now is the caller's clock.
func SecondPerson(ctx context.Context, tx store.TenantTx, now time.Time, a bailiwick.Actor, first ...bailiwick.UserID) (bool, error) {
	if a.Kind() != bailiwick.User || slices.Contains(first, a.User()) {
		return false, nil
	}
	handlers, err := user.Handlers(ctx, tx, a.User(), micros(now.Add(-HandlingTime)))
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(handlers, func(id bailiwick.UserID) bool { return slices.Contains(first, id) }), nil
}
