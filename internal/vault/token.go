package vault

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"

	"bailiwick"
)

// TokenSize is the size of blind tokens and pseudonyms, in bytes: enough that
// two of a tenant's never meet by chance.
const TokenSize = 16

// maxDetail bounds the names of fields and purposes, by which keys are made.
const maxDetail = 256

// Blind returns the search token of one folded word of one field: equal words
// of a field have equal tokens, equal words of two fields or tenants have not.
// Who holds the database sees which records share a word, not the word. Give
// prefixes a field name of their own ("person.full_name/prefix").
func (v *Vault) Blind(ctx context.Context, t bailiwick.TenantID, field, word string) ([]byte, error) {
	out, err := v.BlindAll(ctx, t, field, []string{word})
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// BlindAll returns the tokens of many words of one field, in their order.
func (v *Vault) BlindAll(ctx context.Context, t bailiwick.TenantID, field string, words []string) ([][]byte, error) {
	if field == "" || len(field) > maxDetail {
		return nil, ErrBinding
	}
	tk, err := v.tenant(ctx, t)
	if err != nil {
		return nil, err
	}
	k, err := tk.derivedKey(purposeBlind, "bailiwick/v1/blind", field)
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, k)
	sums := make([]byte, 0, sha256.Size*len(words))
	out := make([][]byte, len(words))
	for i, w := range words {
		mac.Reset()
		_, _ = mac.Write([]byte(w)) // a hash never fails
		from := len(sums)
		sums = mac.Sum(sums)
		out[i] = sums[from : from+TokenSize : from+TokenSize]
	}
	return out, nil
}

// Pseudonym returns the name under which a subject appears in the activity
// record. Its key is destroyed with the subject's: afterwards no one can tell
// whose it was, and the record need not be rewritten (R0.2). It returns
// ErrShredded then.
func (v *Vault) Pseudonym(ctx context.Context, t bailiwick.TenantID, s bailiwick.SubjectID) ([]byte, error) {
	if s.IsZero() {
		return nil, ErrBinding
	}
	sk, err := v.subject(ctx, t, s)
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, sk.pseudonym[:])
	_, _ = mac.Write([]byte("bailiwick/v1/pseudonym"))
	_, _ = mac.Write(t.ID[:])
	_, _ = mac.Write(s.ID[:])
	return mac.Sum(nil)[:TokenSize:TokenSize], nil
}

// Mac returns a keyed digest (HMAC-SHA256, 32 bytes) of data for one purpose
// of one tenant: for looking things up without keeping them, such as e-mail
// addresses and idempotency keys, and for cursors that cannot be forged.
// Compare with hmac.Equal.
func (v *Vault) Mac(ctx context.Context, t bailiwick.TenantID, purpose string, data []byte) ([]byte, error) {
	if purpose == "" || len(purpose) > maxDetail {
		return nil, ErrBinding
	}
	tk, err := v.tenant(ctx, t)
	if err != nil {
		return nil, err
	}
	k, err := tk.derivedKey(purposeMAC, "bailiwick/v1/mac", purpose)
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, k)
	_, _ = mac.Write(data)
	return mac.Sum(nil), nil
}
