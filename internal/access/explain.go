package access

import (
	"slices"

	"bailiwick"
)

// rank orders outcomes by how restrictive they are. A default deny stands above
// a require, for then meeting the condition would not help.
type rank uint8

const (
	rankDefaultAllow rank = iota
	rankAllow
	rankMask
	rankRequire
	rankDefaultDeny
	rankDeny
)

// rankOf is the rank of an outcome that a rule of the effect decided.
var rankOf = [...]rank{Allow: rankAllow, Deny: rankDeny, Mask: rankMask, Require: rankRequire}

// explanation is what lies behind a decision.
type explanation struct {
	category bailiwick.Category
	op       Op // operation of the rule or default that decided: Access may decide an Export
	rank     rank
	rule     *Rule // nil = default
	matched  []string
	requires []string // what is asked for, as people read it
	unmet    []string // ids of the rules that ask
	subject  uint8    // class of the subject country that decided
	viewer   uint8    // class of the viewer country that decided
	noPerson bool     // data about a person, asked for about no one
}

// id returns the deciding rule's id.
func (e *explanation) id() string {
	if e.rule == nil {
		return "default:" + string(e.category)
	}
	return e.rule.ID
}

// explain goes through the rules once more, by the text of the semantics
// rather than by the planes: tests hold the two together.
func (d Decision) explain() *explanation {
	e := &explanation{category: d.category, op: d.op, rank: rankDefaultDeny, subject: nobodyClass}
	v := d.view
	if v == nil || d.op-1 >= opCount {
		return e
	}
	n := v.m.catNo.find(d.category)
	if n < 0 {
		return e
	}
	if d.subject.none && v.m.personal>>n&1 != 0 {
		e.noPerson, e.subject, e.viewer = true, nobodyClass, v.key.assigned
		return e
	}
	first := true
	for _, class := range v.m.classesOf(d.subject) {
		for viewer := range 2 {
			if viewer == 1 && v.key.present == v.key.assigned {
				continue
			}
			ops := []Op{d.op}
			if d.op == Export {
				ops = append(ops, Access)
			}
			for _, op := range ops {
				next := v.explainOne(op, n, d.subject, class, viewer)
				next.category = d.category
				e.absorb(next, first)
				first = false
			}
		}
	}
	slices.Sort(e.matched)
	e.matched = slices.Compact(e.matched)
	slices.Sort(e.requires)
	e.requires = slices.Compact(e.requires)
	slices.Sort(e.unmet)
	e.unmet = slices.Compact(e.unmet)
	return e
}

// absorb keeps the more restrictive of two explanations, and what matched in
// either.
func (e *explanation) absorb(o *explanation, first bool) {
	o.matched = append(e.matched, o.matched...)
	o.requires = append(e.requires, o.requires...)
	o.unmet = append(e.unmet, o.unmet...)
	better := o.rank > e.rank ||
		(o.rank == e.rank && o.rule != nil && (e.rule == nil || o.rule.ID < e.rule.ID))
	if first || better {
		*e = *o
		return
	}
	e.matched, e.requires, e.unmet = o.matched, o.requires, o.unmet
}

// explainOne judges category n of a subject for one class of its countries and
// one of the viewer's.
func (v *narrowed) explainOne(op Op, n int, s Subject, class uint8, viewer int) *explanation {
	entity := v.m.entities.of(s.entity)
	e := &explanation{op: op, subject: class, viewer: [2]uint8{v.key.assigned, v.key.present}[viewer]}
	grants := v.m.defaults[op-1]>>n&1 != 0
	var by [rankDeny + 1]*Rule // first by id: the rules come sorted
	for _, r := range v.rules[viewer] {
		if r.Op != op || r.cats>>n&1 == 0 || !r.subjects.has(class) || !r.at.has(entity) {
			continue
		}
		e.matched = append(e.matched, r.ID)
		consented := r.Condition.Kind == ConsentGiven && s.consents>>n&1 != 0
		if r.Effect == Require && (consented || r.metBy(v.key.met)) {
			continue
		}
		if rk := rankOf[r.Effect]; by[rk] == nil {
			by[rk] = r.Rule
		}
		switch r.Effect {
		case Require:
			e.requires = append(e.requires, r.Rule.Require)
			e.unmet = append(e.unmet, r.ID)
		case Allow:
			grants = true
		case Mask:
			grants = grants || !r.onlyForUnknown(class, e.viewer, entity)
		}
	}
	switch {
	case by[rankDeny] != nil:
		e.rank = rankDeny
	case by[rankRequire] != nil:
		e.rank = rankRequire
	case !grants:
		e.rank = rankDefaultDeny
	case by[rankMask] != nil:
		e.rank = rankMask
	case by[rankAllow] != nil:
		e.rank = rankAllow
	default:
		e.rank = rankDefaultAllow
	}
	e.rule = by[e.rank]
	return e
}

// classesOf returns the distinct classes of a subject's countries, sorted.
func (m *Matrix) classesOf(s Subject) []uint8 {
	switch {
	case s.none:
		return []uint8{nobodyClass}
	case s.n == 0:
		return []uint8{unknownClass}
	}
	var out []uint8
	for _, p := range s.places[:s.n] {
		out = append(out, m.subject.of[p])
	}
	slices.Sort(out)
	return slices.Compact(out)
}
