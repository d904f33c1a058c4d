package outbox

import (
	"context"
	"errors"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/inbox"
	"bailiwick/internal/store/message"
	"bailiwick/internal/vault"
)

// How mail is tried.
const (
	perRun       = 100 // mails of one tenant in one run: the rate limit
	attemptLease = 10 * time.Minute
)

// waits is how long a mail waits after its first, second ... failed attempt.
// After the last it is given up: a little less than two days.
var waits = []time.Duration{
	time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// Delivery is one run over the mail of one tenant.
type Delivery struct {
	Tenant bailiwick.TenantID
	Base   string  // address of the workspace, without a slash at the end
	Mailer *Mailer // nil = no mail server: what waits is dropped, the inbox has it
	// Addressee finds a user's address; NotFound for one who may not sign in.
	Addressee func(ctx context.Context, u bailiwick.UserID) (Addressee, error)
}

// Counts is what a run did.
type Counts struct {
	Sent     int // taken over by the mail server
	Retried  int // to be tried again
	GivenUp  int // refused for good or tried too often; told in the inbox
	Outdated int // dropped: no longer of use, or nobody to send it to
}

// Deliver hands over what is due of a tenant's mail, at most 100 a run. Each
// attempt is written down before it begins and ended after it, so that two
// processes do not send the same mail at the same time; a process that dies in
// between leaves the mail to be tried again after ten minutes. An error is the
// store's; what the mail server says is counted, not returned.
func (b *Box) Deliver(ctx context.Context, d Delivery) (n Counts, err error) {
	var due []message.Row
	err = b.store.View(ctx, d.Tenant, func(tx store.TenantTx) (err error) {
		due, err = message.Due(ctx, tx, b.clock.Now().UnixMicro(), perRun)
		return err
	})
	if d.Mailer == nil && len(due) > 0 {
		due = nil
		err = b.store.Update(ctx, d.Tenant, func(tx store.TenantTx) error {
			dropped, err := message.DeleteAll(ctx, tx)
			n.Outdated = int(dropped)
			return err
		})
	}
	for _, r := range due {
		if err != nil || ctx.Err() != nil {
			break
		}
		var goOn bool
		if goOn, err = b.attempt(ctx, &d, r, &n); !goOn {
			break
		}
	}
	return n, err
}

// attempt tries one mail. It reports whether trying the others makes sense.
func (b *Box) attempt(ctx context.Context, d *Delivery, r message.Row, n *Counts) (goOn bool, err error) {
	now := b.clock.Now()
	mine := false
	err = b.store.Update(ctx, d.Tenant, func(tx store.TenantTx) (err error) {
		mine, err = message.Claim(ctx, tx, r, now.UnixMicro(), now.Add(attemptLease).UnixMicro())
		return err
	})
	if err != nil || !mine {
		return err == nil, err
	}
	r.Attempts++
	how, useful, err := b.hand(ctx, d, r, now)
	if err != nil {
		return false, err
	}
	// The answer of the server is kept even if we are being stopped: else the
	// mail would go out twice.
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	switch {
	case !useful:
		n.Outdated++
		return true, b.drop(end, d.Tenant, r, false)
	case how == sent:
		n.Sent++
		return true, b.drop(end, d.Tenant, r, false)
	case how == refused || int(r.Attempts) > len(waits):
		n.GivenUp++
		return how != down, b.drop(end, d.Tenant, r, true)
	default:
		n.Retried++
		next := b.clock.Now().Add(waits[r.Attempts-1]).UnixMicro()
		return how != down, b.store.Update(end, d.Tenant, func(tx store.TenantTx) error {
			return message.Later(end, tx, r.ID, r.Attempts, next)
		})
	}
}

// hand composes a mail and hands it over. A mail is useful unless its link has
// ended or there is nobody to send it to.
func (b *Box) hand(ctx context.Context, d *Delivery, r message.Row, now time.Time) (how verdict, useful bool, err error) {
	if r.User.IsZero() || Kind(r.Kind) == PasswordReset && r.Due <= now.UnixMicro() {
		return 0, false, nil
	}
	to, err := d.Addressee(ctx, r.User)
	if bailiwick.ErrorCode(err) == bailiwick.CodeNotFound {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	secret := ""
	if !r.Body.IsZero() {
		clear, err := b.vault.OpenSecret(ctx, d.Tenant, vault.OutboxBody, r.ID, r.Body)
		if err != nil {
			return 0, false, err
		}
		secret = string(clear)
	}
	if to.Lang, err = b.language(ctx, d.Tenant, r.User, to.Lang); err != nil {
		return 0, false, err
	}
	msg, err := d.Mailer.compose(r, to, letterOf(r, to.Lang, d.Base, secret, to.Zone, now), now)
	if err != nil {
		return refused, true, nil // an address that no mail can go to
	}
	return d.Mailer.send(ctx, msg), true, nil
}

// language is what a user chose for mail, else fallback.
func (b *Box) language(ctx context.Context, t bailiwick.TenantID, u bailiwick.UserID, fallback string) (lang string, err error) {
	err = b.store.View(ctx, t, func(tx store.TenantTx) (err error) {
		lang, err = inbox.Setting(ctx, tx, u, languageKind)
		return err
	})
	if errors.Is(err, store.ErrNoRows) {
		return fallback, nil
	}
	return lang, err
}

// drop deletes a mail and, if it was given up, tells the addressee in the
// inbox.
func (b *Box) drop(ctx context.Context, t bailiwick.TenantID, r message.Row, givenUp bool) error {
	return b.store.Update(ctx, t, func(tx store.TenantTx) error {
		there, err := message.Delete(ctx, tx, r.ID)
		if err != nil || !there || !givenUp {
			return err
		}
		n := Notice{Kind: MailFailed, To: []bailiwick.UserID{r.User}, Ref: r.Ref, Path: r.Path, At: b.clock.Now()}
		if Kind(r.Kind) == PasswordReset {
			n.Path = "/account"
		}
		return Post(ctx, tx, n)
	})
}
