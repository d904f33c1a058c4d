package vault

import (
	"context"
	"encoding/binary"
	"slices"

	"bailiwick"
)

// SecretKind is a kind of content that opens without an access decision. The
// list is closed; each kind has a key of its own.
type SecretKind string

// The kinds of secrets.
const (
	UserProfile SecretKind = "user-profile" // name and e-mail address of a person who signs in
	Credential  SecretKind = "credential"   // what proves a person or program
	SigningKey  SecretKind = "signing-key"  // private keys of the tenant
	OutboxBody  SecretKind = "outbox-body"  // messages on their way
	SealedView  SecretKind = "sealed-view"  // a filter that somebody typed, kept under an id
	// ProposalText is what people write about a change of the configuration:
	// its title and why it was turned down.
	ProposalText SecretKind = "proposal-text"
	PrivacyNote  SecretKind = "privacy-note" // bases, consents, reasons: what privacy people and askers typed
)

// SecretKinds returns the closed list.
func SecretKinds() []SecretKind {
	return []SecretKind{UserProfile, Credential, SigningKey, OutboxBody, SealedView, ProposalText, PrivacyNote}
}

// SealSecret encrypts a secret for the place (tenant, kind, id). It returns
// ErrBinding for an unknown kind or a zero identifier, and ErrTooLarge.
func (v *Vault) SealSecret(ctx context.Context, t bailiwick.TenantID, kind SecretKind, id bailiwick.ID, clear []byte) (bailiwick.Sealed, error) {
	if len(clear) > MaxClear {
		return bailiwick.Sealed{}, ErrTooLarge
	}
	k, err := v.secretKey(ctx, t, kind, id)
	if err != nil {
		return bailiwick.Sealed{}, err
	}
	out, err := v.seal(k, clear, secretAAD(t, kind, id, k.version))
	if err != nil {
		return bailiwick.Sealed{}, err
	}
	return bailiwick.SealedBytes(out), nil
}

// OpenSecret decrypts what SealSecret sealed for the same place: the second
// door of the vault, for an allow-list of packages. It returns ErrTampered for
// content of another place.
func (v *Vault) OpenSecret(ctx context.Context, t bailiwick.TenantID, kind SecretKind, id bailiwick.ID, s bailiwick.Sealed) ([]byte, error) {
	k, err := v.secretKey(ctx, t, kind, id)
	if err != nil {
		return nil, err
	}
	e, err := parseEnvelope(s.Ciphertext())
	if err != nil {
		return nil, err
	}
	if e.version != k.version {
		return nil, ErrTampered
	}
	return e.open(nil, k, secretAAD(t, kind, id, e.version))
}

func (v *Vault) secretKey(ctx context.Context, t bailiwick.TenantID, kind SecretKind, id bailiwick.ID) (*key, error) {
	if t.IsZero() || id.IsZero() || !slices.Contains(SecretKinds(), kind) {
		return nil, ErrBinding
	}
	tk, err := v.tenant(ctx, t)
	if err != nil {
		return nil, err
	}
	name := "key/" + string(kind)
	if k, ok := tk.derived.Load(name); ok {
		return k.(*key), nil
	}
	raw, err := derive(tk.raw[purposeSecret], "bailiwick/v1/secret", string(kind))
	if err != nil {
		return nil, err
	}
	k, err := newKey(raw, 1)
	if err != nil {
		return nil, err
	}
	tk.derived.Store(name, &k)
	return &k, nil
}

func secretAAD(t bailiwick.TenantID, kind SecretKind, id bailiwick.ID, version uint16) []byte {
	b := append([]byte(labelSecret), format)
	b = binary.BigEndian.AppendUint16(b, version)
	b = append(b, t.ID[:]...)
	b = append(b, id[:]...)
	return append(b, kind...)
}
