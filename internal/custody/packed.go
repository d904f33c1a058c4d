package custody

import (
	"encoding/binary"
	"errors"
	"slices"

	"bailiwick"
)

// packedFormat is the version of the packed row. Earlier versions stay
// readable for as long as revisions in them may exist.
const packedFormat = 1

// Bounds of a packed row; more is corruption.
const (
	maxPackedSlots  = 4096
	maxPackedBlocks = 4096
	maxPackedFields = 4096
	maxPackedBytes  = 64 << 20
)

// contentSlot is the slot of content about no one.
const contentSlot uint16 = 0xffff

var errPacked = errors.New("custody: a packed row is damaged or of an unknown version")

// packed is one revision of a record as it is stored: a header, the values of
// clear fields with their offsets, and sealed blocks. It is read without
// parsing any JSON.
//
//	byte     format
//	bytes    record id (16), legal entity (16)
//	byte     flags: 1 deleted, 2 owner present
//	bytes    owner (16), if present
//	uvarint  revision, created, updated - created, deleted - created (if deleted)
//	uvarint  n; n x {slot, field, subject (16 bytes), country set}
//	uvarint  n; n x {slot, category, block revision, length of the block}
//	uvarint  n; n x {field, length of the value}
//	bytes    values, blocks
//
// Slots name the person that a block is about; contentSlot is no one. The
// order of slots with one field is the order of a group's rows.
type packed struct {
	id       bailiwick.RecordID
	entity   bailiwick.EntityID
	owner    bailiwick.UserID
	revision int64
	created  int64 // Unix microseconds, as all times
	updated  int64
	deleted  int64 // 0 for a live record
	slots    []packedSlot
	blocks   []packedBlock
	clear    []packedMember
	from     *arena // where the slices lie; nil = in memory of their own
}

// packedSlot is a person whom the record is about.
type packedSlot struct {
	slot    uint16
	field   uint16 // number of the reference field or group; 0 for the record's own person
	subject bailiwick.SubjectID
	cset    int64
}

// packedBlock is the sealed content of one category of one slot.
type packedBlock struct {
	slot     uint16
	category uint8
	revision int64 // of the record when the block was sealed
	sealed   []byte
}

// packedMember is one value with the number of its field.
type packedMember struct {
	field uint16
	value []byte
}

// slotOf returns the slot with a number, or nil.
func (p *packed) slotOf(slot uint16) *packedSlot {
	for i := range p.slots {
		if p.slots[i].slot == slot {
			return &p.slots[i]
		}
	}
	return nil
}

// slotFor returns the slot that a reference field gave, or nil if it is empty.
func (p *packed) slotFor(field uint16) *packedSlot {
	for i := range p.slots {
		if p.slots[i].field == field {
			return &p.slots[i]
		}
	}
	return nil
}

// block returns a block, or nil.
func (p *packed) block(slot uint16, category uint8) *packedBlock {
	for i := range p.blocks {
		if b := &p.blocks[i]; b.slot == slot && b.category == category {
			return b
		}
	}
	return nil
}

// clearValue returns the value of a clear field, nil if it is empty.
func (p *packed) clearValue(field uint16) []byte { return memberOf(p.clear, field) }

func memberOf(ms []packedMember, field uint16) []byte {
	for i := range ms {
		if ms[i].field == field {
			return ms[i].value
		}
	}
	return nil
}

const (
	flagDeleted = 1
	flagOwner   = 2
)

// append encodes the row; slots, blocks and members go in the order they have.
func (p *packed) append(dst []byte) []byte {
	var flags byte
	if p.deleted != 0 {
		flags |= flagDeleted
	}
	if !p.owner.IsZero() {
		flags |= flagOwner
	}
	dst = append(dst, packedFormat)
	dst = append(dst, p.id.ID[:]...)
	dst = append(dst, p.entity.ID[:]...)
	dst = append(dst, flags)
	if flags&flagOwner != 0 {
		dst = append(dst, p.owner.ID[:]...)
	}
	num := func(n uint64) { dst = binary.AppendUvarint(dst, n) }
	num(uint64(p.revision))
	num(uint64(p.created))
	num(uint64(max(p.updated-p.created, 0)))
	if flags&flagDeleted != 0 {
		num(uint64(max(p.deleted-p.created, 0)))
	}
	num(uint64(len(p.slots)))
	for _, s := range p.slots {
		num(uint64(s.slot))
		num(uint64(s.field))
		dst = append(dst, s.subject.ID[:]...)
		num(uint64(s.cset))
	}
	num(uint64(len(p.blocks)))
	for _, b := range p.blocks {
		num(uint64(b.slot))
		num(uint64(b.category))
		num(uint64(b.revision))
		num(uint64(len(b.sealed)))
	}
	dst = appendMembers(dst, p.clear)
	for _, b := range p.blocks {
		dst = append(dst, b.sealed...)
	}
	return dst
}

// appendMembers encodes a member table followed by its values: the clear part
// of a row, and the clear content of a block.
func appendMembers(dst []byte, ms []packedMember) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(ms)))
	for _, m := range ms {
		dst = binary.AppendUvarint(dst, uint64(m.field))
		dst = binary.AppendUvarint(dst, uint64(len(m.value)))
	}
	for _, m := range ms {
		dst = append(dst, m.value...)
	}
	return dst
}

// packedReader reads numbers and bytes and remembers whether any were missing.
type packedReader struct {
	b  []byte
	ok bool
}

func (r *packedReader) num(limit uint64) uint64 {
	n, k := binary.Uvarint(r.b)
	if k <= 0 || n > limit {
		r.ok, r.b = false, nil
		return 0
	}
	r.b = r.b[k:]
	return n
}

func (r *packedReader) take(n int) []byte {
	if n > len(r.b) {
		r.ok, r.b = false, nil
		return nil
	}
	out := r.b[:n:n]
	r.b = r.b[n:]
	return out
}

func (r *packedReader) id() (id bailiwick.ID) {
	copy(id[:], r.take(len(id)))
	return id
}

// maxTime keeps sums of times within int64.
const maxTime = 1 << 61

// decode reads a row in place: values and blocks point into b, and the slices
// of p are used again. It returns errPacked for bytes that append did not
// write.
func (p *packed) decode(b []byte) error {
	*p = packed{slots: p.slots[:0], blocks: p.blocks[:0], clear: p.clear[:0], from: p.from}
	r := packedReader{b: b, ok: true}
	head := r.take(1)
	if !r.ok || head[0] != packedFormat || len(b) > maxPackedBytes {
		return errPacked
	}
	p.id.ID, p.entity.ID = r.id(), r.id()
	flags := r.take(1)
	if !r.ok || flags[0]&^(flagDeleted|flagOwner) != 0 {
		return errPacked
	}
	if flags[0]&flagOwner != 0 {
		p.owner.ID = r.id()
	}
	p.revision = int64(r.num(maxTime))
	p.created = int64(r.num(maxTime))
	p.updated = p.created + int64(r.num(maxTime))
	if flags[0]&flagDeleted != 0 {
		p.deleted = p.created + int64(r.num(maxTime))
	}
	n := r.num(maxPackedSlots)
	p.slots = roomFor(p.slots, n, len(r.b), p.from.slotPool())
	for ; n > 0 && r.ok; n-- {
		s := packedSlot{slot: uint16(r.num(0xffff)), field: uint16(r.num(0xffff))}
		s.subject.ID = r.id()
		s.cset = int64(r.num(maxTime))
		p.slots = append(p.slots, s)
	}
	total := r.table(p)
	p.clear = r.members(p.clear, p.from.memberPool())
	if !r.ok || total != len(r.b) {
		return errPacked
	}
	for i := range p.blocks {
		p.blocks[i].sealed = r.take(len(p.blocks[i].sealed))
	}
	if !r.ok {
		return errPacked
	}
	return nil
}

// table reads the block table; until the blocks themselves are reached,
// sealed has the right length only. It returns the sum of the lengths.
func (r *packedReader) table(p *packed) int {
	total := 0
	n := r.num(maxPackedBlocks)
	p.blocks = roomFor(p.blocks, n, len(r.b), p.from.blockPool())
	for ; n > 0 && r.ok; n-- {
		b := packedBlock{slot: uint16(r.num(0xffff)), category: uint8(r.num(63)), revision: int64(r.num(maxTime))}
		size := int(r.num(maxPackedBytes))
		if total += size; total > len(r.b) {
			r.ok = false
			return 0
		}
		b.sealed = r.b[:size]
		p.blocks = append(p.blocks, b)
	}
	return total
}

// members reads what appendMembers wrote, appending to dst.
func (r *packedReader) members(dst []packedMember, pool *[]packedMember) []packedMember {
	n := r.num(maxPackedFields)
	dst = roomFor(dst, n, len(r.b), pool)
	first := len(dst)
	total := 0
	for ; n > 0 && r.ok; n-- {
		m := packedMember{field: uint16(r.num(0xffff))}
		size := int(r.num(maxPackedBytes))
		if total += size; total > len(r.b) {
			r.ok = false
			return dst[:first]
		}
		m.value = r.b[:size]
		dst = append(dst, m)
	}
	for i := first; i < len(dst); i++ {
		dst[i].value = r.take(len(dst[i].value))
	}
	return dst
}

// decodeMembers reads the clear content of a block, appending to dst; the
// values point into b.
func decodeMembers(dst []packedMember, b []byte) ([]packedMember, error) {
	r := packedReader{b: b, ok: true}
	dst = r.members(dst, nil)
	if !r.ok || len(r.b) != 0 {
		return dst, errPacked
	}
	return dst, nil
}

// sortMembers puts members into the one order that a revision stores them in.
func sortMembers(ms []packedMember) {
	slices.SortFunc(ms, func(a, b packedMember) int { return int(a.field) - int(b.field) })
}
