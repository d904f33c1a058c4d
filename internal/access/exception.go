package access

import (
	"slices"
	"strconv"
	"time"

	"bailiwick"
)

// Exception is the one place at which rules stop holding for a while: a
// category of people of some countries, for viewers of a country and of roles.
type Exception struct {
	Key       string // begins the ids of the rules that are made
	Op        Op
	Category  bailiwick.Category
	Countries []bailiwick.Country // of whom the data is about; known ones
	Viewer    bailiwick.Country   // assigned country of who is to see it; a known one
	Roles     []bailiwick.Role    // that who is to see it holds
	Until     time.Time
}

// Except narrows the denies that stand at the place of an exception until it
// ends: each is put off to that instant, and what it denies elsewhere is
// denied by dated rules until then. So the denies come back by themselves, and
// no other place changes its answer, save two that rules cannot tell from it: viewers
// of that country who hold no role but ones of the exception, and fields of a
// broader category that the same deny covers. all are the roles of the
// configuration: a role that is added later is not held by what is put off
// until the end. It returns the rules to put, none where no deny stands there.
func (m *Matrix) Except(rules []Rule, all []bailiwick.Role, now time.Time, x Exception) []Rule {
	var out []Rule
	n := m.catNo.find(x.Category)
	if n < 0 {
		return nil
	}
	id := 0
	for _, r := range rules {
		if r.Op != x.Op || r.Effect != Deny || m.CategorySet(r.Category)>>n&1 == 0 || !r.Until.IsZero() && !r.Until.After(now) ||
			!r.From.IsZero() && !r.From.Before(x.Until) || !r.concerns(x) {
			continue
		}
		ends := !r.Until.IsZero() && !r.Until.After(x.Until) // before the exception does: nothing to put off
		for i, p := range m.parts(r, all, x) {
			if i > 0 || !ends {
				p.ID, id = free(rules, x.Key, id)
			}
			out = append(out, p)
		}
		if !ends {
			r.From = x.Until
			out = append(out, r)
		}
	}
	return out
}

// free returns the next id that no rule has.
func free(rules []Rule, key string, n int) (string, int) {
	for {
		n++
		id := key + "-" + strconv.Itoa(n)
		if !slices.ContainsFunc(rules, func(o Rule) bool { return o.ID == id }) {
			return id, n
		}
	}
}

// concerns reports whether the rule can match at the place of an exception.
func (r *Rule) concerns(x Exception) bool {
	none := func(string, int) {}
	if !expand(r.Viewer, none)[placeOf(x.Viewer)] || len(r.Purposes) > 0 && !slices.Contains(r.Purposes, bailiwick.ProvideService) {
		return false
	}
	if len(r.Roles) > 0 && !slices.ContainsFunc(r.Roles, func(o bailiwick.Role) bool { return slices.Contains(x.Roles, o) }) {
		return false
	}
	return len(r.within(x.Countries)) > 0
}

// within returns the countries that the rule's subject set holds.
func (r *Rule) within(countries []bailiwick.Country) []string {
	var out []string
	set := expand(r.Subject, func(string, int) {})
	for _, c := range countries {
		if set[placeOf(c)] {
			out = append(out, string(c))
		}
	}
	return out
}

// parts is what a deny covers outside the place of an exception, until the
// exception or the deny ends.
func (m *Matrix) parts(r Rule, all []bailiwick.Role, x Exception) []Rule {
	if r.Until.IsZero() || r.Until.After(x.Until) {
		r.Until = x.Until
	}
	viewers := r // from everywhere else
	viewers.Viewer.NotIn = append(slices.Clone(r.Viewer.NotIn), string(x.Viewer))
	here := r
	here.Viewer = CountrySet{In: []string{string(x.Viewer)}}
	in := r.within(x.Countries)
	people := here // about everybody else
	people.Subject.NotIn = append(slices.Clone(r.Subject.NotIn), in...)
	out := []Rule{viewers, people}
	here.Subject = CountrySet{In: in}

	roles := here // for whoever holds another role
	if roles.Roles = others(r.Roles, all, x.Roles); len(roles.Roles) > 0 {
		out = append(out, roles)
	}
	why := here // for every other purpose
	if why.Purposes = others(r.Purposes, bailiwick.Purposes(), []bailiwick.Purpose{bailiwick.ProvideService}); len(why.Purposes) > 0 {
		out = append(out, why)
	}
	covered, path := m.CategorySet(r.Category), m.path(x.Category)
	for i, c := range m.cats { // every other category
		parent := m.catNo.find(c.Parent)
		if covered>>i&1 != 0 && path>>i&1 == 0 && parent >= 0 && covered>>parent&1 != 0 && path>>parent&1 != 0 {
			beside := here
			beside.Category = c.Key
			out = append(out, beside)
		}
	}
	return out
}

// path returns the bits of a category and of those above it.
func (m *Matrix) path(c bailiwick.Category) (set uint64) {
	for n := m.catNo.find(c); n >= 0; n = m.catNo.find(m.cats[n].Parent) {
		set |= 1 << n
		if m.cats[n].Parent == "" {
			break
		}
	}
	return set
}

// others returns the named ones, every one where none is named, without some.
func others[T comparable](named, all, without []T) []T {
	if len(named) == 0 {
		named = all
	}
	var out []T
	for _, v := range named {
		if !slices.Contains(without, v) {
			out = append(out, v)
		}
	}
	return out
}
