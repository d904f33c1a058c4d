package identity

import (
	"context"
	"time"

	"bailiwick"
	"bailiwick/internal/outbox"
	"bailiwick/internal/store"
	"bailiwick/internal/store/user"
	"bailiwick/internal/tenant"
	"bailiwick/logformat"
)

// How many links for a new password may be asked for within GuessWindow.
const (
	ResetsPerAccount = 3
	ResetsPerAddress = 20 // of an IPv4 address or IPv6 /64
)

// AskReset sends a person who forgot the password a link by mail to set a new
// one: it works once and for outbox.ResetLife. Whether there is such a user
// cannot be told from the answer nor from the work: somebody unknown, disabled
// or mistyped gets the same rows, and the mail is never sent. Errors:
// CodeLimited, by account and network address alike for known and unknown.
func (s *Service) AskReset(ctx context.Context, t bailiwick.TenantID, box *outbox.Box, email string, m Meta) error {
	_, folded, err := parseEmail(email)
	if err != nil {
		folded = ""
	}
	lookup, err := s.lookup(ctx, t, folded)
	if err != nil {
		return err
	}
	return s.store.Update(ctx, t, func(tx store.TenantTx) error {
		if err := s.countReset(ctx, tx, lookup, m); err != nil {
			return err
		}
		r, err := user.ByLookup(ctx, tx, lookup)
		if missing(err) || err == nil && r.Disabled != 0 {
			r, err = user.Row{}, nil
		}
		if err != nil {
			return err
		}
		life := outbox.ResetLife
		if r.ID.IsZero() {
			life = time.Microsecond // a link of nobody, swept like any other
		}
		secret, err := s.insertLink(ctx, tx, LinkSetPassword, r.ID, life)
		if err != nil {
			return err
		}
		if err := box.PostReset(ctx, tx, r.ID, secret); err != nil {
			return err
		}
		return s.record(ctx, tx, bailiwick.Actor{}, logformat.Entry{
			Kind: logformat.LinkCreated, Object: userObject(r.ID), Detail: "password-reset",
		})
	})
}

// countReset counts a request against account and network address.
func (s *Service) countReset(ctx context.Context, tx store.TenantTx, lookup []byte, m Meta) error {
	limits := []guessLimit{{"reset-account", lookup, ResetsPerAccount}}
	if m.Address.IsValid() {
		limits = append(limits, guessLimit{"reset-address", network(m.Address), ResetsPerAddress})
	}
	return s.count(ctx, tx, limits)
}

// Addressee is where a user's mail goes: NotFound for one who does not exist
// or may not sign in.
func (s *Service) Addressee(ctx context.Context, t bailiwick.TenantID, id bailiwick.UserID) (outbox.Addressee, error) {
	var out outbox.Addressee
	err := s.store.View(ctx, t, func(tx store.TenantTx) error {
		r, err := getUser(ctx, tx, id)
		if err != nil {
			return err
		}
		if r.Disabled != 0 {
			return bailiwick.NotFound()
		}
		p, err := s.openProfile(ctx, t, r)
		if err != nil {
			return err
		}
		var c *tenant.Configuration
		if c, err = s.tenants.Configuration(ctx, tx); err != nil {
			return err
		}
		out = outbox.Addressee{Email: p.Email, Lang: c.Settings.Language, Zone: c.Settings.Location()}
		return nil
	})
	return out, err
}
