package record

import (
	"context"

	"bailiwick/internal/store"
)

// GroupBy is a clear field by which records are counted.
type GroupBy struct {
	Field int64
	IsInt bool
}

// Group is a count with one record of it, from which the caller reads the
// values: index rows need not be turned back into values.
type Group struct {
	Count  int64
	Sample int64 // row key
}

// Groups counts the records of a selection by one or two fields; a record
// without a value falls into a group of its own. At most limit groups.
func Groups(ctx context.Context, tx store.TenantTx, q *Select, by []GroupBy, limit int) ([]Group, error) {
	var s statement
	s.add("SELECT count(*), min(t.rkey) FROM (SELECT r.rkey")
	s.where(q)
	s.add(") t")
	for i, g := range by {
		alias := string(rune('a' + i))
		table := "record_texts "
		if g.IsInt {
			table = "record_ints "
		}
		s.add(" LEFT JOIN ", table, alias, " ON ", alias, ".rkey = t.rkey AND ", alias, ".field = ")
		s.arg(g.Field)
	}
	s.add(" GROUP BY ")
	for i := range by {
		if i > 0 {
			s.add(", ")
		}
		s.add(string(rune('a'+i)), ".v")
	}
	s.add(" ORDER BY 1 DESC, 2 LIMIT ")
	s.arg(int64(limit))
	rows, err := tx.Query(ctx, s.text.String(), s.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Group
	for rows.Next() {
		var g Group
		if err := rows.Scan(&g.Count, &g.Sample); err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, rows.Err()
}
