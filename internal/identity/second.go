package identity

import (
	"context"
	"encoding/json"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/factor"
	"bailiwick/internal/store/user"
	"bailiwick/internal/vault"
)

// halfway is what is remembered of a sign-in whose second factor is waited for.
type halfway struct {
	PasswordSet int64  `json:"password_set"` // a change of the password in between ends it
	How         string `json:"how"`          // "password" or "link"
}

// letIn begins the session of a user whose password or link was right, or, if
// the user has a second factor, the wait for it: then SignedIn holds nothing
// but Second.
func (s *Service) letIn(ctx context.Context, tx store.TenantTx, r user.Row, m Meta, how string) (SignedIn, error) {
	second, err := hasSecond(ctx, tx, r.ID)
	if err != nil {
		return SignedIn{}, err
	}
	if !second {
		if err := s.forgetGuesses(ctx, tx, r.Lookup); err != nil {
			return SignedIn{}, err
		}
		return s.openSession(ctx, tx, r, m, how)
	}
	data, err := json.Marshal(halfway{PasswordSet: r.PasswordSet, How: how})
	if err != nil {
		return SignedIn{}, err
	}
	secret, err := s.openChallenge(ctx, tx, challengeSecond, r.ID, data)
	return SignedIn{Second: secret}, err
}

// ProveSecond ends a sign-in with a one-time code or a recovery code. Guesses
// count with those of the password. It returns CodeExpired if the sign-in must
// begin again, CodeLimited, and CodeUnauthenticated for a wrong code, after
// which the same challenge may be tried again.
func (s *Service) ProveSecond(ctx context.Context, t bailiwick.TenantID, challenge, code string, m Meta) (SignedIn, error) {
	var in SignedIn
	var known bailiwick.UserID
	err := s.store.Update(ctx, t, func(tx store.TenantTx) error {
		in = SignedIn{}
		c, data, err := s.peekChallenge(ctx, tx, challengeSecond, challenge)
		if err != nil {
			return err
		}
		var half halfway
		if err := json.Unmarshal(data, &half); err != nil {
			return err
		}
		r, err := getUser(ctx, tx, c.User)
		if err != nil {
			return err
		}
		if r.PasswordSet != half.PasswordSet || r.Disabled != 0 {
			return expiredStep()
		}
		known = r.ID
		if err := s.countGuess(ctx, tx, r.Lookup, m); err != nil {
			return err
		}
		how, err := s.judgeSecond(ctx, tx, r.ID, code)
		if err != nil || how == "" {
			return err // the guess stays counted
		}
		if _, _, err := s.takeChallenge(ctx, tx, challengeSecond, challenge); err != nil {
			return err
		}
		if err := s.forgetGuesses(ctx, tx, r.Lookup); err != nil {
			return err
		}
		in, err = s.openSession(ctx, tx, r, m, half.How+"/"+how)
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	if in.Cookie == "" {
		if err := s.recordFailure(ctx, t, bailiwick.Actor{}, known, "code"); err != nil {
			return SignedIn{}, err
		}
		return SignedIn{}, &bailiwick.Error{Code: bailiwick.CodeUnauthenticated, Message: "The code is not right."}
	}
	return in, nil
}

// judgeSecond says which factor a code proves, using it up; empty if none.
func (s *Service) judgeSecond(ctx context.Context, tx store.TenantTx, u bailiwick.UserID, code string) (string, error) {
	rows, err := factor.OfUser(ctx, tx, u)
	if err != nil {
		return "", err
	}
	for _, r := range rows {
		if r.Kind != string(TOTP) {
			continue
		}
		key, err := s.vault.OpenSecret(ctx, tx.Tenant(), vault.Credential, r.ID, r.Secret)
		if err != nil {
			return "", err
		}
		step, ok := s.codeFits(string(key), code)
		if !ok {
			continue
		}
		used, err := factor.Use(ctx, tx, r.ID, micros(s.clock.Now()), step, r.Secret)
		if err != nil {
			return "", err
		}
		if used { // else the code was accepted before
			return string(TOTP), nil
		}
	}
	ok, err := s.useRecovery(ctx, tx, u, code)
	if err != nil || !ok {
		return "", err
	}
	return string(Recovery), nil
}
