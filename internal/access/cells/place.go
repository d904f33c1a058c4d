package cells

import (
	"slices"
	"strings"
	"sync"

	"bailiwick"
	"bailiwick/internal/access"
)

// Every is the key of the place that is every country.
const Every = "*"

// maxItems bounds the countries and regions of one place.
const maxItems = 60

// Key writes a country set as it stands in an address or the name of an input:
// "FR", "EEA", "CH.GB" for a selection, "!EEA" for all but those, "*" for all.
// A set with both lists has no key.
func Key(s access.CountrySet) string {
	switch {
	case s.Every():
		return Every
	case len(s.NotIn) == 0:
		return strings.Join(s.In, ".")
	case len(s.In) == 0:
		return "!" + strings.Join(s.NotIn, ".")
	}
	return ""
}

// ParseKey reads a key; false for one that names what is no country or region.
func ParseKey(key string) (access.CountrySet, bool) {
	if key == Every {
		return access.CountrySet{}, true
	}
	rest, not := strings.CutPrefix(key, "!")
	items := strings.Split(rest, ".")
	if len(items) > maxItems {
		return access.CountrySet{}, false
	}
	for i, item := range items {
		_, region := bailiwick.Region(item).Members()
		if (!region && !bailiwick.Country(item).Known()) || slices.Contains(items[:i], item) {
			return access.CountrySet{}, false
		}
	}
	if not {
		return access.CountrySet{NotIn: items}, true
	}
	return access.CountrySet{In: items}, true
}

// set is a set of known countries, by their place in bailiwick.Countries.
type set [4]uint64

var numbers = sync.OnceValue(func() map[bailiwick.Country]int {
	m := map[bailiwick.Country]int{}
	for i, c := range bailiwick.Countries() {
		m[c.Code] = i
	}
	return m
})

var all = sync.OnceValue(func() set {
	var s set
	for i := range bailiwick.Countries() {
		s[i>>6] |= 1 << (i & 63)
	}
	return s
})

func (s *set) add(c bailiwick.Country) {
	if i, ok := numbers()[c]; ok {
		s[i>>6] |= 1 << (i & 63)
	}
}

func (s set) has(c bailiwick.Country) bool {
	i, ok := numbers()[c]
	return ok && s[i>>6]>>(i&63)&1 != 0
}

func (s set) and(o set) set {
	for i := range s {
		s[i] &= o[i]
	}
	return s
}

func (s set) or(o set) set {
	for i := range s {
		s[i] |= o[i]
	}
	return s
}

func (s set) less(o set) set {
	for i := range s {
		s[i] &^= o[i]
	}
	return s
}

func (s set) empty() bool { return s == set{} }

func (s set) codes() []string {
	var out []string
	for _, c := range bailiwick.Countries() {
		if s.has(c.Code) {
			out = append(out, string(c.Code))
		}
	}
	slices.Sort(out)
	return out
}

// spread spells items out; items that are neither country nor region add
// nothing.
func spread(items []string) set {
	var s set
	for _, item := range items {
		if members, ok := bailiwick.Region(item).Members(); ok {
			for _, c := range members {
				s.add(c)
			}
			continue
		}
		s.add(bailiwick.Country(item))
	}
	return s
}

// members are the known countries of a country set.
func members(s access.CountrySet) set {
	in := all()
	if len(s.In) > 0 {
		in = spread(s.In)
	}
	return in.less(spread(s.NotIn))
}

// Members returns the known countries of a country set, sorted by code.
func Members(s access.CountrySet) []bailiwick.Country {
	var out []bailiwick.Country
	for _, c := range members(s).codes() {
		out = append(out, bailiwick.Country(c))
	}
	return out
}

// Overlap reports whether two country sets share a known country.
func Overlap(a, b access.CountrySet) bool { return !members(a).and(members(b)).empty() }

// express writes a set with the fewest items; the whole world is every country.
func express(s set) access.CountrySet {
	if s == all() {
		return access.CountrySet{}
	}
	best := access.CountrySet{In: items(s)}
	if not := items(all().less(s)); len(not) < len(best.In) {
		best = access.CountrySet{NotIn: not}
	}
	for _, r := range []bailiwick.Region{bailiwick.RegionEEA, bailiwick.RegionEU} {
		region := spread([]string{string(r)})
		not := region.less(s).codes()
		if len(not) == 0 || region.and(s).empty() {
			continue
		}
		c := access.CountrySet{In: append([]string{string(r)}, s.less(region).codes()...), NotIn: not}
		if len(c.In)+len(c.NotIn) < len(best.In)+len(best.NotIn) {
			best = c
		}
	}
	return best
}

// items writes a set as whole regions and what is left.
func items(s set) []string {
	for _, r := range []bailiwick.Region{bailiwick.RegionEEA, bailiwick.RegionEU} {
		if region := spread([]string{string(r)}); region.less(s).empty() {
			return append([]string{string(r)}, s.less(region).codes()...)
		}
	}
	return s.codes()
}

// Classes parts the known countries so that no given set tells two of a part
// from each other. The parts are sorted by their first country.
func Classes(sets []access.CountrySet) [][]bailiwick.Country {
	parts := []set{all()}
	for _, cs := range sets {
		m := members(cs)
		var next []set
		for _, p := range parts {
			for _, half := range []set{p.and(m), p.less(m)} {
				if !half.empty() {
					next = append(next, half)
				}
			}
		}
		parts = next
	}
	out := make([][]bailiwick.Country, 0, len(parts))
	for _, p := range parts {
		var part []bailiwick.Country
		for _, c := range p.codes() {
			part = append(part, bailiwick.Country(c))
		}
		out = append(out, part)
	}
	slices.SortFunc(out, func(a, b []bailiwick.Country) int { return strings.Compare(string(a[0]), string(b[0])) })
	return out
}
