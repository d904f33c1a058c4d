package custody

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store/record"
)

// prepare judges the draft and merges it with what is stored, without writing
// anything. Everything that is wrong comes back in one error.
func (w *writing) prepare(ctx context.Context) error {
	if err := w.admit(ctx); err != nil {
		return err
	}
	meant, err := w.meant(ctx)
	if err != nil {
		return err
	}
	w.given, w.errs = schema.Validate(w.lay.t, meant)
	w.defaults()
	if err := w.placeUnit(ctx); err != nil {
		return err
	}
	if err := w.place(ctx); err != nil {
		return err
	}
	w.fill()
	w.judge()
	w.judgePlace()
	if err := w.base(ctx); err != nil {
		return err
	}
	w.require()
	if err := w.checkReferences(ctx); err != nil {
		return err
	}
	if len(w.errs) > 0 {
		return w.wrong()
	}
	if err := w.merge(ctx); err != nil {
		return err
	}
	if len(w.errs) > 0 {
		return w.wrong()
	}
	return nil
}

// admit reads the present record and judges the verb.
func (w *writing) admit(ctx context.Context) error {
	if w.draft.ID.IsZero() {
		if _, ok := w.view.May(w.lay.t.Key, access.VerbCreate); !ok {
			return errRefused()
		}
		w.next.created, w.next.updated, w.next.revision = w.now, w.now, 1
		return nil
	}
	row, err := w.find(ctx, w.tx, w.draft.ID)
	if err != nil {
		return err
	}
	switch {
	case row.State != record.Live:
		return bailiwick.NotFound()
	case !w.may(access.VerbChange, row):
		return errRefused()
	case row.Revision != w.draft.Revision:
		return &bailiwick.Error{Code: bailiwick.CodeConflict, Message: "Somebody changed the record since you read it."}
	}
	w.row, w.rkey = row, row.RKey
	if err := w.old.decode(row.Packed); err != nil {
		return unavailable(err)
	}
	w.old.want = make([]bool, len(w.old.blocks))
	w.old.members = make([][]packedMember, len(w.old.blocks))
	w.next.id, w.next.entity, w.next.owner = w.old.id, w.old.entity, w.old.owner
	w.next.created, w.next.updated, w.next.revision = w.old.created, w.now, w.old.revision+1
	return nil
}

// defaults sets owner and legal entity.
func (w *writing) defaults() {
	t := w.lay.t
	if w.row == nil {
		w.next.entity = w.draft.Entity
		if w.next.entity.IsZero() {
			w.next.entity = w.a.Entity()
		}
		if w.next.entity.IsZero() && len(w.cfg.Entities) > 0 {
			w.next.entity = w.cfg.Entities[0].ID
		}
		if _, ok := w.cfg.Entity(w.next.entity); !ok {
			w.fail("entity", "no-such-entity", "There is no such legal entity.")
		}
		w.enter(w.next.entity)
		if t.OwnerField == "" {
			w.next.owner = w.a.User()
		}
		own := w.view.Scopes(t.Key, access.VerbCreate) == access.Scopes(access.ScopeOwn)
		if _, ok := w.draft.Fields[t.OwnerField]; t.OwnerField != "" && !ok && own {
			w.given[t.OwnerField] = referenceValue(w.a.User().ID)
		}
	}
	if v, ok := w.given[t.OwnerField]; ok && t.OwnerField != "" {
		w.next.owner = bailiwick.UserID{}
		if ids := schema.References(v); len(ids) == 1 {
			w.next.owner.ID = ids[0]
		}
	}
}

// fill gives a new record the defaults of its pack for fields that the draft
// does not mention, as far as they may be filled in: what nobody asked for must
// not be the reason of a refusal.
func (w *writing) fill() {
	if w.row != nil {
		return
	}
	for _, fp := range w.lay.fields {
		if _, ok := w.given[fp.f.Key]; ok || fp.f.Default.IsEmpty() || w.failed(fp.f.Key) {
			continue
		}
		if w.does(access.Populate, fp, w.csetOf(&w.next, fp)) {
			w.given[fp.f.Key] = fp.f.Default
		}
	}
}

// fail notes something wrong with a field.
func (w *writing) fail(field, rule, message string) {
	w.errs = append(w.errs, bailiwick.FieldError{Field: field, Rule: rule, Code: bailiwick.CodeInvalid, Message: message})
}

// failed reports whether something is wrong with a field already.
func (w *writing) failed(field string) bool {
	return slices.ContainsFunc(w.errs, func(e bailiwick.FieldError) bool { return e.Field == field })
}

// forbid notes that a category may not be filled in.
func (w *writing) forbid(field string, d access.Decision) {
	w.errs = append(w.errs, bailiwick.FieldError{
		Field: field, Rule: d.Rule(), Code: bailiwick.CodeNotPopulatable, Message: d.Reason("en"),
	})
}

// wrong makes the one error of all that is wrong: a refusal of the matrix if
// there is one among it.
func (w *writing) wrong() error {
	w.errs = slices.CompactFunc(w.errs, func(a, b bailiwick.FieldError) bool { return a.Field == b.Field && a.Rule == b.Rule })
	code := w.errs[0].Code
	for _, e := range w.errs {
		switch {
		case e.Code == bailiwick.CodeNotPopulatable:
			code = e.Code
		case e.Code != code && code != bailiwick.CodeNotPopulatable:
			code = bailiwick.CodeInvalid
		}
	}
	message := "Some fields are not right; nothing was saved."
	if code == bailiwick.CodeBasis {
		message = "No basis is recorded for a category that is filled in; nothing was saved."
	}
	if code == bailiwick.CodeNotPopulatable {
		message = "A category may not be filled in here; nothing was saved."
	}
	return &bailiwick.Error{Code: code, Message: message, Fields: w.errs}
}

// judge asks the matrix about every field that the draft fills in.
func (w *writing) judge() {
	for _, fp := range w.lay.fields {
		v, ok := w.given[fp.f.Key]
		if !ok {
			continue
		}
		if fp.isGroup() {
			w.judgeRows(fp, v)
			continue
		}
		cset := w.csetOf(&w.next, fp)
		if fp.whose == referents && !w.knowsReferent(fp) {
			w.forbid(fp.f.Key, w.view.Decide(access.Populate, fp.f.Category, access.Of()))
			continue
		}
		if fp.gives && !w.mayReplace(fp) {
			w.forbid(fp.f.Key, w.view.Decide(access.Populate, fp.f.Category, access.Of()))
			continue
		}
		if isMasked(v) {
			w.failMasked(fp.f.Key)
			continue
		}
		if v.IsEmpty() {
			continue // clearing is judged when the block has to be opened
		}
		if fp.whose == referents && cset == setUnknown && w.next.slotFor(fp.about) == nil {
			w.fail(w.keyOf(fp.about), "required", "A value is required.")
			continue
		}
		if !w.does(access.Populate, fp, cset) {
			w.forbid(fp.f.Key, w.decide(access.Populate, fp.cat, cset))
		}
	}
}

// isMasked reports whether a value is, or holds, what a mask leaves: nobody
// means to store that.
func isMasked(v schema.Value) bool { return strings.Contains(string(v), access.MaskPlaceholder) }

func (w *writing) failMasked(field string) {
	w.fail(field, "masked", "The value is a masked one; type the whole value or leave the field alone.")
}

// mayReplace reports whether the writer may take out or replace the person
// whom a reference names: whoever sees the reference, or may fill it in. Where
// it is withheld it goes by the unknown country, so that the answer does not
// tell whether it names somebody.
func (w *writing) mayReplace(fp *fieldPlan) bool {
	if w.row == nil {
		return true
	}
	cset := w.csetOf(&w.old.packed, fp)
	if !w.sees(fp, cset) {
		cset = setUnknown
	}
	return w.seesFull(fp, cset) || w.does(access.Populate, fp, cset)
}

// knowsReferent reports whether the writer names, or may see, the person that
// a field is about: else the answer would tell who that is.
func (w *writing) knowsReferent(fp *fieldPlan) bool {
	for _, ref := range w.lay.fields {
		if ref.no != fp.about {
			continue
		}
		if _, ok := w.given[ref.f.Key]; ok {
			return true
		}
		return w.sees(ref, w.csetOf(&w.old.packed, ref))
	}
	return false
}

func (w *writing) keyOf(no uint16) string {
	for _, fp := range w.lay.fields {
		if fp.no == no {
			return fp.f.Key
		}
	}
	return ""
}

func (w *writing) judgeRows(fp *fieldPlan, v schema.Value) {
	w.enterRecord(&w.next)
	for i, row := range schema.Rows(fp.f, v) {
		slot := w.next.rowOf(fp.no, row.Subject)
		if slot == nil || w.failed(rowField(fp, i, fp.aboutMember())) {
			continue // nobody that the writer knows of: told by place
		}
		present := schema.Row{Subject: row.Subject, Values: map[string]schema.Value{}}
		for _, m := range fp.members {
			mv, mentioned := row.Values[m.f.Key]
			if !mentioned && w.old.rowOf(fp.no, row.Subject) != nil {
				mv = schema.Value("true") // stands for what is kept
			}
			present.Values[m.f.Key] = mv
			if isMasked(mv) {
				w.failMasked(rowField(fp, i, m))
			}
			if mentioned && !mv.IsEmpty() && !w.does(access.Populate, m, slot.cset) {
				w.forbid(rowField(fp, i, m), w.decide(access.Populate, m.cat, slot.cset))
			}
		}
		w.errs = append(w.errs, schema.MissingInRow(fp.f, i, present, func(f *schema.Field) bool {
			return w.does(access.Populate, w.lay.byKey[f.Path()], slot.cset)
		})...)
	}
}

// rowField names a member of a row, as in "affected[0].injury".
func rowField(group *fieldPlan, row int, m *fieldPlan) string {
	return group.f.Key + "[" + strconv.Itoa(row) + "]." + m.f.Key
}

// rowOf returns the slot of a person in a group, or nil.
func (p *packed) rowOf(group uint16, id bailiwick.SubjectID) *packedSlot {
	for i := range p.slots {
		if p.slots[i].field == group && p.slots[i].subject == id {
			return &p.slots[i]
		}
	}
	return nil
}

// require asks for required fields that may be filled in. A change is asked
// only for what it clears: what was missing before is not its fault.
func (w *writing) require() {
	broken := map[string]bool{}
	for _, e := range w.errs {
		broken[e.Field] = true
	}
	present := func(key string) bool {
		v, ok := w.given[key]
		return broken[key] || (ok && !v.IsEmpty()) || (!ok && w.row != nil)
	}
	w.errs = append(w.errs, schema.Missing(w.lay.t, present, func(f *schema.Field) bool {
		fp := w.lay.byKey[f.Key]
		return w.does(access.Populate, fp, w.csetOf(&w.next, fp))
	})...)
}
