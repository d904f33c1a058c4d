package custody

import (
	"context"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
)

// Suggest returns targets for a reference field of kind record or subject,
// members of groups ("affected.person") included: those whose title has words
// beginning with those of text, or the newest for no text. limit is 1 to
// MaxHits. Users are not custody's; for a field of kind user it returns none.
// CodeNotFound for a field that is no reference.
func (d *Door) Suggest(ctx context.Context, a bailiwick.Actor, typ, field, text string, limit int, lang string) ([]Link, error) {
	if limit < 1 || limit > MaxHits || len(text) > schema.MaxLongTextRunes {
		return nil, bailiwick.Malformed("The text is too long, or the limit is not a number from 1 to 50.")
	}
	var titles *titler
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
		on := s.on(fp.f.RefType)
		if on == nil || (!creates && !changes) || !a.InScope(bailiwick.ScopeRead) {
			return errRefused()
		}
		titles = on.titler()
		if strings.TrimSpace(text) != "" {
			return on.findTitles(ctx, tx, text, limit, titles)
		}
		owner, ok := on.ownOnly(access.VerbList)
		if !ok {
			return nil
		}
		return on.take(ctx, tx, &record.Select{TypeNo: on.lay.no, CSets: on.visibleSets(), Owner: owner}, limit, titles)
	})
	if err != nil {
		return nil, unavailable(err)
	}
	if titles == nil {
		return nil, nil
	}
	var out []Link
	err = titles.each(ctx, func(_ *record.Row, _ *packed, l Link) { out = append(out, l) })
	slices.SortFunc(out, func(a, b Link) int { return strings.Compare(a.Title, b.Title) })
	return out, err
}

// findTitles adds the records whose title has the words of text. Titles with
// whole-word tokens only, and beginnings of fewer than three letters, are
// looked for among the newest rows.
func (s *sight) findTitles(ctx context.Context, tx store.TenantTx, text string, limit int, to *titler) error {
	owner, ok := s.ownOnly(access.VerbList)
	title := s.titleField()
	if !ok || len(title) == 0 {
		return nil
	}
	fp := title[0]
	c := &compiled{leftOut: map[bailiwick.Country]bool{}}
	c.sel = record.Select{TypeNo: s.lay.no, CSets: s.visibleSets(), Owner: owner}
	words := schema.Tokens(text)
	short := slices.ContainsFunc(words, func(w string) bool { return len([]rune(w)) < schema.MinPrefixRunes })
	if fp.f.Search == schema.SearchPrefix && !short {
		if err := s.words(ctx, c, title, text); err != nil {
			return err
		}
		return s.take(ctx, tx, &c.sel, limit, to)
	}
	const newest = 2_000
	c.left = []residual{{fp: fp, op: opPrefix, words: words}}
	rows, err := record.Rows(ctx, tx, &c.sel, true, newest, nil)
	if err != nil {
		return err
	}
	l := &listing{sight: s, q: &Query{Type: s.lay.t.Key}, c: c, limit: limit}
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
		if len(to.rows) == limit {
			break
		}
	}
	return nil
}
