package custody

import (
	"context"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
)

const (
	maxGroups = 2_000
	// smallGroup is the count below which a group that is formed or filtered
	// by a category that is not ordinary is left out (R14.7).
	smallGroup = 5
)

// Groups counts permitted records by one or two clear fields, for charts. Keys
// hold the fields' values as a form would; "" stands for none. Groups smaller
// than five are left out where a category that is not ordinary forms or
// filters them. Errors as for List.
func (d *Door) Groups(ctx context.Context, a bailiwick.Actor, q GroupQuery) ([]Group, error) {
	if len(q.By) < 1 || len(q.By) > 2 || (len(q.By) == 2 && q.By[0] == q.By[1]) {
		return nil, bailiwick.Malformed("Records are counted by one field or by two.")
	}
	l := &listing{q: &Query{Type: q.Type, Filters: q.Filters}, total: -1}
	var out []Group
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		if l.sight, err = d.sightOf(ctx, tx, a, q.Type, "", true); err != nil {
			return err
		}
		if !a.InScope(bailiwick.ScopeRead) {
			return errRefused()
		}
		if l.c, err = l.compile(ctx, l.q, access.VerbList); err != nil {
			return err
		}
		by, err := l.groupFields(q.By)
		if err != nil {
			return err
		}
		if len(l.c.left) > 0 {
			return bailiwick.Malformed("Records are counted by filters on fields that are readable at rest, or by words.")
		}
		out, err = l.count(ctx, tx, by)
		return err
	})
	if err != nil {
		return nil, l.refused(ctx, err)
	}
	return out, nil
}

// groupFields judges the fields to count by. Only records for which the
// viewer may see every one of them are counted.
func (l *listing) groupFields(keys []string) ([]*fieldPlan, error) {
	var by []*fieldPlan
	for _, key := range keys {
		fp, err := l.usable(l.c, key)
		if err != nil {
			return nil, err
		}
		if !fp.f.Clear {
			return nil, errHidden()
		}
		if rows := l.rowsFor(fp); rows.CSets != nil || rows.Of != nil {
			l.c.sel.All = append(l.c.sel.All, record.Condition{{Kind: record.OfCSets, CSets: rows.CSets, Of: rows.Of}})
		}
		by = append(by, fp)
	}
	return by, nil
}

// count reads the groups, and of each one record to take the values from:
// index rows are not turned back into values.
func (l *listing) count(ctx context.Context, tx store.TenantTx, by []*fieldPlan) ([]Group, error) {
	var columns []record.GroupBy
	for _, fp := range by {
		columns = append(columns, record.GroupBy{Field: fp.key, IsInt: indexedAsInt(fp)})
	}
	groups, err := record.Groups(ctx, tx, &l.c.sel, columns, maxGroups)
	if err != nil {
		return nil, err
	}
	out := make([]Group, 0, len(groups))
	var p packed
	for _, g := range groups {
		if l.c.sensitive && g.Count < smallGroup {
			continue
		}
		row, err := record.ByKey(ctx, tx, g.Sample)
		if err != nil {
			return nil, err
		}
		if err := p.decode(row.Packed); err != nil {
			return nil, unavailable(err)
		}
		one := Group{Count: g.Count}
		for _, fp := range by {
			one.Keys = append(one.Keys, fp.f.Kind.Edit(fp.f, p.clearValue(fp.no)))
		}
		out = append(out, one)
	}
	return out, nil
}
