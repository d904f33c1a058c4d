package custody

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math/bits"
	"slices"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/quarantine"
	"bailiwick/internal/store/record"
	"bailiwick/internal/store/subject"
	"bailiwick/internal/tenant"
)

const (
	quarantineDays = 30  // until a decision is due, unless the tenant says otherwise
	scanRows       = 500 // records looked at in one transaction
	// scanFresh is how old a version may be for what it brought into
	// quarantine to count from its activation: the reconciler runs each minute.
	scanFresh = time.Hour
)

// Reconcile brings the list of what lies in quarantine up to date, in batches
// of one transaction each; it goes on where it stopped. It reads headers of
// records, opens no block and writes no entry, for what is shown does not go by
// the list (R14.9). It is idempotent.
func (d *Door) Reconcile(ctx context.Context, t bailiwick.TenantID) error {
	for {
		var done bool
		err := d.store.Update(ctx, t, func(tx store.TenantTx) (err error) {
			done, err = d.reconcile(ctx, tx)
			return err
		})
		if err != nil || done {
			return unavailable(err)
		}
	}
}

// reconciled reports whether there is nothing to do, by reading alone.
func (d *Door) reconciled(ctx context.Context, tx store.TenantTx) (bool, error) {
	q, err := d.quarantineIn(ctx, tx, true)
	if err != nil {
		return false, err
	}
	return q.state.Done && q.state.Mark == q.mark, nil
}

// scanning is one batch of the reconciler.
type scanning struct {
	door  *Door
	cfg   *tenant.Configuration
	dict  *dictionary
	state quarantine.Scan
	mark  string // what the list must go by
	bars  bool   // whether anything is barred
	now   time.Time
	// entities are the keys of the legal entities in classes that rules tell
	// apart; one class, left empty, where no rule does.
	entities [][]string
}

// entityClasses puts the legal entities into the classes of the matrix.
func entityClasses(cfg *tenant.Configuration) [][]string {
	n := cfg.Matrix.EntityClasses()
	if n == 1 {
		return [][]string{nil}
	}
	all := make([][]string, n)
	for _, e := range cfg.Entities {
		c := cfg.Matrix.EntityClass(e.Key)
		all[c] = append(all[c], e.Key)
	}
	return slices.DeleteFunc(all, func(keys []string) bool { return len(keys) == 0 })
}

// at is a legal entity of a class, empty where rules tell none apart.
func (q *scanning) at(class int) string {
	if len(q.entities[class]) == 0 {
		return ""
	}
	return q.entities[class][0]
}

// barred returns what a rule forbids to fill in about people of a country set
// in records of some legal entity.
func (q *scanning) barred(cset int64) (out uint64) {
	for i := range q.entities {
		out |= q.cfg.Matrix.Barred(q.who(cset).At(q.at(i)))
	}
	return out
}

// barredIn is barred for the legal entity of a record.
func (q *scanning) barredIn(row *record.Row, cset int64) uint64 {
	return q.cfg.Matrix.Barred(q.whoIn(row, cset))
}

// whoIn is who for the legal entity of a record.
func (q *scanning) whoIn(row *record.Row, cset int64) access.Subject {
	if len(q.entities) == 1 && q.at(0) == "" {
		return q.who(cset)
	}
	e, _ := q.cfg.Entity(packedEntity(row.Packed))
	return q.who(cset).At(e.Key)
}

// quarantineIn reads the state of the list and what it must go by: for every
// country set, the categories that are barred, by legal entity where rules tell
// them apart.
func (d *Door) quarantineIn(ctx context.Context, tx store.TenantTx, committed bool) (*scanning, error) {
	cfg, lastSet, err := d.tenants.Head(ctx, tx)
	if err != nil {
		return nil, err
	}
	q := &scanning{door: d, cfg: cfg, now: d.clock.Now()}
	if q.dict, err = d.dictionaryIn(ctx, tx, lastSet, committed); err != nil {
		return nil, err
	}
	h := sha256.New()
	line := func(key string, set uint64) {
		if set == 0 {
			return
		}
		q.bars = true
		h.Write([]byte(key))
		for _, c := range cfg.Matrix.CategoriesOf(set) {
			h.Write([]byte("," + string(c)))
		}
		h.Write([]byte{'\n'})
	}
	q.entities = entityClasses(cfg)
	for i, keys := range q.entities {
		if len(q.entities) > 1 {
			line("entities "+strings.Join(keys, " "), 1<<63-1) // who is in which class counts, too
		}
		line("none", cfg.Matrix.Barred(access.NoSubject.At(q.at(i))))
		line("unknown", cfg.Matrix.Barred(access.Of().At(q.at(i))))
		for _, no := range q.dict.numbers() {
			line(hex.EncodeToString(binary.BigEndian.AppendUint64(nil, uint64(no))), cfg.Matrix.Barred(q.dict.of(no).subject.At(q.at(i))))
		}
	}
	q.mark = hex.EncodeToString(h.Sum(nil)[:16])
	q.state, err = quarantine.GetScan(ctx, tx)
	if errors.Is(err, store.ErrNoRows) {
		err = nil
	}
	return q, err
}

// reconcile does one batch; true when the list is right.
func (d *Door) reconcile(ctx context.Context, tx store.TenantTx) (bool, error) {
	q, err := d.quarantineIn(ctx, tx, false)
	if err != nil || (q.state.Done && q.state.Mark == q.mark) {
		return true, err
	}
	if q.state.Mark != q.mark {
		q.state = quarantine.Scan{Mark: q.mark}
	}
	if err := q.batch(ctx, tx); err != nil {
		return false, err
	}
	return q.state.Done, quarantine.SetScan(ctx, tx, q.state)
}

// batch looks at the next records. Numbers of types rise in the order in which
// they were given out, and so do the keys of their records.
func (q *scanning) batch(ctx context.Context, tx store.TenantTx) error {
	rows, err := record.After(ctx, tx, q.state.After, scanRows)
	if err != nil {
		return err
	}
	to := int64(1<<63 - 1)
	if len(rows) == scanRows {
		to = rows[len(rows)-1].RKey
	}
	have, err := quarantine.Items(ctx, tx, q.state.After, to)
	if err != nil {
		return err
	}
	for _, row := range rows {
		items, err := q.items(ctx, tx, row)
		if err != nil {
			return err
		}
		for _, i := range items {
			at := slices.IndexFunc(have, func(h quarantine.Item) bool { return sameItem(h, i) })
			if at >= 0 {
				have = slices.Delete(have, at, at+1)
				continue
			}
			if err := quarantine.Put(ctx, tx, i); err != nil {
				return err
			}
		}
	}
	for _, i := range have { // not in quarantine any more: lifted, moved or gone
		if err := quarantine.Drop(ctx, tx, i); err != nil {
			return err
		}
	}
	q.state.After, q.state.Done = to, len(rows) < scanRows
	return nil
}

func sameItem(a, b quarantine.Item) bool {
	return a.RKey == b.RKey && a.Category == b.Category && a.CSet == b.CSet
}

// items returns what of a record lies in quarantine, in its present revision or
// an earlier one.
func (q *scanning) items(ctx context.Context, tx store.TenantTx, row *record.Row) ([]quarantine.Item, error) {
	t := q.cfg.TypeByNo(record.TypeNo(row.RKey))
	if !q.bars || t == nil {
		return nil, nil
	}
	held, err := q.door.heldIn(ctx, tx, q.cfg, row)
	if err != nil {
		return nil, err
	}
	var out []quarantine.Item
	for cset, set := range held {
		for set &= q.barredIn(row, cset); set != 0; set &= set - 1 {
			c := q.cfg.Matrix.Categories()[bits.TrailingZeros64(set)].Key
			out = append(out, q.item(row, string(c), cset))
		}
	}
	return out, nil
}

// item dates an item: from the activation of the version in force, or from now
// where it was not that version that brought it here.
func (q *scanning) item(row *record.Row, category string, cset int64) quarantine.Item {
	since := q.now
	if q.cfg.Created.Before(since) && since.Sub(q.cfg.Created) < scanFresh && row.UpdatedAt <= q.cfg.Created.UnixMicro() {
		since = q.cfg.Created
	}
	days := q.cfg.Settings.QuarantineDays
	if days == 0 {
		days = quarantineDays
	}
	return quarantine.Item{
		RKey: row.RKey, Category: category, CSet: cset, Since: since.UnixMicro(),
		Due: since.AddDate(0, 0, days).UnixMicro(),
	}
}

// heldIn returns the categories that a record holds anything of, by the country
// sets that its persons have now, earlier revisions included.
func (d *Door) heldIn(ctx context.Context, tx store.TenantTx, cfg *tenant.Configuration, row *record.Row) (map[int64]uint64, error) {
	out := map[int64]uint64{}
	persons := map[bailiwick.SubjectID]int64{}
	note := func(data []byte) error {
		var p packed
		if err := p.decode(data); err != nil {
			return unavailable(err)
		}
		return d.holds(ctx, tx, cfg, record.TypeNo(row.RKey), &p, persons, func(cset int64, category uint8) { out[cset] |= 1 << category })
	}
	if err := note(row.Packed); err != nil {
		return nil, err
	}
	if row.Revision == 1 {
		return out, nil
	}
	earlier, err := record.Revisions(ctx, tx, row.RKey, maxRevisions)
	if err != nil {
		return nil, err
	}
	for _, r := range earlier {
		if err := note(r.Packed); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// maxRevisions bounds the revisions of one record that are looked at.
const maxRevisions = 100_000

// holds calls f for everything that a revision holds: its blocks and the values
// of its clear fields. persons keeps the country sets that persons have now.
func (d *Door) holds(ctx context.Context, tx store.TenantTx, cfg *tenant.Configuration, typeNo int64, p *packed,
	persons map[bailiwick.SubjectID]int64, f func(cset int64, category uint8)) error {
	now := func(slot *packedSlot) (int64, error) {
		if slot == nil {
			return setUnknown, nil
		}
		if no, ok := persons[slot.subject]; ok {
			return no, nil
		}
		who, err := subject.Get(ctx, tx, slot.subject)
		no := who.CSet
		if errors.Is(err, store.ErrNoRows) {
			no, err = setUnknown, nil
		}
		persons[slot.subject] = no
		return no, err
	}
	for i := range p.blocks {
		cset := setNone
		if b := &p.blocks[i]; b.slot != contentSlot {
			no, err := now(p.slotOf(b.slot))
			if err != nil {
				return err
			}
			cset = no
		}
		f(cset, p.blocks[i].category)
	}
	lay := d.layoutOf(tx.Tenant(), cfg, cfg.TypeByNo(typeNo).Key)
	for _, fp := range lay.every {
		if !fp.f.Clear || memberOf(p.clear, fp.no) == nil {
			continue
		}
		cset := setNone
		switch fp.whose {
		case ownPersons:
			no, err := now(p.slotOf(0))
			if err != nil {
				return err
			}
			cset = no
		case referents:
			no, err := now(p.slotFor(fp.about))
			if err != nil {
				return err
			}
			cset = no
		}
		f(cset, fp.cat)
	}
	return nil
}
