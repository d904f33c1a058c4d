package custody

import (
	"bytes"
	"context"
	"slices"

	"bailiwick"
	"bailiwick/internal/schema"
	"bailiwick/internal/store/idempotency"
	"bailiwick/internal/store/quarantine"
	"bailiwick/internal/store/record"
	"bailiwick/internal/store/subject"
	"bailiwick/logformat"
)

// write stores what prepare made: the packed row, the rows by which it is
// found, the persons it is about, and the entry of the act, all in one
// transaction. A change that changes nothing is not written.
func (w *writing) write(ctx context.Context) error {
	if w.row != nil && !w.changed {
		w.next.revision, w.next.updated = w.old.revision, w.old.updated
		return nil
	}
	for codes := range w.newSets {
		no, err := subject.SetNo(ctx, w.tx, codes)
		if err != nil {
			return err
		}
		if no != w.next.slotOf(0).cset {
			return unavailable(errPacked) // numbers are given out in order, by one writer
		}
	}
	if err := w.writeRow(ctx); err != nil {
		return err
	}
	if err := w.writeIndex(ctx); err != nil {
		return err
	}
	if err := w.writeTerms(ctx); err != nil {
		return err
	}
	if err := w.writeSubjects(ctx); err != nil {
		return err
	}
	if w.keyMac != nil {
		use := idempotency.Use{Actor: w.keyUser, Key: w.keyMac, Request: w.keyBody, Record: w.next.id, Revision: w.next.revision, Created: w.now}
		if err := idempotency.Forget(ctx, w.tx, w.now-keyTime.Microseconds()); err != nil {
			return err
		}
		if err := idempotency.Insert(ctx, w.tx, use); err != nil {
			return err
		}
	}
	e := w.saved()
	who, err := w.door.pseudonyms(ctx, w.a.Tenant(), &w.next)
	if err != nil {
		return err
	}
	e.Subjects = who
	_, err = w.door.ledger.Append(ctx, w.tx, e)
	return err
}

func (w *writing) writeRow(ctx context.Context) error {
	row := record.Row{
		ID: w.next.id, Revision: w.next.revision, Owner: w.next.owner, Entity: w.next.entity,
		CreatedAt: w.next.created, UpdatedAt: w.next.updated, By: w.a.User(), Kind: "changed", Import: w.draft.Import,
		Packed: w.next.append(nil), Unit: w.unit,
	}
	if w.lay.t.Self {
		row.CSet = w.next.slotOf(0).cset
	}
	if w.row != nil {
		row.RKey = w.row.RKey
		if !w.draft.Import.IsZero() {
			row.Kind = "imported"
		}
		if w.kind != "" {
			row.Kind = w.kind
		}
		ok, err := record.Replace(ctx, w.tx, &row)
		if err == nil && !ok {
			return &bailiwick.Error{Code: bailiwick.CodeConflict, Message: "Somebody changed the record since you read it."}
		}
		if err == nil && w.unit != w.row.Unit {
			err = record.SetUnit(ctx, w.tx, w.rkey, w.unit)
		}
		return err
	}
	seq, err := record.NextSeq(ctx, w.tx, w.lay.no)
	if err != nil {
		return err
	}
	w.rkey = record.Key(w.lay.no, seq)
	row.RKey, row.Kind = w.rkey, "created"
	if !w.draft.Import.IsZero() {
		row.Kind = "imported"
	}
	return record.Insert(ctx, w.tx, &row)
}

// writeIndex brings the index rows of clear fields and the links up to date.
func (w *writing) writeIndex(ctx context.Context) error {
	for _, fp := range w.lay.fields {
		v, ok := w.given[fp.f.Key]
		if !ok {
			continue
		}
		if fp.f.Kind.Name() == linkRecord {
			if err := record.SetLinks(ctx, w.tx, w.rkey, fp.key, schema.References(v)); err != nil {
				return err
			}
		}
		if fp.f.Kind.Name() == linkUser {
			if err := record.SetUsers(ctx, w.tx, w.rkey, fp.key, schema.References(v)); err != nil {
				return err
			}
		}
		if !fp.f.Clear {
			continue
		}
		if err := w.reindex(ctx, fp, schema.Value(w.old.clearValue(fp.no)), v); err != nil {
			return err
		}
	}
	return nil
}

// reindex replaces the index rows of one clear field.
func (w *writing) reindex(ctx context.Context, fp *fieldPlan, was, is schema.Value) error {
	if bytes.Equal(was, is) {
		return nil
	}
	for _, i := range schema.Indexes(fp.f, was) {
		var err error
		if i.IsInt {
			err = record.DropInt(ctx, w.tx, fp.key, i.Int, w.rkey)
		} else {
			err = record.DropText(ctx, w.tx, fp.key, i.Text, w.rkey)
		}
		if err != nil {
			return err
		}
	}
	for _, i := range schema.Indexes(fp.f, is) {
		var err error
		if i.IsInt {
			err = record.AddInt(ctx, w.tx, fp.key, i.Int, w.rkey)
		} else {
			err = record.AddText(ctx, w.tx, fp.key, i.Text, w.rkey)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// writeTerms replaces the blind tokens of searchable fields whose value
// changed, and drops those of a person who is not of the record any more.
func (w *writing) writeTerms(ctx context.Context) error {
	for _, fp := range w.lay.fields {
		if fp.f.Search == schema.SearchNone || fp.isGroup() {
			continue
		}
		v, ok := w.given[fp.f.Key]
		if !ok {
			was, placed := slotOf(&w.old.packed, fp)
			is, still := slotOf(&w.next, fp)
			if !placed || (still && is == was) {
				continue
			}
		}
		if w.row != nil {
			if err := record.DropTerms(ctx, w.tx, fp.key, w.rkey); err != nil {
				return err
			}
		}
		terms, err := w.door.terms(ctx, w.a.Tenant(), fp, v)
		if err != nil {
			return err
		}
		if err := record.AddTerms(ctx, w.tx, fp.key, terms, w.rkey); err != nil {
			return err
		}
	}
	return w.dropHiddenTerms(ctx)
}

// dropHiddenTerms drops the tokens of hidden fields about a person who is not
// of the record any more.
func (w *writing) dropHiddenTerms(ctx context.Context) error {
	for _, fp := range w.lay.hidden {
		was, placed := slotOf(&w.old.packed, fp)
		is, still := slotOf(&w.next, fp)
		if fp.f.Search == schema.SearchNone || fp.isGroup() || !placed || (still && is == was) {
			continue
		}
		if err := record.DropTerms(ctx, w.tx, fp.key, w.rkey); err != nil {
			return err
		}
	}
	return nil
}

// terms returns the blind tokens of a value.
func (d *Door) terms(ctx context.Context, tenant bailiwick.TenantID, fp *fieldPlan, v schema.Value) ([][]byte, error) {
	words := fp.f.Kind.Words(fp.f, v)
	if len(words) == 0 {
		return nil, nil
	}
	out, err := d.vault.BlindAll(ctx, tenant, fp.blind, words)
	if err != nil || fp.f.Search != schema.SearchPrefix {
		return out, unavailable(err)
	}
	var starts []string
	for _, word := range words {
		starts = append(starts, schema.Prefixes(word)...)
	}
	more, err := d.vault.BlindAll(ctx, tenant, prefixField(fp), starts)
	return append(out, more...), unavailable(err)
}

// prefixField is the name under which beginnings of words are blinded: apart
// from whole words, so that "ann" the word is not "ann..." the beginning.
func prefixField(fp *fieldPlan) string { return fp.blind + "/prefix" }

// writeSubjects ties the record to its persons, enters a new person into the
// register, and takes a person's new country to every record about it.
func (w *writing) writeSubjects(ctx context.Context) error {
	if w.row == nil || !slices.Equal(w.old.slots, w.next.slots) {
		if err := record.SetSlots(ctx, w.tx, w.rkey, w.slotRows()); err != nil {
			return err
		}
	}
	for _, fp := range w.lay.fields {
		v, ok := w.given[fp.f.Key]
		if !ok || fp.gives || fp.f.Kind.Name() != linkSubject {
			continue
		}
		if err := record.SetReferences(ctx, w.tx, w.rkey, fp.key, referenceRows(fp, v)); err != nil {
			return err
		}
	}
	if !w.lay.t.Self {
		return nil
	}
	self := w.next.slotOf(0)
	if w.row == nil {
		return subject.Insert(ctx, w.tx, subject.Subject{ID: self.subject, Entity: w.next.entity, CSet: self.cset, Self: w.rkey, Created: w.now})
	}
	if !w.moved {
		return nil
	}
	return w.move(ctx, self)
}

// slotRows lists the persons whom the record is about.
func (w *writing) slotRows() []record.SubjectRow {
	var out []record.SubjectRow
	for _, s := range w.next.slots {
		out = append(out, record.SubjectRow{Slot: int64(s.slot), Subject: s.subject, CSet: s.cset, Field: fieldKeyOf(w.lay, s.field)})
	}
	return out
}

// referenceRows lists the persons of a plain reference, in slots of the field's
// own.
func referenceRows(fp *fieldPlan, v schema.Value) []record.SubjectRow {
	var out []record.SubjectRow
	for i, id := range schema.References(v) {
		slot := record.ReferenceSlot + int64(fp.no)*64 + int64(i)
		out = append(out, record.SubjectRow{Slot: slot, Subject: bailiwick.SubjectID{ID: id}, CSet: setNone, Field: fp.key})
	}
	return out
}

func fieldKeyOf(l *layout, no uint16) int64 {
	if no == 0 {
		return 0
	}
	return record.FieldKey(l.no, no)
}

// move takes a person's new country set to the register and to the other
// records about the person: their packed headers too, from which lists judge.
func (w *writing) move(ctx context.Context, self *packedSlot) error {
	if err := subject.Move(ctx, w.tx, self.subject, self.cset); err != nil {
		return err
	}
	ties, err := record.OfSubject(ctx, w.tx, self.subject)
	if err != nil {
		return err
	}
	last := w.rkey
	for _, tie := range ties {
		if tie.RKey == last || tie.RKey == w.rkey || tie.Slot >= record.ReferenceSlot {
			continue
		}
		last = tie.RKey
		row, err := record.ByKey(ctx, w.tx, tie.RKey)
		if err != nil {
			return err
		}
		var p packed
		if err := p.decode(row.Packed); err != nil {
			return unavailable(err)
		}
		for i := range p.slots {
			if p.slots[i].subject == self.subject {
				p.slots[i].cset = self.cset
			}
		}
		if err := record.Rewrite(ctx, w.tx, tie.RKey, row.CSet, p.append(nil)); err != nil {
			return err
		}
	}
	if err := record.MoveSubject(ctx, w.tx, self.subject, self.cset); err != nil {
		return err
	}
	if err := quarantine.Stale(ctx, w.tx); err != nil {
		return err
	}
	e := w.entry(logformat.SubjectChanged)
	e.Object.Record, e.Revision = logformat.ID(w.next.id.ID), w.next.revision
	_, err = w.door.ledger.Append(ctx, w.tx, e)
	return err
}
