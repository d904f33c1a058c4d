package identity

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"io"
	"net/url"
	"strings"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/factor"
	"bailiwick/internal/vault"
	"bailiwick/logformat"
)

// The one-time codes are those that every authenticator app makes: six digits,
// SHA-1, a new one every 30 seconds; one step early or late is accepted
// (RFC 6238, 5.2).
const (
	totpPeriod  = 30 // seconds
	totpSkew    = 1  // steps
	totpKeySize = 20 // bytes, as RFC 4226 recommends
)

// Enrolment is the key of one-time codes, shown once for an authenticator app.
type Enrolment struct {
	Challenge string // goes back with the first code
	Key       string // base32, for typing
	URL       string // otpauth address, for a QR code
}

// BeginTOTP makes a key for an authenticator app. Nothing changes until
// FinishTOTP proves that the app has it. issuer is the workspace's name as the
// app shows it. Errors are those of reprove.
func (s *Service) BeginTOTP(ctx context.Context, a bailiwick.Actor, issuer, present string, m Meta) (Enrolment, error) {
	if _, err := s.reprove(ctx, a, present, m); err != nil {
		return Enrolment{}, err
	}
	key := make([]byte, totpKeySize)
	if _, err := io.ReadFull(rand.Reader, key); err != nil {
		return Enrolment{}, err
	}
	var e Enrolment
	e.Key = base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(key)
	err := s.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		r, err := getUser(ctx, tx, a.User())
		if err != nil {
			return err
		}
		p, err := s.openProfile(ctx, a.Tenant(), r)
		if err != nil {
			return err
		}
		e.URL = (&url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + p.Email, RawQuery: url.Values{
			"secret": {e.Key}, "issuer": {issuer},
		}.Encode()}).String()
		e.Challenge, err = s.openChallenge(ctx, tx, challengeTOTP, a.User(), []byte(e.Key))
		return err
	})
	if err != nil {
		return Enrolment{}, err
	}
	return e, nil
}

// FinishTOTP switches one-time codes on after a first right code; an earlier
// key stops working. Where the user had no recovery codes it returns new ones,
// shown once. It returns CodeExpired, and the rule "wrong" of the field "code",
// after which the same challenge may be tried again.
func (s *Service) FinishTOTP(ctx context.Context, a bailiwick.Actor, challenge, code string) (recovery []string, err error) {
	if err := person(a); err != nil {
		return nil, err
	}
	err = s.update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		c, key, err := s.peekChallenge(ctx, tx, challengeTOTP, challenge)
		if err != nil {
			return err
		}
		if c.User != a.User() {
			return expiredStep()
		}
		step, ok := s.codeFits(string(key), code)
		if !ok {
			return invalid("code", "wrong", "The code is not right. Check the clock of the device.")
		}
		if _, _, err := s.takeChallenge(ctx, tx, challengeTOTP, challenge); err != nil {
			return err
		}
		if err := factor.DeleteKind(ctx, tx, a.User(), string(TOTP)); err != nil {
			return err
		}
		r := factor.Row{User: a.User(), Kind: string(TOTP), Created: micros(s.clock.Now()), Step: step}
		if r.ID, err = s.newID(); err != nil {
			return err
		}
		if r.Secret, err = s.vault.SealSecret(ctx, a.Tenant(), vault.Credential, r.ID, key); err != nil {
			return err
		}
		if err := factor.Insert(ctx, tx, r); err != nil {
			return err
		}
		if recovery, err = s.firstRecovery(ctx, tx, a.User()); err != nil {
			return err
		}
		return s.factorChanged(ctx, tx, a, a.User(), logformat.FactorAdded, string(TOTP))
	})
	if err != nil {
		return nil, err
	}
	return recovery, nil
}

// codeFits judges a one-time code by the clock and returns the time step that
// it belongs to.
func (s *Service) codeFits(key, code string) (step int64, ok bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	now := s.clock.Now().Unix() / totpPeriod
	opts := hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}
	for at := now - totpSkew; at <= now+totpSkew; at++ {
		if fits, err := hotp.ValidateCustom(code, uint64(at), key, opts); err == nil && fits {
			step, ok = at, true // no early end: the time taken says nothing
		}
	}
	return step, ok
}
