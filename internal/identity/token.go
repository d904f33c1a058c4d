package identity

import (
	"context"
	"slices"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/session"
	"bailiwick/internal/vault"
	"bailiwick/logformat"
)

// Limits of API tokens.
const (
	MaxTokens    = 50 // of one user
	MaxTokenLife = 366 * 24 * time.Hour

	usedStep = time.Hour // how coarsely use is recorded
)

// Token is an API token: a way for a program to act as a user, within scopes.
type Token struct {
	ID      bailiwick.SessionID
	User    bailiwick.UserID
	Label   bailiwick.Personal // what its user calls it
	Scopes  []bailiwick.Scope  // sorted
	Created time.Time
	Used    time.Time // last use, to an hour; zero = never
	Ends    time.Time
}

// TokenSpec is what a token is made from.
type TokenSpec struct {
	Label  string            // 1 to MaxName runes
	Scopes []bailiwick.Scope // at least one
	Life   time.Duration     // at most MaxTokenLife
}

// CreateToken makes an API token of a user and returns its secret, which is
// shown once and nowhere stored. Users make their own; the operator may make
// anybody's, other users nobody's. A token that asks cannot give scopes that
// it has not. It returns CodeDenied, NotFound, CodeInvalid, or CodeTransition
// for a disabled user or one who has MaxTokens.
func (s *Service) CreateToken(ctx context.Context, by bailiwick.Actor, id bailiwick.UserID, spec TokenSpec) (Token, string, error) {
	if err := mayMakeToken(by, id, spec); err != nil {
		return Token{}, "", err
	}
	label, err := checkName(spec.Label)
	if err != nil {
		return Token{}, "", invalid("label", "name", "The label is 1 to 200 printable characters.")
	}
	secret, err := newToken()
	if err != nil {
		return Token{}, "", err
	}
	raw, err := s.newID()
	if err != nil {
		return Token{}, "", err
	}
	now := s.clock.Now()
	r := session.Token{
		Hash: digest("token", by.Tenant(), secret), ID: bailiwick.SessionID{ID: raw}, User: id, Scopes: joinScopes(spec.Scopes),
		Created: micros(now), Ends: micros(now.Add(spec.Life)),
	}
	if r.Label, err = s.vault.SealSecret(ctx, by.Tenant(), vault.UserProfile, raw, []byte(label)); err != nil {
		return Token{}, "", err
	}
	err = s.store.Update(ctx, by.Tenant(), func(tx store.TenantTx) error { return s.insertToken(ctx, tx, by, r) })
	if err != nil {
		return Token{}, "", err
	}
	t, err := s.tokenOf(ctx, by.Tenant(), r)
	return t, secret, err
}

func mayMakeToken(by bailiwick.Actor, id bailiwick.UserID, spec TokenSpec) error {
	switch {
	case isOperator(by):
	case by.Kind() != bailiwick.User:
		return unauthenticated()
	case by.User() != id:
		return bailiwick.Denied("API tokens are made by the user whose they are.")
	case by.Token() && !by.InScope(bailiwick.ScopeAdmin):
		return bailiwick.Denied("The token does not cover this.")
	}
	if len(spec.Scopes) == 0 || len(spec.Scopes) > len(bailiwick.Scopes()) {
		return invalid("scopes", "count", "A token needs at least one scope.")
	}
	for _, sc := range spec.Scopes {
		if !slices.Contains(bailiwick.Scopes(), sc) {
			return invalid("scopes", "unknown", "There is no such scope.")
		}
		if by.Token() && !by.InScope(sc) {
			return bailiwick.Denied("A token cannot give a scope that it has not.")
		}
	}
	if spec.Life <= 0 || spec.Life > MaxTokenLife {
		return invalid("life", "range", "A token lives at most 366 days.")
	}
	return nil
}

// insertToken writes a token and its entry, after clearing out the user's
// ended ones.
func (s *Service) insertToken(ctx context.Context, tx store.TenantTx, by bailiwick.Actor, r session.Token) error {
	u, err := getUser(ctx, tx, r.User)
	if err != nil {
		return err
	}
	if u.Disabled != 0 {
		return disabled()
	}
	have, err := session.TokensOfUser(ctx, tx, r.User)
	if err != nil {
		return err
	}
	living := 0
	for _, t := range have {
		if t.Ends > r.Created {
			living++
		} else if _, err := session.DeleteToken(ctx, tx, t.Hash); err != nil {
			return err
		}
	}
	if living >= MaxTokens {
		return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "There are 50 API tokens already. Revoke one first."}
	}
	if err := session.InsertToken(ctx, tx, r); err != nil {
		return err
	}
	return s.record(ctx, tx, by, logformat.Entry{Kind: logformat.TokenCreated, Object: tokenObject(r.ID)})
}

// Tokens returns the living tokens of a user, oldest first: the actor's own,
// or anybody's for who manages users.
func (s *Service) Tokens(ctx context.Context, a bailiwick.Actor, id bailiwick.UserID) ([]Token, error) {
	var rows []session.Token
	err := s.store.View(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		if err := s.selfOrManager(ctx, tx, a, id); err != nil {
			return err
		}
		rows, err = session.TokensOfUser(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]Token, 0, len(rows))
	for _, r := range rows {
		if r.Ends <= micros(s.clock.Now()) {
			continue
		}
		t, err := s.tokenOf(ctx, a.Tenant(), r)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// RevokeToken ends a token of a user: the actor's own, or anybody's for who
// manages users. NotFound if the user has no such token.
func (s *Service) RevokeToken(ctx context.Context, a bailiwick.Actor, id bailiwick.UserID, token bailiwick.SessionID) error {
	return s.update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		if err := s.selfOrManager(ctx, tx, a, id); err != nil {
			return err
		}
		rows, err := session.TokensOfUser(ctx, tx, id)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.ID != token {
				continue
			}
			if _, err := session.DeleteToken(ctx, tx, r.Hash); err != nil {
				return err
			}
			return s.record(ctx, tx, a, logformat.Entry{Kind: logformat.TokenRevoked, Object: tokenObject(token)})
		}
		return bailiwick.NotFound()
	})
}

// selfOrManager refuses everybody but the user, under any token that covers
// the workspace, and who manages users.
func (s *Service) selfOrManager(ctx context.Context, tx store.TenantTx, a bailiwick.Actor, id bailiwick.UserID) error {
	if a.Kind() == bailiwick.User && a.User() == id && a.Tenant() == tx.Tenant() && a.InScope(bailiwick.ScopeAdmin) {
		return nil
	}
	m, err := s.managedBy(ctx, tx, a)
	if err != nil {
		return err
	}
	r, err := getUser(ctx, tx, id)
	if err == nil && !m.has(r) {
		err = bailiwick.NotFound()
	}
	return err
}

func (s *Service) tokenOf(ctx context.Context, t bailiwick.TenantID, r session.Token) (Token, error) {
	label, err := s.vault.OpenSecret(ctx, t, vault.UserProfile, r.ID.ID, r.Label)
	if err != nil {
		return Token{}, err
	}
	return Token{
		ID: r.ID, User: r.User, Label: bailiwick.Personal(label), Scopes: splitScopes(r.Scopes),
		Created: instant(r.Created), Used: instant(r.Used), Ends: instant(r.Ends),
	}, nil
}
