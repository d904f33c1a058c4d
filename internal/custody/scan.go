package custody

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store/record"
	"bailiwick/logformat"
)

// candidate is a row that a scan looks at.
type candidate struct {
	row      record.Packed
	updated  int64
	key      []byte // to sort by
	withheld bool   // the sort field is withheld: comes last, in the order of keys
}

// scan filters and sorts in custody what the database cannot, over rows that
// the viewer may see, and cuts out the page. It opens one block per row at
// most for the sort and one per filter.
func (l *listing) scan(ctx context.Context, rows []record.Packed) error {
	if len(rows) > MaxScanRows {
		rows, l.limited = rows[:MaxScanRows], true
	}
	var need []*fieldPlan
	for _, r := range l.c.left {
		need = append(need, r.fp)
	}
	if l.c.sort != nil {
		need = append(need, l.c.sort)
	}
	if err := l.prepareScan(ctx, rows, need); err != nil {
		return err
	}
	found := make([]candidate, 0, len(rows))
	var r revealed
	var o opener
	for _, row := range rows {
		if err := r.decode(row.Bytes); err != nil {
			return unavailable(err)
		}
		l.wanted(access.Access, &r, need)
		o = opener{buf: o.buf[:0], ms: o.ms[:0], keys: o.keys}
		if err := l.openWanted(ctx, access.Access, &r, &o); err != nil {
			return err
		}
		if !l.passes(&r) {
			continue
		}
		found = append(found, l.candidate(row, &r))
	}
	l.sortFound(found)
	return l.cut(ctx, found)
}

// prepareScan writes the entry that a scan needs and readies the keys.
func (l *listing) prepareScan(ctx context.Context, rows []record.Packed, need []*fieldPlan) error {
	var note reading
	var who []bailiwick.SubjectID
	var r revealed
	for _, row := range rows {
		if err := r.decode(row.Bytes); err != nil {
			return unavailable(err)
		}
		set := l.wanted(access.Access, &r, need)
		if set&l.lay.recorded != 0 {
			note.add(l.sight, &r.packed, set)
		}
		who = r.persons(who)
	}
	if err := note.record(ctx, l.sight, logformat.SearchRead); err != nil {
		return err
	}
	return unavailable(l.door.vault.Prefetch(ctx, l.a.Tenant(), who))
}

// passes judges the filters on sealed content. A row whose value the viewer
// may not see in full is covered by no filter.
func (l *listing) passes(r *revealed) bool {
	for _, f := range l.c.left {
		if !l.seesFull(f.fp, l.csetOf(&r.packed, f.fp)) {
			return false
		}
		slot, _ := slotOf(&r.packed, f.fp)
		if !f.holds(schema.Value(r.value(f.fp, slot))) {
			return false
		}
	}
	return true
}

// holds judges one value.
func (f *residual) holds(v schema.Value) bool {
	switch f.op {
	case opSet:
		return !v.IsEmpty()
	case opUnset:
		return v.IsEmpty()
	case opEq, opIn:
		return slices.Contains(f.values, string(v)) || f.among(v)
	case opWord, opPrefix:
		return f.hasWords(v)
	}
	if v.IsEmpty() {
		return false
	}
	c := bytes.Compare(f.fp.f.Kind.SortKey(f.fp.f, v, ""), f.fp.f.Kind.SortKey(f.fp.f, schema.Value(f.values[0]), ""))
	switch f.op {
	case opLt:
		return c < 0
	case opLe:
		return c <= 0
	case opGt:
		return c > 0
	}
	return c >= 0
}

// among reports whether one of several options or references is asked for.
func (f *residual) among(v schema.Value) bool {
	for _, i := range schema.Indexes(f.fp.f, v) {
		for _, want := range f.values {
			if !i.IsInt && want == `"`+i.Text+`"` {
				return true
			}
		}
	}
	return false
}

// hasWords reports whether every asked word is in the text: whole, or as a
// part of a word for prefix.
func (f *residual) hasWords(v schema.Value) bool {
	have := f.fp.f.Kind.Words(f.fp.f, v)
	if have == nil {
		have = schema.Tokens(f.fp.f.Kind.Text(f.fp.f, v, ""))
	}
	for _, want := range f.words {
		ok := slices.ContainsFunc(have, func(w string) bool {
			return w == want || (f.op == opPrefix && strings.HasPrefix(w, want))
		})
		if !ok {
			return false
		}
	}
	return len(f.words) > 0
}

// candidate takes down what the order goes by.
func (l *listing) candidate(row record.Packed, r *revealed) candidate {
	c := candidate{row: row, updated: r.updated}
	fp := l.c.sort
	if fp == nil {
		return c
	}
	cset := l.csetOf(&r.packed, fp)
	if !l.seesFull(fp, cset) {
		c.withheld = true
		return c
	}
	slot, _ := slotOf(&r.packed, fp)
	c.key = fp.f.Kind.SortKey(fp.f, schema.Value(r.value(fp, slot)), l.lang)
	return c
}

// sortFound orders the rows. Equal rows, and those whose sort field is
// withheld, lie in the order of their keys, so that no order tells of a value.
func (l *listing) sortFound(found []candidate) {
	newest := l.q.Sort == "" || l.q.Desc
	slices.SortFunc(found, func(a, b candidate) int {
		if a.withheld != b.withheld {
			if a.withheld {
				return 1
			}
			return -1
		}
		c := 0
		switch {
		case l.c.sort != nil:
			c = bytes.Compare(a.key, b.key)
			if (len(a.key) == 0) != (len(b.key) == 0) { // empty values last, either way
				if len(a.key) == 0 {
					return 1
				}
				return -1
			}
		case l.q.Sort == sortUpdated:
			c = compare(a.updated, b.updated)
		case l.c.byKey:
			c = compare(a.row.RKey, b.row.RKey)
		}
		if c != 0 && newest {
			return -c
		}
		if c != 0 {
			return c
		}
		return compare(a.row.RKey, b.row.RKey)
	})
}

func compare(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// cut takes the page after the cursor: after its row, or at its place if the
// row is gone.
func (l *listing) cut(ctx context.Context, found []candidate) error {
	l.total = int64(len(found))
	start := 0
	if l.q.Cursor != "" {
		at, err := l.decodeCursor(ctx, l.q)
		if err != nil {
			return err
		}
		start = int(min(at.offset, int64(len(found))))
		if i := slices.IndexFunc(found, func(c candidate) bool { return c.row.RKey == at.rkey }); i >= 0 {
			start = i + 1
		}
	}
	end := min(start+l.limit, len(found))
	l.rows = make([]record.Packed, 0, end-start)
	for _, c := range found[start:end] {
		l.rows = append(l.rows, c.row)
	}
	if end == len(found) {
		return nil
	}
	next, err := l.encodeCursor(ctx, l.q, cursor{rkey: found[end-1].row.RKey, offset: int64(end)})
	l.next = next
	return err
}
