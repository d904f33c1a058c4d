package identity

import (
	"context"
	"crypto/rand"
	"io"
	"strings"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/factor"
	"bailiwick/logformat"
)

// RecoveryCodes is how many codes are handed out at once.
const RecoveryCodes = 10

// recoveryChars is the length of a code without its hyphens: 20 characters of
// five bits, so that a plain hash may be stored.
const recoveryChars = 20

// recoveryAlphabet is made for hands and eyes: no letter looks like a figure
// that is in it, and small and capital letters are the same (Crockford's base 32).
const recoveryAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// newRecovery makes a code without its hyphens.
func newRecovery() (string, error) {
	var b [recoveryChars]byte
	if _, err := io.ReadFull(rand.Reader, b[:]); err != nil {
		return "", err
	}
	for i := range b {
		b[i] = recoveryAlphabet[b[i]%byte(len(recoveryAlphabet))] // 256 is a multiple of 32: none is favoured
	}
	return string(b[:]), nil
}

// shown is a code as people write it down.
func shown(code string) string {
	const group = 5
	var parts []string
	for i := 0; i < len(code); i += group {
		parts = append(parts, code[i:i+group])
	}
	return strings.Join(parts, "-")
}

// NewRecoveryCodes makes new recovery codes, shown once; the earlier ones stop
// working. It returns CodeTransition for who has no second factor, and the
// errors of reprove.
func (s *Service) NewRecoveryCodes(ctx context.Context, a bailiwick.Actor, present string, m Meta) ([]string, error) {
	if _, err := s.reprove(ctx, a, present, m); err != nil {
		return nil, err
	}
	var out []string
	err := s.update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		second, err := hasSecond(ctx, tx, a.User())
		if err != nil {
			return err
		}
		if !second {
			return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "Recovery codes stand in for a one-time code or a passkey: set one up first."}
		}
		if out, err = s.writeRecovery(ctx, tx, a.User()); err != nil {
			return err
		}
		return s.factorChanged(ctx, tx, a, a.User(), logformat.FactorAdded, string(Recovery))
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// firstRecovery makes recovery codes for who has none.
func (s *Service) firstRecovery(ctx context.Context, tx store.TenantTx, u bailiwick.UserID) ([]string, error) {
	rows, err := factor.OfUser(ctx, tx, u)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if r.Kind == string(Recovery) {
			return nil, nil
		}
	}
	return s.writeRecovery(ctx, tx, u)
}

func (s *Service) writeRecovery(ctx context.Context, tx store.TenantTx, u bailiwick.UserID) ([]string, error) {
	if err := factor.DeleteKind(ctx, tx, u, string(Recovery)); err != nil {
		return nil, err
	}
	out := make([]string, 0, RecoveryCodes)
	for range RecoveryCodes {
		code, err := newRecovery()
		if err != nil {
			return nil, err
		}
		r := factor.Row{User: u, Kind: string(Recovery), Lookup: recoveryLookup(tx.Tenant(), u, code), Created: micros(s.clock.Now())}
		if r.ID, err = s.newID(); err != nil {
			return nil, err
		}
		if err := factor.Insert(ctx, tx, r); err != nil {
			return nil, err
		}
		out = append(out, shown(code))
	}
	return out, nil
}

// recoveryLookup is the stored hash of a recovery code of a user.
func recoveryLookup(t bailiwick.TenantID, u bailiwick.UserID, code string) []byte {
	return digest("recovery", t, u.String()+code)
}

// asRecovery returns a typed recovery code as it was made, whatever its case,
// hyphens and spaces and with the letters that are taken for figures; false if
// it cannot be one.
func asRecovery(typed string) (string, bool) {
	code := strings.NewReplacer("-", "", " ", "", "o", "0", "i", "1", "l", "1").Replace(strings.ToLower(strings.TrimSpace(typed)))
	return code, len(code) == recoveryChars && strings.Trim(code, recoveryAlphabet) == ""
}

// useRecovery uses up a recovery code of a user; it reports whether it was one.
func (s *Service) useRecovery(ctx context.Context, tx store.TenantTx, u bailiwick.UserID, typed string) (bool, error) {
	code, ok := asRecovery(typed)
	if !ok {
		return false, nil
	}
	r, err := factor.ByLookup(ctx, tx, recoveryLookup(tx.Tenant(), u, code))
	if missing(err) {
		return false, nil
	}
	if err != nil || r.User != u || r.Kind != string(Recovery) {
		return false, err
	}
	return factor.Delete(ctx, tx, r.ID, u)
}
