package access

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"time"

	"bailiwick"
)

// Matrix is a policy compiled for the rules in force at one instant. It is
// immutable save for its cache of views, and safe for use by many goroutines.
type Matrix struct {
	version  int64
	at       time.Time // compiled for
	since    time.Time // last change of the rules in force at or before it
	cats     []bailiwick.CategoryInfo
	catNo    categoryIndex
	personal uint64          // categories of a subject
	defaults [opCount]uint64 // by operation: categories allowed where no rule decides
	rules    []rule          // in force, by id
	starts   []time.Time     // every instant at which a rule starts or ends
	subject  *classes        // countries of subjects
	viewer   *classes        // countries of viewers
	roles    []RoleDef
	apps     map[string]string // application by record type
	roleNo   map[bailiwick.Role]int
	entities entityClasses
	metBits  map[string]uint64 // by id of a require rule that a viewer can meet
	stores   []rule            // store-region rules in force, by id
	index    ruleIndex

	mu    sync.RWMutex
	views map[viewKey]*narrowed
}

// rule is a Rule of the policy made ready to be matched by class.
type rule struct {
	*Rule
	cats     uint64 // bit per category it covers
	subjects classSet
	viewers  classSet
	roles    uint64   // 0 = every viewer
	purposes uint8    // bit per purpose; 0 = every purpose
	at       classSet // classes of legal entities
	met      uint64   // bit of a condition that a viewer can meet
	settled  bool     // condition met for everybody
}

// Compile makes a matrix of the rules that are in force at the instant at. It
// returns Problems that name the rule or role and the key, all at once, also
// for rules that are not in force. The matrix keeps the policy's slices: the
// caller must not change them. See NextChange for when to compile again.
func Compile(p Policy, at time.Time) (*Matrix, error) {
	m := &Matrix{
		version: p.Version, at: at, cats: p.Categories, roles: p.Roles, apps: p.Apps,
		roleNo: make(map[bailiwick.Role]int, len(p.Roles)),
		views:  make(map[viewKey]*narrowed),
	}
	var ps Problems
	subtree := m.addCategories(&ps)
	m.addRoles(&ps)
	if len(p.Rules) > MaxRules {
		ps.add(Problem{Key: "rules", Message: fmt.Sprintf("more than %d rules", MaxRules)})
		return nil, ps
	}
	m.addRules(p, subtree, &ps)
	if err := ps.err(); err != nil {
		return nil, err
	}
	return m, nil
}

// addCategories numbers the categories and returns, by number, the bits of
// each one's subtree.
func (m *Matrix) addCategories(ps *Problems) []uint64 {
	if len(m.cats) > MaxCategories {
		ps.add(Problem{Key: "categories", Message: fmt.Sprintf("more than %d categories", MaxCategories)})
		m.cats = m.cats[:MaxCategories]
	}
	m.catNo.cats = m.cats
	subtree := make([]uint64, len(m.cats))
	parent := make([]int, len(m.cats))
	for i, c := range m.cats {
		where := fmt.Sprintf("category %d", i+1)
		if !validKey(string(c.Key)) {
			ps.add(Problem{Where: where, Key: "key", Message: "not a key"})
		}
		twice := m.catNo.find(c.Key) >= 0
		if twice {
			ps.add(Problem{Where: where, Key: "key", Message: "used twice"})
		}
		parent[i] = -1
		if c.Parent != "" {
			parent[i] = m.catNo.find(c.Parent) // only what came before is found: no cycles
			if parent[i] < 0 {
				ps.add(Problem{Where: where, Key: "parent", Message: "no category before this one"})
			}
		}
		if !twice {
			m.catNo.put(i)
		}
		bit := uint64(1) << i
		for n := i; n >= 0; n = parent[n] {
			subtree[n] |= bit
		}
		if c.OfSubject {
			m.personal |= bit
		}
		if c.PopulateDefault {
			m.defaults[Populate-1] |= bit
		}
		if c.AccessDefault {
			m.defaults[Access-1] |= bit
		}
	}
	m.defaults[Export-1] = ^uint64(0) // an export rule only narrows Access
	return subtree
}

// countrySides are the two country sets of a rule, spelled out.
type countrySides struct{ subject, viewer *placeSet }

// addRules checks every rule and keeps those in force, by id.
func (m *Matrix) addRules(p Policy, subtree []uint64, ps *Problems) {
	all := p.Rules
	var (
		ids   = make(map[string]bool, len(all))
		sets  = make(setIndex)
		sides []countrySides
	)
	for i := range all {
		r := &all[i]
		where := "rule " + r.ID
		if !validKey(r.ID) {
			where = fmt.Sprintf("rule %d", i+1)
		}
		bad := func(key, message string) { ps.add(Problem{Where: where, Key: key, Message: message}) }
		if ids[r.ID] {
			bad("id", "used twice")
		}
		ids[r.ID] = true
		checkRule(r, bad)
		for i, key := range r.Entities {
			if p.Entities != nil && !slices.Contains(p.Entities, key) {
				bad(fmt.Sprintf("entities[%d]", i), "no such legal entity")
			}
		}
		ready := m.prepare(r, subtree, bad)
		both := countrySides{sets.get(r.Subject, "subject", bad), sets.get(r.Viewer, "viewer", bad)}
		m.addInstants(r)
		if r.inForce(m.at) {
			m.rules, sides = append(m.rules, ready), append(sides, both)
		}
	}
	if len(*ps) > 0 {
		return
	}
	m.classify(sides)
	slices.SortFunc(m.rules, func(a, b rule) int { return strings.Compare(a.ID, b.ID) })
	if !m.classifyEntities() {
		ps.add(Problem{Key: "rules", Message: "the rules tell more than 62 groups of legal entities apart"})
		return
	}
	m.settle(p.Agreements, ps)
	m.rules, m.stores = splitStores(m.rules)
	m.index = indexRules(m)
}

// prepare resolves the names in a rule.
func (m *Matrix) prepare(r *Rule, subtree []uint64, bad func(key, message string)) rule {
	out := rule{Rule: r}
	if n := m.catNo.find(r.Category); n >= 0 {
		out.cats = subtree[n]
	} else {
		bad("category", "no such category")
	}
	for i, role := range r.Roles {
		if n, ok := m.roleNo[role]; ok {
			out.roles |= 1 << n
		} else {
			bad(fmt.Sprintf("roles[%d]", i), "no such role")
		}
	}
	for _, p := range r.Purposes {
		out.purposes |= purposeBit(p)
	}
	return out
}

// addInstants notes when a rule starts and ends.
func (m *Matrix) addInstants(r *Rule) {
	for _, t := range []time.Time{r.From, r.Until} {
		if t.IsZero() {
			continue
		}
		m.starts = append(m.starts, t)
		if !t.After(m.at) && t.After(m.since) {
			m.since = t
		}
	}
}

// classify puts the countries in classes and turns the rules' sets of countries
// into sets of classes.
func (m *Matrix) classify(sides []countrySides) {
	var subjects, viewers []*placeSet
	for _, s := range sides {
		subjects, viewers = append(subjects, s.subject), append(viewers, s.viewer)
	}
	m.subject, m.viewer = partition(unique(subjects)), partition(unique(viewers))
	for i := range m.rules {
		r := &m.rules[i]
		r.subjects = m.subject.classesIn(sides[i].subject)
		r.viewers = m.viewer.classesIn(sides[i].viewer)
		// What no one's country is, is in no set that names countries; what is
		// not known is in all of a narrowing rule's (R14.6).
		if r.Subject.Every() {
			r.subjects.add(nobodyClass)
		}
		if r.Subject.Every() || r.narrows() {
			r.subjects.add(unknownClass)
		}
		if r.Viewer.Every() || r.narrows() {
			r.viewers.add(unknownClass)
		}
	}
}

// inForce reports whether the rule is in force at an instant.
func (r *Rule) inForce(at time.Time) bool {
	return !at.Before(r.From) && (r.Until.IsZero() || at.Before(r.Until))
}

// narrows reports whether the rule can only take away. A store-region rule says
// where alone something may lie, so it narrows whatever its effect is called.
func (r *Rule) narrows() bool { return r.Effect != Allow || r.Op == StoreRegion }

// purposeBit is the purpose's bit; 0 if it is off the closed list.
func purposeBit(p bailiwick.Purpose) uint8 {
	return uint8(1) << (1 + slices.Index(bailiwick.Purposes(), p)) >> 1
}

// Version is the configuration version that the matrix was compiled from.
func (m *Matrix) Version() int64 { return m.version }

// NextChange returns the first instant after at on which a rule starts or ends
// and the matrix must be compiled again; false if there is none.
func (m *Matrix) NextChange(at time.Time) (time.Time, bool) {
	var next time.Time
	for _, t := range m.starts {
		if t.After(at) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	return next, !next.IsZero()
}

// CategoryNo returns the number of a category, its bit in View.Bits; -1 if the
// policy has no such category.
func (m *Matrix) CategoryNo(c bailiwick.Category) int { return m.catNo.find(c) }

// Categories returns the categories by number; the caller must not change them.
func (m *Matrix) Categories() []bailiwick.CategoryInfo { return m.cats }

// Roles returns the role definitions; the caller must not change them.
func (m *Matrix) Roles() []RoleDef { return m.roles }

// CategoriesOf returns the keys of the categories in a bit set, by number.
func (m *Matrix) CategoriesOf(set uint64) []bailiwick.Category {
	var out []bailiwick.Category
	for ; set != 0; set &= set - 1 {
		if n := bits.TrailingZeros64(set); n < len(m.cats) {
			out = append(out, m.cats[n].Key)
		}
	}
	return out
}
