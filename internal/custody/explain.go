package custody

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
	"bailiwick/logformat"
)

// Explain says why the actor may or may not do op ("access", "populate" or
// "export") with a field of a record; of a group, with a member of a row that
// the actor sees, such as "affected[0].injury", or of any row, such as
// "affected.injury". The answer holds nothing of the value and is the same
// whether there is one. Errors: CodeMalformed for another op, CodeDenied for a
// field that there is not, CodeNotFound, CodeEvidence.
func (d *Door) Explain(ctx context.Context, a bailiwick.Actor, typ string, id bailiwick.RecordID, field, op, lang string) (Explanation, error) {
	return d.ExplainAt(ctx, a, typ, id, field, op, lang, time.Time{})
}

// ExplainAt is Explain by the configuration and the rules that were in force at
// an instant; the zero time is now. Roles and countries are those of today: of
// the actor, and of the persons that the record is about. NotFound before the
// workspace had a configuration and where the field did not exist then.
func (d *Door) ExplainAt(ctx context.Context, a bailiwick.Actor, typ string, id bailiwick.RecordID, field, op, lang string, at time.Time) (Explanation, error) {
	field, n := cutRow(field)
	var ref string
	e, err := d.explain(ctx, a, typ, field, op, lang, id, at, func(s *sight, tx store.TenantTx, fp *fieldPlan) (access.Subject, error) {
		row, err := s.find(ctx, tx, id)
		if err != nil {
			return access.Subject{}, err
		}
		ref = s.ref(row.RKey)
		var p packed
		if err := p.decode(row.Packed); err != nil {
			return access.Subject{}, unavailable(err)
		}
		cset := s.csetOf(&p, fp)
		if fp.group != nil && n >= 0 {
			cset = s.csetOfRow(&p, fp, n)
		}
		// As for a withheld cell: what is about a person who is not visible is
		// explained for the unknown country, so that the answer does not tell
		// whether the reference names somebody.
		if fp.whose == referents && !s.seesWhom(fp, cset) {
			cset = setUnknown
		}
		return s.subject(cset), nil
	})
	if err == nil {
		e.Ref = ref
	}
	return e, err
}

// cutRow takes the number of a row out of the name of a member: it turns
// "affected[2].injury" into "affected.injury" and 2, and everything else into
// itself and -1.
func cutRow(field string) (string, int) {
	head, rest, ok := strings.Cut(field, "[")
	no, member, closed := strings.Cut(rest, "].")
	n, err := strconv.ParseUint(no, 10, 16)
	if !ok || !closed || err != nil {
		return field, -1
	}
	return head + "." + member, int(n)
}

// csetOfRow returns the country set of the person of the n-th row that the
// viewer sees of a member's group; the unknown one if there is no such row.
func (s *sight) csetOfRow(p *packed, member *fieldPlan, n int) int64 {
	for i := range p.slots {
		slot := &p.slots[i]
		if slot.field != member.about || !s.seesWhom(member, slot.cset) {
			continue
		}
		if n == 0 {
			return slot.cset
		}
		n--
	}
	return setUnknown
}

// ExplainNew is Explain for a record that does not exist yet, about a person
// of the countries; none = country unknown.
func (d *Door) ExplainNew(ctx context.Context, a bailiwick.Actor, typ string, countries []bailiwick.Country, field, op, lang string) (Explanation, error) {
	return d.ExplainNewAt(ctx, a, typ, countries, field, op, lang, time.Time{})
}

// ExplainNewAt is ExplainNew by what was in force at an instant, see ExplainAt.
func (d *Door) ExplainNewAt(ctx context.Context, a bailiwick.Actor, typ string, countries []bailiwick.Country, field, op, lang string, at time.Time) (Explanation, error) {
	return d.explain(ctx, a, typ, field, op, lang, bailiwick.RecordID{}, at, func(s *sight, _ store.TenantTx, fp *fieldPlan) (access.Subject, error) {
		s.enter(s.newEntity())
		if fp.whose == noOnes {
			return s.at.of(access.NoSubject), nil
		}
		return s.at.of(access.Of(countries...)), nil
	})
}

func (d *Door) explain(ctx context.Context, a bailiwick.Actor, typ, field, op, lang string, id bailiwick.RecordID, at time.Time,
	about func(*sight, store.TenantTx, *fieldPlan) (access.Subject, error)) (Explanation, error) {
	o, ok := access.ParseOp(op)
	if !ok {
		return Explanation{}, bailiwick.Malformed("The operation is access, populate or export.")
	}
	var s *sight
	var fp *fieldPlan
	var who access.Subject
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		if s, err = d.sightOf(ctx, tx, a, typ, lang, true); err != nil {
			return err
		}
		if _, ok := s.view.May(typ, access.VerbList); !ok && id.IsZero() {
			if _, ok := s.view.May(typ, access.VerbCreate); !ok {
				return bailiwick.NotFound()
			}
		}
		if fp = s.lay.byKey[field]; fp == nil {
			return bailiwick.NotFound() // the names of fields are no secret: the OpenAPI document lists them
		}
		if who, err = about(s, tx, fp); err != nil || at.IsZero() {
			return err
		}
		s, fp, err = d.then(ctx, tx, s, fp, at)
		return err
	})
	if err != nil {
		return Explanation{}, unavailable(err)
	}
	e := s.entry(logformat.ExplainAsked)
	e.Object.Record, e.Fields = logformat.ID(id.ID), []string{field}
	if err := d.append(ctx, a, e); err != nil {
		return Explanation{}, err
	}
	return s.explanation(o, fp, who), nil
}

// then turns a sight into what it would have been at an instant, for wording a
// decision only: nothing is opened with it.
func (d *Door) then(ctx context.Context, tx store.TenantTx, s *sight, fp *fieldPlan, at time.Time) (*sight, *fieldPlan, error) {
	if at.After(d.clock.Now()) {
		return nil, nil, bailiwick.Malformed("The time lies in the future.")
	}
	cfg, err := d.tenants.AsOf(ctx, tx, at)
	if err != nil {
		return nil, nil, err
	}
	t := cfg.Type(s.lay.t.Key)
	if t == nil || t.Field(fp.f.Path()) == nil {
		return nil, nil, bailiwick.NotFound()
	}
	past, field := &sight{door: d, a: s.a, cfg: cfg, view: cfg.Matrix.View(s.a), lay: s.lay, dict: s.dict, lang: s.lang}, *fp
	field.f, field.need = t.Field(fp.f.Path()), 0 // what is quarantined today is not what was
	return past, &field, nil
}

// explanation words the decision about one field.
func (s *sight) explanation(op access.Op, fp *fieldPlan, who access.Subject) Explanation {
	d := s.viewFor(op, fp.f.Category, who).Decide(op, fp.f.Category, who)
	if d.Allowed() && op != access.Populate {
		for _, c := range fp.f.Carries {
			if other := s.viewFor(op, c, who).Decide(op, c, who); !other.Allowed() {
				d = other
				break
			}
		}
	}
	e := d.Explain(s.lang)
	out := Explanation{
		Field: fp.f.Path(), Category: fp.f.Category, Op: op.String(), Allowed: e.Allowed, Mask: e.Mask.String(),
		Decision: e.ID, Rule: e.Rule, Matched: e.Matched, Level: e.Level, Reason: e.Reason,
		Subject: who.Countries(), Viewer: []bailiwick.Country{s.a.Country()}, Version: s.cfg.Version,
		AskWhom: "privacy",
	}
	if !out.Allowed {
		out.Step, out.StepRule = s.step(op, fp, who)
	}
	if c, ok := s.quarantineOf(op, fp, who); ok {
		out.Allowed, out.Mask = false, ""
		out.Rule, out.Reason = s.quarantineReason(c, who)
		out.Matched = append(out.Matched, out.Rule)
	}
	if l := s.a.Location(); l != "" && l != s.a.Country() {
		out.Viewer = append(out.Viewer, l)
	}
	if r, ok := s.cfg.Matrix.Rule(out.Rule); ok {
		out.Note = joinNote(r.Note, r.Cite)
		if r.Author != "" {
			out.AskWhom = r.Author
		}
	}
	return out
}

func joinNote(note, cite string) string {
	switch {
	case note == "":
		return cite
	case cite == "":
		return note
	}
	return note + " (" + cite + ")"
}

// Form returns the cells of an empty record about a person of the countries:
// what the actor may fill in, and why not. CodeDenied if the actor may not
// create the type.
func (d *Door) Form(ctx context.Context, a bailiwick.Actor, typ string, countries []bailiwick.Country, lang string) ([]Cell, error) {
	var out []Cell
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		s, err := d.sightOf(ctx, tx, a, typ, lang, true)
		if err != nil {
			return err
		}
		if _, ok := s.view.May(typ, access.VerbCreate); !ok {
			return errRefused()
		}
		// A set that no person has yet gets a number of this sight's own.
		own := &dictionary{last: s.dict.last + 1, sets: map[int64]countrySet{}}
		for n, set := range s.dict.sets {
			own.sets[n] = set
		}
		own.sets[own.last] = newCountrySet(setCodes(countries))
		s.dict = own
		var r revealed
		r.entity = s.newEntity()
		if s.lay.t.Self {
			r.slots = []packedSlot{{cset: own.last}}
		}
		out = make([]Cell, 0, len(s.lay.fields))
		for _, fp := range s.lay.fields {
			c := s.cell(access.Access, &r, fp)
			if !c.MayFill {
				c.Withheld = s.refusedFill(fp, &r)
			} else {
				c.Withheld = nil // writing needs no sight
				c.Value = fp.f.Default
			}
			if fp.isGroup() {
				c.Rows = []GroupRow{{Cells: s.emptyRow(fp)}}
			}
			out = append(out, c)
		}
		return nil
	})
	return out, unavailable(err)
}

// refusedFill explains why a field cannot be filled in; nil for a computed one.
func (s *sight) refusedFill(fp *fieldPlan, r *revealed) *Withheld {
	if fp.f.Computed() {
		return nil
	}
	return s.why(access.Populate, fp, s.csetOf(&r.packed, fp))
}

// emptyRow is a row of a group as a form offers it.
func (s *sight) emptyRow(fp *fieldPlan) []Cell {
	out := make([]Cell, 0, len(fp.members))
	for _, m := range fp.members {
		out = append(out, Cell{Field: m.f, MayFill: s.fillableForSomeone(m)})
	}
	return slices.Clip(out)
}

// Activity returns the newest lines of a record's activity, at most 50. Names
// of others are told only where the tenant has recorded that they may be
// (R14.12), and to those who may audit.
func (d *Door) Activity(ctx context.Context, a bailiwick.Actor, typ string, id bailiwick.RecordID, lang string) ([]ActivityLine, error) {
	const lines = 50
	var s *sight
	var entries []logformat.Entry
	var reads bool
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		if s, err = d.sightOf(ctx, tx, a, typ, lang, true); err != nil {
			return err
		}
		var row *record.Row
		if row, err = s.find(ctx, tx, id); err != nil {
			return err
		}
		if reads, err = s.mayKnowReads(row); err != nil {
			return err
		}
		entries, err = d.ledger.Recent(ctx, tx, row.ID, lines)
		return err
	})
	if err != nil {
		return nil, unavailable(err)
	}
	named := s.namesColleagues()
	out := make([]ActivityLine, 0, len(entries))
	var users []bailiwick.UserID
	for _, e := range entries {
		l := ActivityLine{Time: e.Time, Kind: string(e.Kind), Outcome: string(e.Outcome), Own: e.Actor == a.User().String()}
		if e.Kind == logformat.RecordRead && !reads && !l.Own {
			continue
		}
		if id, err := bailiwick.ParseID(e.Actor); err == nil && (named || l.Own) {
			l.User = bailiwick.UserID{ID: id}
			users = append(users, l.User)
		}
		out = append(out, l)
	}
	if d.names != nil && len(users) > 0 {
		names := d.names(ctx, a, users)
		for i := range out {
			out[i].Name = names[out[i].User]
		}
	}
	return out, nil
}

// namesColleagues reports whether the viewer may be told who did what to a
// record: where the tenant has recorded that colleagues' activity may be shown
// (R14.12), and whoever may audit.
func (s *sight) namesColleagues() bool {
	return s.cfg.Settings.ShowColleagueActivity || s.view.Has(access.PermAudit)
}

// mayKnowReads reports whether the viewer may be told that others opened a
// record. A read leaves an entry only if there was something of a category
// whose reading is always recorded, so the entry itself tells that such a
// field is filled in: who may not see every one of them does not learn of it,
// whatever the record holds.
func (s *sight) mayKnowReads(row *record.Row) (bool, error) {
	var p packed
	if err := p.decode(row.Packed); err != nil {
		return false, unavailable(err)
	}
	var telling uint64
	for _, fp := range s.lay.fields {
		telling |= 1 << fp.cat
		for _, m := range fp.members {
			telling |= 1 << m.cat
		}
	}
	telling &= s.lay.recorded
	for i := range p.slots {
		if telling&^s.look(access.Access, p.slots[i].cset).allowed != 0 {
			return false, nil
		}
	}
	return true, nil
}
