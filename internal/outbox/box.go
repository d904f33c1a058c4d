package outbox

import (
	"context"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/inbox"
	"bailiwick/internal/store/message"
	"bailiwick/internal/vault"
)

// Box is the outgoing mail and the inboxes of all tenants. It is safe for
// concurrent use.
type Box struct {
	store *store.Store
	vault *vault.Vault
	clock bailiwick.Clock
}

// New makes the box.
func New(s *store.Store, v *vault.Vault, c bailiwick.Clock) *Box {
	return &Box{store: s, vault: v, clock: c}
}

// Line is one line of a user's inbox.
type Line struct {
	ID      bailiwick.ID
	Kind    Kind
	Outcome Outcome // empty = none is told
	Ref     string
	Path    string
	Due     time.Time // zero = no deadline
	Created time.Time
	Seen    time.Time // zero = unread
}

// MostUnread is the largest count of unread lines that is told exactly.
const MostUnread = 100

// MaxLines is the largest page of an inbox.
const MaxLines = 100

// Inbox returns up to limit lines of the actor's own inbox, newest first,
// beginning below before (zero = at the newest), and whether there are more.
func (b *Box) Inbox(ctx context.Context, a bailiwick.Actor, before bailiwick.ID, limit int) (lines []Line, more bool, err error) {
	if err := user(a); err != nil {
		return nil, false, err
	}
	limit = min(max(limit, 1), MaxLines)
	if before.IsZero() {
		before = newest
	}
	var rows []inbox.Row
	err = b.store.View(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		rows, err = inbox.List(ctx, tx, a.User(), before, limit+1)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	for _, r := range rows[:min(len(rows), limit)] {
		kind, outcome := kindOf(r.Kind)
		lines = append(lines, Line{
			ID: r.ID, Kind: kind, Outcome: outcome, Ref: r.Ref, Path: r.Path, Due: instant(r.Due), Created: instant(r.Created), Seen: instant(r.Seen),
		})
	}
	return lines, len(rows) > limit, nil
}

// newest is above every identifier.
var newest = bailiwick.ID{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}

// Unread counts the lines that the actor has not seen, up to MostUnread.
func (b *Box) Unread(ctx context.Context, a bailiwick.Actor) (n int, err error) {
	if err := user(a); err != nil {
		return 0, err
	}
	err = b.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		count, err := inbox.Unread(ctx, tx, a.User(), MostUnread)
		n = int(count)
		return err
	})
	return n, err
}

// See marks one line of the actor's inbox as read. A line that is read already
// stays so; one that is not the actor's is NotFound.
func (b *Box) See(ctx context.Context, a bailiwick.Actor, id bailiwick.ID) error {
	if err := user(a); err != nil {
		return err
	}
	return b.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		took, err := inbox.See(ctx, tx, a.User(), id, b.clock.Now().UnixMicro())
		if err != nil || took {
			return err
		}
		there, err := inbox.Has(ctx, tx, a.User(), id)
		if err == nil && !there {
			err = bailiwick.NotFound()
		}
		return err
	})
}

// SeeAll marks the lines of the actor's inbox up to upTo as read, all if it is
// zero.
func (b *Box) SeeAll(ctx context.Context, a bailiwick.Actor, upTo bailiwick.ID) error {
	if err := user(a); err != nil {
		return err
	}
	if upTo.IsZero() {
		upTo = newest
	}
	return b.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		return inbox.SeeAll(ctx, tx, a.User(), upTo, b.clock.Now().UnixMicro())
	})
}

// Sweep deletes the lines of a tenant that are older than Kept.
func (b *Box) Sweep(ctx context.Context, t bailiwick.TenantID) error {
	return b.store.Update(ctx, t, func(tx store.TenantTx) error {
		return inbox.DropOld(ctx, tx, b.clock.Now().Add(-Kept).UnixMicro())
	})
}

// PostReset writes the mail with the secret of a link for a new password, in
// the transaction that made the link; it replaces an earlier one that still
// waits. A zero user makes the same work and no mail.
func (b *Box) PostReset(ctx context.Context, tx store.TenantTx, u bailiwick.UserID, secret string) error {
	now := b.clock.Now()
	id, err := bailiwick.NewID(now, nil)
	if err != nil {
		return err
	}
	body, err := b.vault.SealSecret(ctx, tx.Tenant(), vault.OutboxBody, id, []byte(secret))
	if err != nil {
		return err
	}
	if err := message.DeleteKind(ctx, tx, u, string(PasswordReset)); err != nil {
		return err
	}
	return message.Insert(ctx, tx, message.Row{
		ID: id, User: u, Kind: string(PasswordReset), Path: "/link", Due: now.Add(ResetLife).UnixMicro(),
		Body: body, Created: now.UnixMicro(), Next: now.UnixMicro(),
	})
}

// ResetLife is how long the link of a password reset can be used.
const ResetLife = 30 * time.Minute

// user refuses everybody who has no inbox.
func user(a bailiwick.Actor) error {
	if a.Kind() != bailiwick.User || a.User().IsZero() {
		return &bailiwick.Error{Code: bailiwick.CodeUnauthenticated, Message: "No valid session or token was presented."}
	}
	return nil
}
