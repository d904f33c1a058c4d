package custody

import (
	"context"
	"slices"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/quarantine"
	"bailiwick/internal/store/record"
	"bailiwick/internal/tenant"
)

// QuarantineKey names a line of the quarantine: a category of people of some
// countries in the records of a type.
type QuarantineKey struct {
	Type     string
	Category bailiwick.Category
	Set      int64 // number of the country set; 0 = about no one, -1 = the person is gone
}

// QuarantineLine is one line: how much there is, and nothing of what it is.
type QuarantineLine struct {
	QuarantineKey
	Countries []bailiwick.Country // empty for what is about no one
	Rule      string              // that forbids to fill it in
	Count     int64               // of records, deleted ones included
	Refs      []QuarantineRef     // the first MaxQuarantineRefs of them
	Since     time.Time           // when the first came into quarantine
	Due       time.Time           // until when it must be decided
	Kept      bool                // whether a decision keeps it now
}

// QuarantineRef is a record in quarantine.
type QuarantineRef struct {
	ID  bailiwick.RecordID
	Ref string
}

// QuarantineException is a decision to keep a line until a date.
type QuarantineException struct {
	ID bailiwick.ID
	QuarantineKey
	Countries     []bailiwick.Country
	User          bailiwick.UserID // who decided
	Created, Ends time.Time
	Reference     string
	Reason        string
}

// MaxQuarantineRefs bounds the references of one line.
const MaxQuarantineRefs = 50

// Quarantine lists what lies in quarantine, what is due first before the
// others, and the decisions that keep something of it. CodeDenied without the
// permission "privacy".
func (d *Door) Quarantine(ctx context.Context, a bailiwick.Actor) ([]QuarantineLine, []QuarantineException, error) {
	if err := d.upToDate(ctx, a); err != nil {
		return nil, nil, err
	}
	var lines []QuarantineLine
	var kept []QuarantineException
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		lines = nil
		q, err := d.quarantineIn(ctx, tx, true)
		if err != nil {
			return err
		}
		groups, err := quarantine.Groups(ctx, tx)
		if err != nil {
			return err
		}
		if kept, err = d.exceptions(ctx, tx, q); err != nil {
			return err
		}
		for _, g := range groups {
			line, err := q.line(ctx, tx, a, g)
			if err != nil {
				return err
			}
			if line == nil {
				continue
			}
			line.Kept = slices.ContainsFunc(kept, func(e QuarantineException) bool { return e.QuarantineKey == line.QuarantineKey })
			lines = append(lines, *line)
		}
		return nil
	})
	return lines, kept, unavailable(err)
}

// upToDate judges who asks and runs the reconciler if it has not come by.
func (d *Door) upToDate(ctx context.Context, a bailiwick.Actor) error {
	var done bool
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		if _, err := d.privacy(ctx, tx, a, bailiwick.ScopeRead); err != nil {
			return err
		}
		var err error
		done, err = d.reconciled(ctx, tx)
		return err
	})
	if err != nil || done {
		return unavailable(err)
	}
	return d.Reconcile(ctx, a.Tenant())
}

// privacy returns the configuration in force for somebody with the permission
// "privacy" whose token covers the scope; CodeDenied otherwise.
func (d *Door) privacy(ctx context.Context, tx store.TenantTx, a bailiwick.Actor, scope bailiwick.Scope) (*tenant.Configuration, error) {
	if a.Kind() == bailiwick.Nobody || a.Tenant() != tx.Tenant() {
		return nil, bailiwick.NotFound()
	}
	cfg, err := d.tenants.Configuration(ctx, tx)
	if err != nil {
		return nil, err
	}
	if !cfg.Matrix.View(a).Has(access.PermPrivacy) || !a.InScope(scope) {
		return nil, errRefused()
	}
	return cfg, nil
}

// line words a group; nil for a type that there is not any more.
func (q *scanning) line(ctx context.Context, tx store.TenantTx, a bailiwick.Actor, g quarantine.Group) (*QuarantineLine, error) {
	t := q.cfg.TypeByNo(g.TypeNo)
	if t == nil {
		return nil, nil
	}
	who := q.who(g.CSet)
	out := &QuarantineLine{
		QuarantineKey: QuarantineKey{t.Key, bailiwick.Category(g.Category), g.CSet}, Countries: who.Countries(),
		Count: g.Count, Since: time.UnixMicro(g.Since).UTC(), Due: time.UnixMicro(g.Due).UTC(),
	}
	items, err := quarantine.OfGroup(ctx, tx, record.Key(g.TypeNo, 0), record.Key(g.TypeNo+1, 0), g.Category, g.CSet, MaxQuarantineRefs)
	if err != nil {
		return nil, err
	}
	lay := q.door.layoutOf(tx.Tenant(), q.cfg, t.Key)
	s := &sight{door: q.door, a: a, cfg: q.cfg, dict: q.dict, lay: lay}
	for _, i := range items {
		row, err := record.ByKey(ctx, tx, i.RKey)
		if err != nil {
			return nil, err
		}
		if out.Rule == "" {
			out.Rule = q.cfg.Matrix.View(a).Decide(access.Populate, bailiwick.Category(g.Category), q.whoIn(row, g.CSet)).Rule()
		}
		out.Refs = append(out.Refs, QuarantineRef{row.ID, s.ref(i.RKey)})
	}
	return out, nil
}

// who is the subject of a country set as the matrix judges it.
func (q *scanning) who(cset int64) access.Subject {
	if cset == setUnknown {
		return access.Of()
	}
	return q.dict.of(cset).subject
}

// exceptions reads and opens the decisions that stand.
func (d *Door) exceptions(ctx context.Context, tx store.TenantTx, q *scanning) ([]QuarantineException, error) {
	rows, err := quarantine.Exceptions(ctx, tx, q.now.UnixMicro(), 1000)
	if err != nil {
		return nil, err
	}
	var out []QuarantineException
	for _, r := range rows {
		t := q.cfg.TypeByNo(r.TypeNo)
		if t == nil {
			continue
		}
		var note justification
		if err := d.openNote(ctx, tx.Tenant(), r.ID, r.Sealed, &note); err != nil {
			return nil, err
		}
		out = append(out, QuarantineException{
			ID: r.ID, QuarantineKey: QuarantineKey{t.Key, bailiwick.Category(r.Category), r.CSet}, Countries: q.who(r.CSet).Countries(),
			User: r.User, Created: time.UnixMicro(r.Created).UTC(), Ends: time.UnixMicro(r.Ends).UTC(),
			Reference: note.Reference, Reason: note.Reason,
		})
	}
	return out, nil
}

// justification is what is sealed of a decision.
type justification struct {
	Reference string `json:"reference"`
	Reason    string `json:"reason"`
}
