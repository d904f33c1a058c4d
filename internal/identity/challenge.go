package identity

import (
	"context"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/factor"
	"bailiwick/internal/vault"
)

// ChallengeLife is how long the second half of a sign-in or of an enrolment is
// waited for.
const ChallengeLife = 5 * time.Minute

// maxChallenges bounds the steps of one kind that wait in one tenant: beyond it
// the answer is CodeLimited until some end. Strangers begin those of the kind
// passkey-sign-in, and must not keep out who has proved a password.
const maxChallenges = 5_000

// The kinds of challenges.
const (
	challengeSecond        = "second"          // a password was right
	challengeTOTP          = "totp"            // a key was shown
	challengePasskey       = "passkey"         // a passkey is being made
	challengePasskeySignIn = "passkey-sign-in" // a passkey is asked for
)

// openChallenge keeps what the second half needs and returns the secret under
// which only this browser finds it again.
func (s *Service) openChallenge(ctx context.Context, tx store.TenantTx, kind string, u bailiwick.UserID, data []byte) (string, error) {
	now := s.clock.Now()
	if err := factor.DropChallenges(ctx, tx, micros(now)); err != nil {
		return "", err
	}
	n, err := factor.CountChallenges(ctx, tx, kind)
	if err != nil {
		return "", err
	}
	if n >= maxChallenges {
		return "", limited(ChallengeLife)
	}
	secret, err := newSecret()
	if err != nil {
		return "", err
	}
	c := factor.Challenge{Hash: digest("challenge", tx.Tenant(), secret), Kind: kind, User: u, Created: micros(now), Ends: micros(now.Add(ChallengeLife))}
	if c.ID, err = s.newID(); err != nil {
		return "", err
	}
	if c.Data, err = s.vault.SealSecret(ctx, tx.Tenant(), vault.Credential, c.ID, data); err != nil {
		return "", err
	}
	return secret, factor.InsertChallenge(ctx, tx, c)
}

// peekChallenge finds what waits under a secret without using it up;
// CodeExpired if nothing of the kind does.
func (s *Service) peekChallenge(ctx context.Context, tx store.TenantTx, kind, secret string) (factor.Challenge, []byte, error) {
	if !isSecret(secret) {
		return factor.Challenge{}, nil, expiredStep()
	}
	c, err := factor.ChallengeByHash(ctx, tx, digest("challenge", tx.Tenant(), secret))
	if missing(err) || (err == nil && (c.Kind != kind || c.Ends <= micros(s.clock.Now()))) {
		return c, nil, expiredStep()
	}
	if err != nil {
		return c, nil, err
	}
	data, err := s.vault.OpenSecret(ctx, tx.Tenant(), vault.Credential, c.ID, c.Data)
	return c, data, err
}

// takeChallenge is peekChallenge that uses it up: of several takers one gets
// it.
func (s *Service) takeChallenge(ctx context.Context, tx store.TenantTx, kind, secret string) (factor.Challenge, []byte, error) {
	c, data, err := s.peekChallenge(ctx, tx, kind, secret)
	if err != nil {
		return c, nil, err
	}
	took, err := factor.TakeChallenge(ctx, tx, c.Hash, kind, micros(s.clock.Now()))
	if err == nil && !took {
		err = expiredStep()
	}
	return c, data, err
}

// expiredStep is the answer to a second half that comes too late.
func expiredStep() *bailiwick.Error {
	return &bailiwick.Error{Code: bailiwick.CodeExpired, Message: "This took too long. Begin again."}
}
