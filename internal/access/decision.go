package access

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"

	"bailiwick"
)

// Decision is the answer to one question, and what opens a sealed block. Only
// View.Decide makes one that allows; the zero Decision denies.
type Decision struct {
	view     *View
	subject  Subject
	category bailiwick.Category
	op       Op
	allowed  bool
	mask     MaskForm
}

// The levels of R0.2 that can decide so far.
const (
	LevelTenant  = "tenant-configuration"
	LevelDefault = "product-default"
)

// Allowed reports whether the operation is granted, be it in a masked form.
func (d Decision) Allowed() bool { return d.allowed }

// Mask is the form in which alone it is granted; MaskNone if it is granted in
// full, or not at all.
func (d Decision) Mask() MaskForm { return d.mask }

// Op is the operation asked for.
func (d Decision) Op() Op { return d.op }

// Category is the category asked for.
func (d Decision) Category() bailiwick.Category { return d.category }

// ID names the decision: the same configuration version and the same question
// have the same id. It is a digest of what the rules can tell apart (country
// classes rather than countries), so it says no more of a person than the
// rules that matched do (R0.2).
func (d Decision) ID() string {
	h := sha256.New()
	num := func(n int64) {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], uint64(n))
		h.Write(b[:])
	}
	num(int64(d.op))
	h.Write([]byte(d.category))
	h.Write([]byte{0})
	if v := d.view; v != nil {
		num(v.m.version)
		num(v.m.since.UnixMicro())
		for set, i := v.key.roles, 0; set != 0; set, i = set>>1, i+1 {
			if set&1 != 0 {
				h.Write([]byte(v.m.roles[i].Key))
				h.Write([]byte{0})
			}
		}
		h.Write([]byte{v.key.assigned, v.key.present, v.key.purpose})
		for _, c := range v.classes(d.subject) {
			h.Write([]byte{c})
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Rule is the id of the rule that decided, or "default:<category>" where none
// did. Of several rules that would decide alike it is the first by id.
func (d Decision) Rule() string { return d.explain().id() }

// Matched returns the ids of every rule in force that matches the question,
// sorted, whether or not it decided.
func (d Decision) Matched() []string { return d.explain().matched }

// Level says which level of precedence decided: LevelTenant for a rule,
// LevelDefault for a default.
func (d Decision) Level() string {
	if d.explain().rule == nil {
		return LevelDefault
	}
	return LevelTenant
}

// Requires returns the conditions of all require rules that stand in the way,
// sorted and separated by "; "; empty unless a require rule decided.
func (d Decision) Requires() string {
	e := d.explain()
	if e.rank != rankRequire {
		return ""
	}
	return strings.Join(e.requires, "; ")
}

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
	requires []string
	subject  uint8 // class of the subject country that decided
	viewer   uint8 // class of the viewer country that decided
	noPerson bool  // data about a person, asked for about no one
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
	e := &explanation{category: d.category, op: d.op, rank: rankDefaultDeny}
	v := d.view
	if v == nil || d.op-1 >= opCount {
		return e
	}
	n, ok := v.m.catNo[d.category]
	if !ok {
		return e
	}
	if d.subject.none && v.m.personal>>n&1 != 0 {
		e.noPerson, e.subject, e.viewer = true, nobodyClass, v.key.assigned
		return e
	}
	first := true
	for _, class := range v.classes(d.subject) {
		for viewer := range 2 {
			if viewer == 1 && v.key.present == v.key.assigned {
				continue
			}
			ops := []Op{d.op}
			if d.op == Export {
				ops = append(ops, Access)
			}
			for _, op := range ops {
				next := v.explainOne(op, n, class, viewer)
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
	return e
}

// absorb keeps the more restrictive of two explanations, and what matched in
// either.
func (e *explanation) absorb(o *explanation, first bool) {
	o.matched = append(e.matched, o.matched...)
	o.requires = append(e.requires, o.requires...)
	better := o.rank > e.rank ||
		(o.rank == e.rank && o.rule != nil && (e.rule == nil || o.rule.ID < e.rule.ID))
	if first || better {
		*e = *o
		return
	}
	e.matched, e.requires = o.matched, o.requires
}

// explainOne judges category n for one class of subject and viewer countries.
func (v *View) explainOne(op Op, n int, class uint8, viewer int) *explanation {
	e := &explanation{op: op, subject: class, viewer: [2]uint8{v.key.assigned, v.key.present}[viewer]}
	grants := v.m.defaults[op-1]>>n&1 != 0
	var by [rankDeny + 1]*Rule // first by id: the rules come sorted
	for _, r := range v.rules[viewer] {
		if r.Op != op || r.cats>>n&1 == 0 || !r.subjects.has(class) {
			continue
		}
		e.matched = append(e.matched, r.ID)
		if rk := rankOf[r.Effect]; by[rk] == nil {
			by[rk] = r.Rule
		}
		switch r.Effect {
		case Require:
			e.requires = append(e.requires, r.Rule.Require)
		case Allow:
			grants = true
		case Mask:
			grants = grants || !r.onlyForUnknown(class, e.viewer)
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

// classes returns the distinct classes of a subject's countries, sorted.
func (v *View) classes(s Subject) []uint8 {
	switch {
	case s.none:
		return []uint8{nobodyClass}
	case s.n == 0:
		return []uint8{unknownClass}
	}
	var out []uint8
	for _, p := range s.places[:s.n] {
		out = append(out, v.m.subject.of[p])
	}
	slices.Sort(out)
	return slices.Compact(out)
}
