package access

import (
	"slices"

	"bailiwick"
)

// Difference is one place of the matrix at which two configurations answer a
// viewer differently.
type Difference struct {
	Viewer    int // index into the viewers compared
	Op        Op
	Category  bailiwick.Category
	Countries []bailiwick.Country // of the person, sorted; the unknown country is the empty text; empty for content about no one
	Old, New  GridCell
}

// Narrower reports whether the viewer loses: what was granted is refused, or
// shows less.
func (d Difference) Narrower() bool {
	was, is := d.Old.granted(), d.New.granted()
	return was && (!is || d.Old.Mask != d.New.Mask && d.Old.Mask.Join(d.New.Mask) == d.New.Mask)
}

// Wider reports whether the viewer gains.
func (d Difference) Wider() bool {
	was, is := d.Old.granted(), d.New.granted()
	return is && (!was || d.Old.Mask != d.New.Mask && d.Old.Mask.Join(d.New.Mask) == d.Old.Mask)
}

func (c GridCell) granted() bool {
	return c.Outcome == DefaultAllow || c.Outcome == Allowed || c.Outcome == Masked
}

// Compare finds where two configurations answer viewers differently: whether an
// operation is granted, and in which masked form. Which rule decides makes no
// difference. Categories that only one of them has are denied by the other.
// Countries that neither tells apart share a Difference. Legal entities are not
// told apart: content of an unknown one is judged.
func Compare(old, next *Matrix, viewers []Viewer) []Difference {
	groups := jointCountries(old, next)
	cats := jointCategories(old, next)
	var out []Difference
	for i, v := range viewers {
		was, is := old.Preview(v), next.Preview(v)
		for _, op := range []Op{Populate, Access, Export} {
			for _, g := range groups {
				a, am := was.Bits(op, g.subject)
				b, bm := is.Bits(op, g.subject)
				for _, c := range cats {
					if c.noOne != g.subject.none || same(old, next, c.key, a, am, b, bm) {
						continue
					}
					d := Difference{Viewer: i, Op: op, Category: c.key, Countries: g.countries,
						Old: was.Cell(op, c.key, g.subject), New: is.Cell(op, c.key, g.subject)}
					if d.Narrower() || d.Wider() || d.Old.granted() && d.Old.Mask != d.New.Mask {
						out = append(out, d)
					}
				}
			}
		}
	}
	return out
}

// same reports whether two answers on a category are alike without going into
// the form of a mask.
func same(old, next *Matrix, c bailiwick.Category, a, am, b, bm uint64) bool {
	bit := func(m *Matrix, set uint64) bool {
		n := m.catNo.find(c)
		return n >= 0 && set>>n&1 != 0
	}
	return bit(old, a) == bit(next, b) && !bit(old, am) && !bit(next, bm)
}

type countryGroup struct {
	subject   Subject
	countries []bailiwick.Country
}

// jointCountries returns the groups of countries that neither matrix tells
// apart, the unknown country and content about no one among them.
func jointCountries(old, next *Matrix) []countryGroup {
	type pair struct{ a, b uint8 }
	at := make(map[pair]int)
	groups := []countryGroup{{subject: NoSubject}, {subject: Of(), countries: []bailiwick.Country{bailiwick.UnknownCountry}}}
	for _, info := range bailiwick.Countries() {
		p := placeOf(info.Code)
		k := pair{old.subject.of[p], next.subject.of[p]}
		i, ok := at[k]
		if !ok {
			i = len(groups)
			at[k] = i
			groups = append(groups, countryGroup{subject: Of(info.Code)})
		}
		groups[i].countries = append(groups[i].countries, info.Code)
	}
	return groups
}

type jointCategory struct {
	key   bailiwick.Category
	noOne bool // about no one
}

func jointCategories(old, next *Matrix) []jointCategory {
	var out []jointCategory
	for _, m := range []*Matrix{next, old} {
		for _, c := range m.cats {
			if !slices.ContainsFunc(out, func(x jointCategory) bool { return x.key == c.Key }) {
				out = append(out, jointCategory{c.Key, !c.OfSubject})
			}
		}
	}
	return out
}
