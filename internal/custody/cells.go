package custody

import (
	"strconv"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store/record"
)

// render makes the record that the viewer gets from an opened row. cells is
// memory for len(fields) cells.
func (s *sight) render(op access.Op, rkey int64, r *revealed, fields []*fieldPlan, cells []Cell) Record {
	s.enterRecord(&r.packed)
	out := s.frame(rkey, r)
	out.Cells = cells[:0:len(fields)]
	for _, fp := range fields {
		out.Cells = append(out.Cells, s.cell(op, r, fp))
	}
	return out
}

// frame is the record without its cells.
func (s *sight) frame(rkey int64, r *revealed) Record {
	s.enterRecord(&r.packed)
	out := Record{
		ID: r.id, Ref: s.ref(rkey), Type: s.lay.t, Revision: r.revision, Entity: r.entity,
		Created: time.UnixMicro(r.created).UTC(), Updated: time.UnixMicro(r.updated).UTC(),
	}
	if r.deleted != 0 {
		out.Deleted = time.UnixMicro(r.deleted).UTC()
	}
	out.May = s.rightsOn(rkey, r.owner, r.deleted != 0)
	for i := range r.slots {
		slot := &r.slots[i]
		if slot.field == 0 || s.seesReference(&r.packed, slot) {
			out.Subjects = append(out.Subjects, s.subjectRef(slot))
		}
	}
	return out
}

// subjectRef names a person, with the countries only if the viewer may see the
// fields that give them.
func (s *sight) subjectRef(slot *packedSlot) SubjectRef {
	out := SubjectRef{ID: slot.subject}
	on := s
	if slot.field != 0 {
		on = s.personsOf(slot.field)
	}
	if on == nil {
		return out
	}
	for _, key := range on.lay.t.CountryFields {
		if fp := on.lay.byKey[key]; fp == nil || !on.seesFull(fp, slot.cset) {
			return out
		}
	}
	out.Countries = s.dict.of(slot.cset).countries
	return out
}

// personsOf is the viewer's sight on the type of the persons whom a reference
// field or group names.
func (s *sight) personsOf(field uint16) *sight {
	if on, ok := s.persons[field]; ok {
		return on
	}
	var on *sight
	for _, fp := range s.lay.fields {
		if fp.no == field {
			if fp.isGroup() {
				fp = fp.aboutMember()
			}
			on = s.on(fp.f.RefType)
		}
	}
	if s.persons == nil {
		s.persons = map[uint16]*sight{}
	}
	s.persons[field] = on
	return on
}

// ref is the human reference of a record.
func (s *sight) ref(rkey int64) string {
	return s.lay.t.Ref + "-" + strconv.FormatInt(record.Seq(rkey), 10)
}

// seesReference reports whether the viewer may see that a reference names a
// person.
func (s *sight) seesReference(p *packed, slot *packedSlot) bool {
	for _, fp := range s.lay.fields {
		if fp.no != slot.field {
			continue
		}
		if fp.isGroup() {
			fp = fp.aboutMember()
		}
		return s.sees(fp, slot.cset)
	}
	return false
}

// cell makes the cell of a field outside of groups, and with it the rows of a
// group.
func (s *sight) cell(op access.Op, r *revealed, fp *fieldPlan) Cell {
	s.enterRecord(&r.packed)
	if fp.isGroup() {
		return s.groupCell(op, r, fp)
	}
	cset := s.csetOf(&r.packed, fp)
	slot, _ := slotOf(&r.packed, fp)
	c := s.memberCell(op, r, fp, slot, cset)
	if fp.whose == referents && cset == setUnknown {
		c.MayFill = s.fillableForSomeone(fp)
	}
	return c
}

// memberCell makes the cell of a field in a known slot.
func (s *sight) memberCell(op access.Op, r *revealed, fp *fieldPlan, slot uint16, cset int64) Cell {
	v := s.verdict(op, fp, cset)
	c := Cell{Field: fp.f, MayFill: v.fill, Withheld: v.withheld, Mask: v.mask}
	if v.withheld != nil {
		return c
	}
	c.Value = schema.Value(r.value(fp, slot))
	if v.mask != access.MaskNone {
		c.Value = s.masked(fp.f, v.mask, c.Value)
	}
	return c
}

// masked is the text that a mask leaves, as a JSON string.
func (s *sight) masked(f *schema.Field, mask access.MaskForm, v schema.Value) schema.Value {
	text := access.Apply(mask, f.Kind.Text(f, v, s.lang))
	if text == "" {
		return nil
	}
	return appendString(nil, text)
}

// fillableForSomeone reports whether a field about a person who is not chosen
// yet may be filled in for a person of any country; the save judges the choice.
func (s *sight) fillableForSomeone(fp *fieldPlan) bool {
	if s.does(access.Populate, fp, setUnknown) {
		return true
	}
	for no := range s.dict.sets {
		if s.does(access.Populate, fp, no) {
			return true
		}
	}
	return false
}

// groupCell makes the rows of a group. A row whose person is withheld does not
// exist for the viewer; where that may be so and no row is left, the group is
// withheld, whether it has rows or not.
func (s *sight) groupCell(op access.Op, r *revealed, fp *fieldPlan) Cell {
	about := fp.aboutMember()
	c := Cell{Field: fp.f, MayFill: s.fillableForSomeone(about)}
	for i := range r.slots {
		slot := &r.slots[i]
		if slot.field != fp.no || !s.does(op, about, slot.cset) {
			continue
		}
		row := GroupRow{Subject: s.subjectRef(slot)}
		for _, m := range fp.members {
			mc := s.memberCell(op, r, m, slot.slot, slot.cset)
			if m == about {
				mc.Value = referenceValue(slot.subject.ID)
			}
			row.Cells = append(row.Cells, mc)
		}
		hideByCondition(row.Cells)
		c.Rows = append(c.Rows, row)
	}
	if len(c.Rows) == 0 && !s.does(op, about, setUnknown) {
		c.Withheld = s.why(op, fp, setUnknown)
	}
	return c
}

// referenceValue is the canonical value of one reference.
func referenceValue(id bailiwick.ID) schema.Value {
	if id.IsZero() {
		return nil
	}
	return schema.Value(`"` + id.String() + `"`)
}

// hideByCondition sets Hidden where a show-if says that a field does not apply,
// going by cells that the viewer sees in full only.
func hideByCondition(cells []Cell) {
	var values map[string]schema.Value
	for i := range cells {
		c := &cells[i]
		if c.Field.ShowIf == nil {
			continue
		}
		if values == nil {
			values = make(map[string]schema.Value, len(cells))
			for _, o := range cells {
				if o.Withheld == nil && o.Mask == access.MaskNone {
					values[o.Field.Key] = o.Value
				}
			}
		}
		if _, seen := values[c.Field.ShowIf.Field]; seen {
			c.Hidden = !schema.Visible(c.Field.ShowIf, values)
		}
	}
}
