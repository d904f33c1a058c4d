package custody

import (
	"context"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
	"bailiwick/logformat"
)

// The kinds of links, named like the field kinds.
const (
	linkRecord  = "record"
	linkSubject = "subject"
	linkUser    = "user"
)

// targets gathers the references of a page, so that all of them are looked up
// with one query per kind.
type targets struct {
	ids   map[string][]bailiwick.ID
	seen  map[string]map[bailiwick.ID]bool
	found map[string]map[bailiwick.ID]Link
}

func newTargets() *targets {
	return &targets{ids: map[string][]bailiwick.ID{}, seen: map[string]map[bailiwick.ID]bool{}, found: map[string]map[bailiwick.ID]Link{}}
}

func (t *targets) add(kind string, id bailiwick.ID) {
	if t.seen[kind] == nil {
		t.seen[kind] = map[bailiwick.ID]bool{}
	}
	if t.seen[kind][id] {
		return
	}
	t.seen[kind][id] = true
	t.ids[kind] = append(t.ids[kind], id)
}

func (t *targets) found1(kind string, id bailiwick.ID, l Link) {
	if t.found[kind] == nil {
		t.found[kind] = map[bailiwick.ID]Link{}
	}
	t.found[kind][id] = l
}

// linked returns the references of a cell, if the viewer sees them.
func linked(c *Cell) (string, []bailiwick.ID) {
	if c.Withheld != nil || c.Mask != access.MaskNone || c.Value.IsEmpty() {
		return "", nil
	}
	switch kind := c.Field.Kind.Name(); kind {
	case linkRecord, linkSubject, linkUser:
		return kind, schema.References(c.Value)
	}
	return "", nil
}

// eachCell visits the cells of records, those in rows of groups included.
func eachCell(records []Record, f func(*Cell)) {
	for i := range records {
		for j := range records[i].Cells {
			c := &records[i].Cells[j]
			f(c)
			for _, row := range c.Rows {
				for k := range row.Cells {
					f(&row.Cells[k])
				}
			}
		}
	}
}

// resolve fills in the links of cells: titles as far as the viewer may do op
// with them under the rules of the target's own type.
func (s *sight) resolve(ctx context.Context, op access.Op, records []Record) error {
	t := newTargets()
	eachCell(records, func(c *Cell) {
		kind, ids := linked(c)
		for _, id := range ids {
			t.add(kind, id)
		}
	})
	if len(t.ids) == 0 {
		return nil
	}
	if err := s.lookup(ctx, op, t); err != nil {
		return err
	}
	eachCell(records, func(c *Cell) {
		kind, ids := linked(c)
		for _, id := range ids {
			l, ok := t.found[kind][id]
			if !ok {
				l = Link{Kind: kind, Type: c.Field.RefType, ID: id.String()}
			}
			c.Links = append(c.Links, l)
		}
	})
	return nil
}

// lookup finds what the targets are called.
func (s *sight) lookup(ctx context.Context, op access.Op, t *targets) error {
	if ids := t.ids[linkUser]; len(ids) > 0 && s.door.names != nil {
		users := make([]bailiwick.UserID, len(ids))
		for i, id := range ids {
			users[i] = bailiwick.UserID{ID: id}
		}
		for id, name := range s.door.names(ctx, s.a, users) {
			t.found1(linkUser, id.ID, Link{Kind: linkUser, ID: id.String(), Title: name, Visible: true})
		}
	}
	if len(t.ids[linkRecord])+len(t.ids[linkSubject]) == 0 {
		return nil
	}
	var records, persons []*record.Row
	err := s.door.store.View(ctx, s.a.Tenant(), func(tx store.TenantTx) (err error) {
		if records, err = record.ByIDs(ctx, tx, t.ids[linkRecord]); err != nil {
			return err
		}
		if persons, err = record.OfPersons(ctx, tx, t.ids[linkSubject]); err != nil {
			return err
		}
		return s.learn(ctx, tx, append(slices.Clone(records), persons...)...)
	})
	if err != nil {
		return err
	}
	titles := s.titler()
	titles.op = op
	for _, row := range append(records, persons...) {
		titles.add(row)
	}
	return titles.each(ctx, func(row *record.Row, p *packed, l Link) {
		if slot := p.slotOf(0); slot != nil && l.Kind == linkSubject {
			t.found1(linkSubject, slot.subject.ID, l)
			return
		}
		t.found1(linkRecord, row.ID.ID, l)
	})
}

// titler makes links of rows of any type, opening no more than their titles.
type titler struct {
	s      *sight
	op     access.Op // access, or export for titles that go into a file
	sights map[int64]*sight
	rows   []*record.Row
}

func (s *sight) titler() *titler {
	return &titler{s: s, op: access.Access, sights: map[int64]*sight{s.lay.no: s}}
}

// add takes a row if it exists for the viewer.
func (t *titler) add(row *record.Row) {
	no := record.TypeNo(row.RKey)
	on, ok := t.sights[no]
	if !ok {
		if typ := t.s.cfg.TypeByNo(no); typ != nil {
			on = t.s.on(typ.Key)
		}
		t.sights[no] = on
	}
	if on != nil && on.exists(row) {
		t.rows = append(t.rows, row)
	}
}

// each calls f with the link to every row taken.
func (t *titler) each(ctx context.Context, f func(*record.Row, *packed, Link)) error {
	rs := make([]revealed, len(t.rows))
	var who []bailiwick.SubjectID
	var note reading
	for i, row := range t.rows {
		if err := rs[i].decode(row.Packed); err != nil {
			return unavailable(err)
		}
		on := t.sights[record.TypeNo(row.RKey)]
		note.add(on, &rs[i].packed, on.wanted(t.op, &rs[i], on.titleField()))
		who = rs[i].persons(who)
	}
	if err := note.record(ctx, t.s, logformat.SearchRead); err != nil {
		return err
	}
	if err := t.s.door.vault.Prefetch(ctx, t.s.a.Tenant(), who); err != nil {
		return unavailable(err)
	}
	var o opener
	for i, row := range t.rows {
		on := t.sights[record.TypeNo(row.RKey)]
		if err := on.openWanted(ctx, t.op, &rs[i], &o); err != nil {
			return err
		}
		l := Link{Kind: linkRecord, Type: on.lay.t.Key, ID: row.ID.String(), Ref: on.ref(row.RKey), Visible: true}
		if on.lay.t.Self {
			l.Kind = linkSubject
			if slot := rs[i].slotOf(0); slot != nil {
				l.ID = slot.subject.String()
			}
		}
		for _, fp := range on.titleField() {
			c := on.cell(t.op, &rs[i], fp)
			l.Title = fp.f.Kind.Text(fp.f, c.Value, on.lang)
		}
		f(row, &rs[i].packed, l)
	}
	return nil
}

// titleField returns the field that names records, if reading it needs no
// entry: a link must not open what a page about the target would record.
func (s *sight) titleField() []*fieldPlan {
	fp := s.lay.byKey[s.lay.t.TitleField]
	if fp == nil || fp.group != nil || fp.isGroup() || fp.need&s.lay.recorded != 0 {
		return nil
	}
	return []*fieldPlan{fp}
}
