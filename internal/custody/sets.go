package custody

import (
	"context"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/subject"
)

// The country sets that are no entry of the dictionary.
const (
	setUnknown int64 = -1 // a person who is not named, or of whom no country is known
	setNone    int64 = 0  // about no one
)

// dictionary is the tenant's country sets as far as they were read. It is
// immutable: more sets make a new dictionary.
type dictionary struct {
	last int64
	sets map[int64]countrySet
}

type countrySet struct {
	subject   access.Subject
	countries []bailiwick.Country
}

// of returns the set of a number; one that is not in the dictionary is the
// unknown country, which is never better off.
func (d *dictionary) of(no int64) countrySet {
	switch {
	case no == setNone:
		return countrySet{subject: access.NoSubject}
	case d == nil:
		return countrySet{subject: access.Of()}
	}
	if s, ok := d.sets[no]; ok {
		return s
	}
	return countrySet{subject: access.Of()}
}

// numbers returns the numbers of all sets, rising.
func (d *dictionary) numbers() []int64 {
	out := make([]int64, 0, len(d.sets))
	for no := range d.sets {
		out = append(out, no)
	}
	slices.Sort(out)
	return out
}

// dictionaryIn reads the country sets up to number last that are not known
// yet. Only what a read-only transaction saw
// is kept for the next request: a number given out in a transaction that is
// undone may be given out again for another set.
func (d *Door) dictionaryIn(ctx context.Context, tx store.TenantTx, last int64, committed bool) (*dictionary, error) {
	old := &dictionary{}
	if v, ok := d.sets.Load(tx.Tenant()); ok {
		old = v.(*dictionary)
	}
	if last <= old.last {
		return old, nil
	}
	next := old
	err := subject.SetsSince(ctx, tx, old.last, func(no int64, codes string) {
		if next == old {
			next = &dictionary{sets: make(map[int64]countrySet, len(old.sets)+1)}
			for n, s := range old.sets {
				next.sets[n] = s
			}
		}
		next.last = no
		next.sets[no] = newCountrySet(codes)
	})
	if err != nil {
		return nil, err
	}
	if committed && next != old {
		d.sets.Store(tx.Tenant(), next)
	}
	return next, nil
}

func newCountrySet(codes string) countrySet {
	if codes == "" {
		return countrySet{subject: access.Of()}
	}
	var s countrySet
	for _, c := range strings.Split(codes, ",") {
		s.countries = append(s.countries, bailiwick.Country(c))
	}
	s.subject = access.Of(s.countries...)
	return s
}

// setCodes is the text by which a country set is kept: sorted, each once.
func setCodes(countries []bailiwick.Country) string {
	var codes []string
	for _, c := range countries {
		if c.Known() && !slices.Contains(codes, string(c)) {
			codes = append(codes, string(c))
		}
	}
	slices.Sort(codes)
	return strings.Join(codes, ",")
}
