package access

import "bailiwick"

// Viewer is somebody who might ask: what an answer depends on, without being
// an Actor. The zero value has no role and looks from an unknown country.
type Viewer struct {
	Roles    []bailiwick.Role
	Country  bailiwick.Country // assigned country (R8.6)
	Location bailiwick.Country // present location; empty = as assigned
	Purpose  bailiwick.Purpose // empty = providing the service
	Met      []string          // ids of require rules that this viewer meets, see ViewMet
}

// Preview answers what a viewer would be shown, for what-if questions, reports
// and simulations. It never yields a Decision, so it opens nothing.
type Preview struct{ view *View }

// Preview narrows the matrix to a viewer who might ask. A purpose off the
// closed list yields the preview of a nobody, which denies everything.
func (m *Matrix) Preview(v Viewer) *Preview {
	if v.Purpose == "" {
		v.Purpose = bailiwick.ProvideService
	}
	if m == nil || !v.Purpose.Valid() {
		return &Preview{}
	}
	key := m.keyOf(v.Roles, v.Country, v.Location, v.Purpose, v.Met)
	return &Preview{view: &View{narrowed: m.cached(key), countries: [2]bailiwick.Country{v.Country, v.Location}}}
}

// Explain tells whether an operation would be granted, and why, in a language
// as Decision.Explain does.
func (p *Preview) Explain(op Op, c bailiwick.Category, s Subject, lang string) Explanation {
	return p.view.Decide(op, c, s).Explain(lang)
}

// Bits judges every category at once, as View.Bits.
func (p *Preview) Bits(op Op, s Subject) (allowed, masked uint64) { return p.view.Bits(op, s) }

// May reports whether a verb may be used on records of a type, as View.May.
func (p *Preview) May(recordType string, verb Verb) (TypeScope, bool) {
	return p.view.May(recordType, verb)
}

// Scopes returns on which records of a type a verb may be used, as View.Scopes.
func (p *Preview) Scopes(recordType string, verb Verb) ScopeSet {
	return p.view.Scopes(recordType, verb)
}

// Outcome is an answer in one word, by what decided it.
type Outcome string

// The outcomes, the most restrictive last.
const (
	DefaultAllow Outcome = "default-allow" // no rule speaks, and the category starts open
	Allowed      Outcome = "allow"
	Masked       Outcome = "mask"
	Required     Outcome = "require"
	DefaultDeny  Outcome = "default-deny" // no rule speaks, and the category starts closed
	Denied       Outcome = "deny"
)

var outcomeOf = [...]Outcome{
	rankDefaultAllow: DefaultAllow, rankAllow: Allowed, rankMask: Masked,
	rankRequire: Required, rankDefaultDeny: DefaultDeny, rankDeny: Denied,
}

// GridCell is one place of the matrix as an editor shows it.
type GridCell struct {
	Outcome Outcome
	Mask    MaskForm // of Masked
	Rule    string   // that decided, or "default:<category>"
	Rules   []string // every rule that matched, sorted
}

// Cell answers one place of the matrix in one word.
func (p *Preview) Cell(op Op, c bailiwick.Category, s Subject) GridCell {
	d := p.view.Decide(op, c, s)
	e := d.explain()
	return GridCell{Outcome: outcomeOf[e.rank], Mask: d.Mask(), Rule: e.id(), Rules: e.matched}
}

// Grid answers every place of a category x country grid for one viewer: a row a
// category, a column a country of the person; the unknown country may be one of
// them. Categories that are about no one are judged so in every column.
func (m *Matrix) Grid(op Op, v Viewer, cats []bailiwick.Category, countries []bailiwick.Country) [][]GridCell {
	p := m.Preview(v)
	out := make([][]GridCell, len(cats))
	for i, c := range cats {
		out[i] = make([]GridCell, len(countries))
		for j, country := range countries {
			s := Of(country)
			if n := m.catNo.find(c); n >= 0 && m.personal>>n&1 == 0 {
				s = NoSubject
			}
			out[i][j] = p.Cell(op, c, s)
		}
	}
	return out
}

// CategorySet returns the bits of a category and of all below it; 0 if there is
// no such category.
func (m *Matrix) CategorySet(c bailiwick.Category) uint64 {
	n := m.catNo.find(c)
	if n < 0 {
		return 0
	}
	set := uint64(1) << n
	for i, info := range m.cats { // broader ones come first
		if p := m.catNo.find(info.Parent); p >= 0 && set>>p&1 != 0 {
			set |= 1 << i
		}
	}
	return set & (1<<len(m.cats) - 1)
}

// Has reports whether any role held grants a permission, as View.Has.
func (p *Preview) Has(perm Permission) bool { return p.view.Has(perm) }

// Manages returns whom the viewer may manage, as View.Manages.
func (p *Preview) Manages() ScopeSet { return p.view.Manages() }
