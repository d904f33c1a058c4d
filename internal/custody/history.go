package custody

import (
	"bytes"
	"context"
	"errors"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
	"bailiwick/internal/store/subject"
	"bailiwick/logformat"
)

// MaxHistory bounds History.
const MaxHistory = 200

// History returns the changes of a record, newest first, at most MaxHistory:
// for every revision when it was written, by whom if activity tells that too,
// and what of the fields that the viewer may see it changed. What is withheld is never told, nor whether it changed.
// A field is judged by the countries that its person has now. Reading a
// category that is not ordinary is recorded first.
func (d *Door) History(ctx context.Context, a bailiwick.Actor, typ string, id bailiwick.RecordID, lang string) ([]Change, error) {
	var h *past
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		s, err := d.sightOf(ctx, tx, a, typ, lang, true)
		if err != nil {
			return err
		}
		h = &past{sight: s}
		return h.load(ctx, tx, id)
	})
	if err != nil {
		return nil, unavailable(err)
	}
	if !a.InScope(bailiwick.ScopeRead) {
		return nil, h.refuse(ctx, id, "history", nil, nil, errRefused())
	}
	if err := h.open(ctx); err != nil {
		return nil, err
	}
	out := make([]Change, 0, len(h.revisions))
	for i, r := range h.revisions {
		c := Change{Revision: r.Revision, Time: time.UnixMicro(r.At).UTC(), User: r.By, Kind: r.Kind}
		if !h.namesColleagues() && r.By != a.User() {
			c.User = bailiwick.UserID{}
		}
		if h.withholds() {
			c.Withheld = 1
		}
		var former *revealed
		if i+1 < len(h.opened) {
			former = &h.opened[i+1]
		}
		if i+1 < len(h.opened) || r.Revision == 1 {
			c.Fields = h.diff(former, &h.opened[i])
		}
		out = append(out, c)
	}
	return out, h.textify(ctx, out)
}

// past is the revisions of one record, newest first.
type past struct {
	*sight
	revisions []record.Revision
	opened    []revealed
}

// load reads the revisions and brings the countries of their persons up to
// date: earlier rows hold those of their time.
func (h *past) load(ctx context.Context, tx store.TenantTx, id bailiwick.RecordID) error {
	row, err := h.find(ctx, tx, id)
	if err != nil {
		return err
	}
	now := record.Revision{Revision: row.Revision, At: row.UpdatedAt, By: row.By, Kind: row.Kind, Import: row.Import, Packed: row.Packed}
	earlier, err := record.Revisions(ctx, tx, row.RKey, MaxHistory)
	if err != nil {
		return err
	}
	h.revisions = append([]record.Revision{now}, earlier...)
	h.opened = make([]revealed, len(h.revisions))
	sets := map[bailiwick.SubjectID]int64{}
	for i := range h.revisions {
		r := &h.opened[i]
		if err := r.decode(h.revisions[i].Packed); err != nil {
			return unavailable(err)
		}
		for j := range r.slots {
			slot := &r.slots[j]
			no, ok := sets[slot.subject]
			if !ok {
				p, err := subject.Get(ctx, tx, slot.subject)
				switch {
				case errors.Is(err, store.ErrNoRows):
					no = setUnknown
				case err != nil:
					return err
				default:
					no = p.CSet
				}
				sets[slot.subject] = no
			}
			slot.cset = no
		}
	}
	if len(h.revisions) > MaxHistory {
		h.revisions = h.revisions[:MaxHistory]
	}
	return nil
}

// open records the read and opens each distinct block once: a revision that
// left a block alone shares its bytes with the one before.
func (h *past) open(ctx context.Context) error {
	var note reading
	for i := range h.opened {
		note.add(h.sight, &h.opened[i].packed, h.wanted(access.Access, &h.opened[i], h.lay.fields))
	}
	if err := note.record(ctx, h.sight, logformat.RecordRead); err != nil {
		return err
	}
	var o opener
	for i := range h.opened {
		r := &h.opened[i]
		for j, want := range r.want {
			if !want {
				continue
			}
			if i > 0 {
				if ms, ok := h.opened[i-1].shared(&r.blocks[j]); ok {
					r.members[j] = ms
					continue
				}
			}
			ms, err := h.openBlock(ctx, access.Access, &r.packed, &r.blocks[j], &o)
			if err != nil {
				return err
			}
			r.members[j] = ms
		}
	}
	return nil
}

// shared returns the opened content of the same block.
func (r *revealed) shared(b *packedBlock) ([]packedMember, bool) {
	for i := range r.blocks {
		o := &r.blocks[i]
		if r.want[i] && o.slot == b.slot && o.category == b.category && o.revision == b.revision && bytes.Equal(o.sealed, b.sealed) {
			return r.members[i], true
		}
	}
	return nil, false
}

// withholds reports whether the type has fields that the viewer may not see
// for the record's persons; it does not depend on what they hold.
func (h *past) withholds() bool {
	for _, fp := range h.lay.fields {
		if !h.sees(fp, h.csetOf(&h.opened[0].packed, fp)) {
			return true
		}
		for _, m := range fp.members {
			if !h.sees(m, setUnknown) {
				return true
			}
		}
	}
	return false
}

// diff compares two revisions in the fields that the viewer may see in both.
func (h *past) diff(was, is *revealed) []FieldChange {
	var out []FieldChange
	for _, fp := range h.lay.fields {
		if was != nil {
			// As long as one of the two is withheld nothing is told: that a
			// reference came to name somebody, and with whose data, included.
			if !fp.isGroup() && !h.sees(fp, h.csetOf(&was.packed, fp)) {
				continue
			}
		}
		if !fp.isGroup() && !h.sees(fp, h.csetOf(&is.packed, fp)) {
			continue
		}
		var old schema.Value
		if was != nil {
			old = h.whole(was, fp)
		}
		now := h.whole(is, fp)
		if bytes.Equal(old, now) {
			continue
		}
		out = append(out, FieldChange{Field: fp.f, Old: old, New: now})
	}
	return out
}

// whole is what the viewer sees of a field: masked where it must be, a group
// as the rows and members that are visible.
func (h *past) whole(r *revealed, fp *fieldPlan) schema.Value {
	c := h.cell(access.Access, r, fp)
	if !fp.isGroup() {
		return c.Value
	}
	rows := make([]schema.Row, 0, len(c.Rows))
	for _, row := range c.Rows {
		values := map[string]schema.Value{}
		for _, m := range row.Cells {
			if m.Withheld == nil && !m.Value.IsEmpty() {
				values[m.Field.Key] = m.Value
			}
		}
		rows = append(rows, schema.Row{Subject: row.Subject.ID, Values: values})
	}
	return schema.JoinRows(fp.f, rows)
}

// textify words the values for people, references by their titles.
func (h *past) textify(ctx context.Context, changes []Change) error {
	t := newTargets()
	each := func(f func(fc *FieldChange, kind string, v schema.Value, to *string)) {
		for i := range changes {
			for j := range changes[i].Fields {
				fc := &changes[i].Fields[j]
				kind := fc.Field.Kind.Name()
				f(fc, kind, fc.Old, &fc.OldText)
				f(fc, kind, fc.New, &fc.NewText)
			}
		}
	}
	isLink := func(kind string) bool { return kind == linkRecord || kind == linkSubject || kind == linkUser }
	each(func(_ *FieldChange, kind string, v schema.Value, _ *string) {
		if isLink(kind) {
			for _, id := range schema.References(v) {
				t.add(kind, id)
			}
		}
	})
	if err := h.lookup(ctx, access.Access, t); err != nil {
		return err
	}
	each(func(fc *FieldChange, kind string, v schema.Value, to *string) {
		if isLink(kind) {
			*to = t.text(kind, v)
			return
		}
		*to = h.text(fc.Field, v)
	})
	return nil
}

// text words one value; a masked one is a text already.
func (s *sight) text(f *schema.Field, v schema.Value) string {
	if text := f.Kind.Text(f, v, s.lang); text != "" || v.IsEmpty() {
		return text
	}
	return textOf(v)
}

// text lists the titles of references.
func (t *targets) text(kind string, v schema.Value) string {
	var b []byte
	for i, id := range schema.References(v) {
		if i > 0 {
			b = append(b, ", "...)
		}
		title := "?"
		if l, ok := t.found[kind][id]; ok && l.Title != "" {
			title = l.Title
		} else if ok && l.Ref != "" {
			title = l.Ref
		}
		b = append(b, title...)
	}
	return string(b)
}
