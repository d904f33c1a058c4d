package outbox

import (
	"context"
	"errors"
	"slices"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/inbox"
)

// choiceOf is how a user wants to be told of a kind.
func choiceOf(ctx context.Context, tx store.TenantTx, u bailiwick.UserID, k Kind) (Choice, error) {
	if k.Security() {
		return ByMail, nil
	}
	s, err := inbox.Setting(ctx, tx, u, string(k))
	if errors.Is(err, store.ErrNoRows) {
		return k.Default(), nil
	}
	if err != nil {
		return "", err
	}
	if c := Choice(s); slices.Contains(Choices(), c) {
		return c, nil
	}
	return k.Default(), nil
}
