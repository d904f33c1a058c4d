package proposal

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/store/user"
	"bailiwick/internal/tenant"
)

// sight is what one configuration lets one kind of viewer do.
type sight struct {
	cfg     *tenant.Configuration
	preview *access.Preview
	roles   []access.RoleDef
}

// right is how far a right goes.
type right uint8

const (
	nothing right = iota
	masked        // a masked form
	full
)

func (r right) to(next right) (Effect, bool) {
	switch {
	case r == next:
		return "", false
	case r == nothing:
		return Gains, true
	case next == nothing:
		return Loses, true
	case next == masked:
		return Masked, true
	}
	return Unmasked, true
}

// verbs are what a user has to be able to do with records of a type for an
// operation to mean anything.
var verbs = map[access.Op][]access.Verb{
	access.Access:   {access.VerbList, access.VerbOpen},
	access.Populate: {access.VerbCreate, access.VerbChange},
	access.Export:   {access.VerbExport},
}

var ops = []access.Op{access.Access, access.Populate, access.Export}

// may reports whether the viewer may use an operation on records of a type at
// all; which records is for the scopes and is not simulated.
func (s *sight) may(typ string, op access.Op) bool {
	t := s.cfg.Type(typ)
	if t == nil {
		return false
	}
	for _, r := range s.roles {
		for _, g := range r.Types {
			if g.Type != access.AnyType && g.Type != typ && g.Type != "app:"+t.Pack {
				continue
			}
			for _, v := range verbs[op] {
				if slices.Contains(g.Verbs, v) {
					return true
				}
			}
		}
	}
	return false
}

// has returns the permissions of the viewer.
func (s *sight) has() map[access.Permission]bool {
	out := make(map[access.Permission]bool)
	for _, r := range s.roles {
		for _, p := range r.Admin {
			out[p] = true
		}
	}
	return out
}

// right tells how far the viewer's right to a category of a subject goes.
func (s *sight) right(op access.Op, c bailiwick.Category, who access.Subject) right {
	n := s.cfg.Matrix.CategoryNo(c)
	if n < 0 {
		return nothing
	}
	allowed, shaded := s.preview.Bits(op, who)
	switch {
	case allowed>>n&1 == 0:
		return nothing
	case shaded>>n&1 != 0:
		return masked
	}
	return full
}

func sightOf(cfg *tenant.Configuration, u *user.Row) *sight {
	s := &sight{cfg: cfg}
	v := access.Viewer{Country: u.Country, Purpose: bailiwick.ProvideService}
	for _, key := range strings.Fields(u.Roles) {
		if r := cfg.Role(bailiwick.Role(key)); r != nil {
			s.roles = append(s.roles, *r)
			v.Roles = append(v.Roles, r.Key)
		}
	}
	s.preview = cfg.Matrix.Preview(v)
	return s
}

// field is a field of a type of either configuration.
type field struct {
	typ, path string
	category  bailiwick.Category
	personal  bool // about a person
}

// fieldsOf returns the fields of both configurations, in the order of their
// names. One whose category changes is there twice.
func fieldsOf(cfgs ...*tenant.Configuration) []field {
	seen := make(map[field]bool)
	for _, cfg := range cfgs {
		of := make(map[bailiwick.Category]bool)
		for _, c := range cfg.Matrix.Categories() {
			of[c.Key] = c.OfSubject
		}
		for key, t := range cfg.Types {
			for _, f := range t.All() {
				seen[field{key, f.Path(), f.Category, of[f.Category]}] = true
			}
		}
	}
	out := slices.Collect(maps.Keys(seen))
	slices.SortFunc(out, func(a, b field) int {
		return cmp.Or(cmp.Compare(a.typ, b.typ), cmp.Compare(a.path, b.path), cmp.Compare(a.category, b.category))
	})
	return out
}

// effects computes what happens to users and stored records when next takes
// the place of now. Users of the same roles and country are judged once.
func effects(now, next *tenant.Configuration, people []user.Row, tally custody.Tally) *Simulation {
	e := &effecting{
		now: now, next: next, fields: fieldsOf(now, next), sum: make(map[FieldEffect]int),
		stored: make([]StoredEffect, len(tally.Rows)), tally: tally,
		out: &Simulation{Users: []UserEffect{}, Fields: []FieldEffect{}, Stored: []StoredEffect{}, Records: tally.Records, Illegal: tally.Illegal()},
	}
	e.countries = append(e.countries, access.Of())
	for _, c := range bailiwick.Countries() {
		e.countries = append(e.countries, access.Of(c.Code))
	}
	type kind struct {
		roles   string
		country bailiwick.Country
	}
	kinds := make(map[kind][]user.Row)
	var order []kind
	for _, u := range people {
		if u.Disabled != 0 {
			continue
		}
		k := kind{u.Roles, u.Country}
		if kinds[k] == nil {
			order = append(order, k)
		}
		kinds[k] = append(kinds[k], u)
	}
	for _, k := range order {
		e.judge(kinds[k])
	}
	e.finish()
	e.out.Sensitive = e.sensitive()
	return e.out
}

// sensitive returns the fields that next adds in other than ordinary
// categories.
func (e *effecting) sensitive() (out []AddedField) {
	flags := make(map[bailiwick.Category]bailiwick.Flag)
	for _, c := range e.next.Matrix.Categories() {
		flags[c.Key] = c.Flag
	}
	for _, f := range e.fields {
		if hasField(e.next, f) && !hasField(e.now, f) && flags[f.category] != bailiwick.FlagOrdinary {
			out = append(out, AddedField{f.typ, f.path, f.category})
		}
	}
	return out
}

// effecting is a simulation being made.
type effecting struct {
	now, next *tenant.Configuration
	fields    []field
	countries []access.Subject // unknown first, then every country in its order
	sum       map[FieldEffect]int
	stored    []StoredEffect
	tally     custody.Tally
	out       *Simulation
}

// judge adds what changes for users of the same roles and country.
func (e *effecting) judge(who []user.Row) {
	was, will := sightOf(e.now, &who[0]), sightOf(e.next, &who[0])
	u := UserEffect{Country: who[0].Country, Changes: []Change{}}
	for _, key := range strings.Fields(who[0].Roles) {
		u.Roles = append(u.Roles, bailiwick.Role(key))
	}
	had, has := was.has(), will.has()
	for _, p := range access.Permissions() {
		switch {
		case has[p] && !had[p]:
			u.Gained = append(u.Gained, p)
		case had[p] && !has[p]:
			u.Lost = append(u.Lost, p)
		}
	}
	for _, op := range ops {
		u.Changes = append(u.Changes, e.changes(op, was, will, len(who))...)
	}
	touched := e.records(was, will, len(who))
	if len(u.Changes) == 0 && u.Gained == nil && u.Lost == nil && !touched {
		e.out.Unchanged += len(who)
		return
	}
	for _, row := range who {
		one := u
		one.User = row.ID
		e.out.Users = append(e.out.Users, one)
	}
}

// changes compares one operation, category by category, and sums by field.
func (e *effecting) changes(op access.Op, was, will *sight, n int) []Change {
	type way struct {
		category bailiwick.Category
		effect   Effect
	}
	found := make(map[way]*Change)
	var order []way
	mayWas, mayWill := make(map[string]bool), make(map[string]bool)
	done := make(map[string]bool) // category, and whether the type was and is open: judged once
	byField := make(map[string][]way)
	for _, f := range e.fields {
		if _, ok := mayWas[f.typ]; !ok {
			mayWas[f.typ], mayWill[f.typ] = was.may(f.typ, op), will.may(f.typ, op)
		}
		a, b := mayWas[f.typ] && hasField(e.now, f), mayWill[f.typ] && hasField(e.next, f)
		if !a && !b {
			continue
		}
		key := string(f.category)
		if a {
			key += "+"
		}
		if b {
			key += "-"
		}
		if !done[key] {
			done[key] = true
			for i, s := range e.subjects(f) {
				old, now := nothing, nothing
				if a {
					old = was.right(op, f.category, s)
				}
				if b {
					now = will.right(op, f.category, s)
				}
				effect, ok := old.to(now)
				if !ok {
					continue
				}
				w := way{f.category, effect}
				if found[w] == nil {
					found[w] = &Change{Op: op.String(), Category: f.category, Effect: effect}
					order = append(order, w)
				}
				found[w].add(i, f.personal)
				if !slices.Contains(byField[key], w) {
					byField[key] = append(byField[key], w)
				}
			}
		}
		for _, w := range byField[key] {
			e.sum[FieldEffect{Type: f.typ, Field: f.path, Category: f.category, Op: op.String(), Effect: w.effect}] += n
		}
	}
	out := make([]Change, 0, len(order))
	for _, w := range order {
		c := found[w]
		slices.Sort(c.Countries)
		c.Countries = slices.Compact(c.Countries)
		if len(c.Countries) == len(e.countries)-1 {
			c.Countries, c.Every = nil, true
		}
		out = append(out, *c)
	}
	return out
}

// hasField reports whether a configuration has the field in its category.
func hasField(cfg *tenant.Configuration, f field) bool {
	t := cfg.Type(f.typ)
	if t == nil {
		return false
	}
	got := t.Field(f.path)
	return got != nil && got.Category == f.category
}

var noSubject = []access.Subject{access.NoSubject}

func (e *effecting) subjects(f field) []access.Subject {
	if !f.personal {
		return noSubject
	}
	return e.countries
}

// add notes the i-th of the subjects.
func (c *Change) add(i int, personal bool) {
	switch {
	case !personal:
		c.NoOne = true
	case i == 0:
		c.Unknown = true
	default:
		c.Countries = append(c.Countries, bailiwick.Countries()[i-1].Code)
	}
}

// records compares what is stored; it reports whether anything changes.
func (e *effecting) records(was, will *sight, n int) bool {
	touched := false
	for i := range e.tally.Rows {
		r := &e.tally.Rows[i]
		old, now := nothing, nothing
		if was.may(r.Type, access.Access) {
			old = was.right(access.Access, r.Category, r.Subject)
		}
		if will.may(r.Type, access.Access) {
			now = will.right(access.Access, r.Category, r.Subject)
		}
		effect, ok := old.to(now)
		if !ok {
			continue
		}
		touched = true
		switch s := &e.stored[i]; effect {
		case Gains:
			s.Gains += n
		case Loses:
			s.Loses += n
		case Masked:
			s.Masked += n
		case Unmasked:
			s.Unmasked += n
		}
	}
	return touched
}

// finish puts the sums in order and leaves out what does not change.
func (e *effecting) finish() {
	for f, n := range e.sum {
		f.Users = n
		e.out.Fields = append(e.out.Fields, f)
	}
	slices.SortFunc(e.out.Fields, func(a, b FieldEffect) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Op, b.Op), cmp.Compare(a.Effect, b.Effect))
	})
	for i, s := range e.stored {
		r := &e.tally.Rows[i]
		s.Illegal = r.Barred && !r.WasBarred
		if !s.Illegal && s.Gains+s.Loses+s.Masked+s.Unmasked == 0 {
			continue
		}
		s.Type, s.Category, s.Countries, s.NoOne, s.Entity, s.Records = r.Type, r.Category, r.Countries, r.NoOne, r.Entity, r.Records
		e.out.Stored = append(e.out.Stored, s)
	}
}
