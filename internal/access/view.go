package access

import (
	"math/bits"
	"slices"
	"sync/atomic"

	"bailiwick"
)

// View is the matrix narrowed to one viewer: its roles, countries and purpose.
// It is safe for use by many goroutines and stays valid for as long as it is
// held, so a request must take it from the matrix of the configuration version
// it works under. A nil View denies everything.
type View struct {
	*narrowed
	countries [2]bailiwick.Country // assigned and present, for explanations
}

// narrowed is what viewers share whom no rule tells apart.
type narrowed struct {
	m     *Matrix
	key   viewKey
	rules [2][]*rule             // what can match, by viewer country: assigned, and present where it differs
	cells []atomic.Pointer[cell] // operation x class of subject country x class of legal entity, made when first asked for
	perms uint8                  // bit per permission
	any   [verbCount]ScopeSet    // granted on every type
	types map[string]*[verbCount]ScopeSet

	byPlace bool     // whether a scope goes by more than the owner
	manages ScopeSet // of whom PermManageUsers may be used
}

const verbCount = 7

// viewKey is all of a viewer that can make a difference. Viewers with the same
// key share a view.
type viewKey struct {
	roles    uint64
	assigned uint8  // class of the assigned country
	present  uint8  // class of the present country; that of the assigned one where not known
	purpose  uint8  // bit of the purpose; 0 = nobody
	met      uint64 // bit per require rule that the viewer meets
}

// maxViewBytes bounds the cache of views of one matrix.
const maxViewBytes = 4 << 20

// viewBytes is about what a view may come to hold, every cell made.
func (m *Matrix) viewBytes() int {
	const cellBytes = 8 + 8*(maskCount+5)
	return 512 + len(m.rules)*2*8 + opCount*m.subject.n*m.entities.n*cellBytes + len(m.roles)*128
}

// View narrows the matrix to an actor who meets no condition. Views are cached
// by roles, country classes, purpose and what is met. A nobody gets a view that
// denies everything.
func (m *Matrix) View(a bailiwick.Actor) *View { return m.ViewMet(a, nil) }

// ViewMet is View for an actor who meets the require rules of the given ids:
// those that ask for a justification or an approval. Other ids count for
// nothing.
func (m *Matrix) ViewMet(a bailiwick.Actor, met []string) *View {
	if m == nil || a.Kind() == bailiwick.Nobody {
		return nil
	}
	key := m.keyOf(a.Roles(), a.Country(), a.Location(), a.Purpose(), met)
	return &View{narrowed: m.cached(key), countries: [2]bailiwick.Country{a.Country(), a.Location()}}
}

// keyOf gathers all of a viewer that can make a difference.
func (m *Matrix) keyOf(roles []bailiwick.Role, assigned, present bailiwick.Country, p bailiwick.Purpose, met []string) viewKey {
	key := viewKey{assigned: m.viewer.of[placeOf(assigned)], purpose: purposeBit(p)}
	key.present = key.assigned
	if present != "" { // present, but perhaps under a retired code: then unknown, not absent
		key.present = m.viewer.of[placeOf(present)]
	}
	for _, r := range roles {
		if n, ok := m.roleNo[r]; ok {
			key.roles |= 1 << n
		}
	}
	for _, id := range met {
		key.met |= m.metBits[id]
	}
	return key
}

// cached returns what the viewers of a key share, making it when first asked
// for.
func (m *Matrix) cached(key viewKey) *narrowed {
	m.mu.RLock()
	v := m.views[key]
	m.mu.RUnlock()
	if v != nil {
		return v
	}
	v = m.narrow(key)
	m.mu.Lock()
	defer m.mu.Unlock()
	if was := m.views[key]; was != nil {
		return was
	}
	if len(m.views) > 0 && (len(m.views)+1)*m.viewBytes() > maxViewBytes {
		clear(m.views) // they are cheap to make again, and whoever holds one keeps it
	}
	m.views[key] = v
	return v
}

// narrow finds the rules and permissions of a key.
func (m *Matrix) narrow(key viewKey) *narrowed {
	v := &narrowed{m: m, key: key, cells: make([]atomic.Pointer[cell], opCount*m.subject.n*m.entities.n)}
	v.rules[0] = m.rulesFor(key, key.assigned)
	if key.present != key.assigned {
		v.rules[1] = m.rulesFor(key, key.present)
	}
	v.grant()
	return v
}

// grant unites the permissions of the roles held.
func (v *narrowed) grant() {
	v.types = make(map[string]*[verbCount]ScopeSet)
	for set := v.key.roles; set != 0; set &= set - 1 {
		r := v.m.roles[bits.TrailingZeros64(set)]
		for _, p := range r.Admin {
			v.perms |= 1 << permissionNo(p)
			switch {
			case p != PermManageUsers:
			case r.Manages == ScopeNone:
				v.manages = v.manages.With(ScopeAll)
			default:
				v.manages = v.manages.With(r.Manages)
			}
		}
		for _, g := range r.Types {
			scopes := &v.any
			if g.Type != AnyType {
				if v.types[g.Type] == nil {
					v.types[g.Type] = new([verbCount]ScopeSet)
				}
				scopes = v.types[g.Type]
			}
			for _, verb := range g.Verbs {
				n := verbNo(verb)
				scopes[n] = scopes[n].With(g.Scope)
				v.byPlace = v.byPlace || (g.Scope != ScopeOwn && g.Scope != ScopeAll)
			}
		}
	}
}

// Has reports whether any role held grants a permission on the workspace.
func (v *View) Has(p Permission) bool {
	n := permissionNo(p)
	return v != nil && n >= 0 && v.perms>>n&1 != 0
}

// Matrix returns the matrix that the view was narrowed from; nil for the view
// of a nobody.
func (v *View) Matrix() *Matrix {
	if v == nil {
		return nil
	}
	return v.m
}

// Decide judges one category of one subject. It never fails: whatever it does
// not know, it denies.
func (v *View) Decide(op Op, c bailiwick.Category, s Subject) (d Decision) {
	d.view, d.subject, d.category, d.op = v, s, c, op // in place: a Decision is some words to copy
	if v == nil {
		return
	}
	n := v.m.catNo.find(c)
	if n < 0 {
		return
	}
	if op-1 < opCount && s.n == 1 && s.consents == 0 { // nearly every question
		x := v.cell(op, v.m.subject.of[s.places[0]], v.m.entities.of(s.entity))
		d.allowed = x.allowed>>n&1 != 0
		if x.masked>>n&1 != 0 {
			d.mask = x.form(n)
		}
		return
	}
	x, ok := v.judge(op, s)
	d.allowed = ok && x.allowed>>n&1 != 0
	if d.allowed {
		d.mask = x.form(n)
	}
	return
}

// Bits judges every category of one subject at once: bit Matrix.CategoryNo is
// set in allowed if the category is granted, masked or not, and in masked if
// only its masked form is. It agrees with Decide.
func (v *View) Bits(op Op, s Subject) (allowed, masked uint64) {
	if v == nil {
		return 0, 0
	}
	if op-1 < opCount && s.n == 1 && s.consents == 0 {
		x := v.cell(op, v.m.subject.of[s.places[0]], v.m.entities.of(s.entity))
		return x.allowed, x.masked
	}
	x, _ := v.judge(op, s)
	return x.allowed, x.masked
}

// Withheld returns the subject countries, sorted, for which a category is not
// granted to the viewer; the unknown country comes first where it is one of
// them. So a filter says which rows it left out (R14.7).
func (v *View) Withheld(op Op, c bailiwick.Category) []bailiwick.Country {
	var out []bailiwick.Country
	if !v.Decide(op, c, Of()).Allowed() {
		out = append(out, bailiwick.UnknownCountry)
	}
	if v == nil {
		for _, info := range bailiwick.Countries() {
			out = append(out, info.Code)
		}
		return out
	}
	for n := firstClass; n < v.m.subject.n; n++ {
		if members := v.m.subject.members[n]; !v.Decide(op, c, Of(members[0])).Allowed() {
			out = append(out, members...)
		}
	}
	slices.Sort(out)
	return out
}
