// Package quarantine holds the SQL of the quarantine: which records hold
// something that may not be filled in any more, until when that must be decided,
// and what was decided to be kept (R14.9).
package quarantine

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// Item says that a record holds a category of people of a country set. Times
// are Unix microseconds.
type Item struct {
	RKey     int64
	Category string
	CSet     int64
	Since    int64 // when it came into quarantine
	Due      int64 // until when it must be decided
}

const qPut = `INSERT INTO quarantine_items (rkey, category, cset, since, due) VALUES ($1, $2, $3, $4, $5)
	ON CONFLICT (tenant_id, rkey, category, cset) DO NOTHING`

// Put adds an item; one that is there keeps its times.
func Put(ctx context.Context, tx store.TenantTx, i Item) error {
	_, err := tx.Exec(ctx, qPut, i.RKey, i.Category, i.CSet, i.Since, i.Due)
	return err
}

const qDrop = `DELETE FROM quarantine_items WHERE rkey = $1 AND category = $2 AND cset = $3`

// Drop removes an item.
func Drop(ctx context.Context, tx store.TenantTx, i Item) error {
	_, err := tx.Exec(ctx, qDrop, i.RKey, i.Category, i.CSet)
	return err
}

const qItems = `SELECT rkey, category, cset, since, due FROM quarantine_items WHERE rkey > $1 AND rkey <= $2
	ORDER BY rkey, category, cset`

// Items returns the items of the records after one key up to another, in the
// order of their keys.
func Items(ctx context.Context, tx store.TenantTx, after, to int64) ([]Item, error) {
	rows, err := tx.Query(ctx, qItems, after, to)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Item
	for rows.Next() {
		var i Item
		if err := rows.Scan(&i.RKey, &i.Category, &i.CSet, &i.Since, &i.Due); err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	return out, rows.Err()
}

const qGroups = `SELECT rkey / 1099511627776, category, cset, COUNT(*), MIN(since), MIN(due) FROM quarantine_items
	GROUP BY rkey / 1099511627776, category, cset ORDER BY 6, 1, 2, 3`

// Group counts the items of one type, category and country set.
type Group struct {
	TypeNo   int64
	Category string
	CSet     int64
	Count    int64
	Since    int64 // the earliest
	Due      int64 // the earliest
}

// Groups returns the groups, the one that is due first before the others.
func Groups(ctx context.Context, tx store.TenantTx) ([]Group, error) {
	rows, err := tx.Query(ctx, qGroups)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Group
	for rows.Next() {
		var g Group
		if err := rows.Scan(&g.TypeNo, &g.Category, &g.CSet, &g.Count, &g.Since, &g.Due); err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, rows.Err()
}

const qOfGroup = `SELECT rkey, category, cset, since, due FROM quarantine_items
	WHERE rkey > $1 AND rkey < $2 AND category = $3 AND cset = $4 ORDER BY rkey LIMIT $5`

// OfGroup returns items of a group with keys after one and before another, at
// most limit.
func OfGroup(ctx context.Context, tx store.TenantTx, after, before int64, category string, cset int64, limit int) ([]Item, error) {
	rows, err := tx.Query(ctx, qOfGroup, after, before, category, cset, int64(limit))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Item
	for rows.Next() {
		var i Item
		if err := rows.Scan(&i.RKey, &i.Category, &i.CSet, &i.Since, &i.Due); err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	return out, rows.Err()
}

// Scan says how far the reconciler is.
type Scan struct {
	Mark  string // what it went by
	After int64  // key of the last record that it looked at
	Done  bool
}

const qScan = `SELECT mark, after_rkey, done FROM quarantine_scans WHERE one = 1`

// GetScan returns the state; store.ErrNoRows before the first scan.
func GetScan(ctx context.Context, tx store.TenantTx) (Scan, error) {
	var s Scan
	var done int64
	err := tx.QueryRow(ctx, qScan).Scan(&s.Mark, &s.After, &done)
	s.Done = done == 1
	return s, err
}

const qSetScan = `INSERT INTO quarantine_scans (one, mark, after_rkey, done) VALUES (1, $1, $2, $3)
	ON CONFLICT (tenant_id, one) DO UPDATE SET mark = $1, after_rkey = $2, done = $3`

// SetScan stores the state.
func SetScan(ctx context.Context, tx store.TenantTx, s Scan) error {
	done := int64(0)
	if s.Done {
		done = 1
	}
	_, err := tx.Exec(ctx, qSetScan, s.Mark, s.After, done)
	return err
}

const qStale = `UPDATE quarantine_scans SET mark = '' WHERE one = 1`

// Stale makes the reconciler look at every record again: a person moved.
func Stale(ctx context.Context, tx store.TenantTx) error {
	return tx.Later(ctx, nil, qStale)
}

// Exception keeps a group of a type until Ends.
type Exception struct {
	ID            bailiwick.ID
	TypeNo        int64
	Category      string
	CSet          int64
	User          bailiwick.UserID
	Created, Ends int64
	Sealed        bailiwick.Sealed
}

const qAddException = `INSERT INTO quarantine_exceptions (id, type_no, category, cset, user_id, created, ends, sealed)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// AddException stores a decision.
func AddException(ctx context.Context, tx store.TenantTx, e Exception) error {
	_, err := tx.Exec(ctx, qAddException, e.ID, e.TypeNo, e.Category, e.CSet, e.User, e.Created, e.Ends, e.Sealed)
	return err
}

const qEndException = `UPDATE quarantine_exceptions SET ends = $2 WHERE id = $1 AND ends > $2`

// EndException ends a decision at a time; false if it had ended.
func EndException(ctx context.Context, tx store.TenantTx, id bailiwick.ID, at int64) (bool, error) {
	n, err := tx.Exec(ctx, qEndException, id, at)
	return n == 1, err
}

const qKept = `SELECT type_no, category, cset FROM quarantine_exceptions WHERE ends > $1`

// Kept calls f for everything that is kept at a time.
func Kept(ctx context.Context, tx store.TenantTx, at int64, f func(typeNo int64, category string, cset int64)) error {
	rows, err := tx.Query(ctx, qKept, at)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var category string
		var typeNo, cset int64
		if err := rows.Scan(&typeNo, &category, &cset); err != nil {
			return err
		}
		f(typeNo, category, cset)
	}
	return rows.Err()
}

const qExceptions = `SELECT id, type_no, category, cset, user_id, created, ends, sealed FROM quarantine_exceptions
	WHERE ends > $1 ORDER BY ends, id LIMIT $2`

// Exceptions returns the decisions that stand at a time, at most limit, those
// that end first before the others.
func Exceptions(ctx context.Context, tx store.TenantTx, at int64, limit int) ([]Exception, error) {
	rows, err := tx.Query(ctx, qExceptions, at, int64(limit))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Exception
	for rows.Next() {
		var e Exception
		if err := rows.Scan(&e.ID, &e.TypeNo, &e.Category, &e.CSet, &e.User, &e.Created, &e.Ends, &e.Sealed); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}
