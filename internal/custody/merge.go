package custody

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/vault"
)

// merge brings the given values together with the stored ones, block by block.
// A block that the draft does not touch keeps its bytes and is never opened.
func (w *writing) merge(ctx context.Context) error {
	for _, m := range w.old.clear {
		w.next.clear = append(w.next.clear, packedMember{m.field, m.value})
	}
	w.score(ctx)
	for _, fp := range w.lay.fields {
		v, ok := w.given[fp.f.Key]
		if !ok {
			continue
		}
		switch {
		case fp.isGroup():
			if err := w.mergeRows(ctx, fp, v); err != nil {
				return err
			}
		case fp.f.Clear:
			w.setClear(fp, v)
		default:
			slot, ok := slotOf(&w.next, fp)
			if !ok {
				continue // the person is gone, and what was about them with them
			}
			if err := w.set(ctx, fp, slot, w.csetOf(&w.next, fp), fp.f.Key, v); err != nil {
				return err
			}
		}
	}
	sortMembers(w.next.clear)
	w.judgeMove()
	if len(w.errs) > 0 {
		return nil
	}
	return w.seal(ctx)
}

// setClear puts a value of a clear field in its place.
func (w *writing) setClear(fp *fieldPlan, v schema.Value) {
	was := memberOf(w.next.clear, fp.no)
	if bytes.Equal(was, v) && (was == nil) == v.IsEmpty() && w.seesFull(fp, w.csetOf(&w.next, fp)) {
		return
	}
	w.offered(fp, fp.f.Key, v, was, w.csetOf(&w.next, fp))
	w.changed = true
	w.next.clear = slices.DeleteFunc(w.next.clear, func(m packedMember) bool { return m.field == fp.no })
	if !v.IsEmpty() {
		w.next.clear = append(w.next.clear, packedMember{fp.no, v})
	}
}

// mergeRows merges each written row with the stored one of the same person.
func (w *writing) mergeRows(ctx context.Context, fp *fieldPlan, v schema.Value) error {
	about := fp.aboutMember()
	for i, row := range schema.Rows(fp.f, v) {
		slot := w.next.rowOf(fp.no, row.Subject)
		if slot == nil {
			continue
		}
		for _, m := range fp.members {
			mv, ok := row.Values[m.f.Key]
			if m == about || !ok {
				continue
			}
			if err := w.set(ctx, m, slot.slot, slot.cset, rowField(fp, i, m), mv); err != nil {
				return err
			}
		}
	}
	return nil
}

// offered refuses an option that is retired, unless it is held already. To a
// writer who does not see the field it is refused always: the answer would
// tell what is held.
func (w *writing) offered(fp *fieldPlan, field string, v, was schema.Value, cset int64) {
	if !w.seesFull(fp, cset) {
		was = nil
	}
	if schema.Retired(fp.f, v, was) {
		w.errs = append(w.errs, schema.RetiredOption(field))
	}
}

// set puts a value into the new content of a block.
func (w *writing) set(ctx context.Context, fp *fieldPlan, slot uint16, cset int64, field string, v schema.Value) error {
	key := partKey{slot, fp.cat}
	p := w.parts[key]
	if p == nil {
		members, ok, err := w.storedBlock(ctx, key, cset)
		if err != nil {
			return err
		}
		if !ok {
			w.forbid(field, w.decide(access.Populate, fp.cat, cset))
			return nil
		}
		p = &part{members: slices.Clone(members)}
		w.parts[key] = p
	}
	w.offered(fp, field, v, memberOf(p.members, fp.no), cset)
	p.touched = p.touched || !w.seesFull(fp, cset)
	p.members = slices.DeleteFunc(p.members, func(m packedMember) bool { return m.field == fp.no })
	if !v.IsEmpty() {
		p.members = append(p.members, packedMember{fp.no, v})
	}
	return nil
}

// storedBlock opens a stored block to merge into it, under the writer's own
// decision to populate it, or to see it: the second is enough to take
// something out. It is false if the writer may do neither. A block that is not
// there is empty. What is stored is judged by the country that its person had.
func (w *writing) storedBlock(ctx context.Context, key partKey, cset int64) ([]packedMember, bool, error) {
	if was := w.old.slotOf(key.slot); was != nil {
		cset = was.cset
	}
	op := access.Populate
	d := w.decide(op, key.category, cset)
	if !d.Allowed() {
		op = access.Access
		if d = w.decide(op, key.category, cset); !d.Allowed() || d.Mask() != access.MaskNone {
			return nil, false, nil
		}
	}
	for i := range w.old.blocks {
		b := &w.old.blocks[i]
		if b.slot != key.slot || b.category != key.category {
			continue
		}
		if !w.old.want[i] {
			ms, err := w.openFor(ctx, d, b)
			if err != nil {
				return nil, false, err
			}
			w.old.want[i], w.old.members[i] = true, ms
		}
		return w.old.members[i], true, nil
	}
	return nil, true, nil
}

// openFor opens a block of the present revision under a decision. It is empty
// if the person was erased.
func (w *writing) openFor(ctx context.Context, d access.Decision, b *packedBlock) ([]packedMember, error) {
	who, _ := whoseBlock(&w.old.packed, b)
	clear, err := w.door.vault.Open(ctx, w.address(&w.old.packed, b, who), bailiwick.SealedBytes(b.sealed), d)
	if errors.Is(err, vault.ErrShredded) {
		return nil, nil
	}
	if err != nil {
		return nil, unavailable(err)
	}
	ms, err := decodeMembers(nil, clear)
	return ms, unavailable(err)
}

// stored returns the stored value of a field for the rules' own use: it does
// not leave custody. It is empty where the writer may neither fill in nor see
// the category.
func (w *writing) stored(ctx context.Context, fp *fieldPlan, slot uint16, cset int64) (schema.Value, error) {
	if fp.f.Clear {
		return schema.Value(w.old.clearValue(fp.no)), nil
	}
	ms, _, err := w.storedBlock(ctx, partKey{slot, fp.cat}, cset)
	return schema.Value(memberOf(ms, fp.no)), err
}

// score computes the scores whose factors the draft writes.
func (w *writing) score(ctx context.Context) {
	for _, fp := range w.lay.fields {
		if fp.f.Compute == nil {
			continue
		}
		values := map[string]schema.Value{}
		due := w.row == nil
		for _, key := range fp.f.Compute.Of {
			in := w.lay.byKey[key]
			v, ok := w.given[key]
			due = due || ok
			if slot, placed := slotOf(&w.next, in); !ok && placed && w.row != nil {
				stored, err := w.stored(ctx, in, slot, w.csetOf(&w.next, in))
				if err != nil {
					return
				}
				v = stored
			}
			values[key] = v
		}
		if !due {
			continue
		}
		w.lay.t.Compute(values)
		w.given[fp.f.Key] = values[fp.f.Key]
	}
}

// seal makes the block table of the new revision.
func (w *writing) seal(ctx context.Context) error {
	for i := range w.old.blocks {
		b := w.old.blocks[i]
		if b.slot != contentSlot {
			was, is := w.old.slotOf(b.slot), w.next.slotOf(b.slot)
			if is == nil || was == nil || is.subject != was.subject {
				w.changed = true
				continue // about a person who is not of this record any more
			}
		}
		p, ok := w.parts[partKey{b.slot, b.category}]
		if !ok {
			w.next.blocks = append(w.next.blocks, b)
			continue
		}
		sortMembers(p.members)
		if !p.touched && w.old.want[i] && sameMembers(w.old.members[i], p.members) {
			w.next.blocks = append(w.next.blocks, b)
			delete(w.parts, partKey{b.slot, b.category})
		}
	}
	keys := make([]partKey, 0, len(w.parts))
	for key, p := range w.parts {
		w.changed = w.changed || p.touched // clearing what is empty too
		if len(p.members) > 0 || w.old.block(key.slot, key.category) != nil {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b partKey) int {
		return (int(a.slot)-int(b.slot))*64 + int(a.category) - int(b.category)
	})
	for _, key := range keys {
		w.changed = true
		if err := w.sealPart(ctx, key, w.parts[key]); err != nil {
			return err
		}
	}
	w.changed = w.changed || !slices.Equal(w.old.slots, w.next.slots) || w.next.owner != w.old.owner
	return nil
}

// sealPart seals the new content of a block; nothing for an empty one. While a
// save is rehearsed a new person has no key yet, so the transaction seals.
func (w *writing) sealPart(ctx context.Context, key partKey, p *part) error {
	if len(p.members) == 0 {
		return nil
	}
	sortMembers(p.members)
	b := packedBlock{slot: key.slot, category: key.category, revision: w.next.revision}
	if !w.sealing {
		w.next.blocks = append(w.next.blocks, b)
		return nil
	}
	who, _ := whoseBlock(&w.next, &b)
	sealed, err := w.door.vault.Seal(ctx, w.address(&w.next, &b, who), appendMembers(nil, p.members))
	if err == vault.ErrTooLarge {
		return err
	}
	if err != nil {
		return unavailable(err)
	}
	b.sealed = sealed.Ciphertext()
	w.next.blocks = append(w.next.blocks, b)
	return nil
}

func sameMembers(a, b []packedMember) bool {
	return slices.EqualFunc(a, b, func(x, y packedMember) bool { return x.field == y.field && bytes.Equal(x.value, y.value) })
}
