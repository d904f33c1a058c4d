package custody

import (
	"context"
	"slices"
	"unicode/utf8"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store/record"
)

// Limits of a query.
const (
	MaxPageRows     = 200    // Query.Limit
	DefaultPageRows = 50     // Query.Limit 0
	MaxScanRows     = 20_000 // rows that are sorted or searched in custody
	MaxFilters      = 20
	MaxFilterValues = 100
	MaxQueryWords   = 10
)

// The operators of a filter.
const (
	opEq, opIn             = "eq", "in"
	opLt, opLe, opGt, opGe = "lt", "le", "gt", "ge"
	opSet, opUnset         = "set", "unset"
	opWord, opPrefix       = "word", "prefix"
	sortRef, sortCreated   = "ref", "created"
	sortUpdated            = "updated"
)

// compiled is a query made ready: what the database selects, and what is left
// to judge row by row in custody.
type compiled struct {
	sel       record.Select
	left      []residual // filters on sealed content
	sort      *fieldPlan // field to sort by in custody; nil = by key
	byKey     bool       // newest or oldest first: the database pages
	sensitive bool       // whether a category that is not ordinary filters or sorts

	leftOut map[bailiwick.Country]bool
}

// residual is a filter that needs the opened value.
type residual struct {
	fp     *fieldPlan
	op     string
	values []string
	words  []string
}

// compile judges a query and makes it ready. verb is list or export. A field
// that the viewer may see in full for nobody is refused like one that does not
// exist (R14.7).
func (s *sight) compile(ctx context.Context, q *Query, verb access.Verb) (*compiled, error) {
	if len(q.Filters) > MaxFilters {
		return nil, bailiwick.Malformed("A list takes at most 20 filters.")
	}
	reach, ok := s.reach(verb)
	if !ok {
		return nil, errRefused()
	}
	c := &compiled{leftOut: map[bailiwick.Country]bool{}}
	rows := s.visibleRows()
	c.sel = record.Select{TypeNo: s.lay.no, State: record.Live, CSets: rows.CSets, Of: rows.Of, Reach: reach}
	if q.Deleted {
		more, ok := s.reach(access.VerbDelete)
		if !ok {
			return nil, errRefused()
		}
		c.sel.State = record.Deleted
		c.sel.Reach = append(c.sel.Reach, more...)
	}
	for _, f := range q.Filters {
		if err := s.filter(ctx, c, f); err != nil {
			return nil, err
		}
	}
	if err := s.freeText(ctx, c, q.Text); err != nil {
		return nil, err
	}
	return c, s.order(c, q.Sort)
}

// order compiles the sort key.
func (s *sight) order(c *compiled, key string) error {
	switch key {
	case "", sortRef, sortCreated:
		c.byKey = true
		return nil
	case sortUpdated:
		return nil
	}
	fp, err := s.usable(c, key)
	if err != nil {
		return err
	}
	if fp.isGroup() {
		return errHidden()
	}
	c.sort = fp
	return nil
}

// usable returns a field by which the viewer may filter, sort or group: one
// that is visible in full for somebody. It notes the countries that are left
// out.
func (s *sight) usable(c *compiled, key string) (*fieldPlan, error) {
	fp := s.lay.byKey[key]
	if fp == nil || fp.group != nil {
		return nil, errHidden()
	}
	some := s.inSomeEntity(func() bool {
		if fp.whose == noOnes {
			return s.seesFull(fp, setNone)
		}
		return s.seesForSomeone(fp, c)
	})
	if !some {
		return nil, errHidden()
	}
	c.sensitive = c.sensitive || fp.need&s.lay.recorded != 0
	return fp, nil
}

// seesForSomeone reports whether a field is visible in full for a person of
// some country, whether or not there is one, and notes the countries of persons
// whom a filter on it leaves out.
func (s *sight) seesForSomeone(fp *fieldPlan, c *compiled) bool {
	some := s.seesFull(fp, setUnknown)
	for no, set := range s.dict.sets {
		switch {
		case !s.visible(no):
		case s.seesFull(fp, no):
			some = true
		case len(set.countries) == 0:
			c.leftOut[bailiwick.UnknownCountry] = true
		default:
			for _, country := range set.countries {
				c.leftOut[country] = true
			}
		}
	}
	if some {
		return true
	}
	for _, country := range bailiwick.Countries() {
		g := grant{}
		who := s.at.of(access.Of(country.Code))
		g.allowed, g.masked = s.view.Bits(access.Access, who)
		g.allowed &^= s.quarantined(who)
		if (g.allowed&^g.masked)&fp.need == fp.need {
			return true
		}
	}
	return false
}

// filter compiles one condition.
func (s *sight) filter(ctx context.Context, c *compiled, f Filter) error {
	if f.Field == sortCreated || f.Field == sortUpdated || f.Field == sortRef {
		return errHidden()
	}
	fp, err := s.usable(c, f.Field)
	if err != nil {
		return err
	}
	if len(f.Values) > MaxFilterValues {
		return bailiwick.Malformed("A filter takes at most 100 values.")
	}
	for _, v := range f.Values {
		if len(v) > schema.MaxLongTextRunes || !utf8.ValidString(v) {
			return bailiwick.Malformed("A value of a filter cannot be read.")
		}
	}
	if !knownOp(f) {
		return bailiwick.Malformed("A filter has an operator that is not known, or the wrong number of values.")
	}
	switch {
	case fp.f.Clear:
		return s.clearFilter(c, fp, f)
	case (f.Op == opWord || f.Op == opPrefix) && fp.f.Search != schema.SearchNone && len(f.Values) == 1:
		return s.words(ctx, c, []*fieldPlan{fp}, f.Values[0])
	case fp.isGroup():
		return errHidden()
	default:
		return s.residual(c, fp, f)
	}
}

// knownOp checks an operator and its number of values.
func knownOp(f Filter) bool {
	switch f.Op {
	case opEq, opLt, opLe, opGt, opGe, opWord, opPrefix:
		return len(f.Values) == 1
	case opIn:
		return len(f.Values) > 0
	case opSet, opUnset:
		return len(f.Values) == 0
	}
	return false
}

// index reads a filter value as the index holds it.
func index(fp *fieldPlan, text string) (schema.Index, error) {
	v, bad := fp.f.Kind.FromText(one(fp.f), text)
	if bad != nil || v.IsEmpty() {
		return schema.Index{}, bailiwick.Malformed("A value of a filter does not fit its field.")
	}
	for _, i := range schema.Indexes(fp.f, v) {
		return i, nil
	}
	return schema.Index{}, bailiwick.Malformed("A value of a filter does not fit its field.")
}

// one is the field as far as reading a filter value goes: limits of what may
// be stored do not limit what may be asked for.
func one(f *schema.Field) *schema.Field {
	g := *f
	g.Min, g.Max = nil, nil
	return &g
}

// clearFilter compiles a condition on a clear field into index look-ups among
// the rows for which the viewer may see the field.
func (s *sight) clearFilter(c *compiled, fp *fieldPlan, f Filter) error {
	rows := s.rowsFor(fp)
	t := record.Test{Field: fp.key, CSets: rows.CSets, Of: rows.Of}
	whole := func(kind record.TestKind) { t.Kind = kind }
	isInt := indexedAsInt(fp)
	switch f.Op {
	case opSet, opUnset:
		whole(record.HasText)
		if isInt {
			whole(record.HasInt)
		}
		t.Not = f.Op == opUnset
	case opEq, opIn, opWord, opPrefix:
		for _, text := range f.Values {
			i, err := index(fp, text)
			if err != nil {
				return err
			}
			t.Ints, t.Texts = append(t.Ints, i.Int), append(t.Texts, i.Text)
		}
		whole(record.InTexts)
		if isInt {
			whole(record.InInts)
		}
	default:
		if !isInt {
			return bailiwick.Malformed("The field has no order to compare by.")
		}
		i, err := index(fp, f.Values[0])
		if err != nil {
			return err
		}
		t.Kind = record.InRange
		t.Lo, t.Hi = bounds(f.Op, i.Int)
	}
	c.sel.All = append(c.sel.All, record.Condition{t})
	return nil
}

// bounds turns a comparison into an inclusive range.
func bounds(op string, v int64) (lo, hi int64) {
	const least, most = -1 << 63, 1<<63 - 1
	switch op {
	case opLt:
		if v == least {
			return most, least
		}
		return least, v - 1
	case opLe:
		return least, v
	case opGt:
		if v == most {
			return most, least
		}
		return v + 1, most
	}
	return v, most
}

// indexedAsInt reports whether a clear field's index rows are numbers.
func indexedAsInt(fp *fieldPlan) bool {
	switch fp.f.Kind.Name() {
	case "integer", "decimal", "boolean", "date", "datetime", "score":
		return true
	}
	return false
}

// residual leaves a filter on sealed content to be judged in custody.
func (s *sight) residual(c *compiled, fp *fieldPlan, f Filter) error {
	r := residual{fp: fp, op: f.Op}
	switch f.Op {
	case opWord, opPrefix:
		r.words = schema.Tokens(f.Values[0])
	case opSet, opUnset:
	default:
		for _, text := range f.Values {
			v, bad := fp.f.Kind.FromText(one(fp.f), text)
			if bad != nil || v.IsEmpty() {
				return bailiwick.Malformed("A value of a filter does not fit its field.")
			}
			r.values = append(r.values, string(v))
		}
	}
	c.left = append(c.left, r)
	if fp.whose == ownPersons { // rows whose value is withheld are never covered
		rows := s.rowsFor(fp)
		c.sel.All = append(c.sel.All, record.Condition{{Kind: record.OfCSets, CSets: rows.CSets, Of: rows.Of}})
	}
	return nil
}

// freeText compiles Query.Text: every word in some field that the viewer may
// see.
func (s *sight) freeText(ctx context.Context, c *compiled, text string) error {
	if text == "" {
		return nil
	}
	var fields []*fieldPlan
	for _, fp := range s.lay.fields {
		if fp.f.Search == schema.SearchNone || fp.isGroup() {
			continue
		}
		var ignored compiled
		ignored.leftOut = c.leftOut
		some := s.inSomeEntity(func() bool {
			return (fp.whose == noOnes && s.seesFull(fp, setNone)) || (fp.whose == ownPersons && s.seesForSomeone(fp, &ignored))
		})
		if some {
			fields = append(fields, fp)
		}
	}
	return s.words(ctx, c, fields, text)
}

// words adds a condition per word: it must be found in one of the fields,
// among the rows for which the viewer may see that field.
func (s *sight) words(ctx context.Context, c *compiled, fields []*fieldPlan, text string) error {
	words := schema.Tokens(text)
	if len(words) == 0 {
		c.sel.All = append(c.sel.All, record.Condition{}) // nothing to find: nothing found
		return nil
	}
	for _, w := range words[:min(len(words), MaxQueryWords)] {
		var cond record.Condition
		for _, fp := range fields {
			if fp.whose == referents {
				continue // a token does not say whose: it would tell of persons who are withheld
			}
			term, err := s.term(ctx, fp, w)
			if err != nil {
				return err
			}
			rows := s.rowsFor(fp)
			cond = append(cond, record.Test{Kind: record.HasTerm, Field: fp.key, Term: term, CSets: rows.CSets, Of: rows.Of})
		}
		c.sel.All = append(c.sel.All, cond)
	}
	return nil
}

// term returns the token by which a word of a query is looked up: of its
// beginning where the field has those, else of the whole word.
func (s *sight) term(ctx context.Context, fp *fieldPlan, word string) ([]byte, error) {
	name := fp.blind
	if r := []rune(word); fp.f.Search == schema.SearchPrefix && len(r) >= schema.MinPrefixRunes {
		name, word = prefixField(fp), string(r[:min(len(r), schema.MaxPrefixRunes)])
	}
	t, err := s.door.vault.Blind(ctx, s.a.Tenant(), name, word)
	return t, unavailable(err)
}

// countriesOf lists a set of countries, sorted.
func countriesOf(set map[bailiwick.Country]bool) []bailiwick.Country {
	out := make([]bailiwick.Country, 0, len(set))
	for c := range set {
		out = append(out, c)
	}
	slices.Sort(out)
	return out
}
