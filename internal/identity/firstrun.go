package identity

import (
	"context"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/session"
	"bailiwick/internal/store/user"
	"bailiwick/logformat"
)

// FirstRole is the role of a tenant's first user.
const FirstRole bailiwick.Role = "owner"

// FirstRunLink makes the secret of the link by which the first person of a
// tenant makes themselves its owner: there is no default password. Earlier
// ones become worthless. Only cmd calls it, for the operator. It returns
// CodeTransition once the tenant has a user, and CodeInvalid for a life of
// nothing or more than MaxLinkLife.
func (s *Service) FirstRunLink(ctx context.Context, t bailiwick.TenantID, life time.Duration) (string, error) {
	by := Operator(t)
	var secret string
	err := s.store.Update(ctx, t, func(tx store.TenantTx) error {
		n, err := user.Count(ctx, tx)
		if err != nil {
			return err
		}
		if n > 0 {
			return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "The workspace has users already: one of them invites others."}
		}
		if err := session.DeleteLinksOfKind(ctx, tx, string(LinkFirstRun)); err != nil {
			return err
		}
		if secret, err = s.insertLink(ctx, tx, LinkFirstRun, bailiwick.UserID{}, life); err != nil {
			return err
		}
		return s.record(ctx, tx, by, logformat.Entry{Kind: logformat.LinkCreated, Object: userObject(bailiwick.UserID{}), Detail: string(LinkFirstRun)})
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// RedeemFirstRun makes the first user of a tenant, with the role FirstRole
// whatever the spec says, and signs them in. It returns CodeInvalid with the
// field and the rule, leaving the link as it is, and CodeExpired for a link
// that was used, has ended or never was, or once the tenant has a user.
func (s *Service) RedeemFirstRun(ctx context.Context, t bailiwick.TenantID, secret string, spec UserSpec, password string, m Meta) (SignedIn, error) {
	if err := checkPassword(password, spec.Email); err != nil {
		return SignedIn{}, err
	}
	if kind, err := s.PeekLink(ctx, t, secret); err != nil {
		return SignedIn{}, err
	} else if kind != LinkFirstRun {
		return SignedIn{}, expiredLink()
	}
	phc, err := s.hash(ctx, password)
	if err != nil {
		return SignedIn{}, err
	}
	spec.Roles = []bailiwick.Role{FirstRole}
	var in SignedIn
	err = s.update(ctx, t, func(tx store.TenantTx) error {
		took, err := session.TakeLink(ctx, tx, digest("link", t, secret), string(LinkFirstRun), micros(s.clock.Now()))
		if err != nil {
			return err
		}
		n, err := user.Count(ctx, tx)
		if err != nil {
			return err
		}
		if !took || n > 0 {
			return expiredLink()
		}
		own, err := s.managedBy(ctx, tx, Operator(t))
		if err != nil {
			return err
		}
		id, err := s.insertUser(ctx, tx, own, Operator(t), spec, phc)
		if err != nil {
			return err
		}
		r, err := getUser(ctx, tx, id)
		if err != nil {
			return err
		}
		in, err = s.openSession(ctx, tx, r, m, "first-run")
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	return in, nil
}
