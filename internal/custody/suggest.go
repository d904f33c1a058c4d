package custody

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
)

// suggested bounds how many targets are put in order before the best are
// shown, and how many of the newest rows are looked through for beginnings of
// words that have no tokens.
const suggested = 2_000

// Suggest returns targets for a reference field of kind record or subject,
// members of groups ("affected.person") included, the best first: that whose
// reference is text; those whose title or key (a requirement number, a CVE
// number) is text; those that begin with it; those that have its words or
// words beginning with them. Without text it returns the newest. limit is 1 to
// MaxHits. Users are not custody's; for a field of kind user it returns none.
// CodeNotFound for a field that is no reference.
func (d *Door) Suggest(ctx context.Context, a bailiwick.Actor, typ, field, text string, limit int, lang string) ([]Link, error) {
	if limit < 1 || limit > MaxHits || len(text) > schema.MaxLongTextRunes {
		return nil, bailiwick.Malformed("The text is too long, or the limit is not a number from 1 to 50.")
	}
	text = strings.TrimSpace(text)
	var titles *titler
	var on *sight
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		titles = nil
		s, err := d.sightOf(ctx, tx, a, typ, lang, true)
		if err != nil {
			return err
		}
		fp := s.lay.byKey[field]
		if fp == nil || !fp.link || fp.isGroup() {
			return bailiwick.NotFound()
		}
		if fp.f.RefType == "" {
			return nil // a user
		}
		_, creates := s.view.May(typ, access.VerbCreate)
		_, changes := s.view.May(typ, access.VerbChange)
		on = s.on(fp.f.RefType)
		if on == nil || (!creates && !changes) || !a.InScope(bailiwick.ScopeRead) {
			return errRefused()
		}
		titles = on.titler()
		if text != "" {
			return on.findTargets(ctx, tx, text, titles)
		}
		reach, ok := on.reach(access.VerbList)
		if !ok {
			return nil
		}
		rows := on.visibleRows()
		return on.take(ctx, tx, &record.Select{TypeNo: on.lay.no, CSets: rows.CSets, Of: rows.Of, Reach: reach}, limit, titles)
	})
	if err != nil {
		return nil, unavailable(err)
	}
	if titles == nil {
		return nil, nil
	}
	return on.best(ctx, titles, text, limit)
}

// best puts the targets in order and returns the first of them.
func (s *sight) best(ctx context.Context, titles *titler, text string, limit int) ([]Link, error) {
	type target struct {
		link Link
		rank int
		key  string
	}
	keys := s.naturalKey()
	var all []target
	var o opener
	var failed error
	err := titles.each(ctx, func(_ *record.Row, p *packed, l Link) {
		t := target{link: l}
		if r := (revealed{packed: *p}); len(keys) > 0 && text != "" {
			s.wanted(access.Access, &r, keys)
			if err := s.openWanted(ctx, access.Access, &r, &o); err != nil {
				failed = err
			} else if c := s.cell(access.Access, &r, keys[0]); c.Withheld == nil && c.Mask == access.MaskNone {
				t.key = keys[0].f.Kind.Text(keys[0].f, c.Value, s.lang)
			}
		}
		t.rank = rank(schema.Fold(text), l, t.key)
		all = append(all, t)
	})
	if err = cmp.Or(err, failed); err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b target) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), strings.Compare(a.link.Title, b.link.Title), strings.Compare(a.key, b.key), strings.Compare(a.link.Ref, b.link.Ref))
	})
	out := make([]Link, 0, min(len(all), limit))
	for _, t := range all[:min(len(all), limit)] {
		out = append(out, t.link)
	}
	return out, nil
}

// rank says how well a target fits a folded text, 0 the best.
func rank(text string, l Link, key string) int {
	title, key := schema.Fold(l.Title), schema.Fold(key)
	switch {
	case text == "":
		return 0
	case text == schema.Fold(l.Ref):
		return 0
	case text == title || text == key:
		return 1
	case strings.HasPrefix(title, text) || strings.HasPrefix(key, text):
		return 2
	case strings.Contains(title, text):
		return 3
	}
	return 4
}

// naturalKey returns the field by which other systems know a record, under the
// same condition as titleField.
func (s *sight) naturalKey() []*fieldPlan {
	fp := s.lay.byKey[s.lay.t.KeyField]
	if fp == nil || fp.need&s.lay.recorded != 0 {
		return nil
	}
	return []*fieldPlan{fp}
}

// findTargets adds the record that text refers to, those whose title or key
// has the words of text, and of the newest rows those whose title has words
// that begin with them.
func (s *sight) findTargets(ctx context.Context, tx store.TenantTx, text string, to *titler) error {
	reach, ok := s.reach(access.VerbList)
	if !ok {
		return nil
	}
	if err := s.findRef(ctx, tx, text, to); err != nil {
		return err
	}
	title := s.titleField()
	rows := s.visibleRows()
	all := record.Select{TypeNo: s.lay.no, CSets: rows.CSets, Of: rows.Of, Reach: reach}
	for _, fields := range [][]*fieldPlan{title, s.naturalKey()} {
		if len(fields) == 0 || fields[0].f.Search == schema.SearchNone {
			continue
		}
		c := &compiled{leftOut: map[bailiwick.Country]bool{}, sel: all}
		if err := s.words(ctx, c, fields, text); err != nil {
			return err
		}
		if err := s.take(ctx, tx, &c.sel, suggested, to); err != nil {
			return err
		}
	}
	words := schema.Tokens(text)
	short := slices.ContainsFunc(words, func(w string) bool { return len([]rune(w)) < schema.MinPrefixRunes })
	if len(title) > 0 && (title[0].f.Search != schema.SearchPrefix || short) {
		if err := s.findBeginnings(ctx, tx, &compiled{leftOut: map[bailiwick.Country]bool{}, sel: all}, title, words, to); err != nil {
			return err
		}
	}
	to.once()
	return nil
}

// once drops rows that were added more than once.
func (t *titler) once() {
	seen := map[int64]bool{}
	t.rows = slices.DeleteFunc(t.rows, func(r *record.Row) bool {
		twice := seen[r.RKey]
		seen[r.RKey] = true
		return twice
	})
}

// findBeginnings opens the titles of the newest rows and adds those with words
// that begin with the given ones.
func (s *sight) findBeginnings(ctx context.Context, tx store.TenantTx, c *compiled, title []*fieldPlan, words []string, to *titler) error {
	c.left = []residual{{fp: title[0], op: opPrefix, words: words}}
	rows, err := record.Rows(ctx, tx, &c.sel, true, suggested, nil)
	if err != nil {
		return err
	}
	l := &listing{sight: s, q: &Query{Type: s.lay.t.Key}, c: c, limit: suggested}
	var r revealed
	var o opener
	for _, row := range rows {
		if err := r.decode(row.Bytes); err != nil {
			return unavailable(err)
		}
		s.wanted(access.Access, &r, title)
		o = opener{buf: o.buf[:0], ms: o.ms[:0], keys: o.keys}
		if err := s.openWanted(ctx, access.Access, &r, &o); err != nil {
			return err
		}
		if !l.passes(&r) {
			continue
		}
		one := record.Row{RKey: row.RKey, ID: r.id, Owner: r.owner, Packed: row.Bytes}
		if slot := r.slotOf(0); slot != nil && s.lay.t.Self {
			one.CSet = slot.cset
		}
		to.rows = append(to.rows, &one)
	}
	return nil
}
