package custody

import (
	"context"
	"fmt"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/outbox"
	"bailiwick/internal/store"
	"bailiwick/internal/store/ask"
	"bailiwick/internal/store/quarantine"
	"bailiwick/internal/store/reminder"
)

// How long before its date people are reminded of something.
const (
	remindEnding = 3 * 24 * time.Hour // an exception ends
	remindDue    = 7 * 24 * time.Hour // a line of the quarantine has to be decided
)

// Remind tells people once of what comes to its date: who asked and the privacy
// people that a granted request or a decision to keep something ends, the
// privacy people that something in quarantine has to be decided. It opens
// nothing and is idempotent.
func (d *Door) Remind(ctx context.Context, t bailiwick.TenantID) error {
	return unavailable(d.store.Update(ctx, t, func(tx store.TenantTx) error {
		now := d.clock.Now()
		ending, err := ask.Ending(ctx, tx, now.UnixMicro(), now.Add(remindEnding).UnixMicro())
		if err != nil {
			return err
		}
		decisions, err := quarantine.Exceptions(ctx, tx, now.UnixMicro(), 1000)
		if err != nil {
			return err
		}
		groups, err := quarantine.Groups(ctx, tx)
		if err != nil || len(ending)+len(decisions)+len(groups) == 0 {
			return err
		}
		cfg, err := d.tenants.Configuration(ctx, tx)
		if err != nil {
			return err
		}
		privacy, err := identity.Holders(ctx, tx, cfg, access.PermPrivacy)
		if err != nil {
			return err
		}
		tell := func(n outbox.Notice, key string) error {
			n.At = now
			fresh, err := reminder.Once(ctx, tx, string(n.Kind), key, n.Due.UnixMicro())
			if err != nil || !fresh {
				return err
			}
			return outbox.Post(ctx, tx, n)
		}
		for _, r := range ending {
			ref := askRef(r.Number)
			n := outbox.Notice{Kind: outbox.ExceptionEnding, To: append([]bailiwick.UserID{r.User}, privacy...), Ref: ref, Path: "/access-requests", Due: time.UnixMicro(r.Ends).UTC()}
			if err := tell(n, ref); err != nil {
				return err
			}
		}
		line := func(no int64, category string) string {
			if typ := cfg.TypeByNo(no); typ != nil {
				return typ.Key + "/" + category
			}
			return category
		}
		kept := map[quarantineGroup]bool{}
		for _, e := range decisions {
			kept[quarantineGroup{e.TypeNo, e.Category, e.CSet}] = true
			ends := time.UnixMicro(e.Ends).UTC()
			if ends.After(now.Add(remindEnding)) {
				continue
			}
			n := outbox.Notice{Kind: outbox.ExceptionEnding, To: privacy, Ref: line(e.TypeNo, e.Category), Path: "/quarantine", Due: ends}
			if err := tell(n, e.ID.String()); err != nil {
				return err
			}
		}
		for _, g := range groups {
			due := time.UnixMicro(g.Due).UTC()
			if kept[quarantineGroup{g.TypeNo, g.Category, g.CSet}] || due.After(now.Add(remindDue)) {
				continue
			}
			n := outbox.Notice{Kind: outbox.QuarantineDue, To: privacy, Ref: line(g.TypeNo, g.Category), Path: "/quarantine", Due: due}
			if err := tell(n, fmt.Sprintf("%d/%s/%d", g.TypeNo, g.Category, g.CSet)); err != nil {
				return err
			}
		}
		return reminder.Forget(ctx, tx, now.AddDate(-1, 0, 0).UnixMicro())
	}))
}
