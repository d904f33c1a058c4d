package custody

import (
	"context"
	"errors"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
	"bailiwick/internal/store/subject"
)

// place works out the persons of the new revision: the record's own with its
// countries, those of references, and one per row of every group.
func (w *writing) place(ctx context.Context) error {
	if w.lay.t.Self {
		if err := w.placeSelf(ctx); err != nil {
			return err
		}
	}
	for _, fp := range w.lay.fields {
		var err error
		switch {
		case fp.isGroup():
			err = w.placeRows(ctx, fp)
		case fp.gives:
			err = w.placeReference(ctx, fp)
		}
		if err != nil {
			return err
		}
	}
	for _, slot := range w.old.slots { // of hidden references and groups: not the writer's to drop
		for _, fp := range w.lay.hidden {
			if slot.field == fp.no {
				w.next.slots = append(w.next.slots, slot)
			}
		}
	}
	return nil
}

// placeSelf works out the countries of the record's own person. A set that has
// no number yet stands as unknown until write gives it one, and is judged by
// its countries all the same.
func (w *writing) placeSelf(ctx context.Context) error {
	self := packedSlot{subject: w.slots0(), cset: setUnknown}
	if w.row != nil {
		was := w.old.slotOf(0)
		if was == nil {
			return unavailable(errPacked)
		}
		self = *was
	}
	given := w.row == nil
	for _, key := range w.lay.t.CountryFields {
		_, ok := w.given[key]
		given = given || ok
	}
	if given {
		var countries []bailiwick.Country
		for _, key := range w.lay.t.CountryFields {
			fp := w.lay.byKey[key]
			v, ok := w.given[key]
			if !ok && w.row != nil {
				stored, err := w.stored(ctx, fp, 0, self.cset)
				if err != nil {
					return err
				}
				v = stored
			}
			if !v.IsEmpty() {
				countries = append(countries, bailiwick.Country(fp.f.Kind.Edit(fp.f, v)))
			}
		}
		w.codes = setCodes(countries)
		no, err := w.setNo(ctx, w.codes)
		if err != nil {
			return err
		}
		w.moved = w.row != nil && no != self.cset
		self.cset = no
	}
	w.next.slots = append(w.next.slots, self)
	return nil
}

// setNo returns the number of a country set. A set without one gets a number
// that only this save knows; write replaces it.
func (w *writing) setNo(ctx context.Context, codes string) (int64, error) {
	no, err := subject.FindSet(ctx, w.tx, codes)
	if !errors.Is(err, store.ErrNoRows) {
		return no, err
	}
	w.newSets = map[string]int64{codes: w.dict.last + 1}
	own := &dictionary{last: w.dict.last + 1, sets: map[int64]countrySet{}}
	for n, s := range w.dict.sets {
		own.sets[n] = s
	}
	own.sets[own.last] = newCountrySet(codes)
	w.dict = own
	return own.last, nil
}

// placeReference keeps, replaces or drops the person whom a reference names.
func (w *writing) placeReference(ctx context.Context, fp *fieldPlan) error {
	was := w.old.slotFor(fp.no)
	v, ok := w.given[fp.f.Key]
	if !ok {
		if was != nil {
			w.next.slots = append(w.next.slots, *was)
		}
		return nil
	}
	ids := schema.References(v)
	if len(ids) != 1 {
		return nil
	}
	id := bailiwick.SubjectID{ID: ids[0]}
	if was == nil || was.subject != id {
		return w.newSlot(ctx, fp, id, fp.f.Key)
	}
	return w.keepSlot(ctx, fp, was, fp.f.Key)
}

// placeRows takes the written rows in their order, then the stored rows that
// the writer cannot see: they are not the writer's to drop.
func (w *writing) placeRows(ctx context.Context, fp *fieldPlan) error {
	v, ok := w.given[fp.f.Key]
	written := schema.Rows(fp.f, v)
	for i, row := range written {
		var err error
		where := rowField(fp, i, fp.aboutMember())
		if was := w.old.rowOf(fp.no, row.Subject); was != nil {
			err = w.keepSlot(ctx, fp, was, where)
		} else {
			err = w.newSlot(ctx, fp, row.Subject, where)
		}
		if err != nil {
			return err
		}
	}
	for _, slot := range w.old.slots {
		if slot.field != fp.no || w.next.rowOf(fp.no, slot.subject) != nil {
			continue
		}
		if !ok || !w.sees(fp.aboutMember(), slot.cset) {
			w.next.slots = append(w.next.slots, slot)
		}
	}
	return nil
}

// keepSlot keeps the slot of a person whom the writer names again. Somebody who
// is withheld from the writer is asked about like anybody else: the answer must
// not tell that the record names them already.
func (w *writing) keepSlot(ctx context.Context, fp *fieldPlan, was *packedSlot, where string) error {
	ref := fp
	if fp.isGroup() {
		ref = fp.aboutMember()
	}
	if !w.sees(ref, was.cset) {
		_, ok, err := w.person(ctx, ref, was.subject)
		if err != nil {
			return err
		}
		if !ok {
			w.fail(where, "no-such-person", noSuchPerson)
			return nil
		}
		w.changed = true // "unchanged" would tell it too
	}
	w.next.slots = append(w.next.slots, *was)
	return nil
}

const noSuchPerson = "There is no such person here, or they are not visible to you."

// newSlot gives a person a slot, or notes that there is no such person for the
// writer. where names the reference.
func (w *writing) newSlot(ctx context.Context, fp *fieldPlan, id bailiwick.SubjectID, where string) error {
	ref := fp
	if fp.isGroup() {
		ref = fp.aboutMember()
	}
	cset, ok, err := w.person(ctx, ref, id)
	if err != nil {
		return err
	}
	if !ok {
		w.fail(where, "no-such-person", noSuchPerson)
		return nil
	}
	next := uint16(1)
	for _, slots := range [][]packedSlot{w.old.slots, w.next.slots} {
		for _, s := range slots {
			next = max(next, s.slot+1)
		}
	}
	if next >= record.ReferenceSlot {
		w.fail(where, "max-items", "The record has had too many persons.")
		return nil
	}
	w.next.slots = append(w.next.slots, packedSlot{slot: next, field: fp.no, subject: id, cset: cset})
	return nil
}

// person returns the country set of a person of the register whom the writer
// may see.
func (w *writing) person(ctx context.Context, ref *fieldPlan, id bailiwick.SubjectID) (int64, bool, error) {
	p, err := subject.Get(ctx, w.tx, id)
	if errors.Is(err, store.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	on := w.on(ref.f.RefType)
	if on == nil || p.Self == 0 {
		return 0, false, nil
	}
	on.dict = w.dict
	row, err := record.ByKey(ctx, w.tx, p.Self)
	if errors.Is(err, store.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	if err := on.learn(ctx, w.tx, row); err != nil {
		return 0, false, err
	}
	on.enter(row.Entity)
	ok := row.State == record.Live && record.TypeNo(row.RKey) == on.lay.no && on.visible(row.CSet) &&
		(on.may(access.VerbList, row) || on.may(access.VerbOpen, row))
	return p.CSet, ok, nil
}
