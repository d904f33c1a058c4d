package custody

import (
	"context"
	"errors"
	"math/bits"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
	"bailiwick/internal/tenant"
)

// sight is what one viewer may do with one record type in one request, under
// one configuration. It is for one goroutine.
type sight struct {
	door *Door
	a    bailiwick.Actor
	cfg  *tenant.Configuration
	view *access.View
	lay  *layout
	dict *dictionary
	lang string

	grants   [3][]grant     // by operation - 1 and country set + 1
	verdicts [3][][]verdict // by operation - 1, country set + 1 and plan
	rights   *rights
	placing  *placing           // see placingOf
	persons  map[uint16]*sight  // see personsOf
	at       where              // the legal entity in hand
	viewer   string             // see viewerKey
	kept     map[keptKey]uint64 // categories that a decision keeps out of quarantine

	consents map[bailiwick.SubjectID]uint64 // that stand; nil = no rule asks for any
	agreed   agreed                         // of the persons of the record in hand
	agreeing int                            // counts changes of agreed

	reasons   []bailiwick.ID // stated reasons that the view goes by
	approvals []approval
}

// verdict is all that a cell needs to know of the matrix, made once per field
// and country set.
type verdict struct {
	known    bool
	withheld *Withheld
	mask     access.MaskForm
	fill     bool
}

// verdict returns the verdict on a field for a person with a country set.
func (s *sight) verdict(op access.Op, fp *fieldPlan, cset int64) *verdict {
	i := int(cset + 1)
	if i >= len(s.verdicts[op-1]) {
		more := make([][]verdict, max(i+1, len(s.dict.sets)+2))
		copy(more, s.verdicts[op-1])
		s.verdicts[op-1] = more
	}
	all := s.verdicts[op-1][i]
	if all == nil {
		all = make([]verdict, s.lay.plans)
		s.verdicts[op-1][i] = all
	}
	v := &all[fp.index]
	if !v.known {
		v.known = true
		v.fill = !fp.f.Computed() && s.does(access.Populate, fp, cset)
		if s.does(op, fp, cset) {
			v.mask = s.mask(op, fp, cset)
		} else {
			v.withheld = s.why(op, fp, cset)
		}
	}
	return v
}

// rights are the scopes of the verbs that a record tells of.
type rights struct{ change, remove, export access.ScopeSet }

// rightsOn returns what the viewer may do with a record, which learn has seen.
func (s *sight) rightsOn(rkey int64, owner bailiwick.UserID, deleted bool) Rights {
	if s.rights == nil {
		s.rights = &rights{
			change: s.view.Scopes(s.lay.t.Key, access.VerbChange),
			remove: s.view.Scopes(s.lay.t.Key, access.VerbDelete),
			export: s.view.Scopes(s.lay.t.Key, access.VerbExport),
		}
	}
	return Rights{
		Change: s.reaches(s.rights.change, rkey, owner) && !deleted,
		Delete: s.reaches(s.rights.remove, rkey, owner),
		Export: s.reaches(s.rights.export, rkey, owner),
	}
}

// grant is the answer of the matrix for every category at once.
type grant struct {
	known           bool
	allowed, masked uint64
}

// sightOf prepares a request; NotFound for a type that there is not, and for
// nobody. committed says whether tx is read-only.
func (d *Door) sightOf(ctx context.Context, tx store.TenantTx, a bailiwick.Actor, typ, lang string, committed bool) (*sight, error) {
	if a.Kind() == bailiwick.Nobody || a.Tenant() != tx.Tenant() {
		return nil, bailiwick.NotFound()
	}
	cfg, lastSet, err := d.tenants.Head(ctx, tx)
	if err != nil {
		return nil, err
	}
	return d.sightAt(ctx, tx, a, typ, lang, cfg, lastSet, committed)
}

// sightOn prepares a read of one record and reads the record, if there is one,
// with the configuration in one query. Errors as of sightOf.
func (d *Door) sightOn(ctx context.Context, tx store.TenantTx, a bailiwick.Actor, typ string, id bailiwick.RecordID, lang string) (*sight, *record.Row, error) {
	if a.Kind() == bailiwick.Nobody || a.Tenant() != tx.Tenant() {
		return nil, nil, bailiwick.NotFound()
	}
	head, row, err := record.HeadAndByID(ctx, tx, id)
	if errors.Is(err, store.ErrNoRows) {
		return nil, nil, bailiwick.NotFound() // half made: not served
	}
	if err != nil {
		return nil, nil, err
	}
	cfg, err := d.tenants.At(ctx, tx, head.Version, head.Digest)
	if err != nil {
		return nil, nil, err
	}
	s, err := d.sightAt(ctx, tx, a, typ, lang, cfg, head.LastSet, true)
	return s, row, err
}

// sightAt prepares a request under a configuration.
func (d *Door) sightAt(ctx context.Context, tx store.TenantTx, a bailiwick.Actor, typ, lang string, cfg *tenant.Configuration, lastSet int64, committed bool) (*sight, error) {
	dict, err := d.dictionaryIn(ctx, tx, lastSet, committed)
	if err != nil {
		return nil, err
	}
	s := &sight{door: d, a: a, cfg: cfg, view: cfg.Matrix.View(a), dict: dict, lang: lang, lay: d.layoutOf(tx.Tenant(), cfg, typ)}
	if s.lang == "" {
		s.lang = cfg.Settings.Language
	}
	if s.lay == nil {
		return nil, bailiwick.NotFound()
	}
	if s.placing, err = placingOf(ctx, tx, a, s.view); err != nil {
		return s, err
	}
	if err := s.meet(ctx, tx); err != nil {
		return s, err
	}
	if err := s.consent(ctx, tx); err != nil {
		return s, err
	}
	return s, s.keep(ctx, tx)
}

// on is the same viewer's sight on another type; nil if there is none.
func (s *sight) on(typ string) *sight {
	if typ == s.lay.t.Key {
		return s
	}
	lay := s.door.layoutOf(s.a.Tenant(), s.cfg, typ)
	if lay == nil {
		return nil
	}
	return &sight{door: s.door, a: s.a, cfg: s.cfg, view: s.view, dict: s.dict, lang: s.lang, lay: lay, placing: s.placing, kept: s.kept,
		viewer: s.viewer, reasons: s.reasons, approvals: s.approvals, consents: s.consents}
}

// look asks the matrix once per operation and country set.
func (s *sight) look(op access.Op, cset int64) grant {
	i := int(cset + 1)
	have := s.grants[op-1]
	if i < len(have) && have[i].known {
		return have[i]
	}
	if i >= len(have) {
		more := make([]grant, max(i+1, len(s.dict.sets)+2))
		copy(more, have)
		s.grants[op-1] = more
	}
	g := grant{known: true}
	g.allowed, g.masked = s.bits(op, s.subject(cset))
	if op != access.Populate {
		g.allowed &^= s.quarantined(s.subject(cset))
		g.masked &= g.allowed
	}
	s.grants[op-1][i] = g
	return g
}

// subject returns whom the matrix judges for a country set.
func (s *sight) subject(cset int64) access.Subject {
	if cset == setUnknown {
		return s.at.of(access.Of())
	}
	return s.agreed.of(cset, s.at.of(s.dict.of(cset).subject))
}

// sees reports whether a field of a person with a country set may be seen, in
// full or masked.
func (s *sight) sees(fp *fieldPlan, cset int64) bool {
	return s.look(access.Access, cset).allowed&fp.need == fp.need
}

// seesFull reports whether a field may be seen unmasked.
func (s *sight) seesFull(fp *fieldPlan, cset int64) bool {
	g := s.look(access.Access, cset)
	return (g.allowed&^g.masked)&fp.need == fp.need
}

// does is sees for another operation.
func (s *sight) does(op access.Op, fp *fieldPlan, cset int64) bool {
	g := s.look(op, cset)
	if op == access.Populate {
		return g.allowed&^g.masked>>fp.cat&1 != 0
	}
	return g.allowed&fp.need == fp.need
}

// mask returns the form in which alone a visible field may be seen.
func (s *sight) mask(op access.Op, fp *fieldPlan, cset int64) access.MaskForm {
	set := s.look(op, cset).masked & fp.need
	form := access.MaskNone
	for ; set != 0; set &= set - 1 {
		c := s.lay.cats[bits.TrailingZeros64(set)]
		form = form.Join(s.viewFor(op, c, s.subject(cset)).Decide(op, c, s.subject(cset)).Mask())
	}
	return form
}

// decide is the decision that opens a block.
func (s *sight) decide(op access.Op, category uint8, cset int64) access.Decision {
	if s.isQuarantined(op, category, s.subject(cset)) {
		return access.Decision{}
	}
	c := s.lay.cats[category]
	return s.viewFor(op, c, s.subject(cset)).Decide(op, c, s.subject(cset))
}

// csetOf returns the country set by which a field outside of groups is
// judged. The person of a reference that is empty counts as of unknown country,
// whom no one can be worse than: so an empty reference cannot be told from one
// that is withheld.
//
// It takes the record in hand: see enter.
func (s *sight) csetOf(p *packed, fp *fieldPlan) int64 {
	s.enterRecord(p)
	switch fp.whose {
	case ownPersons:
		if slot := p.slotOf(0); slot != nil {
			return slot.cset
		}
		return setUnknown
	case referents:
		if slot := p.slotFor(fp.about); slot != nil {
			return slot.cset
		}
		return setUnknown
	case rowPersons:
		return setUnknown
	}
	return setNone
}

// slotOf returns the slot in which a field outside of groups is sealed.
func slotOf(p *packed, fp *fieldPlan) (uint16, bool) {
	switch fp.whose {
	case ownPersons:
		return 0, true
	case referents:
		if slot := p.slotFor(fp.about); slot != nil {
			return slot.slot, true
		}
		return 0, false
	case rowPersons:
		return 0, false
	}
	return contentSlot, true
}

// seesWhom reports whether the viewer sees the reference that names whom a
// field is about.
func (s *sight) seesWhom(fp *fieldPlan, cset int64) bool {
	return fp.names != nil && s.sees(fp.names, cset)
}

// why explains a withheld field. Where the viewer does not see whom the field
// is about it explains the unknown country, which is withheld whenever the
// person is: the answer must not tell whether, or whom, a reference names.
func (s *sight) why(op access.Op, fp *fieldPlan, cset int64) *Withheld {
	if (fp.whose == referents || fp.whose == rowPersons) && !s.seesWhom(fp, cset) {
		cset = setUnknown
	}
	if s.viewer == "" {
		s.viewer = viewerKey(s.a)
	}
	key := withheldKey{fp, op, s.viewer, s.subject(cset), s.a.Country(), s.a.Location(), s.lang}
	if w, ok := s.lay.withheld.get(key); ok {
		return w
	}
	w := &Withheld{Field: fp.f.Path(), Category: fp.f.Category}
	if c, ok := s.quarantineOf(op, fp, s.subject(cset)); ok {
		w.Rule, w.Reason = s.quarantineReason(c, s.subject(cset))
	} else {
		d := s.deciding(op, fp, cset)
		w.Rule, w.Reason = d.Rule(), d.Reason(s.lang)
	}
	w.encoded = appendReason(nil, w, w.Field)
	s.lay.withheld.put(key, w)
	return w
}

// viewerKey is what explanations depend on of a viewer besides the countries.
func viewerKey(a bailiwick.Actor) string {
	key := string(a.Purpose())
	for _, r := range a.Roles() {
		key += "," + string(r)
	}
	return key
}

// deciding returns the decision that stands in the way of a field, or that
// grants it: of the categories that it reveals, the first that is denied, else
// its own.
func (s *sight) deciding(op access.Op, fp *fieldPlan, cset int64) access.Decision {
	own := s.viewFor(op, fp.f.Category, s.subject(cset)).Decide(op, fp.f.Category, s.subject(cset))
	if !own.Allowed() || op == access.Populate {
		return own
	}
	for _, c := range fp.f.Carries {
		if d := s.viewFor(op, c, s.subject(cset)).Decide(op, c, s.subject(cset)); !d.Allowed() {
			return d
		}
	}
	return own
}

// visible reports whether a row exists for the viewer: the type's identity
// category must not be withheld.
func (s *sight) visible(cset int64) bool {
	if s.lay.identity == 0 {
		return true
	}
	if !s.lay.t.Self {
		cset = setNone
	}
	return s.look(access.Access, cset).allowed&s.lay.identity != 0
}

// everySet names every country set that a record of the type can have.
func (s *sight) everySet() []int64 {
	if !s.lay.t.Self {
		return []int64{setNone}
	}
	return s.dict.numbers()
}

// setsWhere returns the country sets for which ok holds, nil for all. Types
// whose records are no persons have the set of no one only.
func (s *sight) setsWhere(ok func(cset int64) bool) []int64 {
	s.agree(nil) // no record is in hand
	if !s.lay.t.Self {
		if ok(setNone) {
			return nil
		}
		return []int64{}
	}
	all := s.dict.numbers()
	some := make([]int64, 0, len(all))
	for _, no := range all {
		if ok(no) {
			some = append(some, no)
		}
	}
	if len(some) == len(all) {
		return nil
	}
	return some
}
