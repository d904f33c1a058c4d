package identity

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/factor"
	"bailiwick/internal/store/user"
	"bailiwick/internal/vault"
)

// BeginPasskeySignIn makes what the browser needs to ask for a passkey of this
// workspace: options as JSON, and a challenge that goes back with the answer.
// It says nothing of who has one. It returns CodeLimited when too many sign-ins
// wait.
func (s *Service) BeginPasskeySignIn(ctx context.Context, t bailiwick.TenantID, at Place) (options []byte, challenge string, err error) {
	rp, err := at.relying()
	if err != nil {
		return nil, "", err
	}
	asked, session, err := rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, "", err
	}
	if options, err = json.Marshal(asked.Response); err != nil {
		return nil, "", err
	}
	err = s.store.Update(ctx, t, func(tx store.TenantTx) (err error) {
		challenge, err = s.keepCeremony(ctx, tx, challengePasskeySignIn, bailiwick.UserID{}, session)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return options, challenge, nil
}

// FinishPasskeySignIn begins a session for whoever proves a passkey. The device
// has verified its owner, so that a passkey is two factors in one. Everything
// that does not prove it is the same CodeUnauthenticated; CodeExpired for a
// challenge that has ended.
func (s *Service) FinishPasskeySignIn(ctx context.Context, t bailiwick.TenantID, at Place, challenge string, body []byte, m Meta) (SignedIn, error) {
	rp, err := at.relying()
	if err != nil {
		return SignedIn{}, err
	}
	if len(body) > maxPasskeyBody {
		return SignedIn{}, refusedPasskey()
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes(body)
	if err != nil {
		return SignedIn{}, refusedPasskey()
	}
	var in SignedIn
	err = s.update(ctx, t, func(tx store.TenantTx) error {
		_, data, err := s.takeChallenge(ctx, tx, challengePasskeySignIn, challenge)
		if err != nil {
			return err
		}
		var session webauthn.SessionData
		if err := json.Unmarshal(data, &session); err != nil {
			return expiredStep()
		}
		in, err = s.enterByPasskey(ctx, tx, rp, session, answer, m)
		return err
	})
	if errors.Is(err, errPasskey) {
		if err := s.recordFailure(ctx, t, bailiwick.Actor{}, bailiwick.UserID{}, string(Passkey)); err != nil {
			return SignedIn{}, err
		}
		return SignedIn{}, refusedPasskey()
	}
	if err != nil {
		return SignedIn{}, err
	}
	return in, nil
}

// errPasskey says that an answer proves no passkey of an enabled user.
var errPasskey = errors.New("no passkey was proved")

func (s *Service) enterByPasskey(ctx context.Context, tx store.TenantTx, rp *webauthn.WebAuthn, session webauthn.SessionData, answer *protocol.ParsedCredentialAssertionData, m Meta) (SignedIn, error) {
	f, err := factor.ByLookup(ctx, tx, digest("passkey", tx.Tenant(), string(answer.RawID)))
	if missing(err) {
		return SignedIn{}, errPasskey
	}
	if err != nil {
		return SignedIn{}, err
	}
	r, err := user.Get(ctx, tx, f.User)
	if err != nil {
		return SignedIn{}, err
	}
	h, err := s.holder(ctx, tx, r)
	if err != nil {
		return SignedIn{}, err
	}
	find := func(_, handle []byte) (webauthn.User, error) {
		if string(handle) != string(h.WebAuthnID()) {
			return nil, errPasskey
		}
		return h, nil
	}
	_, proved, err := rp.ValidatePasskeyLogin(find, session, answer)
	// A copied device shows by a counter that goes back.
	if err != nil || proved.Authenticator.CloneWarning || r.Disabled != 0 {
		return SignedIn{}, errPasskey
	}
	b, err := json.Marshal(proved)
	if err != nil {
		return SignedIn{}, err
	}
	secret, err := s.vault.SealSecret(ctx, tx.Tenant(), vault.Credential, f.ID, b)
	if err != nil {
		return SignedIn{}, err
	}
	if _, err := factor.Use(ctx, tx, f.ID, micros(s.clock.Now()), f.Step+1, secret); err != nil {
		return SignedIn{}, err
	}
	return s.openSession(ctx, tx, r, m, string(Passkey))
}

// refusedPasskey is the answer to every passkey that is not accepted.
func refusedPasskey() *bailiwick.Error {
	return &bailiwick.Error{Code: bailiwick.CodeUnauthenticated, Message: "The passkey was not accepted."}
}
