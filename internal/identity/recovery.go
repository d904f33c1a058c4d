package identity

import (
	"context"
	"strings"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/factor"
	"bailiwick/logformat"
)

// RecoveryCodes is how many codes are handed out at once.
const RecoveryCodes = 10

// recoveryChars is the length of a code without its hyphen: 16 characters of
// base62 are 95 bits, so that a plain hash may be stored.
const recoveryChars = 16

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
		token, err := newToken()
		if err != nil {
			return nil, err
		}
		code := strings.TrimPrefix(token, TokenPrefix)[:recoveryChars]
		r := factor.Row{User: u, Kind: string(Recovery), Lookup: recoveryLookup(tx.Tenant(), u, code), Created: micros(s.clock.Now())}
		if r.ID, err = s.newID(); err != nil {
			return nil, err
		}
		if err := factor.Insert(ctx, tx, r); err != nil {
			return nil, err
		}
		out = append(out, code[:recoveryChars/2]+"-"+code[recoveryChars/2:])
	}
	return out, nil
}

// recoveryLookup is the stored hash of a recovery code of a user.
func recoveryLookup(t bailiwick.TenantID, u bailiwick.UserID, code string) []byte {
	return digest("recovery", t, u.String()+code)
}

// asRecovery returns a typed recovery code without its hyphen; false if it
// cannot be one.
func asRecovery(typed string) (string, bool) {
	code := strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(typed), "-", ""), " ", "")
	return code, len(code) == recoveryChars
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
