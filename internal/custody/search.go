package custody

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
)

// MaxHits bounds Search and Suggest.
const MaxHits = 50

// Search finds records of every type that the viewer may list, newest first
// within each type: by whole words, and by beginnings of at least three
// letters in fields such as names. Every word must occur in some field that
// the viewer may see in full. limit is 1 to MaxHits.
func (d *Door) Search(ctx context.Context, a bailiwick.Actor, text string, limit int, lang string) ([]Hit, error) {
	if limit < 1 || limit > MaxHits || len(text) > schema.MaxLongTextRunes {
		return nil, bailiwick.Malformed("The search is too long, or its limit is not a number from 1 to 50.")
	}
	var titles *titler
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		titles = nil
		cfg, err := d.tenants.Configuration(ctx, tx)
		if err != nil {
			return err
		}
		for _, pack := range cfg.Packs {
			for _, t := range pack.Types {
				s, err := d.sightOf(ctx, tx, a, t.Key, lang, true)
				if err != nil {
					return err
				}
				if titles == nil {
					titles = s.titler()
				}
				if err := s.findRef(ctx, tx, text, titles); err != nil {
					return err
				}
				if err := s.findWords(ctx, tx, text, limit-len(titles.rows), titles); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, unavailable(err)
	}
	if titles == nil || !a.InScope(bailiwick.ScopeRead) {
		return nil, nil
	}
	var out []Hit
	err = titles.each(ctx, func(row *record.Row, p *packed, l Link) {
		out = append(out, Hit{Type: titles.sights[record.TypeNo(row.RKey)].lay.t, ID: row.ID, Ref: l.Ref, Title: l.Title})
	})
	return out, err
}

// findRef adds the record whose reference the text is, such as "RSK-12".
func (s *sight) findRef(ctx context.Context, tx store.TenantTx, text string, to *titler) error {
	seq, ok := s.seqOf(text)
	if !ok {
		return nil
	}
	row, err := record.ByKey(ctx, tx, record.Key(s.lay.no, seq))
	if errors.Is(err, store.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.learn(ctx, tx, row); err != nil {
		return err
	}
	if row.State != record.Live || !s.exists(row) {
		return nil
	}
	to.sights[s.lay.no] = s
	to.rows = append(to.rows, row)
	return nil
}

// seqOf reads the number of a reference to a record of the sight's type.
func (s *sight) seqOf(text string) (int64, bool) {
	head := s.lay.t.Ref + "-"
	text = strings.TrimSpace(text)
	if len(text) <= len(head) || !strings.EqualFold(text[:len(head)], head) {
		return 0, false
	}
	seq, err := strconv.ParseInt(text[len(head):], 10, record.SeqBits)
	return seq, err == nil && seq > 0
}

// findWords adds the records of the sight's type in which every word occurs.
func (s *sight) findWords(ctx context.Context, tx store.TenantTx, text string, limit int, to *titler) error {
	if limit <= 0 {
		return nil
	}
	c, err := s.compile(ctx, &Query{Type: s.lay.t.Key, Text: text}, access.VerbList)
	if bailiwick.ErrorCode(err) == bailiwick.CodeDenied {
		return nil // a type that the viewer may not list has no hits
	}
	if err != nil {
		return err
	}
	if len(c.sel.All) == 0 {
		return nil
	}
	return s.take(ctx, tx, &c.sel, limit, to)
}

// take adds rows of a selection, newest first.
func (s *sight) take(ctx context.Context, tx store.TenantTx, sel *record.Select, limit int, to *titler) error {
	rows, err := record.Rows(ctx, tx, sel, true, limit, nil)
	if err != nil {
		return err
	}
	var p packed
	for _, r := range rows {
		if err := p.decode(r.Bytes); err != nil {
			return unavailable(err)
		}
		row := &record.Row{RKey: r.RKey, ID: p.id, State: sel.State, Owner: p.owner, Packed: r.Bytes}
		if slot := p.slotOf(0); slot != nil && s.lay.t.Self {
			row.CSet = slot.cset
		}
		to.sights[s.lay.no] = s
		to.rows = append(to.rows, row)
	}
	return nil
}
