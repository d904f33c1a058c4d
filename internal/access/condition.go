package access

import (
	"slices"

	"bailiwick"
)

// ConditionKind is what a require rule asks for (R14.2). The empty kind is a
// condition that is only described: nobody can meet it.
type ConditionKind string

// The kinds of conditions.
const (
	ConsentGiven  ConditionKind = "consent"        // of the person the data is about; recorded per person and category
	Justified     ConditionKind = "justification"  // the viewer has stated a reason, for a while
	Approved      ConditionKind = "approval"       // somebody has approved this viewer, until a date
	Agreement     ConditionKind = "agreement"      // the configuration records an agreement of this reference
	AggregateOnly ConditionKind = "aggregate-only" // never a single value; counts from K people up
)

// ConditionKinds returns the closed list.
func ConditionKinds() []ConditionKind {
	return []ConditionKind{ConsentGiven, Justified, Approved, Agreement, AggregateOnly}
}

// Condition is what must be met before a require rule lets pass.
type Condition struct {
	Kind ConditionKind
	Ref  string // reference of the agreement, of kind Agreement only
	K    int    // smallest number of people in a count, of kind AggregateOnly only: MinAggregate to MaxAggregate
}

// Bounds of Condition.K.
const (
	MinAggregate = 2
	MaxAggregate = 1000
)

// maxMet is how many rules may ask for something that a viewer can meet: a bit
// each.
const maxMet = 64

// metBy reports whether the rule's condition is met, given what the viewer
// meets.
func (r *rule) metBy(met uint64) bool { return r.settled || r.met&met != 0 }

// settle finds out which conditions are met for everybody and numbers those
// that a viewer can meet.
func (m *Matrix) settle(agreements []string, ps *Problems) {
	m.metBits = make(map[string]uint64)
	for i := range m.rules {
		r := &m.rules[i]
		if r.Effect != Require {
			continue
		}
		switch r.Condition.Kind {
		case Agreement:
			r.settled = slices.Contains(agreements, r.Condition.Ref)
		case Justified, Approved:
			if len(m.metBits) == maxMet {
				ps.add(Problem{Where: "rule " + r.ID, Key: "require", Message: "more than 64 rules ask for a justification or approval"})
				return
			}
			r.met = 1 << len(m.metBits)
			m.metBits[r.ID] = r.met
		}
	}
}

// checkCondition reports what is wrong with the condition of a rule.
func checkCondition(r *Rule, bad func(key, message string)) {
	c := r.Condition
	switch {
	case r.Effect != Require:
		if c != (Condition{}) {
			bad("require", "for require rules only")
		}
		return
	case c.Kind != "" && !slices.Contains(ConditionKinds(), c.Kind):
		bad("require.condition", "consent, justification, approval, agreement or aggregate-only")
	}
	if c.Kind == Agreement != (c.Ref != "") || (c.Ref != "" && !validKey(c.Ref)) {
		bad("require.agreement", "the reference of an agreement, for the condition agreement only")
	}
	if c.Kind == AggregateOnly && (c.K < MinAggregate || c.K > MaxAggregate) || c.Kind != AggregateOnly && c.K != 0 {
		bad("require.k", "2 to 1000, for the condition aggregate-only only")
	}
	if (c.Kind == AggregateOnly || c.Kind == Justified) && r.Op == Populate {
		bad("require.condition", "what is filled in is neither counted nor looked at")
	}
}

// Conditions returns the require rules in force, by id, whether met or not.
func (m *Matrix) Conditions() []Rule {
	var out []Rule
	for _, r := range m.rules {
		if r.Effect == Require {
			out = append(out, *r.Rule)
		}
	}
	return out
}

// Unmet returns the require rules that alone stand in the way, by id; none
// where the answer is not a require's.
func (v *View) Unmet(op Op, c bailiwick.Category, s Subject) []Rule {
	d := Decision{view: v, subject: s, category: c, op: op}
	e := d.explain()
	if e.rank != rankRequire {
		return nil
	}
	var out []Rule
	for _, id := range e.unmet {
		if r, ok := v.m.Rule(id); ok {
			out = append(out, r)
		}
	}
	return out
}

// AggregateOnly reports whether a category may be counted though no single
// value may be seen, and from how many people up (R14.7).
func (v *View) AggregateOnly(op Op, c bailiwick.Category, s Subject) (k int, ok bool) {
	if v == nil {
		return 0, false
	}
	n := v.m.catNo.find(c)
	x, known := v.judge(op, s)
	if n < 0 || !known || x.aggregate>>n&1 == 0 {
		return 0, false
	}
	for _, r := range v.Unmet(op, c, s) {
		k = max(k, r.Condition.K)
	}
	return k, true
}

// ConsentNeeded returns the categories that would be granted if the person
// consented, a bit each; none about no one, who cannot consent.
func (v *View) ConsentNeeded(op Op, s Subject) uint64 {
	if v == nil || s.none {
		return 0
	}
	x, _ := v.judge(op, s)
	return x.consent
}
