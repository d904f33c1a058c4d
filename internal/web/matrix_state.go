package web

import (
	"net/url"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/access/cells"
	"bailiwick/internal/web/page"
)

// Limits of the columns: what the tenant uses, and what the reader adds.
const (
	maxUsedColumns  = 6
	maxAddedColumns = 8
)

// unknownColumn is the key of the column of people of unknown country. It is
// shown and never set: no rule can name it (R14.6).
const unknownColumn = "?"

// gridState is what an address chooses of the matrix.
type gridState struct {
	path  string
	op    access.Op
	role  bailiwick.Role    // empty = every role, told apart
	from  access.CountrySet // the viewer's countries
	added []string          // keys of columns
}

// readGrid reads an address. What it does not know is left at its default.
func (v *visit) readGrid(path string, q url.Values) gridState {
	g := gridState{path: path, op: access.Populate}
	if q.Get("op") == access.Access.String() {
		g.op = access.Access
		if s, ok := cells.ParseKey(q.Get("from")); ok {
			g.from = s
		}
	}
	if role := bailiwick.Role(q.Get("role")); v.cfg.Role(role) != nil {
		g.role = role
	}
	own := strings.FieldsFunc(strings.ToUpper(q.Get("own")), func(r rune) bool { return r == ',' || r == ' ' || r == ';' || r == '+' || r == '.' })
	for _, key := range append(q["col"], strings.Join(own, ".")) {
		s, ok := cells.ParseKey(key)
		if ok && !s.Every() && !slices.Contains(g.added, key) && len(g.added) < maxAddedColumns {
			g.added = append(g.added, key)
		}
	}
	return g
}

// values are the parameters of an address.
func (g gridState) values() url.Values {
	q := url.Values{"op": {g.op.String()}}
	if g.role != "" {
		q.Set("role", string(g.role))
	}
	if g.op == access.Access && !g.from.Every() {
		q.Set("from", cells.Key(g.from))
	}
	for _, c := range g.added {
		q.Add("col", c)
	}
	return q
}

func (g gridState) address() string { return g.path + "?" + g.values().Encode() }

// hidden are the parameters as inputs of a form, but those it has itself.
func (g gridState) hidden(but ...string) []page.Hidden {
	var out []page.Hidden
	q := g.values()
	for _, name := range []string{"op", "role", "from", "col"} {
		if slices.Contains(but, name) {
			continue
		}
		for _, value := range q[name] {
			out = append(out, page.Hidden{Name: name, Value: value})
		}
	}
	return out
}

// column is one column of the grid: a set of countries, or the unknown one.
type column struct {
	key     string
	set     access.CountrySet
	unknown bool
	added   bool
}

// columns are the countries that the tenant uses (its seats, the persons it
// keeps, those its rules name), what the reader added, the EEA, everywhere
// else, and the unknown country.
func (v *visit) columns(g gridState, rules []access.Rule) []column {
	var used []bailiwick.Country
	add := func(c bailiwick.Country) {
		if c.Known() && !slices.Contains(used, c) && len(used) < maxUsedColumns {
			used = append(used, c)
		}
	}
	for _, e := range v.cfg.Entities {
		add(e.Seat)
	}
	places, err := v.door.Places(v.r.Context(), v.actor)
	if err != nil {
		places = nil // the grid is worth more than its best columns
	}
	for _, c := range places {
		add(c)
	}
	for _, r := range rules {
		for _, item := range slices.Concat(r.Subject.In, r.Subject.NotIn) {
			add(bailiwick.Country(item))
		}
	}
	var out []column
	var named []string
	put := func(key string, added bool) {
		s, ok := cells.ParseKey(key)
		if ok && !slices.ContainsFunc(out, func(c column) bool { return c.key == key }) {
			out = append(out, column{key: key, set: s, added: added})
			named = append(named, s.In...)
		}
	}
	for _, c := range used {
		put(string(c), false)
	}
	for _, key := range g.added {
		put(key, true)
	}
	put(string(bailiwick.RegionEEA), false)
	slices.Sort(named)
	rest := "!" + strings.Join(outside(slices.Compact(named)), ".")
	put(rest, false)
	return append(out, column{key: unknownColumn, unknown: true})
}

// outside are the items that "everywhere else" leaves out: countries inside a
// region that is left out anyway need no naming.
func outside(items []string) []string {
	var out []string
	for _, item := range items {
		inside := slices.ContainsFunc(items, func(r string) bool {
			if r == item {
				return false
			}
			members, ok := bailiwick.Region(r).Members()
			if !ok {
				return false
			}
			if own, region := bailiwick.Region(item).Members(); region {
				return len(own) < len(members)
			}
			return slices.Contains(members, bailiwick.Country(item))
		})
		if !inside {
			out = append(out, item)
		}
	}
	return out
}

// placeName is a set of countries in words: "France", "EEA", "outside EEA".
func (v *visit) placeName(s access.CountrySet) string {
	switch {
	case s.Every():
		return v.p.T("matrix.everywhere")
	case len(s.NotIn) == 0:
		return v.countryItems(s.In)
	case len(s.In) == 0:
		return v.p.T("matrix.outside", "Countries", v.countryItems(s.NotIn))
	}
	return v.countrySet(s)
}

// columnHead fills in the head of a column.
func (v *visit) columnHead(c column, g gridState) page.MatrixColumn {
	if c.unknown {
		return page.MatrixColumn{Key: c.key, Code: unknownColumn, Name: v.p.T("country.unknown")}
	}
	out := page.MatrixColumn{Key: c.key, Code: strings.ReplaceAll(c.key, ".", " "), Name: v.placeName(c.set)}
	if len(c.set.NotIn) > 0 && !c.added {
		out.Code, out.Name = "…", v.p.T("matrix.elsewhere")
	}
	if len(c.set.In) == 1 && !c.set.Every() {
		if _, region := bailiwick.Region(c.set.In[0]).Members(); region {
			out.Name = v.p.T("matrix.region." + c.set.In[0])
		}
	}
	if c.added {
		less := g
		less.added = slices.DeleteFunc(slices.Clone(g.added), func(k string) bool { return k == c.key })
		out.Remove = less.address()
	}
	return out
}

// placeOptions are the places a viewer may be in: everywhere, inside and
// outside the regions, and each country that is used.
func (v *visit) placeOptions(chosen access.CountrySet, cols []column) []page.Option {
	keys := []string{cells.Every, "EEA", "!EEA", "EU", "!EU"}
	for _, c := range cols {
		if !c.unknown && !c.set.Every() && len(c.set.NotIn) == 0 && !slices.Contains(keys, c.key) {
			keys = append(keys, c.key)
		}
	}
	if key := cells.Key(chosen); key != "" && !slices.Contains(keys, key) {
		keys = append(keys, key)
	}
	var out []page.Option
	for _, key := range keys {
		if s, ok := cells.ParseKey(key); ok {
			out = append(out, page.Option{Value: key, Label: v.placeName(s), Selected: key == cells.Key(chosen)})
		}
	}
	return out
}

// roleOptions lists the roles, every role first.
func (v *visit) roleOptions(m *access.Matrix, chosen bailiwick.Role, every bool) []page.Option {
	var out []page.Option
	if every {
		out = append(out, page.Option{Value: "", Label: v.p.T("matrix.role.every"), Selected: chosen == ""})
	}
	for _, r := range m.Roles() {
		out = append(out, page.Option{Value: string(r.Key), Label: v.roleTitle(r.Key), Selected: r.Key == chosen})
	}
	return out
}
