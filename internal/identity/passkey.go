package identity

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/factor"
	"bailiwick/internal/store/user"
	"bailiwick/internal/vault"
	"bailiwick/logformat"
)

// Limits of what a browser sends about a passkey.
const (
	maxPasskeyBody  = 64 << 10 // bytes
	maxPasskeyLabel = 100      // runes
)

// Place is the web address at which a passkey works: a passkey of one tenant's
// host is worth nothing on another (R8.2).
type Place struct {
	Host   string // without port: "acme.example.com"
	Origin string // "https://acme.example.com"
	Name   string // the workspace, as the device shows it
}

func (p Place) relying() (*webauthn.WebAuthn, error) {
	return webauthn.New(&webauthn.Config{RPID: p.Host, RPDisplayName: p.Name, RPOrigins: []string{p.Origin}})
}

// holder is a user as the library asks for one.
type holder struct {
	id          bailiwick.UserID
	name        string
	credentials []webauthn.Credential
}

func (h *holder) WebAuthnID() []byte                         { return h.id.Bytes() }
func (h *holder) WebAuthnName() string                       { return h.name }
func (h *holder) WebAuthnDisplayName() string                { return h.name }
func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

// holder loads a user with their passkeys.
func (s *Service) holder(ctx context.Context, tx store.TenantTx, r user.Row) (*holder, error) {
	p, err := s.openProfile(ctx, tx.Tenant(), r)
	if err != nil {
		return nil, err
	}
	h := &holder{id: r.ID, name: p.Email}
	rows, err := factor.OfUser(ctx, tx, r.ID)
	if err != nil {
		return nil, err
	}
	for _, f := range rows {
		if f.Kind != string(Passkey) {
			continue
		}
		b, err := s.vault.OpenSecret(ctx, tx.Tenant(), vault.Credential, f.ID, f.Secret)
		if err != nil {
			return nil, err
		}
		var c webauthn.Credential
		if err := json.Unmarshal(b, &c); err != nil {
			return nil, err
		}
		h.credentials = append(h.credentials, c)
	}
	return h, nil
}

// BeginPasskey makes what the browser needs to create a passkey: options as
// JSON, and a challenge that goes back with the answer. Errors are those of
// reprove, and the rule "count" of the field "passkey" beyond MaxPasskeys.
func (s *Service) BeginPasskey(ctx context.Context, a bailiwick.Actor, at Place, present string, m Meta) (options []byte, challenge string, err error) {
	if _, err := s.reprove(ctx, a, present, m); err != nil {
		return nil, "", err
	}
	rp, err := at.relying()
	if err != nil {
		return nil, "", err
	}
	err = s.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		r, err := getUser(ctx, tx, a.User())
		if err != nil {
			return err
		}
		h, err := s.holder(ctx, tx, r)
		if err != nil {
			return err
		}
		if len(h.credentials) >= MaxPasskeys {
			return invalid("passkey", "count", "A user has at most 10 passkeys.")
		}
		made, session, err := rp.BeginRegistration(h,
			webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
				ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
			}),
			webauthn.WithExclusions(webauthn.Credentials(h.credentials).CredentialDescriptors()))
		if err != nil {
			return err
		}
		if options, err = json.Marshal(made.Response); err != nil {
			return err
		}
		challenge, err = s.keepCeremony(ctx, tx, challengePasskey, a.User(), session)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return options, challenge, nil
}

// FinishPasskey keeps a passkey that the browser made. Where the user had no
// recovery codes it returns new ones, shown once. It returns CodeExpired, and
// CodeInvalid for an answer that does not prove what was asked.
func (s *Service) FinishPasskey(ctx context.Context, a bailiwick.Actor, at Place, challenge, label string, body []byte) (recovery []string, err error) {
	if err := person(a); err != nil {
		return nil, err
	}
	label = strings.TrimSpace(label)
	if n := utf8.RuneCountInString(label); n < 1 || n > maxPasskeyLabel || !utf8.ValidString(label) {
		return nil, invalid("label", "label", "The name is 1 to 100 characters.")
	}
	rp, err := at.relying()
	if err != nil {
		return nil, err
	}
	if len(body) > maxPasskeyBody {
		return nil, unproved()
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes(body)
	if err != nil {
		return nil, unproved()
	}
	err = s.update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		c, data, err := s.takeChallenge(ctx, tx, challengePasskey, challenge)
		if err != nil {
			return err
		}
		var session webauthn.SessionData
		if err := json.Unmarshal(data, &session); err != nil || c.User != a.User() {
			return expiredStep()
		}
		r, err := getUser(ctx, tx, a.User())
		if err != nil {
			return err
		}
		h, err := s.holder(ctx, tx, r)
		if err != nil {
			return err
		}
		made, err := rp.CreateCredential(h, session, answer)
		if err != nil {
			return unproved()
		}
		if err := s.insertPasskey(ctx, tx, a.User(), made, label); err != nil {
			return err
		}
		if recovery, err = s.firstRecovery(ctx, tx, a.User()); err != nil {
			return err
		}
		return s.factorChanged(ctx, tx, a, a.User(), logformat.FactorAdded, string(Passkey))
	})
	if err != nil {
		return nil, err
	}
	return recovery, nil
}

func (s *Service) insertPasskey(ctx context.Context, tx store.TenantTx, u bailiwick.UserID, made *webauthn.Credential, label string) (err error) {
	r := factor.Row{User: u, Kind: string(Passkey), Lookup: digest("passkey", tx.Tenant(), string(made.ID)), Created: micros(s.clock.Now())}
	if _, err := factor.ByLookup(ctx, tx, r.Lookup); !missing(err) {
		if err != nil {
			return err
		}
		return invalid("passkey", "taken", "This passkey is there already.")
	}
	if r.ID, err = s.newID(); err != nil {
		return err
	}
	b, err := json.Marshal(made)
	if err != nil {
		return err
	}
	if r.Secret, err = s.vault.SealSecret(ctx, tx.Tenant(), vault.Credential, r.ID, b); err != nil {
		return err
	}
	if r.Label, err = s.vault.SealSecret(ctx, tx.Tenant(), vault.UserProfile, r.ID, []byte(label)); err != nil {
		return err
	}
	return factor.Insert(ctx, tx, r)
}

// keepCeremony keeps what the library needs to judge the browser's answer.
func (s *Service) keepCeremony(ctx context.Context, tx store.TenantTx, kind string, u bailiwick.UserID, session *webauthn.SessionData) (string, error) {
	data, err := json.Marshal(session)
	if err != nil {
		return "", err
	}
	return s.openChallenge(ctx, tx, kind, u, data)
}

// unproved is the one answer to a passkey that does not prove what was asked.
func unproved() *bailiwick.Error {
	return invalid("passkey", "unproved", "The passkey was not accepted.")
}
