package access

// cell answers for one operation, one class of subject countries and one class
// of legal entities, for every category at once.
type cell struct {
	allowed   uint64            // granted, masked or not
	consent   uint64            // granted once the person has consented
	aggregate uint64            // granted in counts only
	both      uint64            // granted in counts only, once the person has consented
	forms     [maskCount]uint64 // by form: granted in that masked form, now or once consented
	masked    uint64            // any of forms, as far as granted now
}

// judge joins the cells of all countries of a subject: the most restrictive
// wins. It is false for an operation that there is not.
func (v *narrowed) judge(op Op, s Subject) (cell, bool) {
	if op-1 >= opCount {
		return cell{}, false
	}
	e := v.m.entities.of(s.entity)
	switch {
	case s.none:
		x := *v.cell(op, nobodyClass, e)
		return x.without(v.m.personal), true
	case s.n == 0:
		x := *v.cell(op, unknownClass, e)
		return x.consented(s.consents), true
	}
	x := *v.cell(op, v.m.subject.of[s.places[0]], e)
	for _, p := range s.places[1:s.n] {
		x = x.join(v.cell(op, v.m.subject.of[p], e))
	}
	return x.consented(s.consents), true
}

// cell returns the cell of a class, making it when first asked for. Two
// goroutines may both make it; they make the same.
func (v *narrowed) cell(op Op, class, entity uint8) *cell {
	p := &v.cells[(int(op-1)*v.m.subject.n+int(class))*v.m.entities.n+int(entity)]
	if x := p.Load(); x != nil {
		return x
	}
	x := v.evaluate(op, class, entity, 0)
	if v.key.present != v.key.assigned {
		y := v.evaluate(op, class, entity, 1)
		x = x.join(&y)
	}
	if op == Export { // what may not be seen may not be exported either
		x = x.join(v.cell(Access, class, entity))
	}
	p.Store(&x)
	return &x
}

// evaluate applies the rules for one viewer country (R14.3).
func (v *narrowed) evaluate(op Op, class, entity uint8, viewer int) cell {
	viewerClass := [2]uint8{v.key.assigned, v.key.present}[viewer]
	var deny, require, consent, aggregate, allow, mask uint64
	var forms [maskCount]uint64
	for _, r := range v.rules[viewer] {
		if r.Op != op || !r.subjects.has(class) || !r.at.has(entity) {
			continue
		}
		switch r.Effect {
		case Deny:
			deny |= r.cats
		case Require:
			switch {
			case r.metBy(v.key.met):
			case r.Condition.Kind == ConsentGiven:
				consent |= r.cats
			case r.Condition.Kind == AggregateOnly:
				aggregate |= r.cats
			default:
				require |= r.cats
			}
		case Allow:
			allow |= r.cats
		case Mask:
			forms[r.Mask] |= r.cats
			if !r.onlyForUnknown(class, viewerClass, entity) {
				mask |= r.cats
			}
		}
	}
	known := uint64(1)<<len(v.m.cats) - 1
	base := (allow | mask | v.m.defaults[op-1]) &^ deny &^ require & known
	var x cell
	x.part(base, consent, aggregate)
	x.show(forms)
	return x
}

// part puts what is granted but for conditions where its conditions belong.
func (x *cell) part(base, consent, aggregate uint64) {
	x.allowed = base &^ consent &^ aggregate
	x.consent = base & consent &^ aggregate
	x.aggregate = base & aggregate &^ consent
	x.both = base & aggregate & consent
}

// show keeps of the masks what stands on something granted.
func (x *cell) show(forms [maskCount]uint64) {
	x.masked = 0
	for f, set := range forms {
		x.forms[f] = set & (x.allowed | x.consent)
		x.masked |= x.forms[f] & x.allowed
	}
}

// consented returns the cell for a person who has consented to categories.
func (x cell) consented(set uint64) cell {
	if granted := x.consent & set; granted != 0 {
		x.allowed |= granted
		x.consent &^= granted
		x.show(x.forms)
	}
	x.aggregate |= x.both & set
	x.both &^= set
	return x
}

// onlyForUnknown reports whether the rule matches only because a country or the
// legal entity is not known. Such a mask still masks what others grant, but
// grants nothing itself: the unknown must not be better off than the known.
func (r *rule) onlyForUnknown(subjectClass, viewerClass, entity uint8) bool {
	return (subjectClass == unknownClass && !r.Subject.Every()) || (viewerClass == unknownClass && !r.Viewer.Every()) ||
		(entity == unknownEntity && len(r.Entities) > 0)
}

// join returns the more restrictive of two cells, category by category.
func (x cell) join(y *cell) cell {
	base := (x.allowed | x.consent | x.aggregate | x.both) & (y.allowed | y.consent | y.aggregate | y.both)
	x.part(base, x.consent|x.both|y.consent|y.both, x.aggregate|x.both|y.aggregate|y.both)
	forms := x.forms
	for f := range forms {
		forms[f] |= y.forms[f]
	}
	x.show(forms)
	return x
}

// without returns the cell with some categories denied.
func (x cell) without(set uint64) cell {
	x.allowed &^= set
	x.consent &^= set
	x.aggregate &^= set
	x.both &^= set
	x.show(x.forms)
	return x
}

// form returns the form in which a category is granted.
func (x *cell) form(n int) MaskForm {
	out := MaskNone
	for f, set := range x.forms {
		if set>>n&1 != 0 {
			out = out.Join(MaskForm(f))
		}
	}
	return out
}
