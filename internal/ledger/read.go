package ledger

import (
	"context"
	"fmt"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/entry"
	"bailiwick/logformat"
)

// MaxPage is the largest number of entries returned at once.
const MaxPage = 500

// Filter is which entries List returns; an empty part selects by nothing.
type Filter struct {
	Kind    logformat.Kind
	Outcome logformat.Outcome
	Actor   string // as in the entry: a user's identifier or a job's name
	Record  bailiwick.RecordID
	From    time.Time // entries at or after
	Until   time.Time // entries before
}

// Recent returns at most limit entries about a record, newest first.
func (l *Ledger) Recent(ctx context.Context, tx store.TenantTx, record bailiwick.RecordID, limit int) ([]logformat.Entry, error) {
	rows, err := entry.ByRecord(ctx, tx, record, endOfTime, clamp(limit))
	if err != nil {
		return nil, err
	}
	return decode(rows)
}

// List returns at most limit of the entries that the filter selects, newest
// first, and the cursor of the next page, empty after the last. The empty
// cursor starts with the newest. It returns a CodeMalformed error for a cursor
// that is none.
func (l *Ledger) List(ctx context.Context, tx store.TenantTx, f Filter, cursor string, limit int) ([]logformat.Entry, string, error) {
	limit = clamp(limit)
	s := entry.Selection{Kind: string(f.Kind), Outcome: string(f.Outcome), Actor: f.Actor, Record: f.Record, Before: endOfTime}
	if !f.From.IsZero() {
		s.From = firstAt(f.From)
	}
	if !f.Until.IsZero() {
		s.Before = firstAt(f.Until)
	}
	if cursor != "" {
		id, err := bailiwick.ParseID(cursor)
		if err != nil {
			return nil, "", bailiwick.Malformed("The cursor is not one that was given out.")
		}
		if id.String() < s.Before.String() {
			s.Before = bailiwick.EntryID{ID: id}
		}
	}
	rows, err := entry.Page(ctx, tx, s, limit+1)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID.String()
	}
	out, err := decode(rows)
	return out, next, err
}

// endOfTime is above every identifier of an entry.
var endOfTime = bailiwick.EntryID{ID: bailiwick.ID{
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
}}

func clamp(limit int) int { return min(max(limit, 1), MaxPage) }

func decode(rows []entry.Row) ([]logformat.Entry, error) {
	out := make([]logformat.Entry, 0, len(rows))
	for _, r := range rows {
		e, err := logformat.Decode(r.Body)
		if err != nil {
			return nil, fmt.Errorf("entry %s of the activity record: %w", r.ID, err)
		}
		out = append(out, e)
	}
	return out, nil
}
