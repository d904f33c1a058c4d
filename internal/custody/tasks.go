package custody

import (
	"context"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/outbox"
	"bailiwick/internal/store"
	"bailiwick/internal/store/ask"
	"bailiwick/internal/store/quarantine"
	"bailiwick/internal/tenant"
)

// taskDays is how long before its end an approval, or a decision to keep
// something in spite of a rule, stands in "my day".
const taskDays = 14

// Tasks lists what waits for somebody here, for "my day": lines of the quarantine
// without a decision, decisions that end soon, missing bases and access requests
// for the privacy people; approvals that end soon for whom they were given. Nothing for
// anybody else.
func (d *Door) Tasks(ctx context.Context, a bailiwick.Actor) ([]outbox.Task, error) {
	const limit = 100
	var out []outbox.Task
	if a.Kind() != bailiwick.User || a.User().IsZero() {
		return nil, nil
	}
	now := d.clock.Now()
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		out = nil
		cfg, err := d.tenants.Configuration(ctx, tx)
		if err != nil {
			return err
		}
		own, err := ask.OfUser(ctx, tx, a.User(), limit)
		if err != nil {
			return err
		}
		for _, r := range own {
			ends := time.UnixMicro(r.Ends).UTC()
			if r.State == ask.Granted && ends.After(now) && ends.Before(now.AddDate(0, 0, taskDays)) {
				out = append(out, outbox.Task{Kind: outbox.ExceptionEnding, Ref: askRef(r.Number), Path: "/access-requests", Due: ends})
			}
		}
		if !cfg.Matrix.View(a).Has(access.PermPrivacy) {
			return nil
		}
		all, err := ask.All(ctx, tx, limit)
		if err != nil {
			return err
		}
		for _, r := range all {
			if r.State == ask.Asked && r.User != a.User() {
				out = append(out, outbox.Task{Kind: outbox.AccessAsked, Ref: askRef(r.Number), Path: "/access-requests"})
			}
		}
		groups, err := quarantine.Groups(ctx, tx)
		if err != nil {
			return err
		}
		kept := map[quarantineGroup]bool{}
		err = quarantine.Kept(ctx, tx, now.UnixMicro(), func(no int64, c string, set int64) { kept[quarantineGroup{no, c, set}] = true })
		if err != nil {
			return err
		}
		for _, g := range groups {
			if kept[quarantineGroup{g.TypeNo, g.Category, g.CSet}] {
				continue // decided, until its date
			}
			if ref, ok := lineRef(cfg, g.TypeNo, g.Category); ok {
				out = append(out, outbox.Task{Kind: outbox.QuarantineDue, Ref: ref, Path: "/quarantine", Due: time.UnixMicro(g.Due).UTC()})
			}
		}
		soon, err := quarantine.Exceptions(ctx, tx, now.UnixMicro(), limit) // those that end first before the others
		if err != nil {
			return err
		}
		for _, e := range soon {
			ref, ok := lineRef(cfg, e.TypeNo, e.Category)
			if ends := time.UnixMicro(e.Ends).UTC(); ok && ends.Before(now.AddDate(0, 0, taskDays)) {
				out = append(out, outbox.Task{Kind: outbox.ExceptionEnding, Ref: ref, Path: "/quarantine", Due: ends})
			}
		}
		bases, err := basisTasks(ctx, tx, cfg)
		out = append(out, bases...)
		return err
	})
	return out[:min(len(out), limit)], unavailable(err)
}

// lineRef names a line of the quarantine by record type and category, never a
// record; false for a type that there is not any more.
func lineRef(cfg *tenant.Configuration, typeNo int64, category string) (string, bool) {
	t := cfg.TypeByNo(typeNo)
	if t == nil {
		return "", false
	}
	return t.Key + "/" + category, true
}

// quarantineGroup names a group of items.
type quarantineGroup struct {
	typeNo   int64
	category string
	cset     int64
}
