package access

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
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
		for _, c := range v.m.classesOf(d.subject) {
			h.Write([]byte{c})
		}
		v.digestConditions(h, d)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// digestConditions adds what only some configurations tell apart, so that the
// ids of the others stay as they were.
func (v *narrowed) digestConditions(h hash.Hash, d Decision) {
	for i, n := range []uint64{uint64(v.m.entities.of(d.subject.entity)), v.key.met, d.subject.consents & v.consentAsked(d.op)} {
		if n != 0 {
			h.Write(binary.BigEndian.AppendUint64([]byte{0xff, byte(i)}, n))
		}
	}
}

// consentAsked returns the categories for which a rule on the operation asks
// for consent: other consents make no difference.
func (v *narrowed) consentAsked(op Op) uint64 {
	var set uint64
	for _, r := range v.m.rules {
		if r.Condition.Kind == ConsentGiven && (r.Op == op || op == Export) {
			set |= r.cats
		}
	}
	return set
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
