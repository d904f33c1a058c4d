package custody

import (
	"context"
	"errors"
	"time"

	"bailiwick"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/quarantine"
	"bailiwick/internal/store/record"
	"bailiwick/internal/store/subject"
	"bailiwick/logformat"
)

// JustifyQuarantine keeps a line until a date, with a reference and a reason
// that are sealed: until then its values are seen as the access rules say. It
// reveals to nobody more than those rules do. CodeDenied without the permission
// "privacy"; CodeInvalid with Fields; CodeTransition if nothing of the kind is
// in quarantine; CodeEvidence.
func (d *Door) JustifyQuarantine(ctx context.Context, a bailiwick.Actor, key QuarantineKey, reference, reason string, until time.Time) error {
	now := d.clock.Now()
	wrong := checkText("reference", reference, true, maxNoteLine)
	wrong = append(wrong, checkText("reason", reason, true, maxNoteText)...)
	wrong = append(wrong, checkEnd("until", now, until, maxKeepDays)...)
	if err := d.upToDate(ctx, a); err != nil {
		return err
	}
	if wrong != nil {
		return invalidNote(wrong)
	}
	id, sealed, err := d.sealNote(ctx, a.Tenant(), justification{reference, reason})
	if err != nil {
		return err
	}
	return unavailable(d.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		cfg, err := d.privacy(ctx, tx, a, bailiwick.ScopeAdmin)
		if err != nil {
			return err
		}
		if _, err := d.inQuarantine(ctx, tx, key); err != nil {
			return err
		}
		err = quarantine.AddException(ctx, tx, quarantine.Exception{
			ID: id, TypeNo: cfg.TypeNo(key.Type), Category: string(key.Category), CSet: key.Set, User: a.User(),
			Created: now.UnixMicro(), Ends: until.UnixMicro(), Sealed: sealed,
		})
		if err != nil {
			return err
		}
		_, err = d.ledger.Append(ctx, tx, noteEntry(a, cfg, logformat.QuarantineJustified, key.Type, id, key.Category))
		return err
	}))
}

// EndQuarantineException ends a decision before its date; NotFound if there is
// none that stands. Otherwise as JustifyQuarantine.
func (d *Door) EndQuarantineException(ctx context.Context, a bailiwick.Actor, id bailiwick.ID) error {
	return unavailable(d.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		cfg, err := d.privacy(ctx, tx, a, bailiwick.ScopeAdmin)
		if err != nil {
			return err
		}
		ok, err := quarantine.EndException(ctx, tx, id, d.clock.Now().UnixMicro())
		if err == nil && !ok {
			err = bailiwick.NotFound()
		}
		if err != nil {
			return err
		}
		_, err = d.ledger.Append(ctx, tx, noteEntry(a, cfg, logformat.QuarantineEnded, "quarantine", id, ""))
		return err
	}))
}

var errNotQuarantined = &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "This is not in quarantine, or not any more."}

// inQuarantine finds a line: what it names must be barred now.
func (d *Door) inQuarantine(ctx context.Context, tx store.TenantTx, key QuarantineKey) (*scanning, error) {
	q, err := d.quarantineIn(ctx, tx, false)
	if err != nil {
		return nil, err
	}
	n := q.cfg.Matrix.CategoryNo(key.Category)
	if q.cfg.Type(key.Type) == nil || n < 0 || q.barred(key.Set)>>n&1 == 0 {
		return nil, errNotQuarantined
	}
	return q, nil
}

// eraseBatch is how many records are erased in one transaction.
const eraseBatch = 100

// EraseQuarantine takes what a line names out of every record, in the present
// revision and in all earlier ones, and returns of how many records. It cannot
// be undone. Each batch of records is one transaction; if it is cut off, call
// it again. Errors as of JustifyQuarantine.
func (d *Door) EraseQuarantine(ctx context.Context, a bailiwick.Actor, key QuarantineKey) (int, error) {
	if err := d.upToDate(ctx, a); err != nil {
		return 0, err
	}
	total := 0
	for {
		n := 0
		err := d.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
			n, err = d.eraseSome(ctx, tx, a, key)
			return err
		})
		if err != nil {
			return total, unavailable(err)
		}
		if total += n; n < eraseBatch {
			return total, nil
		}
	}
}

func (d *Door) eraseSome(ctx context.Context, tx store.TenantTx, a bailiwick.Actor, key QuarantineKey) (int, error) {
	if _, err := d.privacy(ctx, tx, a, bailiwick.ScopeAdmin); err != nil {
		return 0, err
	}
	q, err := d.inQuarantine(ctx, tx, key)
	if err != nil {
		return 0, err
	}
	s, err := d.sightOf(ctx, tx, a, key.Type, "", false)
	if err != nil {
		return 0, err
	}
	items, err := quarantine.OfGroup(ctx, tx, record.Key(s.lay.no, 0), record.Key(s.lay.no+1, 0), string(key.Category), key.Set, eraseBatch)
	if err != nil {
		return 0, err
	}
	e := &erasing{sight: s, scan: q, tx: tx, cat: uint8(q.cfg.Matrix.CategoryNo(key.Category)), key: key, persons: map[bailiwick.SubjectID]int64{}}
	for _, i := range items {
		if err := e.record(ctx, i.RKey); err != nil {
			return 0, err
		}
		if err := quarantine.Drop(ctx, tx, i); err != nil {
			return 0, err
		}
	}
	return len(items), nil
}

// erasing takes one category of people of one country set out of records.
type erasing struct {
	*sight
	scan    *scanning
	tx      store.TenantTx
	cat     uint8
	key     QuarantineKey
	persons map[bailiwick.SubjectID]int64 // country sets that persons have now
}

// record writes the record without the category as a new revision, takes it out
// of the earlier ones, and records that it did.
func (e *erasing) record(ctx context.Context, rkey int64) error {
	row, err := record.ByKey(ctx, e.tx, rkey)
	if errors.Is(err, store.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if e.scan.barredIn(row, e.key.Set)>>e.cat&1 == 0 {
		return nil // nothing forbids it in the records of this legal entity
	}
	var old, next packed
	if err := errors.Join(old.decode(row.Packed), next.decode(row.Packed)); err != nil {
		return unavailable(err)
	}
	if _, err := e.strip(ctx, &next); err != nil {
		return err
	}
	next.revision, next.updated = old.revision+1, e.door.clock.Now().UnixMicro()
	to := *row
	to.Revision, to.UpdatedAt, to.By, to.Kind, to.Import = next.revision, next.updated, e.a.User(), "changed", bailiwick.ImportID{}
	to.Packed = next.append(nil)
	ok, err := record.Replace(ctx, e.tx, &to)
	if err == nil && !ok {
		err = unavailable(errPacked) // one writer a tenant: nobody can have come between
	}
	if err != nil {
		return err
	}
	if err := e.index(ctx, rkey, &old, &next); err != nil {
		return err
	}
	if err := e.earlier(ctx, rkey); err != nil {
		return err
	}
	entry := e.entry(logformat.QuarantineErased)
	entry.Object.Record, entry.Revision, entry.Categories = logformat.ID(row.ID.ID), next.revision, []string{string(e.key.Category)}
	if entry.Subjects, err = e.door.pseudonyms(ctx, e.a.Tenant(), &old); err != nil {
		return err
	}
	_, err = e.door.ledger.Append(ctx, e.tx, entry)
	return err
}

// earlier takes the category out of the earlier revisions.
func (e *erasing) earlier(ctx context.Context, rkey int64) error {
	revisions, err := record.Revisions(ctx, e.tx, rkey, maxRevisions)
	if err != nil {
		return err
	}
	for _, r := range revisions {
		var p packed
		if err := p.decode(r.Packed); err != nil {
			return unavailable(err)
		}
		changed, err := e.strip(ctx, &p)
		if err != nil {
			return err
		}
		if !changed {
			continue
		}
		if err := record.RewriteRevision(ctx, e.tx, rkey, r.Revision, p.append(nil)); err != nil {
			return err
		}
	}
	return nil
}

// current returns the country set that the person of a slot has now.
func (e *erasing) current(ctx context.Context, slot *packedSlot) (int64, error) {
	if slot == nil {
		return setUnknown, nil
	}
	if no, ok := e.persons[slot.subject]; ok {
		return no, nil
	}
	who, err := subject.Get(ctx, e.tx, slot.subject)
	no := who.CSet
	if errors.Is(err, store.ErrNoRows) {
		no, err = setUnknown, nil
	}
	e.persons[slot.subject] = no
	return no, err
}

// setOf returns by which country set a field of a revision is judged now.
func (e *erasing) setOf(ctx context.Context, p *packed, fp *fieldPlan) (int64, error) {
	switch fp.whose {
	case ownPersons:
		return e.current(ctx, p.slotOf(0))
	case referents:
		return e.current(ctx, p.slotFor(fp.about))
	}
	return setNone, nil
}

// strip takes the category out of one revision; true if it held any of it. A
// reference that goes takes along the person whom it named, and what the record
// holds about them.
func (e *erasing) strip(ctx context.Context, p *packed) (bool, error) {
	changed := false
	gone := map[uint16]bool{} // slots
	for _, fp := range e.lay.every {
		switch {
		case fp.isGroup():
			about := fp.aboutMember()
			for i := range p.slots {
				slot := &p.slots[i]
				if slot.field != fp.no || about == nil || about.cat != e.cat {
					continue
				}
				if no, err := e.current(ctx, slot); err != nil {
					return false, err
				} else if no == e.key.Set && p.block(slot.slot, e.cat) != nil {
					gone[slot.slot] = true
				}
			}
		case fp.cat == e.cat && (fp.gives || fp.f.Clear):
			no, err := e.setOf(ctx, p, fp)
			if err != nil {
				return false, err
			}
			if no != e.key.Set {
				continue
			}
			if slot := p.slotFor(fp.no); fp.gives && slot != nil {
				gone[slot.slot] = true
			}
			if fp.f.Clear && memberOf(p.clear, fp.no) != nil {
				changed = true
				p.clear = without(p.clear, fp.no)
			}
		}
	}
	for _, fp := range e.lay.every { // what is readable about whom goes
		slot := p.slotFor(fp.about)
		if fp.whose == referents && slot != nil && gone[slot.slot] && memberOf(p.clear, fp.no) != nil {
			changed = true
			p.clear = without(p.clear, fp.no)
		}
	}
	var blocks []packedBlock
	for i := range p.blocks {
		b := &p.blocks[i]
		drop := gone[b.slot]
		if b.category == e.cat && !drop {
			no := setNone
			if b.slot != contentSlot {
				var err error
				if no, err = e.current(ctx, p.slotOf(b.slot)); err != nil {
					return false, err
				}
			}
			drop = no == e.key.Set
		}
		if drop {
			changed = true
			continue
		}
		blocks = append(blocks, *b)
	}
	p.blocks = blocks
	var slots []packedSlot
	for _, s := range p.slots {
		if gone[s.slot] && s.field != 0 {
			changed = true
			continue
		}
		slots = append(slots, s)
	}
	p.slots = slots
	return changed, nil
}

func without(ms []packedMember, field uint16) []packedMember {
	var out []packedMember
	for _, m := range ms {
		if m.field != field {
			out = append(out, m)
		}
	}
	return out
}

// index drops the rows by which what was taken out is found.
func (e *erasing) index(ctx context.Context, rkey int64, old, next *packed) error {
	w := &writing{sight: e.sight, tx: e.tx, rkey: rkey, draft: &Draft{}}
	w.old.packed, w.next = *old, *next
	for _, fp := range e.lay.every {
		if fp.isGroup() {
			continue
		}
		was, placed := slotOf(old, fp)
		is, still := slotOf(next, fp)
		out := placed && (!still || is != was) // the person whom it is about went
		if !out && fp.cat == e.cat {
			set, err := e.setOf(ctx, old, fp)
			if err != nil {
				return err
			}
			out = set == e.key.Set
		}
		if !out {
			continue
		}
		var err error
		switch {
		case fp.f.Clear:
			err = w.reindex(ctx, fp, schema.Value(old.clearValue(fp.no)), nil)
		case fp.f.Search != schema.SearchNone:
			err = record.DropTerms(ctx, e.tx, fp.key, rkey)
		}
		if err == nil && fp.f.Kind.Name() == linkRecord {
			err = record.SetLinks(ctx, e.tx, rkey, fp.key, nil)
		}
		if err == nil && fp.f.Kind.Name() == linkSubject && !fp.gives {
			err = record.SetReferences(ctx, e.tx, rkey, fp.key, nil)
		}
		if err == nil && fp.f.Kind.Name() == linkUser {
			err = record.SetUsers(ctx, e.tx, rkey, fp.key, nil)
		}
		if err != nil {
			return err
		}
	}
	return record.SetSlots(ctx, e.tx, rkey, w.slotRows())
}
