package custody

import (
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
)

// shape is what a viewer gets of every record of one country set: its cells
// without their values, where the values go, and which blocks hold them. A
// list asks the matrix once per country set and copies the answer for each row.
type shape struct {
	cells   []Cell
	plans   []*fieldPlan // of the cells
	place   []int16      // by number of a field: its cell + 1; 0 = not shown, or judged apart
	masked  []int        // cells of which a mask leaves a part
	apart   []int        // cells that are judged row by row: groups, and what is about a referent
	fields  []*fieldPlan // of the cells apart
	own     uint64       // categories of blocks to open about the record's own person
	content uint64       // and about no one
	text    *shapeText   // nil until a record is written as JSON
}

// shapes are the shapes of one page.
type shapes struct {
	s        *sight
	op       access.Op
	fields   []*fieldPlan
	bySet    []*shape // by country set + 1, of the class of legal entities in hand
	class    int
	agreeing int
	others   map[int][]*shape // of the other classes
	values   []schema.Value   // see read
	cells    []Cell           // see appendJSON
}

// of returns the shape of a record.
func (t *shapes) of(p *packed) *shape {
	t.s.enterRecord(p)
	if t.agreeing != t.s.agreeing { // other persons agreed to other things
		t.bySet, t.others, t.agreeing = nil, nil, t.s.agreeing
	}
	if class := t.s.at.class; class != t.class {
		if t.others == nil {
			t.others = make(map[int][]*shape)
		}
		t.others[t.class] = t.bySet
		t.bySet, t.class = t.others[class], class
	}
	cset := setNone
	if t.s.lay.t.Self {
		cset = setUnknown
		if slot := p.slotOf(0); slot != nil {
			cset = slot.cset
		}
	}
	i := int(cset + 1)
	if i >= len(t.bySet) {
		more := make([]*shape, max(i+1, len(t.s.dict.sets)+2))
		copy(more, t.bySet)
		t.bySet = more
	}
	if t.bySet[i] == nil {
		t.bySet[i] = t.make(cset)
	}
	return t.bySet[i]
}

// make asks the matrix about every field.
func (t *shapes) make(cset int64) *shape {
	top := 0
	for _, fp := range t.fields {
		top = max(top, int(fp.no))
	}
	h := &shape{cells: make([]Cell, len(t.fields)), plans: t.fields, place: make([]int16, top+1)}
	for i, fp := range t.fields {
		of := cset
		switch {
		case fp.isGroup() || fp.whose == referents || fp.whose == rowPersons || fp.no == 0:
			h.apart, h.fields = append(h.apart, i), append(h.fields, fp)
			continue
		case fp.whose == noOnes:
			of = setNone
		}
		v := t.s.verdict(t.op, fp, of)
		h.cells[i] = Cell{Field: fp.f, MayFill: v.fill, Withheld: v.withheld, Mask: v.mask}
		if v.withheld != nil {
			continue
		}
		h.place[fp.no] = int16(i + 1)
		if v.mask != access.MaskNone {
			h.masked = append(h.masked, i)
		}
		switch {
		case fp.f.Clear:
		case fp.whose == ownPersons:
			h.own |= 1 << fp.cat
		default:
			h.content |= 1 << fp.cat
		}
	}
	return h
}

// wanted is sight.wanted for the fields of the page.
func (t *shapes) wanted(r *revealed) uint64 {
	h := t.of(&r.packed)
	set := t.s.wanted(t.op, r, h.fields)
	for i := range r.blocks {
		b := &r.blocks[i]
		if h.holds(b) {
			r.want[i] = true
			set |= 1 << b.category
		}
	}
	return set
}

// holds reports whether a block is to be opened for cells that are not apart.
func (h *shape) holds(b *packedBlock) bool {
	switch b.slot {
	case 0:
		return h.own>>b.category&1 != 0
	case contentSlot:
		return h.content>>b.category&1 != 0
	}
	return false
}

// render is sight.render for the fields of the page.
func (t *shapes) render(rkey int64, r *revealed, cells []Cell) Record {
	h := t.of(&r.packed)
	out := t.s.frame(rkey, r)
	out.Cells = cells[:len(h.cells):len(h.cells)]
	copy(out.Cells, h.cells)
	for i, v := range t.read(h, r) {
		out.Cells[i].Value = v
	}
	for k, i := range h.apart {
		out.Cells[i] = t.s.cell(t.op, r, h.fields[k])
	}
	return out
}

// read returns the values of a record as the viewer may see them, by cell;
// those of cells apart are nil. They come from where the field is kept now and
// from nowhere else, as in revealed.value, and hold until the next call.
func (t *shapes) read(h *shape, r *revealed) []schema.Value {
	if t.values == nil {
		t.values = make([]schema.Value, len(t.fields))
	}
	values := t.values
	clear(values)
	for i := range r.clear {
		m := &r.clear[i]
		if n, fp := h.cell(m.field); fp != nil && fp.f.Clear && values[n] == nil {
			values[n] = schema.Value(m.value)
		}
	}
	for k, ms := range r.members {
		b := &r.blocks[k]
		if !h.holds(b) {
			continue
		}
		for i := range ms {
			n, fp := h.cell(ms[i].field)
			if fp != nil && !fp.f.Clear && fp.cat == b.category && (fp.whose == noOnes) == (b.slot == contentSlot) && values[n] == nil {
				values[n] = schema.Value(ms[i].value)
			}
		}
	}
	for _, i := range h.masked {
		values[i] = t.s.masked(h.cells[i].Field, h.cells[i].Mask, values[i])
	}
	return values
}

// cell returns the cell of a field's number and its plan; no plan if it is not
// shown.
func (h *shape) cell(no uint16) (int, *fieldPlan) {
	if int(no) >= len(h.place) || h.place[no] == 0 {
		return 0, nil
	}
	i := int(h.place[no] - 1)
	return i, h.plans[i]
}
