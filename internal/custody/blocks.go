package custody

import (
	"context"
	"errors"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/vault"
)

// revealed is a packed row with those of its blocks opened that one viewer
// asked for and may see.
type revealed struct {
	packed
	want    []bool // by block: to be opened
	members [][]packedMember
}

// opener opens blocks into one buffer; values stay valid when it grows.
type opener struct {
	buf  []byte
	ms   []packedMember
	keys *vault.Reader
}

// room makes sure that n more bytes fit, in a new buffer if need be: what was
// opened before stays where it is. The first buffer is for one record and no
// larger; who opens a second is likely to open many.
func (o *opener) room(n int) {
	if cap(o.buf)-len(o.buf) < n {
		if cap(o.buf) > 0 {
			n = max(n, 4096)
		}
		o.buf = make([]byte, 0, max(n, 2*cap(o.buf)))
	}
}

// again lets the next record take the place of what was opened before, which
// must not be used any more.
func (o *opener) again() { o.buf, o.ms = o.buf[:0], o.ms[:0] }

// wanted marks the blocks that hold the given fields as far as the viewer may
// do op with them, and returns their categories.
func (s *sight) wanted(op access.Op, r *revealed, fields []*fieldPlan) uint64 {
	s.enterRecord(&r.packed)
	r.want = resized(r.want, len(r.blocks), r.from.boolPool())
	r.members = resized(r.members, len(r.blocks), r.from.openedPool())
	var set uint64
	mark := func(slot uint16, cat uint8) {
		for i := range r.blocks {
			if b := &r.blocks[i]; b.slot == slot && b.category == cat {
				r.want[i] = true
				set |= 1 << cat
			}
		}
	}
	for _, fp := range fields {
		switch {
		case fp.f.Clear:
		case fp.isGroup():
			about := fp.aboutMember()
			for i := range r.slots {
				slot := &r.slots[i]
				if slot.field != fp.no || !s.does(op, about, slot.cset) {
					continue
				}
				for _, m := range fp.members {
					if m != about && s.does(op, m, slot.cset) {
						mark(slot.slot, m.cat)
					}
				}
			}
		default:
			if slot, ok := slotOf(&r.packed, fp); ok && s.does(op, fp, s.csetOf(&r.packed, fp)) {
				mark(slot, fp.cat)
			}
		}
	}
	return set
}

// resized returns a slice of n zero elements, in the old memory if it is
// large enough.
func resized[T any](s []T, n int, pool *[]T) []T {
	if cap(s) < n {
		return roomFor(s[:0], uint64(n), n, pool)[:n]
	}
	s = s[:n]
	clear(s)
	return s
}

// openWanted decrypts the marked blocks. A block whose key was destroyed is
// empty: the person was erased.
func (s *sight) openWanted(ctx context.Context, op access.Op, r *revealed, o *opener) error {
	s.enterRecord(&r.packed)
	size := 0
	for i, want := range r.want {
		if want {
			size += len(r.blocks[i].sealed)
		}
	}
	o.room(size)
	for i, want := range r.want {
		if !want {
			continue
		}
		ms, err := s.openBlock(ctx, op, &r.packed, &r.blocks[i], o)
		if err != nil {
			return err
		}
		r.members[i] = ms
	}
	return nil
}

// openBlock decrypts one block under the viewer's own decision.
func (s *sight) openBlock(ctx context.Context, op access.Op, p *packed, b *packedBlock, o *opener) ([]packedMember, error) {
	subject, cset := whoseBlock(p, b)
	o.room(len(b.sealed))
	from := len(o.buf)
	if o.keys == nil {
		o.keys = s.door.vault.Reader()
	}
	buf, err := o.keys.OpenTo(ctx, o.buf, s.address(p, b, subject), bailiwick.SealedBytes(b.sealed), s.decide(op, b.category, cset))
	if errors.Is(err, vault.ErrShredded) {
		return nil, nil
	}
	if err != nil {
		return nil, unavailable(err)
	}
	o.buf = buf
	first := len(o.ms)
	ms, err := decodeMembers(o.ms, buf[from:])
	if err != nil {
		return nil, unavailable(err)
	}
	o.ms = ms
	return ms[first:len(ms):len(ms)], nil
}

// whoseBlock returns the person under whose key a block is sealed and by whose
// countries it is judged: no one for content.
func whoseBlock(p *packed, b *packedBlock) (bailiwick.SubjectID, int64) {
	if slot := p.slotOf(b.slot); slot != nil && b.slot != contentSlot {
		return slot.subject, slot.cset
	}
	return bailiwick.SubjectID{}, setNone
}

// address is where a block belongs, as the vault authenticates it.
func (s *sight) address(p *packed, b *packedBlock, subject bailiwick.SubjectID) vault.Block {
	return vault.Block{
		Tenant: s.a.Tenant(), Record: p.id, Subject: subject, Category: s.lay.cats[b.category],
		Revision: b.revision, Slot: b.slot,
	}
}

// value returns the stored value of a field in a slot; nil if it is empty or
// its block was not opened.
func (r *revealed) value(fp *fieldPlan, slot uint16) []byte {
	if fp.f.Clear {
		return r.clearValue(fp.no)
	}
	for i := range r.blocks {
		if b := &r.blocks[i]; b.slot == slot && b.category == fp.cat {
			return memberOf(r.members[i], fp.no)
		}
	}
	return nil
}

// persons adds the persons under whose keys the marked blocks lie.
func (r *revealed) persons(dst []bailiwick.SubjectID) []bailiwick.SubjectID {
	for i, want := range r.want {
		if !want {
			continue
		}
		if id, _ := whoseBlock(&r.packed, &r.blocks[i]); !id.IsZero() && (len(dst) == 0 || dst[len(dst)-1] != id) {
			dst = append(dst, id)
		}
	}
	return dst
}
