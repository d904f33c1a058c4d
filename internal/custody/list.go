package custody

import (
	"context"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
	"bailiwick/logformat"
)

// List returns a page of records of one type. Query.Columns limits the cells,
// and with them the blocks that are opened.
//
// Errors: CodeDenied with the same bytes for a filter or sort on a field that
// is hidden or does not exist, and for a role that may not list; CodeMalformed
// for a bad cursor, operator, value or limit; CodeNotFound for a type that
// there is not; CodeEvidence if the read had to be recorded and could not be.
func (d *Door) List(ctx context.Context, a bailiwick.Actor, q Query) (Page, error) {
	l, err := d.listing(ctx, a, &q)
	if err != nil {
		return Page{}, err
	}
	return l.page(ctx, access.Access, logformat.ListRead)
}

// listing chooses the rows of a list.
func (d *Door) listing(ctx context.Context, a bailiwick.Actor, q *Query) (*listing, error) {
	limit := q.Limit
	if limit == 0 {
		limit = DefaultPageRows
	}
	if limit < 1 || limit > MaxPageRows {
		return nil, bailiwick.Malformed("The limit is a number from 1 to 200.")
	}
	return d.choose(ctx, a, q, access.VerbList, limit)
}

// listing is one page on its way: rows that the database selected, and how
// they are to be shown.
type listing struct {
	*sight
	q       *Query
	c       *compiled
	limit   int
	rows    []record.Packed // of the page, in order
	next    string
	total   int64
	limited bool
}

// choose finds the rows of a page.
func (d *Door) choose(ctx context.Context, a bailiwick.Actor, q *Query, verb access.Verb, limit int) (*listing, error) {
	l := &listing{q: q, limit: limit, total: -1}
	scope := bailiwick.ScopeRead
	if verb == access.VerbExport {
		scope = bailiwick.ScopeExport
	}
	var scan []record.Packed
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		l.rows, scan, l.total = nil, nil, -1
		if l.sight, err = d.sightOf(ctx, tx, a, q.Type, q.Lang, true); err != nil {
			return err
		}
		if !a.InScope(scope) {
			return errRefused()
		}
		if l.c, err = l.compile(ctx, q, verb); err != nil {
			return err
		}
		var at cursor
		if q.Cursor != "" {
			if at, err = l.decodeCursor(ctx, q); err != nil {
				return err
			}
		}
		if l.c.byKey && len(l.c.left) == 0 {
			return l.pageByKey(ctx, tx, at)
		}
		if scan, err = record.Rows(ctx, tx, &l.c.sel, true, MaxScanRows+1, nil); err != nil {
			return err
		}
		return nil
	})
	if err != nil {
		return nil, l.refused(ctx, err)
	}
	if scan != nil {
		if err := l.scan(ctx, scan); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// refused records the refusal of a list.
func (l *listing) refused(ctx context.Context, err error) error {
	e, ok := err.(*bailiwick.Error)
	if !ok || e.Code != bailiwick.CodeDenied || l.sight == nil {
		return unavailable(err)
	}
	return l.refuse(ctx, bailiwick.RecordID{}, "list", nil, nil, e)
}

// pageByKey reads one page in the order of row keys, which is the order of
// creation and of references.
func (l *listing) pageByKey(ctx context.Context, tx store.TenantTx, at cursor) error {
	newest := l.q.Sort == "" || l.q.Desc
	sel := l.c.sel
	if at.rkey != 0 {
		if newest {
			sel.Before = at.rkey
		} else {
			sel.After = at.rkey
		}
	}
	rows, err := record.Rows(ctx, tx, &sel, newest, l.limit+1, make([]record.Packed, 0, l.limit+1))
	if err != nil {
		return err
	}
	l.rows = rows[:min(len(rows), l.limit)]
	if len(rows) > l.limit {
		if l.next, err = l.encodeCursor(ctx, l.q, cursor{rkey: l.rows[l.limit-1].RKey}); err != nil {
			return err
		}
	}
	if l.q.SkipTotal {
		return nil
	}
	if at.rkey == 0 && l.next == "" {
		l.total = int64(len(rows))
		return nil
	}
	all := l.c.sel
	if all.CSets == nil && all.Of == nil { // named one by one, an index alone can count them
		all.CSets = l.everySet()
	}
	l.total, err = record.Count(ctx, tx, &all)
	return err
}

// page opens what the viewer may see of the rows, after the read was recorded
// where it must be.
func (l *listing) page(ctx context.Context, op access.Op, kind logformat.Kind) (Page, error) {
	fields := l.lay.columns(l.q.Columns)
	shown := shapes{s: l.sight, op: op, fields: fields}
	rs, err := l.permit(ctx, &shown, kind)
	if err != nil {
		return Page{}, err
	}
	out := l.about()
	out.Items = make([]Record, 0, len(rs))
	cells := make([]Cell, len(rs)*len(fields))
	var o opener
	for i := range rs {
		if err := l.openWanted(ctx, op, &rs[i], &o); err != nil {
			return Page{}, err
		}
		n := i * len(fields)
		out.Items = append(out.Items, shown.render(l.rows[i].RKey, &rs[i], cells[n:n+len(fields)]))
	}
	if !slices.ContainsFunc(fields, func(fp *fieldPlan) bool { return fp.link }) {
		return out, nil
	}
	return out, l.resolve(ctx, op, out.Items)
}

// permit decodes the rows, marks the blocks that the viewer may see, records
// the read where it must be and readies the keys. Nothing is open yet.
func (l *listing) permit(ctx context.Context, shown *shapes, kind logformat.Kind) ([]revealed, error) {
	rs := make([]revealed, len(l.rows))
	if err := l.learnPage(ctx); err != nil {
		return nil, err
	}
	note := reading{forced: kind == logformat.ListExported}
	var who []bailiwick.SubjectID
	var memory arena
	for i, row := range l.rows {
		rs[i].from = &memory
		if err := rs[i].decode(row.Bytes); err != nil {
			return nil, unavailable(err)
		}
		note.add(l.sight, &rs[i].packed, shown.wanted(&rs[i]))
		who = rs[i].persons(who)
	}
	if err := note.record(ctx, l.sight, kind); err != nil {
		return nil, err
	}
	if err := l.door.vault.Prefetch(ctx, l.a.Tenant(), who); err != nil {
		return nil, unavailable(err)
	}
	return rs, nil
}

// about is the page without its records.
func (l *listing) about() Page {
	out := Page{Next: l.next, Total: l.total, Limited: l.limited}
	if len(l.c.leftOut) > 0 {
		out.LeftOut = countriesOf(l.c.leftOut)
	}
	return out
}
