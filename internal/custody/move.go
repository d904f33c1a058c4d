package custody

import "bailiwick/internal/access"

// judgeMove judges what is filled in again when the record's own person
// changes country (R14.5): what may not be filled in there stops the save.
//
// What the writer does not see never stops the move, filled in or not, for the
// answer must not tell. It moves along and is seen by the rules of the new
// country from then on: by nobody, if none allows it there; and where a rule
// forbids to fill it in there, it lies in quarantine (R14.9).
func (w *writing) judgeMove() {
	if !w.moved {
		return
	}
	w.changed = true
	was, is := w.old.slotOf(0).cset, w.next.slotOf(0).cset
	seen := w.look(access.Access, was).allowed
	judged := uint64(0)
	for _, fp := range w.lay.fields {
		bit := uint64(1) << fp.cat
		if fp.whose != ownPersons || judged&bit != 0 {
			continue
		}
		if seen&bit != 0 && w.fills(fp) && !w.does(access.Populate, fp, is) {
			judged |= bit
			w.forbid(w.movingField(), w.decide(access.Populate, fp.cat, is))
		}
	}
}

// movingField is the field whose change moves the person.
func (w *writing) movingField() string {
	for _, key := range w.lay.t.CountryFields {
		if _, ok := w.given[key]; ok {
			return key
		}
	}
	return w.lay.t.CountryFields[0]
}

// fills reports whether the new revision holds something in a field's place: a
// value in the clear, or the block that the field shares with its category.
func (w *writing) fills(fp *fieldPlan) bool {
	if fp.f.Clear {
		return memberOf(w.next.clear, fp.no) != nil
	}
	if p, ok := w.parts[partKey{0, fp.cat}]; ok {
		return len(p.members) > 0
	}
	return w.old.block(0, fp.cat) != nil
}
