package custody

import (
	"context"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/logformat"
)

// ListJSON is List for the API: it appends the records to dst, each as
// Record.AppendJSON writes it and with commas between, and returns the page
// without Items. The decisions, the entry and the blocks that are opened are
// those of List; a value is copied once, from its block into dst, and targets of
// references, whose titles JSON does not hold, are not looked up.
//
// Errors are those of List; what was appended to dst until then is to be
// thrown away.
func (d *Door) ListJSON(ctx context.Context, a bailiwick.Actor, q Query, dst []byte) ([]byte, Page, error) {
	l, err := d.listing(ctx, a, &q)
	if err != nil {
		return dst, Page{}, err
	}
	shown := shapes{s: l.sight, op: access.Access, fields: l.lay.columns(q.Columns)}
	rs, err := l.permit(ctx, &shown, logformat.ListRead)
	if err != nil {
		return dst, Page{}, err
	}
	var o opener
	for i := range rs {
		o.again()
		if err := l.openWanted(ctx, access.Access, &rs[i], &o); err != nil {
			return dst, Page{}, err
		}
		from := len(dst)
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = shown.appendJSON(dst, l.rows[i].RKey, &rs[i])
		if i == 0 { // the others will be about as long
			n := len(dst) - from
			dst = slices.Grow(dst, (n+n/8)*len(rs))
		}
	}
	return dst, l.about(), nil
}

// OpenJSON is Open for the API: it appends the record to dst as
// Record.AppendJSON writes it and returns its revision. Errors are those of
// Open.
func (d *Door) OpenJSON(ctx context.Context, a bailiwick.Actor, typ string, id bailiwick.RecordID, lang string, dst []byte) ([]byte, int64, error) {
	s, row, err := d.lookAt(ctx, a, typ, id, lang)
	if err != nil {
		return dst, 0, err
	}
	out, err := s.show(ctx, row)
	if err != nil {
		return dst, 0, err
	}
	return out.AppendJSON(dst), out.Revision, nil
}
