package custody

import (
	"context"
	"maps"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
	"bailiwick/internal/tenant"
	"bailiwick/logformat"
)

// Tally is what is stored, counted by what the matrix can tell apart, and what
// another configuration would make of it.
type Tally struct {
	Rows    []TallyRow // by type, legal entity, country set and category
	Records int64      // live records that were looked at
	Version int64      // of the configuration in force
}

// TallyRow counts the live records of a type that hold something of a category
// about persons of one set of countries, or about no one.
type TallyRow struct {
	Type      string
	Category  bailiwick.Category
	Countries []bailiwick.Country // sorted; none with About false for a person of unknown country
	NoOne     bool                // content about no one
	Entity    string              // key of the legal entity where rules of either configuration name one; else ""
	Subject   access.Subject      // the same as the matrix takes it, for a Preview
	Records   int64
	WasBarred bool // no one may fill it in now (R14.9)
	Barred    bool // no one may fill it in under the next configuration: illegal to hold
}

// Illegal counts the pairs of record and category that the next configuration
// makes illegal to hold and the present one does not. A record counts once for
// each category and country set.
func (t Tally) Illegal() int64 {
	var n int64
	for _, r := range t.Rows {
		if r.Barred && !r.WasBarred {
			n += r.Records
		}
	}
	return n
}

// Tally counts the live records by record type, legal entity, country set and
// category, and says of each count whether the next configuration forbids
// everybody to hold it; nil = the one in force. It reads headers only: no
// block is opened.
//
// It is for those who hold PermConfigure or PermPrivacy, because it tells how
// many records are filled, in categories that the asker may not see: exact
// counts, small ones too, since whoever governs the matrix must know whom a
// change meets (R14.10). It tells of no record and no person which they are.
// Each call leaves an entry in the activity record first.
//
// Errors: CodeDenied without one of the permissions, CodeEvidence.
func (d *Door) Tally(ctx context.Context, a bailiwick.Actor, next *tenant.Configuration) (Tally, error) {
	cfg, err := d.tenants.Snapshot(ctx, a.Tenant())
	if err != nil {
		return Tally{}, err
	}
	view := cfg.Matrix.View(a)
	if a.Kind() != bailiwick.User || !a.InScope(bailiwick.ScopeAdmin) ||
		(!view.Has(access.PermConfigure) && !view.Has(access.PermPrivacy)) {
		return Tally{}, errRefused()
	}
	if next == nil {
		next = cfg
	}
	e := ledger.By(a)
	e.Kind, e.Outcome, e.ConfigVersion, e.Level = logformat.RecordsTallied, logformat.Done, cfg.Version, access.LevelTenant
	if err := d.append(ctx, a, e); err != nil {
		return Tally{}, err
	}
	var out Tally
	err = d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		cfg, lastSet, err := d.tenants.Head(ctx, tx)
		if err != nil {
			return err
		}
		dict, err := d.dictionaryIn(ctx, tx, lastSet, true)
		if err != nil {
			return err
		}
		out = Tally{Version: cfg.Version}
		for _, key := range slices.Sorted(maps.Keys(cfg.Types)) {
			t := tallying{lay: d.layoutOf(a.Tenant(), cfg, key), cfg: cfg, next: next, dict: dict, counts: map[tallyKey]*tallyCount{}}
			if err := t.walk(ctx, tx); err != nil {
				return unavailable(err)
			}
			out.Records += t.records
			out.Rows = append(out.Rows, t.rows()...)
		}
		return nil
	})
	return out, err
}

// tallyKey is what one count is about.
type tallyKey struct {
	entity bailiwick.EntityID
	cset   int64
}

// tallyCount counts records by category. last is the record counted last, so
// that one with several persons of a country counts once.
type tallyCount struct {
	count [64]int64
	last  [64]int64
}

// tallying counts the records of one type.
type tallying struct {
	lay     *layout
	cfg     *tenant.Configuration
	next    *tenant.Configuration
	dict    *dictionary
	counts  map[tallyKey]*tallyCount
	records int64
}

// walk reads the headers.
func (t *tallying) walk(ctx context.Context, tx store.TenantTx) error {
	byNo := make(map[uint16]*fieldPlan, len(t.lay.fields))
	for _, fp := range t.lay.every {
		byNo[fp.no] = fp
	}
	var p packed
	return record.Stored(ctx, tx, t.lay.no, record.Live, func(rkey int64, b []byte) error {
		if err := p.decode(b); err != nil {
			return err
		}
		t.records++
		for i := range p.blocks {
			cset := setNone
			if b := &p.blocks[i]; b.slot != contentSlot {
				if cset = setUnknown; p.slotOf(b.slot) != nil {
					cset = p.slotOf(b.slot).cset
				}
			}
			t.add(p.entity, cset, p.blocks[i].category, rkey)
		}
		for i := range p.clear {
			if fp := byNo[p.clear[i].field]; fp != nil {
				t.add(p.entity, holderOf(&p, fp), fp.cat, rkey)
			}
		}
		return nil
	})
}

// holderOf returns the country set of whom a clear value is about.
func holderOf(p *packed, fp *fieldPlan) int64 {
	switch fp.whose {
	case ownPersons:
		if slot := p.slotOf(0); slot != nil {
			return slot.cset
		}
		return setUnknown
	case referents:
		if slot := p.slotFor(fp.about); slot != nil {
			return slot.cset
		}
		return setUnknown
	}
	return setNone
}

func (t *tallying) add(entity bailiwick.EntityID, cset int64, category uint8, rkey int64) {
	if !t.byEntity() {
		entity = bailiwick.EntityID{}
	}
	k := tallyKey{entity, cset}
	c := t.counts[k]
	if c == nil {
		c = &tallyCount{}
		t.counts[k] = c
	}
	if c.last[category] != rkey {
		c.last[category] = rkey
		c.count[category]++
	}
}

// byEntity reports whether a rule of either configuration tells legal entities
// apart.
func (t *tallying) byEntity() bool {
	return t.cfg.Matrix.EntityClasses() > 1 || t.next.Matrix.EntityClasses() > 1
}

// rows turns the counts into the answer.
func (t *tallying) rows() []TallyRow {
	var out []TallyRow
	for k, c := range t.counts {
		row := TallyRow{Type: t.lay.t.Key, NoOne: k.cset == setNone, Subject: access.Of()}
		if k.cset != setUnknown {
			set := t.dict.of(k.cset)
			row.Subject, row.Countries = set.subject, set.countries
		}
		if e, ok := t.cfg.Entity(k.entity); ok {
			row.Entity, row.Subject = e.Key, row.Subject.At(e.Key)
		}
		now, then := t.cfg.Matrix.Barred(row.Subject), t.next.Matrix.Barred(row.Subject)
		for no, n := range c.count {
			if n == 0 || no >= len(t.lay.cats) {
				continue
			}
			one := row
			one.Category, one.Records, one.WasBarred, one.Barred = t.lay.cats[no], n, now>>no&1 != 0, true
			if i := t.next.Matrix.CategoryNo(one.Category); i >= 0 { // a category that is gone may not be held
				one.Barred = then>>i&1 != 0
			}
			out = append(out, one)
		}
	}
	slices.SortFunc(out, func(a, b TallyRow) int {
		return slices.Compare([]string{a.Entity, tallyOrder(a), string(a.Category)}, []string{b.Entity, tallyOrder(b), string(b.Category)})
	})
	return out
}

// tallyOrder puts content about no one first, then the unknown country.
func tallyOrder(r TallyRow) string {
	if r.NoOne {
		return ""
	}
	codes := make([]string, len(r.Countries))
	for i, c := range r.Countries {
		codes[i] = string(c)
	}
	return "+" + strings.Join(codes, ",")
}
