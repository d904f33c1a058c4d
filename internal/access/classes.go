package access

import (
	"fmt"
	"slices"
	"sync"

	"bailiwick"
)

// Classes of countries: two countries that no rule in force distinguishes
// share one, so that tables have a row per class instead of one per country.
const (
	unknownClass = 0 // of the unknown country
	nobodyClass  = 1 // of NoSubject; unused on the viewer's side
	firstClass   = 2 // of the known countries, by their smallest code
	maxClasses   = firstClass + 254
)

// classSet is a set of classes.
type classSet [(maxClasses + 63) / 64]uint64

func (s *classSet) add(c uint8)      { s[c>>6] |= 1 << (c & 63) }
func (s *classSet) has(c uint8) bool { return s[c>>6]>>(c&63)&1 != 0 }

// classes is the partition of the countries by one side of the rules.
type classes struct {
	of      [placeCount]uint8 // place -> class; places of no country stay unknown
	n       int
	members [][]bailiwick.Country // by class, sorted; empty below firstClass
	first   []place               // by class, the place of its first member
}

// placeSet is a country set of a rule, spelled out.
type placeSet [placeCount]bool

// expand spells a country set out over the known countries. An item that is
// neither a country nor a region yields its key ("in[2]") in bad.
func expand(s CountrySet, bad func(list string, i int)) *placeSet {
	var in, out placeSet
	fill := func(set *placeSet, list string, items []string) {
		for i, item := range items {
			if members, ok := regionPlaces()[item]; ok {
				for _, p := range members {
					set[p] = true
				}
			} else if p := placeOf(bailiwick.Country(item)); p != unknownPlace {
				set[p] = true
			} else {
				bad(list, i)
			}
		}
	}
	fill(&in, "in", s.In)
	fill(&out, "not-in", s.NotIn)
	for p := range in {
		in[p] = (in[p] || len(s.In) == 0) && !out[p]
	}
	return &in
}

// regionPlaces maps every region to the places of its members.
var regionPlaces = sync.OnceValue(func() map[string][]place {
	m := make(map[string][]place)
	for _, r := range []bailiwick.Region{bailiwick.RegionEU, bailiwick.RegionEEA} {
		members, _ := r.Members()
		for _, c := range members {
			m[string(r)] = append(m[string(r)], placeOf(c))
		}
	}
	return m
})

// partition puts the countries in classes: it refines by one set after the
// other, and so costs sets x countries. Classes are numbered by their smallest
// country, so the order of the sets does not show.
func partition(sets []*placeSet) *classes {
	infos := bailiwick.Countries()
	group := make([]int, len(infos))
	ps := make([]place, len(infos))
	for i, c := range infos {
		ps[i] = placeOf(c.Code)
	}
	groups := 1
	for _, set := range sets {
		split := make([]int, groups) // group -> group of its members inside the set
		first := make([]int, groups) // group -> 1 inside, 2 outside: where its first member lies
		for i, p := range ps {
			g, side := group[i], 2
			if set[p] {
				side = 1
			}
			switch {
			case first[g] == 0:
				first[g] = side
			case first[g] != side:
				if split[g] == 0 {
					split[g] = groups
					groups++
				}
				group[i] = split[g]
			}
		}
	}
	c := &classes{n: firstClass, members: make([][]bailiwick.Country, firstClass, firstClass+groups), first: make([]place, firstClass, firstClass+groups)}
	number := make([]uint8, groups)
	for i, info := range infos {
		n := &number[group[i]]
		if *n == 0 {
			*n = uint8(c.n)
			c.n++
			c.members, c.first = append(c.members, nil), append(c.first, ps[i])
		}
		c.of[ps[i]] = *n
		c.members[*n] = append(c.members[*n], info.Code)
	}
	return c
}

// classesIn returns the classes of the known countries that lie in set, which
// must be one of those the partition was made by.
func (c *classes) classesIn(set *placeSet) (out classSet) {
	for n := firstClass; n < c.n; n++ {
		if set[c.first[n]] {
			out.add(uint8(n))
		}
	}
	return out
}

// setIndex spells each distinct country set out once: rules repeat them.
type setIndex map[string]*placeSet

// get spells a set out; key is that of the rule's member, for problems.
func (x setIndex) get(s CountrySet, key string, bad func(key, message string)) *placeSet {
	id := fmt.Sprintf("%q/%q", s.In, s.NotIn)
	if set, ok := x[id]; ok {
		return set
	}
	clean := true
	set := expand(s, func(list string, i int) {
		clean = false
		bad(fmt.Sprintf("%s.%s[%d]", key, list, i), "not a country or region")
	})
	if clean { // a bad set is named again by every rule that has it
		x[id] = set
	}
	return set
}

// unique drops repeated sets, which cannot split a class further.
func unique(sets []*placeSet) []*placeSet {
	seen := make(map[*placeSet]bool, len(sets))
	return slices.DeleteFunc(sets, func(s *placeSet) bool {
		was := seen[s]
		seen[s] = true
		return was
	})
}
