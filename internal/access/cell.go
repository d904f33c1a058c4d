package access

// cell answers for one operation and one class of subject countries, for every
// category at once.
type cell struct {
	allowed uint64            // granted, masked or not
	forms   [maskCount]uint64 // by form: granted in that masked form
	masked  uint64            // any of forms
}

// judge joins the cells of all countries of a subject: the most restrictive
// wins. It is false for an operation that there is not.
func (v *narrowed) judge(op Op, s Subject) (cell, bool) {
	switch {
	case op-1 >= opCount:
		return cell{}, false
	case s.none:
		x := *v.cell(op, nobodyClass)
		return x.without(v.m.personal), true
	case s.n == 0:
		return *v.cell(op, unknownClass), true
	}
	x := *v.cell(op, v.m.subject.of[s.places[0]])
	for _, p := range s.places[1:s.n] {
		x = x.join(v.cell(op, v.m.subject.of[p]))
	}
	return x, true
}

// cell returns the cell of a class, making it when first asked for. Two
// goroutines may both make it; they make the same.
func (v *narrowed) cell(op Op, class uint8) *cell {
	p := &v.cells[int(op-1)*v.m.subject.n+int(class)]
	if x := p.Load(); x != nil {
		return x
	}
	x := v.evaluate(op, class, 0)
	if v.key.present != v.key.assigned {
		y := v.evaluate(op, class, 1)
		x = x.join(&y)
	}
	if op == Export { // what may not be seen may not be exported either
		x = x.join(v.cell(Access, class))
	}
	p.Store(&x)
	return &x
}

// evaluate applies the rules for one viewer country (R14.3).
func (v *narrowed) evaluate(op Op, class uint8, viewer int) cell {
	viewerClass := [2]uint8{v.key.assigned, v.key.present}[viewer]
	var deny, require, allow, mask uint64
	var forms [maskCount]uint64
	for _, r := range v.rules[viewer] {
		if r.Op != op || !r.subjects.has(class) {
			continue
		}
		switch r.Effect {
		case Deny:
			deny |= r.cats
		case Require:
			require |= r.cats
		case Allow:
			allow |= r.cats
		case Mask:
			forms[r.Mask] |= r.cats
			if !r.onlyForUnknown(class, viewerClass) {
				mask |= r.cats
			}
		}
	}
	known := uint64(1)<<len(v.m.cats) - 1
	x := cell{allowed: (allow | mask | v.m.defaults[op-1]) &^ deny &^ require & known}
	for f, set := range forms {
		x.forms[f] = set & x.allowed
		x.masked |= x.forms[f]
	}
	return x
}

// onlyForUnknown reports whether the rule matches only because a country is
// not known. Such a mask still masks what others grant, but grants nothing
// itself: an unknown country must not be better off than a known one.
func (r *rule) onlyForUnknown(subjectClass, viewerClass uint8) bool {
	return (subjectClass == unknownClass && !r.Subject.Every()) || (viewerClass == unknownClass && !r.Viewer.Every())
}

// join returns the more restrictive of two cells, category by category.
func (x cell) join(y *cell) cell {
	x.allowed &= y.allowed
	x.masked = 0
	for f := range x.forms {
		x.forms[f] = (x.forms[f] | y.forms[f]) & x.allowed
		x.masked |= x.forms[f]
	}
	return x
}

// without returns the cell with some categories denied.
func (x cell) without(set uint64) cell {
	x.allowed &^= set
	x.masked &^= set
	for f := range x.forms {
		x.forms[f] &^= set
	}
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
